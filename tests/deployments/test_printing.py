"""Tables: side by side where there is room, one row below the other where there is not."""

import io
from collections.abc import Sequence

import pytest
from rich.console import Console

from deployments import printing

NAMES = ("Post", "Status", "Time", "Text")
ROWS = [
    (
        "answer-mentions-facebook-122000000000160_123000000000001",
        "draft",
        "2026-11-28 09:00 Europe/Vienna",
        "Come",
    ),
    ("b", "asked", "", "[bold]Go"),
]


def printed(monkeypatch: pytest.MonkeyPatch, width: int, rows: Sequence[tuple[str, ...]] = ROWS) -> list[str]:
    out = io.StringIO()
    monkeypatch.setattr(printing, "_out", Console(file=out, width=width, markup=False, highlight=False))
    printing.print_table(NAMES, rows)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_wide_terminal_has_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, 140)
    assert [word for word in NAMES if word in lines[0]] == list(NAMES)
    assert len(lines) == 1 + len(ROWS)


def test_a_narrow_one_has_each_row_by_itself_with_every_word_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, 80) == [
        ROWS[0][0],
        "  Status: draft",
        "  Time: 2026-11-28 09:00 Europe/Vienna",
        "  Text: Come",
        "b",
        "  Status: asked",
        "  Text: [bold]Go",
    ]


ADDRESS = "https://books.northwind-lane.example/odoo/1"


@pytest.mark.parametrize("width", range(60, 130, 5))
def test_no_word_or_address_is_broken_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    said = "the bill is at a vendor that nobody knows and above what may be booked without asking"
    lines = printed(monkeypatch, width, [("a", ADDRESS, "now", said)])
    words = [word for line in lines for word in line.split()]
    assert {ADDRESS, *said.split()} <= set(words)
    assert max(map(len, lines)) <= width or lines[0] == "a", "row by row where there is no room"


AGES = ("not due", "1-30", "31-60", "61-90", "91-120", "older")
AMOUNTS = ("3,200.00", "1,288.26", "12,450.00", "91,682.83", "109,535.21", "4,411.72")


def ageing(amounts: Sequence[str]) -> str:
    return "\n".join(
        (
            f"| Date | USD | {' | '.join(AGES)} |",
            f"| --- | --- |{' ---: |' * len(AGES)}",
            f"|  | **Juniper Ridge Dental** |{' |' * len(AGES)}",
            f"| 2026-12-07 | INV/2026/00033 | {' | '.join(amounts)} |",
        )
    )


def page(monkeypatch: pytest.MonkeyPatch, width: int, text: str) -> list[str]:
    out = io.StringIO()
    monkeypatch.setattr(printing, "_out", Console(file=out, width=width, markup=False, highlight=False))
    printing.print_readable(text)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_amount_of_a_statement_is_broken_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    lines = page(monkeypatch, width, ageing(AMOUNTS))
    assert {*AMOUNTS, "INV/2026/00033", "2026-12-07"} <= {word for line in lines for word in line.split()}
    assert max(map(len, lines)) <= width


def test_where_there_is_no_room_columns_of_zeros_are_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amounts = ("3,200.00", "1,288.26", "0.00", "0.00", "0.00", "")
    narrow = page(monkeypatch, 66, ageing(amounts))
    assert " Not shown, all zero: 31-60, 61-90, 91-120, older" in narrow
    assert sum("0.00" in line.split() for line in narrow) == 0
    assert any(line.split() == ["2026-12-07", "INV/2026/00033", "3,200.00", "1,288.26"] for line in narrow)
    assert not any("Not shown" in line for line in page(monkeypatch, 120, ageing(amounts)))


def test_an_address_longer_than_the_terminal_stays_whole_where_columns_have_no_heading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(printing, "_out", Console(file=out, width=80, markup=False, highlight=False))
    address = f"http://127.0.0.1:4200/artifacts/artifact/{'a' * 36}"
    printing.print_table(
        ("", ""), [("waiting for services", "none"), ("dashboard", address), ("looked", "a: 1\nb: 2")]
    )
    assert [line.rstrip() for line in out.getvalue().splitlines()] == [
        " waiting for services  none",
        f" dashboard             {address}",
        " looked                a: 1",
        "                       b: 2",
    ]


def test_the_lines_of_a_cell_and_a_box_are_shown_as_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "> [!warning] Sandbox\n> Nothing is real.\n\n| A | B |\n| --- | --- |\n| a | `one`<br>`two` |\n"
    words = [line.split() for line in page(monkeypatch, 80, text) if line]
    assert words[:2] == [["\u258c", "Sandbox"], ["\u258c", "Nothing", "is", "real."]]
    assert words[-2:] == [["a", "one"], ["two"]]
