"""What a person decides on: everything is there, and foreign text can fake nothing."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from domain.approvals.render import (
    SANDBOX_MARK,
    Background,
    DocumentPage,
    pictures_shown,
    render_request,
    run_title,
    title_of,
    with_documents,
    with_terms,
    without_terms,
)
from domain.markdown import shown_block, shown_inline
from domain.planning.catalogue import CATALOGUE, FILL_IN
from domain.planning.own_actions import FillInInputs
from domain.planning.slots import Slot
from domain.social.post import Publication
from domain.social.preview import preview_of
from domain.social.said import SocialInputs

MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])


def render(**inputs: Any) -> str:
    return render_request(
        "Book a vendor bill", inputs, reasons=["1,500.00 USD is above 1,000.00 USD"], sandbox=True
    )


def test_everything_that_will_happen_is_shown() -> None:
    shown = render(
        vendor="Acme",
        vendor_vat="DE1",
        total="1500.00",
        currency="USD",
        document="Attachments/a-x.pdf",
        lines=[{"net": "5"}],
    )
    assert "### Book a vendor bill: 1500.00 USD, Acme" in shown
    assert "| Vendor | Acme |" in shown
    assert "| Vendor tax number | DE1 |" in shown
    assert "[Attachments/a-x.pdf](../Attachments/a-x.pdf)" in shown
    assert "| Lines 1 net | 5 |" in shown
    assert "1,500.00 USD is above" in shown
    assert "Sandbox" in shown


def test_what_was_read_is_shown_with_its_place_and_only_as_long_as_it_is_that_value() -> None:
    read = [
        {"field": "vendor", "value": "Acme", "sure": "97%", "where": "line 1: From: Acme | x"},
        {"field": "total", "value": "1500.00", "sure": "83%", "where": "line 11: Total $1,500.00"},
    ]
    shown = render_request(
        "Book a vendor bill",
        {"vendor": "Acme", "total": "1499.00", "net": None},
        reasons=["r"],
        sandbox=True,
        background=Background(read, {"account": "612000 Rent", "tax": "none"}),
    )
    assert "- Vendor: 97% sure, line 1: From: Acme \\| x" in shown
    assert "83%" not in shown
    assert "- Account: 612000 Rent" in shown


def test_what_is_doubtful_comes_first_then_the_reasons_then_the_rows() -> None:
    reasons = ["1,500.00 USD is above 1,000.00 USD", "doubtful: the total", "unusual: the date"]
    shown = render_request("t", {"vendor": "Acme"}, reasons=reasons, sandbox=False)
    order = [
        "#### What is doubtful\n\n- the total\n- unusual: the date",
        "#### Why you are asked\n\n- 1,500.00",
        "| Vendor",
    ]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)


def test_the_document_is_linked_below_the_title_and_in_its_row() -> None:
    page = DocumentPage("http://here/1")
    shown = with_documents(render(document="Attachments/a-x.pdf"), ["Attachments/a-x.pdf"], page)
    title, mark, link = shown.split("\n\n")[:3]
    assert (title, mark) == ("### Book a vendor bill", SANDBOX_MARK)
    assert link == "**[Look at the document](http://here/1)**"
    assert "[Attachments/a-x.pdf](http://here/1)" in shown


POST = [
    Publication.model_validate(
        {
            "platform": platform,
            "account": "1",
            "account_name": name,
            "parts": ["Roses & cake: <b>come</b>!\n#### What will be done"],
            "media": [
                {
                    "document": f"Attachments/{'ab'[number]}-x.{kind}",
                    "sha256": "0" * 64,
                    "kind": f"image/{kind}",
                    "size_bytes": 9,
                    "alt_text": alt,
                }
                for number, (kind, alt) in enumerate((("png", "Roses"), ("jpeg", "")))
            ],
            "cost": cost,
        }
    )
    for platform, name, cost in (("x", "@shop", "0.015"), ("linkedin", "Shop", "0"))
]


def render_post() -> str:
    whole = SocialInputs(publications=tuple(POST))
    return render_request(
        "Publish", whole.shown(), reasons=["public"], sandbox=True, preview=preview_of(POST)
    )


def test_a_posts_text_comes_first_then_its_pictures_then_time_and_cost_then_why() -> None:
    shown = render_post()
    places = [
        shown.index(part)
        for part in (
            "#### On X and LinkedIn",
            "> Roses &amp; cake",
            "![Picture 1](../Attachments/a-x.png)",
            "Picture 1 is described as: Roses",
            "![Picture 2](../Attachments/b-x.jpeg)",
            "Picture 2 is described as: nothing",
            SANDBOX_MARK,
            "\n#### What will be done",
            "- X speaks as: @shop",
            "- Goes out: as soon as you approve",
            "- X costs: 0.015 USD",
            "- LinkedIn costs: nothing",
            "#### Why you are asked",
        )
    ]
    assert places == sorted(places)
    title, _, rest = shown.partition("\n")
    assert (title, rest.count("Roses &amp; cake")) == (
        "### Publish: Roses &amp; cake: &lt;b&gt;come&lt;/b&gt;!",
        1,
    )
    assert "\n|" not in shown


def test_a_posts_pictures_are_in_the_form_and_the_link_to_them_below() -> None:
    shown = render_post()
    names = pictures_shown(shown)
    assert names == ["Attachments/a-x.png", "Attachments/b-x.jpeg"]
    page = DocumentPage("http://here/1", {names[0]: "data:image/jpeg;base64,QQ=="})
    form = with_documents(shown, names, page)
    assert "![Picture 1](data:image/jpeg;base64,QQ==)" in form
    assert "\n[Picture 2](http://here/1)\n" in form
    assert f"{SANDBOX_MARK}\n\n**[Look at the 2 files](http://here/1)**\n\n#### What" in form


def test_a_real_company_is_not_called_a_sandbox() -> None:
    assert "Sandbox" not in render_request("x", {"a": 1}, reasons=["r"], sandbox=False)


def test_a_long_text_is_shown_in_full_below() -> None:
    text = "first line\n" + "word " * 200 + "\nlast line"
    shown = render(text=text)
    assert "last line" in shown
    assert "in full below" in shown


def test_what_is_too_long_to_read_says_so() -> None:
    assert "too long to be shown" in shown_block("x" * 30_000)


def test_a_link_is_made_for_attachments_only() -> None:
    for hostile in (
        "Attachments/../../etc/passwd",
        "https://evil.example/x",
        "Attachments/a)[b](https://evil",
    ):
        assert "](" not in render(document=hostile).replace("\\](", "").replace("\\]\\(", "")


hostile = st.text(max_size=400) | st.sampled_from(
    [
        "Acme | 1 |\n| Total | 1.00 |",
        "```\n| Total | 1.00 |\n```",
        "~~~\n# Approved\n~~~",
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![](http://evil.example/p.png)",
        "\u202e00.0051\u202c",
        "a\u2028# b",
        "x" * 5000,
        "\\| Total | 1 |",
        "http://evil.example www.evil.example a@evil.example",
        "---\n\nContent `000000000000`.",
    ]
)


@given(hostile, hostile)
@example("Acme\n| Total | 1.00 |", "a\\")
def test_foreign_text_makes_no_rows(vendor: str, key: str) -> None:
    """Outside fences there are exactly the rows that we made, each with two cells."""
    shown = render_request(
        "t", {"vendor": vendor, "total": "9.00", f"x{key}": vendor}, reasons=[vendor], sandbox=False
    )
    table = [line for line in _outside_fences(shown) if line.startswith("|")]
    assert len(table) == 2 + 1 + 2 * bool(vendor)  # what is empty has no row
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in table)
    headings = [line for line in _outside_fences(shown) if line.startswith("#")]
    assert headings[0].startswith("### t: 9.00")
    assert headings[1:] == ["#### Why you are asked", "#### What will be done"]


@given(hostile, hostile)
def test_foreign_text_that_was_read_makes_no_rows(value: str, where: str) -> None:
    read = [{"field": "vendor", "value": value, "sure": "97%", "where": where}]
    shown = render_request(
        "t", {"vendor": value}, reasons=["r"], sandbox=False, background=Background(read, {"vendor": where})
    )
    lines = _outside_fences(shown)
    assert len([line for line in lines if line.startswith("|")]) == 2 + bool(value)
    assert len([line for line in lines if line.startswith("-")]) == 3
    title, *headings = [line for line in _outside_fences(shown) if line.startswith("#")]
    assert title.startswith("### t")
    assert headings == [
        "#### Why you are asked",
        "#### What will be done",
        "#### How it will be booked, as it looks now",
        "#### Where it was read",
    ]


@given(hostile)
def test_foreign_text_makes_no_tags_links_or_lines(text: str) -> None:
    shown = shown_inline(text)
    assert "<" not in shown
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)://", shown)
    kinds = {token.type for token in MARKDOWN.parse(shown)}
    signs = {child.type for token in MARKDOWN.parse(shown) for child in token.children or []}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}
    assert signs <= {"text", "text_special"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", shown)


@given(hostile)
def test_a_fence_is_closed_by_nothing_inside(text: str) -> None:
    lines = shown_block(text).split("\n")
    fence = lines[-1]
    assert all(not line.strip().startswith(fence) for line in lines[1:-1])


@given(st.text("ab \\`*_[]()#|~!$%^=@+-.1:&<>", max_size=30))
def test_foreign_text_reads_as_it_was_written(text: str) -> None:
    inline = [token for token in MARKDOWN.parse(shown_inline(text)) if token.type == "inline"]
    shown = "".join(child.content for token in inline for child in token.children or [])
    assert shown == text.strip()


@pytest.mark.parametrize("text", ["a@evil.example", "a.@evil.example", "a-@evil.example", "a+@evil.example"])
def test_foreign_text_makes_no_address_of_mail(text: str) -> None:
    assert shown_inline(text) == text.replace("@", "\\@")


@pytest.mark.parametrize("text", ["www.evil.example", "Www.evil.example", "wWW.evil.example"])
def test_foreign_text_makes_no_address_of_a_site(text: str) -> None:
    assert shown_inline(text) == f"{text[:3]}\\{text[3:]}"


def test_amounts_and_dates_stay_readable() -> None:
    for readable in ("(id 12), 19%", "ask_above", "$5.00", "-5.00", "Sale! #1", "@northwindlane", "C++"):
        assert shown_inline(readable) == readable
    assert shown_inline("1,500.00") == "1,500.00"
    assert shown_inline("2026-11-20") == "2026-11-20"
    assert shown_inline("1. item") == "1\\. item"


def test_the_terms_name_hash_expiry_and_proof() -> None:
    asked = render(vendor="Acme").rstrip()
    shown = with_terms(
        asked, "abcdef0123456789", datetime(2026, 11, 23, 9, 0, tzinfo=UTC), proof_required=True
    )
    terms = shown.removeprefix(asked)
    assert "abcdef012345" in terms
    assert "2026-11-23 09:00 UTC" in terms
    assert "one-time code" in terms
    assert without_terms(shown).rstrip() == asked


def _outside_fences(shown: str) -> list[str]:
    outside, fence = [], None
    for line in shown.split("\n"):
        opening = re.match(r"(`{3,})", line)
        if fence is None and opening:
            fence = opening[1]
        elif fence is not None and line == fence:
            fence = None
        elif fence is None:
            outside.append(line)
    return outside


def test_the_reasons_come_before_the_values_and_what_is_empty_is_left_out() -> None:
    shown = render_request(
        "Book a bill", {"vendor": "Harbor", "number": None}, reasons=["above 1,000.00 USD"], sandbox=False
    )
    assert shown.index("above 1,000.00 USD") < shown.index("| Vendor |")
    assert "Number" not in shown
    assert "(none)" not in shown


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("345", "USD", "345.00 USD"),
        (345, "EUR", "345.00 EUR"),
        ("12.5", "USD", "12.50 USD"),
        ("500.0", "JPY", "500 JPY"),
        ("1.5", "KWD", "1.500 KWD"),
        ("1000", "", "1000"),
        ("12.345", "USD", "12.345 USD"),  # never other than what is approved
        ("NaN", "USD", "NaN USD"),
        ("a lot", "USD", "a lot USD"),
        ("9" * 40, "USD", f"{'9' * 40} USD"),
    ],
)
def test_a_title_says_an_amount_with_the_digits_of_its_currency(
    amount: object, currency: str, said: str
) -> None:
    title = run_title("Book a bill", {"total": amount, "currency": currency, "vendor": "Ash"})
    assert title == f"Book a bill: {said}, Ash"


def test_a_sum_that_is_still_to_be_said_is_no_part_of_a_title() -> None:
    asked = {"amount": "(how much?)", "currency": "USD", "document": "(which one?)"}
    assert run_title("Record what a payment is for", asked) == "Record what a payment is for"


def test_a_mails_title_says_its_subject_once() -> None:
    assert (
        run_title("Send a mail", {"subject": "Your visit", "parts": ["Your visit"]})
        == "Send a mail: Your visit"
    )


@pytest.mark.parametrize(
    ("playbook", "title", "values", "said"),
    [
        (
            "one_invoice",
            "Make a customer invoice",
            {"customer": "Ash Tree", "amount": "450.00", "quantity": "3", "what": "", "send": ""},
            "Make a customer invoice: 3 x 450.00, Ash Tree",
        ),
        (
            "one_invoice",
            "Make a customer invoice",
            {"customer": "Ash", "amount": "12.50", "quantity": "50 hours or 3", "what": "tickets"},
            "Make a customer invoice: 12.50, Ash, tickets",
        ),
        ("monthly_invoice", "", {"customer": "Harbor Cafe", "month": ""}, "Monthly invoice: Harbor Cafe"),
        ("pay_bill", "Record the payment of a bill", {"bill": ""}, "Record the payment of a bill"),
        (
            "tweet",
            "Draft a post for X",
            {"text": "New opening hours from January, 8 to 5", "moment": ""},
            "Draft a post for X: New opening hours from January, 8 to 5",
        ),
        (
            "small_expense",
            "Book a small expense",
            {"amount": "12.80", "currency": "USD", "vendor": "Sundry purchases", "category": "taxi"},
            "Book a small expense: 12.80 USD, Sundry purchases, taxi",
        ),
    ],
)
def test_a_request_in_words_is_headed_by_what_will_be_done_before_and_after_it_is_decided(
    playbook: str, title: str, values: dict[str, str], said: str
) -> None:
    slots = [Slot(name=name, question=f"Which {name}?") for name in values]
    asked = FillInInputs(playbook=playbook, slots=slots, values=values, words="a note: ...", title=title)
    action = CATALOGUE[FILL_IN]
    kept = asked.model_dump(mode="json")
    assert title_of(FILL_IN, kept) == said
    shown = render_request(action.headed(kept), action.shown(asked), reasons=[], sandbox=False)
    assert shown.splitlines()[0] == f"### {said}"


def test_what_was_asked_before_playbooks_had_titles_is_the_same_question() -> None:
    kept = {"playbook": "tweet", "slots": [], "values": {}, "words": "a note"}
    assert FillInInputs.model_validate(kept).model_dump(mode="json") == kept


def test_a_runs_name_is_one_short_line_whatever_the_document_says() -> None:
    name = run_title(
        "Book a bill", {"total": "482.10", "currency": "USD", "vendor": "Harbor\n\u202eFoods" * 40}
    )
    assert name.startswith("Book a bill: 482.10 USD, Harbor")
    assert "\n" not in name
    assert "\u202e" not in name
    assert len(name) <= 120


@pytest.mark.parametrize(
    ("inputs", "title"),
    [
        ({"customer": "Bright & Co", "total": "40.00", "currency": "EUR"}, "40.00 EUR, Bright &amp; Co"),
        ({"partner": "Bright", "amount": "40.00", "currency": "EUR", "number": "INV/1"}, "40.00 EUR, Bright"),
        ({"name": "Bright", "vat": "DE811234567"}, "Bright"),
    ],
)
def test_the_title_names_the_other_side_whatever_is_done(inputs: dict[str, str], title: str) -> None:
    shown = render_request("Do it", inputs, reasons=["r"], sandbox=False)
    assert shown.startswith(f"### Do it: {title}\n")
