"""A customer invoice is credited in full, once, by Odoo's own reversal; what cannot be is said in plain words."""

import datetime as dt
from decimal import Decimal
from typing import Any, cast

import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.invoice_credit import (
    InvoiceCreditFacts,
    InvoiceCreditInputs,
    InvoiceCreditOrder,
    InvoiceToCredit,
    NotCreditableError,
    NothingToCreditError,
    UnchosenInvoiceError,
    credit_problems,
)
from domain.accounting.move import MoveCancelledError, MoveMissingError, MoveState
from domain.accounting.period import ClosedPeriodError
from domain.errors import UnclearNameError
from tasks.accounting.invoice_credits import (
    WIZARD,
    check_credit,
    complete_credit,
    credit_invoice,
    creditable_invoices,
    read_credit,
    take_back_credit,
)
from tasks.accounting.payments import payment_inputs, record_payment
from tasks.accounting.records import external_id, find_record
from tasks.reliability import claims
from tests.books_asked import facts_of
from tests.odoo_world import OdooWorld, overtake

DAY = dt.date(2026, 11, 30)


async def approved(
    client: OdooClient, invoice_id: int, reason: str | None = "wrong hours", **more: Any
) -> InvoiceCreditInputs:
    order = InvoiceCreditOrder(**{"invoice_id": invoice_id, "reason": reason, "dated": DAY} | more)
    return await complete_credit(client, order)


