import asyncio
from datetime import date
from decimal import Decimal

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.bill import BillFacts, BillInputs, BillReceipt, bill_problems
from domain.accounting.duplicate import DuplicateBillError
from domain.accounting.move import MoveCancelledError, MoveMissingError, MoveState
from domain.accounting.partner import AmbiguousPartnerError, ArchivedPartnerError, KnownBy
from tasks.accounting import bills
from tasks.accounting.bills import (
    BillTotalError,
    cancel_bill,
    check_bill,
    is_known_payee,
    preview_bill,
    read_bill,
    record_bill,
)
from tasks.accounting.chart import CurrencyNotUsableError
from tasks.accounting.partners import find_vendor
from tests.books_asked import facts_of, found_bill
from tests.odoo_world import OdooWorld

PDF = b"%PDF-1.4 a receipt"


async def booked(client: OdooClient, inputs: BillInputs, key: str) -> BillReceipt:
    return await record_bill(client, inputs, key=key, document=PDF, filename="receipt.pdf")


async def lines_of(client: OdooClient, bill_id: int) -> int:
    count: int = await client.call(
        "account.move.line",
        "search_count",
        domain=[["move_id", "=", bill_id], ["display_type", "=", "product"]],
    )
    return count


async def bills_of(client: OdooClient, number: str | None) -> list[int]:
    found: list[int] = await client.call("account.move", "search", domain=[["ref", "=", number]])
    return found


async def test_a_bill_is_posted_with_its_document_and_read_back(odoo: OdooWorld) -> None:
    inputs = odoo.bill(document="Attachments/receipt.pdf")
    async with odoo.client() as client:
        receipt = await booked(client, inputs, odoo.token)
        assert await read_bill(client, receipt.bill_id) == facts_of(receipt, BillFacts)
    assert bill_problems(inputs, receipt) == []
    assert receipt.state is MoveState.POSTED
    assert receipt.date == date(2026, 11, 10)
    assert receipt.due_on == date(2026, 12, 10)
    assert receipt.residual == Decimal("100.00")
    assert receipt.attachment_count == 1
    assert receipt.vendor == inputs.vendor
    assert receipt.notes == []


@pytest.mark.usefixtures("running_odoo")
async def test_what_was_paid_before_is_noted_on_the_bill(odoo: OdooWorld) -> None:
    inputs = odoo.bill(already_paid=Decimal("30.00"))
    async with odoo.client() as client:
        receipt = await booked(client, inputs, odoo.token)
        [row] = await client.call("account.move", "read", [receipt.bill_id], fields=["narration"])
    assert "30.00 USD of 100.00 USD were already paid; 70.00 USD are left to pay" in row["narration"]


@pytest.mark.usefixtures("running_odoo")
async def test_a_discount_for_early_payment_is_noted_on_the_bill(odoo: OdooWorld) -> None:
    inputs = odoo.bill(discount_until=date(2026, 11, 20), discount_total=Decimal("98.00"))
    async with odoo.client() as client:
        receipt = await booked(client, inputs, odoo.token)
        [row] = await client.call("account.move", "read", [receipt.bill_id], fields=["narration"])
    assert "Paid until 2026-11-20, 98.00 USD are enough" in row["narration"]
    assert (receipt.amount_total, receipt.due_on) == (Decimal("100.00"), date(2026, 12, 10))
    assert any("a discount of 2.00 USD for early payment" in note for note in receipt.notes)


