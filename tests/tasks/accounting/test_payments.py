import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.move import MoveMissingError
from domain.accounting.payment import (
    AlreadyPaidError,
    NotPayableError,
    OverPaymentError,
    PaymentFacts,
    PaymentInputs,
    PaymentMethodError,
    PaymentMismatchError,
    PaymentReceipt,
    PaymentState,
    payment_problems,
)
from domain.accounting.period import ClosedPeriodError
from domain.errors import RejectedError
from tasks.accounting.payables import PaymentAccountMissingError, read_payable
from tasks.accounting.payments import (
    PaymentChangedError,
    cancel_payment,
    check_payment,
    is_paid_before,
    payment_inputs,
    read_payment,
    record_payment,
)
from tests.books_asked import facts_of, found_payment
from tests.odoo_world import OdooWorld

PAID_ON = date(2026, 11, 20)


async def asked(client: OdooClient, invoice_id: int, amount: str = "500.00", **changed: Any) -> PaymentInputs:
    inputs = await payment_inputs(
        client, invoice_id, amount=Decimal(amount), method=changed.pop("method", "bank"), paid_on=PAID_ON
    )
    return inputs.model_copy(update=changed)


async def payments_of(client: OdooClient, invoice_id: int) -> list[dict[str, Any]]:
    partner = (await read_payable(client, invoice_id)).partner_id
    found: list[dict[str, Any]] = await client.call(
        "account.payment",
        "search_read",
        domain=[["partner_id", "=", partner], ["state", "in", ["in_process", "paid"]]],
        fields=["amount"],
    )
    return found


async def test_a_whole_payment_settles_the_invoice(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
        receipt = await record_payment(client, inputs, key=odoo.token)
        assert await read_payment(client, receipt.payment_id, inputs.invoice_id) == facts_of(
            receipt, PaymentFacts
        )
    assert payment_problems(inputs, receipt) == []
    assert (receipt.invoice_residual, receipt.invoice_payment_state) == (Decimal("0.00"), "paid")
    assert receipt.date == PAID_ON
    assert receipt.journal == "Bank"


async def test_a_part_payment_leaves_the_rest_open(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        invoice = await odoo.debt(client)
        first = await record_payment(client, await asked(client, invoice, "200.10"), key=odoo.token)
        rest = await record_payment(client, await asked(client, invoice, "299.90"), key=f"{odoo.token}-rest")
    assert (first.invoice_residual, first.invoice_payment_state) == (Decimal("299.90"), "partial")
    assert (rest.invoice_residual, rest.invoice_payment_state) == (Decimal("0.00"), "paid")


async def test_an_amount_without_cents_is_the_same_amount(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        receipt = await record_payment(
            client, await asked(client, await odoo.debt(client), "50"), key=odoo.token
        )
    assert (receipt.amount, receipt.invoice_residual) == (Decimal("50.00"), Decimal("450.00"))


async def test_a_bill_is_paid_out_and_the_vendor_known_from_then_on(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client, move_type="in_invoice"), method="cash")
        assert not await is_paid_before(client, inputs)
        receipt = await record_payment(client, inputs, key=odoo.token)
        assert await is_paid_before(client, inputs)
    assert payment_problems(inputs, receipt) == []
    assert (receipt.invoice_payment_state, receipt.journal) == ("paid", "Cash")


async def test_paying_again_with_the_same_key_changes_nothing(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
        first = await record_payment(client, inputs, key=odoo.token)
        assert await record_payment(client, inputs, key=odoo.token) == first
        assert await found_payment(client, odoo.token, inputs.invoice_id) == facts_of(first, PaymentFacts)
        await check_payment(client, inputs, key=odoo.token)
        assert len(await payments_of(client, inputs.invoice_id)) == 1


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("after", [True, False], ids=["done", "not-done"])
async def test_a_cut_line_leaves_a_payment_that_is_finished_once(
    odoo: OdooWorld, at: int, *, after: bool
) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
    async with odoo.severed(at=at, after=after) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await record_payment(client, inputs, key=odoo.token)
    async with odoo.client() as client:
        receipt = await record_payment(client, inputs, key=odoo.token)
        assert len(await payments_of(client, inputs.invoice_id)) == 1
    assert payment_problems(inputs, receipt) == []


async def test_two_callers_of_one_payment_pay_once(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        inputs = await asked(one, await running_odoo.debt(one))
        first, second = await asyncio.gather(
            *(record_payment(client, inputs, key=running_odoo.token) for client in (one, other))
        )
        assert first == second
        assert len(await payments_of(one, inputs.invoice_id)) == 1


@pytest.mark.parametrize("amounts", [("500.00", "500.00"), ("400.00", "300.00")], ids=["whole", "part"])
async def test_two_tasks_that_pay_one_invoice_pay_it_once(
    running_odoo: OdooWorld, amounts: tuple[str, str]
) -> None:
    async with running_odoo.client() as one, running_odoo.client() as other:
        invoice = await running_odoo.debt(one)
        inputs = [await asked(one, invoice, amount) for amount in amounts]
        outcomes = await asyncio.gather(
            record_payment(one, inputs[0], key=f"{running_odoo.token}-one"),
            record_payment(other, inputs[1], key=f"{running_odoo.token}-other"),
            return_exceptions=True,
        )
        booked = await payments_of(one, invoice)
        residual = (await read_payable(one, invoice)).residual
    receipts = [outcome for outcome in outcomes if isinstance(outcome, PaymentReceipt)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, AlreadyPaidError | OverPaymentError)]
    assert (len(receipts), len(refusals), len(booked)) == (1, 1, 1)
    assert residual == Decimal(500) - receipts[0].amount


async def test_a_paid_invoice_is_not_paid_again(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
        await record_payment(client, inputs, key=odoo.token)
        with pytest.raises(AlreadyPaidError, match="paid already"):
            await record_payment(client, inputs, key=f"{odoo.token}-again")
        assert await found_payment(client, f"{odoo.token}-again", inputs.invoice_id) is None


async def test_more_than_is_open_is_refused(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client), "500.01")
        with pytest.raises(OverPaymentError, match=r"500\.01 USD is more than the 500\.00 USD"):
            await record_payment(client, inputs, key=odoo.token)
        assert await found_payment(client, odoo.token, inputs.invoice_id) is None


@pytest.mark.parametrize("amount", ["0", "-5", "1.001"])
async def test_an_impossible_amount_is_refused(odoo: OdooWorld, amount: str) -> None:
    async with odoo.client() as client:
        invoice = await odoo.debt(client)
        with pytest.raises(ValidationError):
            await asked(client, invoice, amount)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"method": "seashells"}, PaymentMethodError, "name one of: Bank, Cash"),
        ({"partner": "Somebody Else"}, PaymentMismatchError, "its partner is"),
        ({"currency": "EUR"}, PaymentMismatchError, "its currency is USD and not EUR"),
        ({"invoice_id": 999999999}, MoveMissingError, "999999999"),
    ],
    ids=["method", "partner", "currency", "invoice"],
)
async def test_what_does_not_fit_is_refused_and_leaves_nothing(
    odoo: OdooWorld, changed: dict[str, Any], error: type[RejectedError], said: str
) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
        wrong = inputs.model_copy(update=changed)
        for refusing in (check_payment, record_payment):
            with pytest.raises(error, match=said):
                await refusing(client, wrong, key=odoo.token)
        assert await found_payment(client, odoo.token, inputs.invoice_id) is None


