"""The week looked back on: a note with records behind its numbers, the same every time, and honest without sources."""

import base64
import io
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import httpx
import pytest
from PIL import Image
from prefect import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks.language_model import LanguageModel
from blocks.odoo.credentials import OdooCredentials
from blocks.prefect_server import PrefectAwayError
from domain.accounting.copied_books import CopiedPart
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.briefing import Briefing
from domain.briefing.part import Standing
from domain.week import Week, ended_week
from flows.sync_odoo import sync_odoo
from flows.weekly_audit import weekly_audit
from tasks.accounting.snapshot import load_snapshot
from tasks.audit.log import audit_log
from tasks.briefing.kept import kept_briefing
from tasks.flow_runs.ended import ended_runs
from tasks.vault.vault import current_vault, init_vault
from tests.model_stand_in import stand_in
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]
LAST = ended_week("", datetime.now(UTC), ZoneInfo("UTC"))


@pytest.fixture(autouse=True)
def _at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """An employee that was at work before the week and still is."""
    init_vault(current_vault().root)
    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
    for moment in (LAST.previous(2).since, LAST.until):
        audit_log().append(AuditEvent(action="approver.enrolled", status=AuditStatus.SUCCESS), moment)


async def connect(sandbox: SandboxClient) -> None:
    key = SecretStr("sandbox-odoo-key")
    block = OdooCredentials(url=sandbox.url, database="demo", login="fte", api_key=key)
    await block.save("odoo", overwrite=True)


@pytest.fixture(autouse=True)
async def _not_connected() -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    yield
    with suppress(ValueError):
        await OdooCredentials.adelete("odoo")


@pytest.fixture
async def odoo(sandbox: SandboxClient) -> SandboxClient:
    await connect(sandbox)
    return sandbox


async def look_back(week: Week = LAST, *, anew: bool = False) -> tuple[State, Briefing]:
    state: State = await weekly_audit(week.number, anew=anew, return_state=True)
    return state, kept_briefing(week)


def book_a_bill(sandbox: SandboxClient, day: str) -> None:
    """Somebody books into the week afterwards."""
    partner = sandbox.odoo(
        "res.partner", "search_read", domain=[["supplier_rank", ">", 0]], fields=["id"], limit=1
    )[0]
    lines = [[0, 0, {"name": "Late bill", "quantity": 1, "price_unit": 777.0, "tax_ids": [[6, 0, []]]}]]
    values = {"move_type": "in_invoice", "partner_id": partner["id"], "invoice_date": day, "date": day}
    ids = sandbox.odoo("account.move", "create", vals_list=[values | {"invoice_line_ids": lines}])
    sandbox.odoo("account.move", "action_post", ids=ids)


@pytest.mark.usefixtures("odoo")
async def test_the_note_says_the_week_and_names_its_records() -> None:
    state, briefing = await look_back()
    assert (state.name, briefing.is_complete) == ("Completed", True)
    text = current_vault().read_root(f"{briefing.name}.md").render()
    assert f"# CEO Briefing: {LAST.days}" in text
    for number in briefing.numbers:
        assert number.text in text.replace("\\", "")
        assert f"`{number.key}`" in text
        assert number.records or not number.value, number.key
    for chart in re.findall(r"!\[.+\]\((Attachments/.+\.png)\)", text):
        assert Image.open(current_vault().path(chart)).size[0] > 500
    assert current_vault().path(f"Reports/{briefing.name}.pdf").read_bytes().startswith(b"%PDF-")
    assert f"record {briefing.audit_sequence}, hash `{briefing.audit_hash}`" in text
    assert "A made-up company" in text


async def artifacts_of(state: State) -> dict[str, str]:
    """What the run's page in Prefect's UI shows, by key."""
    asked = {"artifacts": {"flow_run_id": {"any_": [str(state.state_details.flow_run_id)]}}}
    async with httpx.AsyncClient(base_url=f"{PREFECT_API_URL.value()}/") as client:
        found = (await client.post("artifacts/filter", json=asked)).json()
    return {one["key"]: one["data"] for one in found}


