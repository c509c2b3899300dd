import asyncio
from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.odoo.credentials import OdooCredentials
from blocks.settings import Mode, settings
from blocks.whatsapp.webhook_keys import WebhookKeys
from deployments.commands.doctor import (
    CheckHealth,
    Finding,
    audit_row,
    finding_of,
    kept_books,
    looked_at,
    private_state,
)
from deployments.environment import keep_state_private
from domain.audit.event import AuditEvent, AuditStatus
from domain.health.probed import Probed
from domain.health.spell import HealthStanding
from domain.reliability.look import Look, LookResult
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_folder, snapshot_status, store_snapshot
from tasks.audit.log import audit_log
from tasks.health.questions import ending_key, model_words, odoo_words, probed, whatsapp_words
from tasks.model.spending import reserve_usd, settle_usd
from tasks.reliability.looks import record_look
from tests.model_stand_in import stand_in
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import FixedKeys, access, receiver, receiver_server, receiver_thread, write

__all__ = ["receiver", "receiver_server"]


async def ask(account: str, question: Awaitable[str], seconds: float = 5.0) -> Finding:
    return finding_of(await probed(account, question, seconds), Mode.LIVE)


TODAY = date(2026, 11, 23)
TODAY_UTC = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (None, ""),
        ("2027-02-01", ""),
        ("2026-12-07", "the API key ends on 2026-12-07, in 14 days"),
        ("2026-11-23", "the API key expired on 2026-11-23"),
    ],
)
def test_a_key_that_ends_is_said_in_time(ends: str | None, said: str) -> None:
    assert ending_key({"key_expires_on": ends}, TODAY) == said
    assert ending_key({"consent_ends_on": ends}, TODAY) == said.replace("API key", "consent")


@pytest.mark.parametrize(
    ("is_refused", "remedy"), [(True, "fte odoo setup"), (False, "start Odoo")], ids=["refused", "away"]
)
def test_a_key_that_ends_soon_hides_nothing_else(*, is_refused: bool, remedy: str) -> None:
    ending = "the API key ends on 2026-12-07, in 14 days"
    found = Probed(
        "odoo", HealthStanding.DOWN, "no database of this name", is_refused=is_refused, ending=ending
    )
    row = finding_of(found, Mode.LIVE)
    assert (row.health, row.found) == (CheckHealth.BROKEN, f"{ending}; no database of this name")
    assert remedy in row.remedy


async def test_the_copy_of_the_books_is_missing_good_or_broken(sandbox: SandboxClient) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert kept_books(now) == Finding(
        "copy of the books", CheckHealth.MISSING, "none yet", "fte run sync_odoo"
    )
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    store_snapshot(books, source, before=snapshot_status(), taken_at=now - timedelta(hours=4))
    found = kept_books(now)
    assert found.health is CheckHealth.GOOD
    assert "4 h old" in found.found
    next(snapshot_folder().glob("*/lines.parquet")).write_bytes(b"torn")
    found = kept_books(now)
    assert (found.health, found.remedy) == (CheckHealth.BROKEN, "fte run sync_odoo")
    assert "lines.parquet" in found.found


async def test_an_account_that_never_answers_is_broken_in_time() -> None:
    async def silent() -> str:
        await asyncio.Event().wait()
        return "never"

    found = await ask("odoo", silent(), seconds=0.05)
    assert (found.health, found.remedy) == (CheckHealth.BROKEN, "start Odoo, then fte doctor")


async def test_a_stopped_odoo_is_broken() -> None:
    block = OdooCredentials(
        url="http://127.0.0.1:9", database="books", login="bot", api_key=SecretStr("key"), protocol="json2"
    )
    found = await ask("odoo", odoo_words(block))
    assert found.health is CheckHealth.BROKEN
    assert found.remedy == "start Odoo, then fte doctor"


async def test_a_deleted_key_is_broken_and_the_remedy_is_the_command_that_makes_one(
    sandbox: SandboxClient,
) -> None:
    block = OdooCredentials(
        url=sandbox.url, database="demo", login="bot", api_key=SecretStr("deleted"), protocol="json2"
    )
    found = await ask("odoo", odoo_words(block))
    assert found.health is CheckHealth.BROKEN
    assert found.remedy.startswith("fte odoo setup")


async def test_a_language_model_is_shown_with_what_it_cost(sandbox: SandboxClient) -> None:
    settle_usd(reserve_usd(Decimal("0.4"), Decimal(1), TODAY_UTC), Decimal("0.25"))
    found = await ask("model", model_words([stand_in(sandbox)], TODAY_UTC))
    assert found.health is CheckHealth.GOOD
    assert found.found == "connected, sandbox-model; 0.25 of 1 USD spent in 24 hours"
    models = [stand_in(sandbox), stand_in(sandbox, model="other")]
    other = await ask("model", model_words(models, TODAY_UTC))
    assert (other.health, other.remedy) == (CheckHealth.BROKEN, "fte connect model")


