"""The hourly copy of the books: what it says of itself, and that it never takes away what there is."""

import asyncio
import os
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from prefect import State
from prefect.settings import PREFECT_API_URL
from pydantic import SecretStr

from blocks.odoo.credentials import OdooCredentials
from deployments.looking import LOOKERS
from domain.reliability.look import LookResult
from flows.sync_odoo import sync_odoo
from tasks.accounting.snapshot import load_snapshot, snapshot_words
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]

ALWAYS = 100_000


@pytest.fixture
async def odoo(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The demo company connected; reading is tried twice, without a pause."""
    block = OdooCredentials(
        url=sandbox.url, database="demo", login="fte", api_key=SecretStr("sandbox-odoo-key")
    )
    await block.save("odoo", overwrite=True)
    module = import_module("flows.sync_odoo")
    quick = module.fetch_books.with_options(retries=1, retry_delay_seconds=0)
    monkeypatch.setattr(module, "fetch_books", quick)
    return sandbox


async def run() -> State:
    state: State = await sync_odoo(return_state=True)
    return state


def set_clock(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    now = datetime.now(UTC) + later
    monkeypatch.setattr(import_module("flows.sync_odoo"), "present", lambda: now)


async def test_the_books_are_copied_and_then_only_what_is_new(odoo: SandboxClient) -> None:
    first = await run()
    assert (first.name, str(first.message).partition(";")[0]) == ("Completed", "read all")
    kept = load_snapshot()
    assert kept.books.ledger.lines
    again = await run()
    assert "nothing new" in str(again.message)
    assert load_snapshot().manifest.taken_at > kept.manifest.taken_at
    partner = odoo.odoo("account.move.line", "search_read", domain=[["partner_id", "!=", False]], limit=1)
    odoo.odoo("res.partner", "write", ids=[partner[0]["partner_id"][0]], vals={"name": "Renamed"})
    assert "read what is new" in str((await run()).message)
    assert "Renamed" in {line.partner for line in load_snapshot().books.ledger.lines}


@pytest.mark.usefixtures("odoo")
async def test_books_that_were_never_copied_are_copied_without_waiting_for_the_hour() -> None:
    [books] = [one for one in LOOKERS if one.flow == "sync_odoo"]
    assert books.every_seconds <= 60

    async def look() -> LookResult:
        looked = books.look(datetime.now(UTC))
        return await looked if isinstance(looked, Awaitable) else looked

    assert await look() is LookResult.WORK
    await run()
    assert await look() is LookResult.NOTHING
    await OdooCredentials.adelete("odoo")
    assert await look() is LookResult.CLOSED


@pytest.mark.parametrize("kind", ["refuse_before", "status"])
async def test_while_odoo_is_away_the_old_copy_stays_and_its_age_is_said(
    odoo: SandboxClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    await run()
    before = load_snapshot()
    odoo.fault(kind, service="odoo", times=ALWAYS)
    set_clock(monkeypatch, timedelta(hours=3))
    state = await run()
    assert state.name == "Degraded"
    assert "3 h old" in str(state.message)
    assert load_snapshot() == before


@pytest.mark.usefixtures("odoo")
async def test_without_books_there_is_nothing_to_copy() -> None:
    await OdooCredentials.adelete("odoo")
    state = await run()
    assert state.name == "NotConnected"
    assert "fte connect odoo" in str(state.message)


async def test_an_old_day_posted_by_hand_is_marked_and_told_once_until_it_is_corrected(
    odoo: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def tell(title: str, body: str, **_how: str) -> None:
        told.append(f"{title}: {body}")

    monkeypatch.setattr(import_module("flows.sync_odoo"), "notify_owner", tell)
    assert (await run()).name == "Completed"
    bill = odoo.odoo(
        "account.move", "search", domain=[["move_type", "=", "in_invoice"], ["state", "=", "posted"]], limit=1
    )
    ids = odoo.odoo("account.move.line", "search", domain=[["move_id", "=", bill[0]]])
    day = odoo.odoo("account.move", "read", ids=bill, fields=["date"])[0]["date"]
    post_again(odoo, bill, "1899-05-01")
    state = await run()
    assert state.name == "Degraded"
    assert "'every date is plausible'" in str(state.message)
    doubt = load_snapshot().manifest.doubts[0]
    assert set(doubt.ids) <= set(ids)
    assert "'every date is plausible'" in snapshot_words(datetime.now(UTC))
    assert (await run()).name == "Degraded"
    assert len(told) == 1
    assert "'every date is plausible'" in told[0]
    post_again(odoo, bill, day)
    assert (await run()).name == "Completed"
    assert load_snapshot().manifest.doubts == ()


def post_again(odoo: SandboxClient, bill: list[int], day: str) -> None:
    odoo.odoo("account.move", "button_draft", ids=bill)
    odoo.odoo("account.move", "write", ids=bill, vals={"date": day, "invoice_date": day})
    odoo.odoo("account.move", "action_post", ids=bill)


ASK = """
import asyncio, sys
from blocks.odoo.access import saved_books

account = asyncio.run(saved_books("odoo"))
print(account.api_key.get_secret_value(), asyncio.run(saved_books("none of this name")), "prefect" in sys.modules)
"""


@pytest.mark.usefixtures("odoo")
async def test_the_account_is_read_without_importing_prefect() -> None:
    address = str(PREFECT_API_URL.value())
    environment = {**os.environ, "PREFECT_API_URL": address}
    asked = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASK, env=environment, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await asked.communicate()
    assert told.decode().split() == ["sandbox-odoo-key", "None", "False"]
