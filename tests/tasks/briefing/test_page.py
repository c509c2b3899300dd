"""The note as it is read: every number with its key, links that lead somewhere, and nothing that acts."""

import re

from domain.briefing.layout import laid_out
from domain.briefing.part import missing
from tasks.briefing.page import as_markdown
from tests.weekly_briefings import HOSTILE, briefing, hostile, money

SECTIONS = [
    "Executive Summary",
    "Financial Performance",
    "Social Media Performance",
    "Operational Metrics",
    "Key Wins & Challenges",
    "Action Items for Next Week",
    "Strategic Recommendations",
]


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_the_sections_stand_in_their_order() -> None:
    text = as_markdown(laid_out(briefing(money())))
    assert headings(text) == SECTIONS
    assert text.startswith("# CEO Briefing: 16 to 22 November 2026\n")
    assert "\n\n\n" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_every_number_stands_with_its_key() -> None:
    one = briefing(money())
    text = as_markdown(laid_out(one))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for number in one.numbers:
        assert [row for row in rows if number.text in row and f"`{number.key}`" in row], number.key


def test_a_decision_leads_to_its_note_and_a_chart_to_its_picture() -> None:
    text = as_markdown(laid_out(briefing(money())), {"money.cash_chart": "Attachments/1 cash.png"})
    assert "- [Book a bill: 2480.00 USD, Harbor Offices](Pending_Approval/apr-1.md)" in text
    assert "![Chart of cash.](Attachments/1%20cash.png)" in text
    assert "**Chart of months**\n\nChart of months." in text


def test_without_sources_every_section_says_so_and_no_number_is_made_up() -> None:
    gone = missing("money", "Financial Performance", "Odoo", "The books cannot be read.")
    text = as_markdown(laid_out(briefing(gone, decisions=(), challenges=(), recommendations=())))
    assert headings(text) == SECTIONS
    assert "- Financial Performance is missing. The books cannot be read." in text
    assert text.count("No source tells of this yet.") == 2
    assert not re.search(r"\b0(\.0+)?\b", text)


def test_foreign_text_does_nothing() -> None:
    text = as_markdown(laid_out(hostile()))
    assert headings(text) == SECTIONS
    assert not re.search(r"(?<!\\)\[\[|<script|<img|(?<!\\)%%", text)
    tabled = [line for line in text.splitlines() if line.startswith("|") and "money.late." in line]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in tabled] == [5] * len(HOSTILE)