async def test_a_draft_invoice_is_not_paid(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        invoice = await odoo.debt(client)
        inputs = await asked(client, invoice)
        await client.call("account.move", "button_draft", [invoice])
        with pytest.raises(NotPayableError, match="is a draft, so it cannot be paid"):
            await record_payment(client, inputs, key=odoo.token)


async def test_an_undone_payment_opens_its_invoice_again_and_stays_undone(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
        assert await cancel_payment(client, odoo.token, inputs.invoice_id) is None
        await record_payment(client, inputs, key=odoo.token)
        for _ in range(2):
            facts = await cancel_payment(client, odoo.token, inputs.invoice_id)
            assert facts is not None
            assert (facts.state, facts.invoice_residual) == (PaymentState.CANCELLED, Decimal("500.00"))
        with pytest.raises(PaymentChangedError, match="canceled"):
            await record_payment(client, inputs, key=odoo.token)
        again = await record_payment(client, inputs, key=f"{odoo.token}-again")
        assert again.invoice_payment_state == "paid"


async def test_a_draft_payment_that_a_person_changed_is_left_alone(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await asked(client, await odoo.debt(client))
    async with odoo.severed(at=1, after=False) as client:
        with pytest.raises(OdooOutcomeUnknownError):
            await record_payment(client, inputs, key=odoo.token)
    async with odoo.client() as client:
        draft = await found_payment(client, odoo.token, inputs.invoice_id)
        assert draft is not None
        await client.call("account.payment", "write", [draft.payment_id], vals={"amount": 90.0})
        with pytest.raises(PaymentChangedError, match=r"90\.00 USD"):
            await record_payment(client, inputs, key=odoo.token)


async def test_a_closed_period_takes_no_payment(administered_odoo: OdooWorld) -> None:
    async with administered_odoo.client() as client:
        inputs = await asked(client, await administered_odoo.debt(client), paid_on=date(2026, 9, 3))
        async with administered_odoo.locked_until(date(2026, 9, 30)):
            with pytest.raises(ClosedPeriodError, match="closed up to 2026-09-30"):
                await record_payment(client, inputs, key=administered_odoo.token)


async def test_a_journal_without_payment_account_is_refused(administered_odoo: OdooWorld) -> None:
    async with administered_odoo.client() as client:
        inputs = await asked(client, await administered_odoo.debt(client))
        async with administered_odoo.without_payment_accounts():
            with pytest.raises(PaymentAccountMissingError, match="fte odoo setup"):
                await record_payment(client, inputs, key=administered_odoo.token)
