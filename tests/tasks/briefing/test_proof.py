"""A briefing that was changed after it was made is found out, whatever of it was changed."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from blocks.settings import settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.briefing.briefing import Briefing
from domain.week import Week
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tasks.actions.proof import Proof
from tasks.audit.log import audit_log
from tasks.briefing.kept import NoBriefingError, keep_briefing
from tasks.briefing.make import briefing_of
from tasks.briefing.page import write_page
from tasks.briefing.print import write_pdf
from tasks.briefing.proof import prove_briefing, prove_numbers
from tasks.briefing.sources import SOURCES
from tasks.vault.vault import current_vault, init_vault
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient

NOW = datetime.now(UTC)
WEEK = Week.before(NOW, ZoneInfo("UTC"))


async def keep_books(sandbox: SandboxClient, taken_at: datetime) -> None:
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=taken_at)


@pytest.fixture
async def made(sandbox: SandboxClient) -> Briefing:
    """Last week's briefing with its note and PDF."""
    init_vault(current_vault().root)
    audit_log().append(AuditEvent(action="test.began", status=AuditStatus.INFO), NOW)
    await keep_books(sandbox, NOW)
    parts = await asyncio.to_thread(lambda: [source.read(WEEK, NOW) for source in SOURCES])
    briefing = briefing_of(WEEK, parts, NOW)
    keep_briefing(briefing)
    write_page(briefing)
    write_pdf(briefing)
    return briefing


async def wrong(proofs: AsyncIterator[Proof]) -> list[str]:
    return [f"{proof.what}: {proof.said}" async for proof in proofs if not proof.holds]


def note(briefing: Briefing) -> Path:
    return current_vault().path(f"{briefing.name}.md")


def pdf(briefing: Briefing) -> Path:
    return current_vault().path(f"Reports/{briefing.name}.pdf")


def kept(briefing: Briefing) -> Path:
    return settings().state / "briefings" / f"{briefing.week}.json"


async def test_one_that_nobody_touched_holds(made: Briefing) -> None:
    assert made.week == WEEK.number
    assert await wrong(prove_briefing(WEEK.number)) == []
    assert [line for line in await wrong(prove_numbers(WEEK.number)) if line.startswith("Financial")] == []


async def test_a_changed_number_in_the_note_is_found(made: Briefing) -> None:
    text = note(made).read_text()
    cash = made.number("money.cash").text
    note(made).write_text(text.replace(cash, "1,000,000.00 USD"))
    (found,) = await wrong(prove_briefing(WEEK.number))
    assert found.startswith(f"note: {made.name}.md does not say what was kept: | Cash and bank |")


@pytest.mark.parametrize("how", ["removed", "added"])
async def test_a_row_that_is_gone_or_added_is_found(made: Briefing, how: str) -> None:
    lines = note(made).read_text().splitlines()
    (place, *_) = [place for place, line in enumerate(lines) if "`money.cash`" in line]
    if how == "removed":
        del lines[place]
    else:
        lines.insert(place, "| Secret reserve | 9.00 USD | | | `money.reserve` |")
    note(made).write_text("\n".join(lines))
    assert len(await wrong(prove_briefing(WEEK.number))) == 1


async def test_a_pdf_that_is_another_or_gone_is_found(made: Briefing) -> None:
    content = pdf(made).read_bytes()
    pdf(made).write_bytes(content + b"%")
    assert [line.partition(":")[0] for line in await wrong(prove_briefing(WEEK.number))] == ["PDF"]
    pdf(made).unlink()
    (found,) = await wrong(prove_briefing(WEEK.number))
    assert f"write it: fte briefing pdf {WEEK.number}" in found


async def test_a_note_that_is_gone_is_found(made: Briefing) -> None:
    note(made).unlink()
    (found,) = await wrong(prove_briefing(WEEK.number))
    assert f"make it: fte briefing make {WEEK.number}" in found


async def test_a_forged_place_in_the_audit_log_is_found(made: Briefing) -> None:
    change(kept(made), audit_hash="0" * 64)
    assert any(line.startswith("audit log: ") for line in await wrong(prove_briefing(WEEK.number)))


def change(path: Path, **facts: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


async def test_what_was_booked_into_the_week_since_is_named(made: Briefing, sandbox: SandboxClient) -> None:
    partner = sandbox.odoo(
        "res.partner", "search_read", domain=[["supplier_rank", ">", 0]], fields=["id"], limit=1
    )[0]
    lines = [[0, 0, {"name": "Late", "quantity": 1, "price_unit": 777.0, "tax_ids": [[6, 0, []]]}]]
    day = WEEK.sunday.isoformat()
    values = {"move_type": "in_invoice", "partner_id": partner["id"], "invoice_date": day, "date": day}
    ids = sandbox.odoo("account.move", "create", vals_list=[values | {"invoice_line_ids": lines}])
    sandbox.odoo("account.move", "action_post", ids=ids)
    await keep_books(sandbox, NOW + timedelta(minutes=1))
    before = made.number("money.expenses")
    found = next(line for line in await wrong(prove_numbers(WEEK.number)) if line.startswith("Financial"))
    assert f"money.expenses was {before.text}, is " in found


async def test_without_a_briefing_there_is_nothing_to_prove() -> None:
    init_vault(current_vault().root)
    with pytest.raises(NoBriefingError, match=r"make it: fte briefing make"):
        await wrong(prove_briefing("2026-W01"))
