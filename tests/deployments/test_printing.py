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
