"""Tables: side by side where there is room, one row below the other where there is not."""

import io

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


def printed(monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    out = io.StringIO()
    monkeypatch.setattr(printing, "_out", Console(file=out, width=width, markup=False, highlight=False))
    printing.print_table(NAMES, ROWS)
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
