"""What readers see: seven sections, a first page that stands alone, and nothing that hides or overflows."""

from decimal import Decimal

from domain.briefing.layout import laid_out
from domain.briefing.number import Unit
from domain.briefing.part import Part, Table, TableRow, missing
from tests.weekly_briefings import MADE, briefing, money, number


def test_parts_stand_in_the_section_that_is_theirs_and_an_empty_section_says_so() -> None:
    late = Part(key="productivity", title="Personal Productivity", source="mail", as_of=MADE)
    financial, social, operations = laid_out(briefing(money(), late)).sections
    assert (financial.title, [part.title for part in financial.parts]) == ("Financial Performance", [""])
    assert social.said == "No source tells of this yet."
    assert [part.title for part in operations.parts] == ["Personal Productivity"]


def test_a_part_without_a_heading_of_its_own_comes_before_those_that_have_one() -> None:
    outside = Part(key="outside", title="What Changed Outside", source="pages", as_of=MADE)
    own = missing("operations", "Operational Metrics", "our own records", "Nothing was recorded yet.")
    operations = laid_out(briefing(outside, own)).sections[2]
    assert [part.title for part in operations.parts] == ["", "What Changed Outside"]


def test_the_first_page_shows_what_is_known_and_says_what_is_not() -> None:
    gone = missing("social", "Social Media Performance", "X", "It could not be read: X is away.")
    shown = laid_out(briefing(money(), gone))
    assert [(one.label, one.text, one.change) for one in shown.headlines] == [
        ("Revenue of the week", "1,200.00 USD", "+200.00 USD"),
        ("Profit of the week", "-350.25 USD", ""),
    ]
    assert shown.gaps == ("Social Media Performance is missing. It could not be read: X is away.",)
    assert shown.findings == ("Revenue is more than usual.", "Cut costs.")


def test_the_first_page_has_room_for_what_it_shows() -> None:
    waiting = briefing().decisions * 30
    shown = laid_out(briefing(money(findings=("x" * 1000,) * 50), decisions=waiting))
    assert len(shown.decisions) + shown.more_decisions == 30
    assert sum(map(len, shown.findings)) + 100 * len(shown.decisions) < 2000
    assert shown.chart is None
    assert "money.cash_chart" in {chart.key for chart in shown.charts}
    assert laid_out(briefing(money())).chart is not None


def test_a_table_that_is_wider_than_high_is_turned() -> None:
    columns = ("posts", "usually", "rate", "seen")
    row = TableRow(
        label="LinkedIn", numbers=tuple(number(f"social.{one}", "3", Unit.COUNT) for one in columns)
    )
    (section,) = laid_out(
        briefing(money(tables=(Table(title="All", columns=columns, rows=(row,)),)))
    ).sections[:1]
    (table,) = section.parts[0].tables
    assert table.columns == ("LinkedIn",)
    assert [one.label for one in table.rows] == ["Posts", "Usually", "Rate", "Seen"]
    assert [one.key for shown in table.rows for one in shown.numbers] == [f"social.{one}" for one in columns]


def test_what_cannot_be_seen_is_made_visible() -> None:
    shown = laid_out(briefing(money(findings=("paid \u202e001", "two\nlines")), company="A\u200bB"))
    assert (shown.findings[:2], shown.company) == (("paid �001", "two⏎lines"), "A�B")


def test_a_change_too_small_to_be_shown_has_no_sign_and_shares_change_by_points() -> None:
    disk = number("operations.disk_free", "1.01", Unit.GIGABYTES, before=Decimal("1.02"))
    uptime = number("operations.uptime", "0.95", Unit.SHARE, before=Decimal("0.9"))
    assert (disk.change_text, uptime.change_text) == ("±0.0 GB", "+5.0 points")
