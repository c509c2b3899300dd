"""The stand-in company's weeks in numbers, as they were: what changes here has to be meant.

FTE_GOLDEN=1 writes them anew.
"""

import datetime as dt
import json
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from domain.accounting.report import FiguresOrigin
from domain.briefing.money import BriefedBooks, money
from domain.briefing.part import Part
from domain.week import Week
from sandbox.server import create_app
from tasks.accounting.goals import read_goals
from tasks.accounting.ledger import read_books
from tasks.vault.vault import current_vault, init_vault

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
GOLDEN = Path(__file__).parents[2] / "recordings" / "briefings"
WEEKS = [Week(dt.date(2026, 3, 30), ZoneInfo("UTC")), Week(dt.date(2026, 11, 2), ZoneInfo("UTC"))]


@pytest.fixture
async def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BriefedBooks:
    monkeypatch.setenv("FTE_VAULT", str(tmp_path / "Vault"))
    init_vault(current_vault().root)
    app = create_app(tmp_path / "sandbox", clock=lambda: NOW)
    account = OdooAccount(
        url="http://sandbox.example", database="demo", api_key=SecretStr("sandbox-odoo-key")
    )
    async with OdooClient(account, transport=httpx.ASGITransport(app)) as client:
        found = await read_books(client)
    origin = FiguresOrigin(source="Sandbox books", read_at=NOW, is_sandbox=True)
    return BriefedBooks(found.ledger, origin, read_goals(), lambda line: f"entry {line.move_id}")


def numbers(part: Part) -> dict[str, object]:
    """What is known of a week, by key; of the charts, every point."""
    known = {one.key: one.text for one in part.all_numbers}
    drawn = {
        f"{chart.key} {one.name}": [None if value is None else str(value) for value in one.values]
        for chart in part.charts
        for one in chart.series
    }
    return known | drawn


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_the_numbers_of_a_week_are_what_they_were(books: BriefedBooks, week: Week) -> None:
    found, path = numbers(money(books, week)), GOLDEN / f"{week.number}.json"
    if os.environ.get("FTE_GOLDEN"):
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())
