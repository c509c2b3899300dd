"""A bill that says of itself that it was paid: owed in the books until its payment is, and nobody's to pay again."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.accounting.date_range import DateRange
from domain.accounting.report import ReportType
from domain.week import Week
from tasks.accounting.ledger import read_books
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.accounting.reports import fetch_books, get_accounts_payable, wanted_for
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tasks.accounting.stated_paid import left_to_pay
from tasks.actions import connected
from tasks.briefing.money import money_part
from tests.sandbox_fixture import SandboxClient
from tests.worked_vault import performed, prepared, set_up_vault

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
WEEK = Week(NOW.date().replace(day=16), ZoneInfo("UTC"))
BILL = b"""Cloudberry Hosting Inc.
Invoice CH-77123
Date: November 19, 2026
Hosting 87.30
Total: $87.30
Paid by card on November 19, 2026
"""
PAID = "Paid already by the word of their documents"


@pytest.fixture(autouse=True)
def worked_vault(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_vault(sandbox, monkeypatch)


async def booked(bill: bytes = BILL) -> dict[str, Any]:
    (done,) = await performed(prepared(bill))
    return done.receipt


async def payables() -> str:
    wanted = wanted_for(ReportType.PAYABLE_AGEING, DateRange(NOW.date(), NOW.date()))
    books = await fetch_books(await connected.odoo_client(), NOW, wanted)
    return " ".join(get_accounts_payable(books).notes)


async def paid(bill_id: int) -> None:
    async with await connected.odoo_client() as client:
        inputs = await payment_inputs(
            client, bill_id, amount=Decimal("87.30"), method="bank", paid_on=NOW.date()
        )
        await record_payment(client, inputs, "paid")


async def briefed(sandbox: SandboxClient) -> tuple[str, Decimal]:
    """What the briefing says, and what of that vendor is due by it."""
    async with await connected.odoo_client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=NOW)
    part = money_part(WEEK, NOW)
    number = part.number("money.due.cloudberry-hosting-inc")
    return " ".join(part.said), (number.value if number else None) or Decimal(0)


async def test_what_is_paid_by_its_document_s_word_is_named_until_its_payment_is_booked() -> None:
    assert PAID not in await payables()
    receipt = await booked()
    assert f"{PAID}, with no payment in the books: {receipt['name']} of" in await payables()
    await paid(receipt["bill_id"])
    assert PAID not in await payables()


async def test_a_bill_that_says_nothing_of_its_payment_is_owed_like_any_other() -> None:
    await booked(BILL.replace(b"Paid by card on November 19, 2026\n", b""))
    assert PAID not in await payables()


async def test_bills_of_another_odoo_are_not_taken_for_those_of_this_one(sandbox: SandboxClient) -> None:
    receipt = await booked()
    assert left_to_pay(sandbox.url) == {receipt["bill_id"]: 0}
    assert left_to_pay("http://another.example") == left_to_pay(f"{sandbox.url}0") == {}


async def test_the_briefing_does_not_call_it_due(sandbox: SandboxClient) -> None:
    _said, before = await briefed(sandbox)
    receipt = await booked()
    said, due = await briefed(sandbox)
    assert due == before
    assert f"{receipt['name']} of" in said
    assert "87.30 USD" in said