async def draft(client: OdooClient, odoo: OdooWorld) -> int:
    [partner] = await client.call("res.partner", "create", vals_list=[{"name": f"Larch {odoo.token}"}])
    line = {"name": "Boards", "quantity": 1, "price_unit": 80.0, "tax_ids": [[6, 0, []]]}
    values = {"move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [[0, 0, line]]}
    [found] = await client.call("account.move", "create", vals_list=[values])
    return int(found)


async def notes_of(client: OdooClient, invoice_id: int) -> list[int]:
    found: list[int] = await client.call(
        "account.move", "search", domain=[["reversed_entry_id", "=", invoice_id]]
    )
    return found


async def paid(client: OdooClient, invoice_id: int, amount: str) -> None:
    asked = await payment_inputs(client, invoice_id, amount=Decimal(amount), method="bank", paid_on=DAY)
    await record_payment(client, asked, f"pay-{invoice_id}")


async def test_an_invoice_is_credited_in_full_once_and_read_back(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await approved(client, await odoo.debt(client, 345.0))
        await check_credit(client, inputs, odoo.token)
        receipt = await credit_invoice(client, inputs, odoo.token)
        assert await credit_invoice(client, inputs, odoo.token) == receipt, "once"
        assert await notes_of(client, receipt.invoice_id) == [receipt.credit_note_id]
        facts = await read_credit(client, receipt.invoice_id, receipt.credit_note_id)
        assert facts == facts_of(receipt, InvoiceCreditFacts)
        [invoice] = await client.call(
            "account.move", "read", [receipt.invoice_id], fields=["payment_state", "state"]
        )
        [note] = await client.call(
            "account.move",
            "read",
            [receipt.credit_note_id or 0],
            fields=["move_type", "amount_residual", "payment_state", "invoice_date"],
        )
        assert await take_back_credit(client, receipt.model_dump()) is False, "a posted one stays"
    assert credit_problems(inputs, facts) == []
    assert (receipt.total, receipt.left, receipt.credit_note_state) == (345, 0, MoveState.POSTED)
    assert receipt.printed == f"Reversal of: {receipt.invoice}, wrong hours"
    assert (invoice["state"], invoice["payment_state"]) == ("posted", "reversed")
    assert (note["move_type"], note["amount_residual"], note["payment_state"], note["invoice_date"]) == (
        "out_refund",
        0,
        "paid",
        "2026-11-30",
    )


async def test_without_a_reason_only_the_number_is_printed(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await approved(client, await odoo.debt(client), reason=None)
        receipt = await credit_invoice(client, inputs, odoo.token)
    assert receipt.printed == f"Reversal of: {receipt.invoice}"
    assert credit_problems(inputs, receipt) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("change", [0, 1, 2])
async def test_a_line_that_is_cut_at_any_change_leaves_one_credit_note(
    running_odoo: OdooWorld,
    change: int,
    after: bool,  # noqa: FBT001 (a case)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.odoo_world.CHANGES", ("load", "reverse_moves", "action_post"))
    async with running_odoo.client() as client:
        inputs = await approved(client, await running_odoo.debt(client))
        async with running_odoo.severed(at=change, after=after) as severed:
            with pytest.raises(OdooOutcomeUnknownError):
                await credit_invoice(severed, inputs, running_odoo.token)
        receipt = await credit_invoice(client, inputs, running_odoo.token)
        assert await notes_of(client, receipt.invoice_id) == [receipt.credit_note_id]
    assert credit_problems(inputs, receipt) == []


async def test_a_wizard_that_odoo_cleared_away_leaves_the_credit_note_known(running_odoo: OdooWorld) -> None:
    async with running_odoo.client() as client:
        inputs = await approved(client, await running_odoo.debt(client))
        receipt = await credit_invoice(client, inputs, running_odoo.token)
        again = await credit_invoice(client, inputs, f"{running_odoo.token}-later")
        assert await find_record(client, WIZARD, external_id("credit", f"{running_odoo.token}-later")) is None
    assert again.credit_note_id == receipt.credit_note_id


@pytest.mark.parametrize("asks", ["load", "reverse_moves"])
async def test_of_two_tasks_one_credits_where_the_other_was_frozen_for_longer_than_its_claim(
    running_odoo: OdooWorld, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    monkeypatch.setattr(claims, "HELD_SECONDS", -1)
    async with running_odoo.client() as client, running_odoo.client() as other:
        inputs, other_key = (
            await approved(client, await running_odoo.debt(client, 345.0)),
            f"{running_odoo.token}-other",
        )
        overtake(monkeypatch, f"{WIZARD}.{asks}", lambda: credit_invoice(other, inputs, other_key))
        with pytest.raises(NotCreditableError, match="is credited already by"):
            await credit_invoice(client, inputs, running_odoo.token)
        notes = await client.call(
            "account.move", "read", await notes_of(client, inputs.decided.invoice_id), fields=["state"]
        )
    assert sorted(note["state"] for note in notes) == ["cancel", "posted"]


async def test_a_draft_is_cancelled_instead_and_can_be_a_draft_again(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        number = await draft(client, odoo)
        inputs = await approved(client, number)
        assert inputs.decided.said.startswith(f"draft {number} · ")
        receipt = await credit_invoice(client, inputs, odoo.token)
        assert await credit_invoice(client, inputs, odoo.token) == receipt
        assert credit_problems(inputs, receipt) == []
        assert (receipt.state, receipt.credit_note_id) == (MoveState.CANCELLED, None)
        with pytest.raises(NotCreditableError, match="is cancelled already; there is nothing to credit"):
            await approved(client, number)
        assert await take_back_credit(client, receipt.model_dump())
        assert (await read_credit(client, number, None)).state is MoveState.DRAFT


async def test_what_is_paid_or_credited_or_gone_is_said_with_what_to_do(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        whole, part, twice = [await odoo.debt(client, 500.0) for _ in range(3)]
        await paid(client, whole, "500")
        await paid(client, part, "200")
        with pytest.raises(NotCreditableError, match=r"is paid in full, so that money .* Credit Note on the"):
            await approved(client, whole)
        with pytest.raises(NotCreditableError, match=r"paid in part \(200.00 USD of 500.00 USD\)"):
            await approved(client, part)
        inputs = await approved(client, twice)
        receipt = await credit_invoice(client, inputs, odoo.token)
        with pytest.raises(NotCreditableError, match=f"is credited already by {receipt.credit_note}"):
            await check_credit(client, inputs, f"{odoo.token}-other")
        with pytest.raises(NotCreditableError, match="is no customer invoice"):
            await approved(client, receipt.credit_note_id or 0)
        with pytest.raises(NotCreditableError, match="is no customer invoice"):
            await approved(client, await odoo.debt(client, move_type="in_invoice"))
        with pytest.raises(MoveMissingError):
            await approved(client, 999_999_999)


async def test_what_changed_after_it_was_approved_is_not_credited(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        number = await draft(client, odoo)
        inputs = await approved(client, number)
        await client.call("account.move", "action_post", [number])
        with pytest.raises(NotCreditableError, match="was changed in Odoo meanwhile"):
            await credit_invoice(client, inputs, odoo.token)
        other = await approved(client, await odoo.debt(client))
        await paid(client, other.decided.invoice_id, "100")
        with pytest.raises(NotCreditableError, match="paid in part"):
            await credit_invoice(client, other, odoo.token)
        assert await notes_of(client, number) == await notes_of(client, other.decided.invoice_id) == []


async def test_a_credit_note_that_a_person_cancelled_is_not_made_again(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await approved(client, await odoo.debt(client))
        receipt = await credit_invoice(client, inputs, odoo.token)
        await client.call("account.move", "button_draft", [receipt.credit_note_id or 0])
        await client.call("account.move", "button_cancel", [receipt.credit_note_id or 0])
        assert (await read_credit(client, receipt.invoice_id, receipt.credit_note_id)).left == 500
        with pytest.raises(MoveCancelledError):
            await credit_invoice(client, inputs, odoo.token)


async def test_a_day_in_a_closed_period_is_refused(administered_odoo: OdooWorld) -> None:
    async with administered_odoo.client() as client:
        number = await administered_odoo.debt(client)
        inputs = await approved(client, number)
        async with administered_odoo.locked_until(DAY):
            with pytest.raises(ClosedPeriodError, match="closed up to 2026-11-30"):
                await credit_invoice(client, inputs, administered_odoo.token)
        assert await notes_of(client, number) == []


async def test_words_find_the_invoice_by_number_customer_month_and_sum(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        first = await odoo.debt(client, 345.0)
        [row] = await client.call("account.move", "read", [first], fields=["name", "partner_id"])
        name, customer = row["name"], row["partner_id"][1]

        async def found(invoice: str, **more: Any) -> tuple[str | None, int]:
            fitting = await creditable_invoices(client, InvoiceToCredit(invoice=invoice, **more))
            return fitting.invoice, len(fitting.fits)

        assert await found(name) == await found(name.lower()) == (name, 1)
        assert await found(f"{name} to {customer}") == await found(customer) == (name, 1)
        second = await odoo.debt(client, 20.0)
        await client.call("account.move", "write", [second], vals={"ref": "x"})
        [other] = await client.call("account.move", "read", [second], fields=["partner_id"])
        assert other["partner_id"][1] == customer, "two customers of one name"
        with pytest.raises(UnclearNameError, match="Larch"):
            await found(customer)
        with pytest.raises(NothingToCreditError, match="no customer invoice INV/1999/00001"):
            await found("INV/1999/00001")
        with pytest.raises(UnclearNameError):
            await found("Nobody at all")


async def test_of_several_invoices_of_a_customer_one_is_chosen(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        number = await odoo.debt(client, 345.0)
        [row] = await client.call("account.move", "read", [number], fields=["name", "partner_id"])
        [copy] = await client.call("account.move", "create", vals_list=[
            {"move_type": "out_invoice", "partner_id": row["partner_id"][0], "invoice_date": "2026-10-05",
             "invoice_line_ids": [[0, 0, {"name": "Boards", "price_unit": 20.0, "tax_ids": [[6, 0, []]]}]]},
        ])  # fmt: skip
        await client.call("account.move", "action_post", [copy])
        customer = row["partner_id"][1]

        async def found(**more: Any) -> tuple[str | None, int]:
            fitting = await creditable_invoices(client, InvoiceToCredit(invoice=customer, **more))
            return fitting.invoice, len(fitting.fits)

        assert await found() == (None, 2)
        assert await found(month="2026-11") == await found(amount=Decimal(345)) == (row["name"], 1)
        assert await found(month="2026-01") == (None, 2), (
            "none is of that month: all are there to choose from"
        )
        fits = (await creditable_invoices(client, InvoiceToCredit(invoice=customer))).fits
        asked = InvoiceCreditInputs(fits=tuple(fits), dated=DAY)
        assert asked.problems() == ["invoice: choose the one that is credited"]
        with pytest.raises(UnchosenInvoiceError, match="choose the one"):
            await credit_invoice(client, asked, odoo.token)
        await check_credit(client, asked, odoo.token)
        said = asked.model_validate(asked.changed({"invoice": fits[1].said, "reason": ""}))
        assert (said.invoice, said.reason, said.problems()) == (fits[1].number, None, [])
        [wrong] = asked.model_validate(asked.changed({"invoice": "INV/1"})).problems()
    assert "is none of those that are shown" in wrong


async def test_what_is_no_full_credit_is_no_evidence(odoo: OdooWorld) -> None:
    async with odoo.client() as client:
        inputs = await approved(client, await odoo.debt(client))
        receipt = await credit_invoice(client, inputs, odoo.token)
    for changed, problem in (
        ({"left": Decimal(5)}, "still open"),
        ({"total": Decimal(5)}, "is over 5"),
        ({"credit_note_left": Decimal(5)}, "are not set off"),
        ({"printed": "x"}, "does not say why"),
        ({"reverses": None}, "no posted credit note"),
        ({"customer": "Somebody"}, "Somebody's"),
    ):
        assert problem in credit_problems(inputs, receipt.model_copy(update=changed))[0]


async def test_another_companys_invoice_is_said_to_be_that_companys() -> None:
    move = {
        "id": 7,
        "name": "INV/2026/00007",
        "move_type": "out_invoice",
        "state": "posted",
        "partner_id": [3, "Ash"],
        "company_id": [2, "Harbor Boats"],
        "currency_id": [1, "USD"],
    }
    answers: dict[str, Any] = {
        "account.move/read": [move],
        "res.users/context_get": {"uid": 5},
        "res.users/read": [{"company_id": [1, "Harbor Works"]}],
        "account.journal/search_read": [{"id": 1, "default_account_id": False}],
    }

    class Books:
        """Answers as an Odoo whose bot may see both companies."""

        async def call(self, model: str, method: str, *_ids: object, **_arguments: object) -> Any:
            return answers[f"{model}/{method}"]

    order = InvoiceCreditOrder(invoice_id=7, dated=DAY)
    with pytest.raises(NotCreditableError, match=r"of Harbor Boats, .* keeps the books of Harbor Works"):
        await complete_credit(cast("OdooClient", Books()), order)