@pytest.mark.usefixtures("odoo")
async def test_the_runs_page_shows_the_briefing_with_its_charts_and_what_was_checked() -> None:
    state, briefing = await look_back()
    shown = await artifacts_of(state)
    assert set(shown) == {"briefing", "checks"}
    for number in briefing.numbers:
        assert number.text in shown["briefing"].replace("\\", "")
    pictures = re.findall(r"!\[.+\]\(data:image/png;base64,(.+)\)", shown["briefing"])
    assert len(pictures) == len([chart for part in briefing.parts for chart in part.charts])
    for picture in pictures:
        assert Image.open(io.BytesIO(base64.b64decode(picture))).size[0] > 500
    lines = len(load_snapshot().books.parts[CopiedPart.LINES])
    assert f"**Journal items**: {lines:,} rows, checked" in shown["checks"]
    assert "| every line's account exists | met |" in shown["checks"]
    assert "| every record is there once | met |" in shown["checks"]
    assert "not met" not in shown["checks"]


async def test_the_same_week_says_the_same_until_it_is_read_anew(odoo: SandboxClient) -> None:
    _state, first = await look_back()
    book_a_bill(odoo, LAST.sunday.isoformat())
    await sync_odoo(return_state=True)
    _state, again = await look_back()
    assert again.number("money.expenses").value == first.number("money.expenses").value
    _state, anew = await look_back(anew=True)
    before = first.number("money.expenses").value
    assert before is not None
    assert anew.number("money.expenses").value == before + 777


async def test_without_books_the_money_is_missing_in_words_and_comes_once_they_are_there(
    sandbox: SandboxClient,
) -> None:
    state, briefing = await look_back()
    assert state.name == "Degraded"
    assert briefing.parts[0].standing is Standing.MISSING
    text = current_vault().read_root(f"{briefing.name}.md").render()
    assert "Financial Performance is missing" in text
    assert "0.00" not in text
    await connect(sandbox)
    state, briefing = await look_back()
    assert (state.name, briefing.is_complete) == ("Completed", True)


@pytest.mark.usefixtures("odoo")
async def test_a_source_that_breaks_leaves_the_briefing_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = import_module("tasks.briefing.sources").SOURCES

    def broken(*_asked: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    module = import_module("flows.weekly_audit")
    monkeypatch.setattr(module, "SOURCES", tuple(replace(one, read=broken) for one in sources))
    state, briefing = await look_back()
    assert state.name == "Degraded"
    assert "a fault of ours" in briefing.parts[0].said[0]


@pytest.mark.usefixtures("odoo")
async def test_the_runs_that_the_prefect_server_keeps_are_read() -> None:
    begun = datetime.now(UTC)
    await look_back()
    found = {run.flow: run for run in ended_runs(begun, datetime.now(UTC))}
    assert {"weekly-audit", "sync-odoo"} <= set(found)
    run = found["weekly-audit"]
    assert (run.name, run.has_failed) == (f"Look back on the week {LAST.number}", False)
    assert run.begun_at >= begun
    assert run.lasted.total_seconds() > 0
    assert ended_runs(begun - timedelta(days=2), begun - timedelta(days=1)) == []
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(PrefectAwayError),
    ):
        ended_runs(begun, begun)


@pytest.mark.long
@pytest.mark.usefixtures("odoo")
async def test_a_language_model_words_sentences_and_no_number(sandbox: SandboxClient) -> None:
    _state, plain = await look_back()
    await stand_in(sandbox).save("model", overwrite=True)
    try:
        state, worded = await look_back()
        sandbox.fault("status", service="model", status=503, times=9)
        _state, without = await look_back(anew=True)
    finally:
        await LanguageModel.adelete("model")
    assert "Worded by sandbox-model: " in str(state.message)
    assert worded.numbers == plain.numbers
    assert any(said != sentence for sentence, said in worded.wording.sentences.items())
    text = current_vault().read_root(f"{worded.name}.md").render()
    assert "The wording is plain: the language model sandbox-model is away (HTTP 503)." in text
    assert without.wording.sentences == {}