async def test_recording_again_changes_nothing(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        first = await booked(client, odoo.bill(), odoo.token)
        assert await booked(client, odoo.bill(), odoo.token) == first
        assert await bills_of(client, first.number) == [first.bill_id]
        assert await lines_of(client, first.bill_id) == 1


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("after", [True, False], ids=["done", "not-done"])
async def test_a_cut_line_leaves_a_bill_that_is_finished_once(
    odoo: OdooWorld, at: int, *, after: bool
) -> None:
    async with odoo.severed(at=at, after=after) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await booked(client, odoo.bill(), odoo.token)
    async with odoo.client() as client:
        receipt = await booked(client, odoo.bill(), odoo.token)
        assert await bills_of(client, receipt.number) == [receipt.bill_id]
        assert await lines_of(client, receipt.bill_id) == 1
    assert bill_problems(odoo.bill(document="x"), receipt) == []
    assert receipt.attachment_count == 1


async def test_two_callers_at_once_make_one_bill(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        first, second = await asyncio.gather(
            *(booked(client, running_odoo.bill(), running_odoo.token) for client in (one, other))
        )
        assert first.bill_id == second.bill_id
        assert await bills_of(one, first.number) == [first.bill_id]
        assert await lines_of(one, first.bill_id) == 1
        receipt = await found_bill(one, running_odoo.token)
    assert receipt is not None
    assert bill_problems(running_odoo.bill(document="x"), receipt) == []
    assert receipt.attachment_count == 1


async def test_one_document_under_two_keys_at_once_is_booked_once(running_odoo: OdooWorld) -> None:
    keys = [f"{running_odoo.token}-mail", f"{running_odoo.token}-file"]
    async with running_odoo.client() as one, running_odoo.client() as other:
        outcomes = await asyncio.gather(
            booked(one, running_odoo.bill(), keys[0]),
            booked(other, running_odoo.bill(), keys[1]),
            return_exceptions=True,
        )
        posted = await one.call(
            "account.move",
            "search_count",
            domain=[["ref", "=", running_odoo.bill().number], ["state", "=", "posted"]],
        )
    receipts = [outcome for outcome in outcomes if isinstance(outcome, BillReceipt)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, DuplicateBillError)]
    assert (len(receipts), len(refusals), posted) == (1, 1, 1)


async def test_a_matching_purchase_tax_makes_net_and_tax(odoo: OdooWorld) -> None:
    inputs = odoo.bill(net=Decimal("87.31"), tax=Decimal("13.10"), total=Decimal("100.41"))
    async with odoo.client() as client:
        receipt = await booked(client, inputs, odoo.token)
    assert (receipt.amount_total, receipt.amount_tax) == (Decimal("100.41"), Decimal("13.10"))
    assert receipt.notes == []


async def test_a_tax_of_no_known_rate_is_booked_gross_and_said(odoo: OdooWorld) -> None:
    inputs = odoo.bill(net=Decimal("100.00"), tax=Decimal("7.77"), total=Decimal("107.77"))
    async with odoo.client() as client:
        receipt = await booked(client, inputs, odoo.token)
    assert (receipt.amount_total, receipt.amount_tax) == (Decimal("107.77"), Decimal(0))
    assert "booked gross" in receipt.notes[0]


async def test_a_bill_in_another_currency_keeps_its_own_amount(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await booked(client, odoo.bill(currency="EUR"), odoo.token)
    assert bill_problems(odoo.bill(currency="EUR"), receipt) == []
    assert (receipt.residual, receipt.currency) == (Decimal("100.00"), "EUR")


@pytest.mark.parametrize("currency", ["XTS", "GBP"], ids=["unknown", "inactive"])
async def test_an_unusable_currency_is_refused_and_leaves_nothing(odoo: OdooWorld, currency: str) -> None:
    inputs = odoo.bill(currency=currency)
    async with odoo.client() as client:
        with pytest.raises(CurrencyNotUsableError, match=currency):
            await booked(client, inputs, odoo.token)
        assert await found_bill(client, odoo.token) is None
        assert (await find_vendor(client, inputs)).known_by is KnownBy.UNKNOWN


async def test_a_bill_of_an_archived_vendor_waits_for_a_person(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await booked(client, odoo.bill(), odoo.token)
        await client.call("res.partner", "write", [receipt.vendor_id], vals={"active": False})
        with pytest.raises(ArchivedPartnerError, match=r"vendor '.*' is archived in Odoo"):
            await check_bill(client, odoo.bill(number=f"N-{odoo.token}"), key=f"{odoo.token}-next")


async def test_what_becomes_of_a_bill_is_told_before(odoo: OdooWorld) -> None:
    taxed = odoo.bill(tax=Decimal("15.00"), total=Decimal("115.00"), category="rent")
    odd = odoo.bill(tax=Decimal("7.77"), total=Decimal("107.77"))
    async with odoo.client() as client:
        before = await preview_bill(client, taxed)
        receipt = await booked(client, taxed, odoo.token)
        after = await preview_bill(client, odd)
        lines = await client.call(
            "account.move.line",
            "search_read",
            domain=[["move_id", "=", receipt.bill_id], ["display_type", "=", "product"]],
            fields=["account_id", "tax_ids"],
        )
        tax = await client.call("account.tax", "read", lines[0]["tax_ids"], fields=["name"])
    assert before["vendor"] == "not in the books; will be created"
    assert before["account"] in lines[0]["account_id"][1]
    assert before["tax"] == f"{tax[0]['name']}, 15.00 USD"
    assert f"(id {receipt.vendor_id}), known by" in after["vendor"]
    assert after["tax"] == "none of the books' taxes makes 7.77 USD of the net amount: booked gross"


async def test_the_same_number_of_the_same_vendor_is_refused(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        first = await booked(client, odoo.bill(number=f"CP- {odoo.token}"), odoo.token)
        with pytest.raises(DuplicateBillError) as caught:
            await booked(client, odoo.bill(number=f"cp - {odoo.token}"), f"{odoo.token}-again")
        assert caught.value.other.bill_id == first.bill_id
        assert await found_bill(client, f"{odoo.token}-again") is None


async def test_without_number_the_same_day_and_amount_is_a_duplicate(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        await booked(client, odoo.bill(number=None), odoo.token)
        with pytest.raises(DuplicateBillError):
            await booked(client, odoo.bill(number=None), f"{odoo.token}-again")
        other_day = odoo.bill(number=None, issued_on=date(2026, 11, 11))
        assert (await booked(client, other_day, f"{odoo.token}-other")).state is MoveState.POSTED


async def test_a_duplicate_is_refused_before_anybody_is_asked(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        await check_bill(client, odoo.bill(), key=odoo.token)
        await booked(client, odoo.bill(), odoo.token)
        await check_bill(client, odoo.bill(), key=odoo.token)
        with pytest.raises(DuplicateBillError):
            await check_bill(client, odoo.bill(), key=f"{odoo.token}-again")


async def test_a_bill_that_another_worker_of_its_task_books_meanwhile_is_no_duplicate(
    odoo: OdooWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    async def look_too_early(_client: OdooClient, _model: str, name: str) -> None:
        looked.append(name)

    async with odoo.client() as client:
        await booked(client, odoo.bill(), odoo.token)
        monkeypatch.setattr(bills, "find_record", look_too_early)
        await check_bill(client, odoo.bill(), key=odoo.token)
    assert len(looked) == 1


async def test_a_draft_that_a_person_changed_is_not_posted(odoo: OdooWorld) -> None:
    async with odoo.severed(at=2, after=False) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await booked(client, odoo.bill(), odoo.token)
    async with odoo.client() as client:
        draft = await found_bill(client, odoo.token)
        assert draft is not None
        assert draft.state is MoveState.DRAFT
        line = await client.call("account.move", "read", [draft.bill_id], fields=["invoice_line_ids"])
        await client.call(
            "account.move",
            "write",
            [draft.bill_id],
            vals={"invoice_line_ids": [[1, line[0]["invoice_line_ids"][0], {"price_unit": 90.0}]]},
        )
        with pytest.raises(BillTotalError, match=r"90\.00 USD .* 100\.00 USD"):
            await booked(client, odoo.bill(), odoo.token)


async def test_a_bill_is_found_by_its_key_or_provably_absent(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        assert await found_bill(client, odoo.token) is None
        receipt = await booked(client, odoo.bill(), odoo.token)
        assert await found_bill(client, odoo.token) == facts_of(receipt, BillFacts)


async def test_a_cancelled_bill_stays_cancelled(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        assert await cancel_bill(client, odoo.token) is None
        await booked(client, odoo.bill(), odoo.token)
        for _ in range(2):
            facts = await cancel_bill(client, odoo.token)
            assert facts is not None
            assert facts.state is MoveState.CANCELLED
        with pytest.raises(MoveCancelledError):
            await booked(client, odoo.bill(), odoo.token)
        again = await booked(client, odoo.bill(), f"{odoo.token}-again")
        assert again.state is MoveState.POSTED


async def test_only_a_posted_bill_makes_a_payee_known(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        assert not await is_known_payee(client, odoo.bill())
        await booked(client, odoo.bill(), odoo.token)
        assert await is_known_payee(client, odoo.bill())
        await cancel_bill(client, odoo.token)
        assert not await is_known_payee(client, odoo.bill())


async def test_a_vendor_is_found_by_tax_number_address_and_name(odoo: OdooWorld) -> None:
    vat, email = f"US{odoo.token}", f"billing@{odoo.token}.example"
    async with odoo.client() as client:
        first = await booked(client, odoo.bill(vendor_vat=vat, vendor_email=email), odoo.token)
        for changed, known_by in (
            ({"vendor": "Somebody Else", "vendor_vat": "us-" + " ".join(odoo.token)}, KnownBy.VAT),
            ({"vendor": "Somebody Else", "vendor_email": f"Bills <{email.upper()}>"}, KnownBy.EMAIL),
            ({"vendor": f"CEDAR PAPER {odoo.token}"}, KnownBy.NAME),
        ):
            match = await find_vendor(client, odoo.bill(**changed))
            assert match.partner is not None
            assert (match.known_by, match.partner.partner_id) == (known_by, first.vendor_id)
        with pytest.raises(AmbiguousPartnerError, match="another tax number"):
            await find_vendor(client, odoo.bill(vendor_vat="US999"))


async def test_two_vendors_of_one_name_are_not_guessed(odoo: OdooWorld) -> None:
    inputs = odoo.bill()
    async with odoo.client() as client:
        await client.call(
            "res.partner",
            "create",
            vals_list=[{"name": inputs.vendor}, {"name": inputs.vendor.upper().rstrip(".")}],
        )
        with pytest.raises(AmbiguousPartnerError, match="several"):
            await booked(client, inputs, odoo.token)
        assert await found_bill(client, odoo.token) is None


async def test_a_locked_period_is_read_back_and_said(administered_odoo: OdooWorld) -> None:
    inputs = administered_odoo.bill(issued_on=date(2026, 9, 3))
    async with administered_odoo.locked_until(date(2026, 9, 30)), administered_odoo.client() as client:
        receipt = await booked(client, inputs, administered_odoo.token)
    assert receipt.invoice_date == inputs.issued_on
    assert receipt.date > date(2026, 9, 30)
    assert f"Odoo booked it on {receipt.date}, not on 2026-09-03" in receipt.notes[0]


async def test_a_bill_that_is_gone_is_named(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        with pytest.raises(MoveMissingError, match="999999999"):
            await read_bill(client, 999999999)
