"""`fte briefing`, as it is typed, on a briefing that was made."""

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blocks.settings import settings
from deployments.commands.briefing import app
from domain.frame_check import Expectation, FrameCheck
from tasks.briefing.kept import NoBriefingError, keep_briefing
from tasks.vault.vault import init_vault
from tests.weekly_briefings import MADE, briefing, money


@pytest.fixture(autouse=True)
def _made() -> None:
    init_vault(settings().vault_path)
    keep_briefing(briefing(money()).model_copy(update={"week": "2025-W47"}))


def fte_briefing(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_pdf_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    done = fte_briefing("pdf", "2025-W47", "--out", str(tmp_path / "new" / "week.pdf"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "new" / "week.pdf").read_bytes().startswith(b"%PDF-")
    assert not list((settings().vault_path / "Reports").glob("*.pdf"))


def test_the_pdf_is_written_beside_the_reports_by_itself() -> None:
    assert fte_briefing("pdf", "2025-W47").exit_code == 0
    (found,) = (settings().vault_path / "Reports").glob("*.pdf")
    assert found.name == f"CEO_Briefing_{dt.date(2026, 11, 23)}.pdf"


def test_a_week_without_a_briefing_has_no_pdf() -> None:
    assert isinstance(fte_briefing("pdf", "2025-W40").exception, NoBriefingError)


def test_it_is_shown_in_words_where_no_picture_can_be() -> None:
    shown = fte_briefing("show", "2025-W47").output
    assert "Chart of cash." in shown
    assert "![" not in shown


def test_it_shows_what_was_checked_and_which_rows_fail() -> None:
    failed = Expectation(said="no debit is negative", failed=("17", "18"), failed_count=2)
    check = FrameCheck(frame="Journal items", rows=900, checked_at=MADE, expectations=(failed,))
    keep_briefing(briefing(money(checks=(check,))).model_copy(update={"week": "2025-W47"}))
    shown = fte_briefing("checks", "2025-W47").output
    assert "**Journal items**: 900 rows, checked" in shown
    assert "| no debit is negative | **not met by 2** | 17, 18 |" in shown
    assert "Expectations checked: 1, of 900 rows; not met: 1." in fte_briefing("show", "2025-W47").output
    [found] = json.loads(fte_briefing("checks", "2025-W47", "--json").output)["money"]
    assert found["expectations"][0]["failed"] == ["17", "18"]