async def test_whatsapp_is_well_while_its_number_answers_and_its_webhook_is_received(
    sandbox: SandboxClient, receiver: str
) -> None:
    found = await ask("whatsapp", whatsapp_words(access(sandbox.url), receiver))
    assert (found.health, found.found) == (
        CheckHealth.GOOD,
        "connected, number +15550100 of Northwind Lane Studio; WhatsApp has brought nothing yet",
    )
    write(sandbox)
    heard = await ask("whatsapp", whatsapp_words(access(sandbox.url), receiver))
    assert "brought something last at" in heard.found
    for block, address, said in (
        (access(sandbox.url, access_token="ended"), receiver, "fte connect whatsapp"),
        (access(sandbox.url, verify_token="other"), receiver, "does not know the saved verify token"),
        (access(sandbox.url), "http://127.0.0.1:9/whatsapp", "does not answer"),
    ):
        ill = await ask("whatsapp", whatsapp_words(block, address))
        assert ill.health is CheckHealth.BROKEN
        assert said in ill.found


class LateKeys(FixedKeys):
    """As a receiver knows them that has just started: the first so many requests come too early."""

    def __init__(self, early: int) -> None:
        self.early = early

    async def now(self) -> WebhookKeys | None:
        self.early -= 1
        return None if self.early >= 0 else await super().now()


async def test_a_receiver_that_has_just_started_is_given_the_time_to_read_its_access(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.whatsapp.receiver.SOON_SECONDS", 0)
    with receiver_thread(LateKeys(1)) as address:
        found = await ask("whatsapp", whatsapp_words(access(sandbox.url), address))
    assert found.health is CheckHealth.GOOD, found
    with receiver_thread(LateKeys(9)) as address:
        ill = await ask("whatsapp", whatsapp_words(access(sandbox.url), address))
    assert "could not read the saved access from the Prefect server" in ill.found


def test_a_state_that_others_can_read_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_HOME", str(tmp_path))
    here = settings()
    here.state.mkdir(mode=0o700)
    assert next(private_state(here)).health is CheckHealth.GOOD
    here.public_media.mkdir(parents=True, mode=0o755)
    (here.state / "sandbox").chmod(0o700)
    (here.public_media / "shown.jpg").touch(mode=0o644)
    assert next(private_state(here)).health is CheckHealth.GOOD
    (here.state / "ledger.sqlite").touch(mode=0o644)
    (here.state / "ledger.sqlite").chmod(0o644)
    found = next(private_state(here))
    assert (found.health, found.remedy) == (CheckHealth.BROKEN, f"chmod -R go= {here.state}")
    keep_state_private(here)
    assert next(private_state(here)).health is CheckHealth.GOOD
    assert (here.public_media / "shown.jpg").stat().st_mode & 0o777 == 0o644


LOOKED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def looks(now: datetime, *, at_work: bool = True) -> dict[str, tuple[CheckHealth, str]]:
    found = looked_at(now, at_work=at_work)
    return {item.what.removeprefix("Looking at "): (item.health, item.remedy) for item in found}


def test_each_channel_s_last_look_is_told_and_one_that_is_not_looked_at_any_more_is_broken() -> None:
    assert looks(LOOKED_AT) == {}
    record_look(Look("Inbox", 5, LOOKED_AT, LookResult.NOTHING))
    record_look(Look("mail", 60, LOOKED_AT, None, "Gmail no longer accepts our access"))
    assert {name: health for name, (health, _) in looks(LOOKED_AT + timedelta(seconds=30)).items()} == {
        "mail": CheckHealth.BROKEN,
        "Watchers": CheckHealth.GOOD,
    }
    assert looks(LOOKED_AT + timedelta(minutes=2))["Inbox"] == (CheckHealth.BROKEN, "fte down, then fte up")


def test_an_employee_that_is_not_at_work_does_not_look() -> None:
    record_look(Look("Inbox", 5, LOOKED_AT, LookResult.NOTHING))
    assert looks(LOOKED_AT + timedelta(days=1), at_work=False) == {
        "Watchers": (CheckHealth.MISSING, "fte up")
    }


def test_a_changed_audit_log_is_broken_and_one_of_the_other_mode_is_called_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = settings()
    for _ in range(2):
        audit_log().append(AuditEvent(action="x", status=AuditStatus.INFO), datetime.now(UTC))
    assert audit_row(here).health is CheckHealth.GOOD
    day = next((here.vault_path / "Logs").glob("audit_*.jsonl"))
    day.write_text(day.read_text().replace('"action":"x"', '"action":"y"', 1))
    assert (audit_row(here).health, audit_row(here).found) == (CheckHealth.BROKEN, "broken")
    here.vault_mark.write_text('{"mode": "live"}')
    monkeypatch.setenv("FTE_MODE", "sandbox")
    assert "holds live work" in audit_row(settings()).found
