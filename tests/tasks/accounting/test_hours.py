"""Hours that become invoices, each once: against the stand-in, a real Odoo's recording, and a live one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooOutcomeUnknownError
from domain.accounting.hours import (
    HoursInvoiceInputs,
    HoursOrder,
    HoursTakenError,
    NoHoursError,
    NoRateError,
    hours_problems,
    mark_of,
)
from domain.accounting.move import MovePaidError, MoveState
from domain.accounting.rates import HourRates
from domain.errors import RejectedError
from tasks.accounting import hours_invoices
from tasks.accounting.hour_rates import HourRateTable
from tasks.accounting.hours_invoices import (
    cancel_hours,
    check_hours,
    complete_hours,
    customers_with_hours,
    invoice_hours,
    read_hours_invoice,
    unbilled_hours,
)
from tasks.accounting.timesheets import TimesheetRightsError, marked_entries
from tasks.reliability import claims
from tasks.reliability.claims import ClaimLostError
from tests.odoo_world import OdooWorld, plain_transport, sandbox_world
from tests.taken_over import frozen_at

TODAY = date(2026, 11, 2)
TABLE = HourRateTable(HourRates(hour=Decimal("90.00")), "USD")
LINE, MOVE = "account.analytic.line", "account.move"


@pytest.fixture(autouse=True)
def ledger(home: Path) -> None:
    """Where who marks the hours is kept."""
    home.mkdir(parents=True, exist_ok=True)


@dataclass
class Worked:
    """A customer of this test's own, a project with a task, and two people."""

    client: OdooClient
    customer: str
    customer_id: int
    project: int
    task: int
    people: tuple[int, int]

    async def hours(self, day: str, hours: float, *, person: int = 0, on_task: bool = True) -> int:
        """One entry of a timesheet."""
        task = {"task_id": self.task} if on_task else {}
        values = {"name": "/", "date": day, "unit_amount": hours, "employee_id": self.people[person]}
        return await self._made(LINE, **values, project_id=self.project, **task)

    async def _made(self, model: str, **values: Any) -> int:
        return await made(self.client, model, **values)

    def order(self, **said: Any) -> HoursOrder:
        """October's hours."""
        return HoursOrder(**{"customer": self.customer, "period": "2026-10", **said})

    async def inputs(self, table: HourRateTable = TABLE, **said: Any) -> HoursInvoiceInputs:
        """What would be approved."""
        return await complete_hours(self.client, self.order(**said), table, TODAY)

    async def left(self) -> Decimal:
        """Hours of October that are still to be invoiced."""
        return (await unbilled_hours(self.client, self.order())).hours

    async def invoiced(self) -> Decimal:
        """What all posted invoices of the customer come to, in hours."""
        domain = [["partner_id", "=", self.customer_id], ["state", "=", "posted"]]
        moves = await self.client.call(MOVE, "search", domain=domain)
        lines = await self.client.call(
            "account.move.line",
            "search_read",
            domain=[["move_id", "in", moves], ["display_type", "=", "product"]],
            fields=["quantity"],
        )
        return sum((Decimal(str(line["quantity"])) for line in lines), Decimal(0))


async def made(client: OdooClient, model: str, **values: Any) -> int:
    (record,) = await client.call(model, "create", vals_list=[values])
    return int(record)


@asynccontextmanager
async def work(odoo: OdooWorld) -> AsyncIterator[Worked]:
    async with odoo.client() as client:
        name = f"Alder {odoo.token}"
        customer = await made(client, "res.partner", name=name, is_company=True, customer_rank=1)
        project = await made(
            client, "project.project", name=f"Fence {odoo.token}", partner_id=customer, allow_timesheets=True
        )
        task = await made(client, "project.task", name="Posts", project_id=project)
        ann = await made(client, "hr.employee", name=f"Ann {odoo.token}")
        bob = await made(client, "hr.employee", name=f"Bob {odoo.token}")
        yield Worked(client, name, customer, project, task, (ann, bob))


async def test_a_month_s_hours_become_one_invoice_and_are_marked(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        first = await own.hours("2026-10-01", 2.5)
        second = await own.hours("2026-10-31", 1.25)
        other = await own.hours("2026-10-15", 4, on_task=False)
        await own.hours("2026-11-01", 8)
        await own.hours("2026-09-30", 3)
        found = await unbilled_hours(own.client, own.order())
        assert (found.hours, found.told) == (
            Decimal("7.75"),
            "3 h from before 2026-10-01 are not invoiced either",
        )
        inputs = await own.inputs()
        assert [(item.quantity, item.price, item.rate_source) for item in inputs.items] == [
            (Decimal("4.00"), Decimal("90.00"), "the handbook's rates.hour"),
            (Decimal("3.75"), Decimal("90.00"), "the handbook's rates.hour"),
        ]
        assert inputs.items[1].description == f"Fence {odoo.token}: Posts (2026-10-01 to 2026-10-31)"
        assert (inputs.total, inputs.due_date) == (Decimal("802.13"), date(2026, 12, 2))
        await check_hours(own.client, inputs, odoo.token)
        receipt = await invoice_hours(own.client, inputs, odoo.token)
        facts = await read_hours_invoice(own.client, receipt.invoice_id, odoo.token)
        assert hours_problems(inputs, facts) == []
        assert sorted(facts.entries) == sorted([first, second, other])
        assert (facts.state, facts.amount_total) == (MoveState.POSTED, Decimal("802.13"))
        with pytest.raises(NoHoursError, match=r"7\.75 h are invoiced"):
            await own.inputs()
        with pytest.raises(HoursTakenError, match="are invoiced by now"):
            await check_hours(own.client, inputs, f"{odoo.token}x")
        await cancel_hours(own.client, odoo.token)
        assert await own.left() == Decimal("7.75")


async def test_a_person_s_reference_on_an_entry_stays(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        entry = await own.hours("2026-10-01", 2)
        await own.client.call(LINE, "write", [entry], vals={"ref": "PO 4711"})
        await invoice_hours(own.client, await own.inputs(), odoo.token)
        (row,) = await own.client.call(LINE, "read", [entry], fields=["ref"])
        assert row["ref"] == f"PO 4711 {mark_of(odoo.token)}"
        await cancel_hours(own.client, odoo.token)
        (row,) = await own.client.call(LINE, "read", [entry], fields=["ref"])
        assert row["ref"] == "PO 4711"


async def test_what_a_person_cancels_in_odoo_is_to_be_invoiced_again(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        receipt = await invoice_hours(own.client, await own.inputs(), odoo.token)
        await own.client.call(MOVE, "button_draft", [receipt.invoice_id])
        await own.client.call(MOVE, "button_cancel", [receipt.invoice_id])
        assert await own.left() == 2
        again = await invoice_hours(own.client, await own.inputs(), f"{odoo.token}b")
        assert again.invoice_id != receipt.invoice_id
        assert (await own.left(), await own.invoiced()) == (0, 2)


async def test_hours_of_a_sales_order_go_by_its_price_and_odoo_knows_that_they_are_invoiced(
    selling_odoo: OdooWorld,
) -> None:
    odoo = selling_odoo
    async with work(odoo) as own:
        product = await made(
            own.client, "product.product", name=f"Hour {odoo.token}", type="service",
            invoice_policy="delivery", service_type="timesheet",
        )  # fmt: skip
        line = {"product_id": product, "product_uom_qty": 20, "price_unit": 110.0, "discount": 10.0}
        order = await made(own.client, "sale.order", partner_id=own.customer_id, order_line=[[0, 0, line]])
        await own.client.call("sale.order", "action_confirm", [order])
        (ordered,) = await own.client.call("sale.order.line", "search", domain=[["order_id", "=", order]])
        vals = {"allow_billable": True, "sale_line_id": ordered}
        await own.client.call("project.project", "write", [own.project], vals=vals)
        first = await own.hours("2026-10-01", 2, on_task=False)
        second = await own.hours("2026-10-02", 3.5, on_task=False)
        never = await own.hours("2026-10-03", 8, on_task=False)
        vals = {"so_line": False, "is_so_line_edited": True}
        await own.client.call(LINE, "write", [never], vals=vals)
        inputs = await own.inputs()
        (item,) = inputs.items
        assert (item.quantity, item.price, item.sale_line_id) == (Decimal("5.50"), 99, ordered)
        assert item.rate_source.startswith("sales order S")
        assert inputs.notes == ["8 h are not invoiced by the hour"]
        receipt = await invoice_hours(own.client, inputs, odoo.token)
        rows = await own.client.call(LINE, "read", [first, second, never], fields=["timesheet_invoice_id"])
        linked = [row["timesheet_invoice_id"] and row["timesheet_invoice_id"][0] for row in rows]
        assert linked == [receipt.invoice_id, receipt.invoice_id, False]
        fields = ["qty_delivered", "qty_invoiced"]
        (delivered,) = await own.client.call("sale.order.line", "read", [ordered], fields=fields)
        assert (delivered["qty_delivered"], delivered["qty_invoiced"]) == (Decimal("5.5"), Decimal("5.5"))
        assert await own.left() == 0
        await cancel_hours(own.client, odoo.token)
        assert await own.left() == Decimal("5.5")
        (again,) = await own.client.call(LINE, "read", [first], fields=["timesheet_invoice_id", "ref"])
        assert (again["timesheet_invoice_id"], again["ref"]) == (False, False)


RATES: list[tuple[str, dict[str, Any], str, str]] = [
    ("nothing else", {"hour": "80"}, "80", "the handbook's rates.hour"),
    ("the employee", {"hour": "80", "employees": {"Ann": "81"}}, "81", "the handbook's rates.employees"),
    (
        "the customer",
        {"employees": {"Ann": "81"}, "customers": {"ALDER": "82.50"}},
        "82.50",
        "the handbook's rates.customers",
    ),
    (
        "the project",
        {"customers": {"Alder": "82.50"}, "projects": {"Fence": "83"}},
        "83",
        "the handbook's rates.projects",
    ),
    ("the product", {"hour": "80", "product": "Hour"}, "70", "the list price of Hour"),
    (
        "the table before the product",
        {"product": "Hour", "employees": {"Ann": "81"}},
        "81",
        "the handbook's rates.employees",
    ),
    ("the price list", {"hour": "80", "product": "Hour listed"}, "63", "the price list Regulars"),
]


def named(table: dict[str, Any], token: str) -> dict[str, Any]:
    """The table with names of this test's own."""

    def own(value: Any) -> Any:
        if isinstance(value, dict):
            return {f"{name} {token}": amount for name, amount in value.items()}
        return value

    return {
        group: (f"{value} {token}" if group == "product" else own(value)) for group, value in table.items()
    }


@pytest.mark.parametrize(("what", "table", "price", "source"), RATES, ids=[row[0] for row in RATES])
async def test_a_rate_comes_from_the_closest_place_that_says_one(
    sandbox: Any, what: str, table: dict[str, Any], price: str, source: str
) -> None:
    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        tax = (await own.client.call("account.tax", "search", domain=[["type_tax_use", "=", "sale"]]))[0]
        product = f"{table.get('product', 'Hour')} {odoo.token}"
        product_id = await made(
            own.client, "product.product", name=product, list_price=70.0, taxes_id=[[6, 0, [tax]]]
        )
        if what == "the price list":
            prices = await made(own.client, "product.pricelist", name="Regulars", currency_id=1)
            rule = {"pricelist_id": prices, "applied_on": "0_product_variant", "product_id": product_id}
            await made(
                own.client,
                "product.pricelist.item",
                **rule,
                compute_price="percentage",
                percent_price=10.0,
            )
            vals = {"property_product_pricelist": prices}
            await own.client.call("res.partner", "write", [own.customer_id], vals=vals)
        await own.hours("2026-10-01", 2)
        inputs = await own.inputs(HourRateTable(HourRates(**named(table, odoo.token)), "USD"))
        (item,) = inputs.items
        assert item.price == Decimal(price)
        assert item.rate_source.startswith(source)
        assert item.product_id == (product_id if "product" in table else None)


async def test_no_rate_is_one_question_and_never_nothing(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        await own.hours("2026-10-02", 2, person=1)
        with pytest.raises(NoRateError, match=r"Ann .*; .*Bob .*handbook under rates"):
            await own.inputs(HourRateTable(HourRates(), "USD"))
        free = await made(own.client, "product.product", name=f"Gift {odoo.token}", list_price=0.0)
        assert free
        with pytest.raises(NoRateError, match="has no price in Odoo"):
            await own.inputs(HourRateTable(HourRates(product=f"Gift {odoo.token}"), "USD"))


async def test_the_part_of_the_work_that_is_named_is_invoiced_alone(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        await own.hours("2026-10-02", 3, person=1, on_task=False)
        assert (await own.inputs(task="posts")).hours == 2
        assert (await own.inputs(employee=f"bob {odoo.token}")).hours == 3
        assert (await own.inputs(project=f"FENCE {odoo.token}", period="2026-10-02..2026-10-31")).hours == 3
        with pytest.raises(NoHoursError):
            await own.inputs(project="Another")


async def test_every_customer_with_hours_is_listed_once(odoo: OdooWorld) -> None:
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        await own.hours("2026-10-02", 3, person=1)
        listed = [
            one
            for one in await customers_with_hours(own.client, "2026-10")
            if one.customer_id == own.customer_id
        ]
        assert [(one.customer, one.hours) for one in listed] == [(own.customer, 5)]


class Cut(httpx.AsyncBaseTransport):
    """Ends the line at the n-th change, before it reaches Odoo or after Odoo did it."""

    def __init__(self, *, at: int, after: bool, changes: Sequence[str]) -> None:
        self._inner, self._left, self._after, self._changes = plain_transport(), at, after, changes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, or a broken line."""
        is_change = request.url.path.rpartition("/")[2] in self._changes
        if is_change and self._left == 0:
            self._left = -1
            if self._after:
                await self._inner.handle_async_request(request)
            raise httpx.ReadError("the line was cut")
        self._left -= is_change
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the real line."""
        await self._inner.aclose()


CHANGES = ("write", "load", "action_post")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(3))
async def test_a_cut_between_any_two_changes_invoices_each_hour_once(
    sandbox: Any, at: int, *, after: bool
) -> None:
    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2.5)
        await own.hours("2026-10-02", 1.5, person=1, on_task=False)
        inputs = await own.inputs()
        async with OdooClient(odoo.account, transport=Cut(at=at, after=after, changes=CHANGES)) as cut:
            with pytest.raises(OdooOutcomeUnknownError):
                await invoice_hours(cut, inputs, odoo.token)
        with suppress(RejectedError):  # another plan of the same hours, before the first is tried again
            await check_hours(own.client, inputs, f"{odoo.token}b")
            assert at == 0
            assert not after
        receipt = await invoice_hours(own.client, inputs, odoo.token)
        assert len(receipt.entries) == 2
        assert (await own.left(), await own.invoiced()) == (0, 4)


async def test_two_workers_with_the_same_hours_make_one_invoice(sandbox: Any) -> None:
    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        for day in range(1, 6):
            await own.hours(f"2026-10-0{day}", 1)
        inputs = await own.inputs()
        keys = [f"{odoo.token}{number}" for number in range(4)]
        done = await asyncio.gather(
            *(invoice_hours(own.client, inputs, key) for key in keys), return_exceptions=True
        )
        refused = [one for one in done if isinstance(one, BaseException)]
        assert len(refused) == 3
        assert all(isinstance(one, HoursTakenError) for one in refused)
        assert (await own.left(), await own.invoiced()) == (0, 5)


async def test_a_worker_that_was_frozen_before_it_marked_the_hours_does_not_invoice_them_beside_another(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = sandbox_world(sandbox.url)
    monkeypatch.setattr(claims, "HELD_SECONDS", -1)
    async with work(odoo) as own, odoo.client() as other:
        await own.hours("2026-10-01", 2.5)
        inputs = await own.inputs()
        frozen_at(monkeypatch, hours_invoices, "_untaken", lambda: invoice_hours(other, inputs, "other"))
        with pytest.raises(ClaimLostError):
            await invoice_hours(own.client, inputs, odoo.token)
        with pytest.raises(HoursTakenError):
            await invoice_hours(own.client, inputs, odoo.token)
        assert (await own.left(), await own.invoiced()) == (0, Decimal("2.5"))


async def test_what_is_refused_leaves_no_mark(sandbox: Any) -> None:
    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        entry = await own.hours("2026-10-01", 2)
        inputs = await own.inputs()
        raised = inputs.model_copy(update={"total": inputs.total + 1})
        with pytest.raises(RejectedError, match="it is not posted"):
            await invoice_hours(own.client, raised, odoo.token)
        assert await marked_entries(own.client, mark_of(odoo.token)) == []
        assert await own.left() == 2
        await own.client.call(LINE, "write", [entry], vals={"unit_amount": 3.0})
        with pytest.raises(HoursTakenError, match="were changed meanwhile: 3 h on 2026-10-01"):
            await invoice_hours(own.client, inputs, odoo.token)
        await own.client.call(LINE, "unlink", [entry])
        with pytest.raises(HoursTakenError, match="were deleted meanwhile"):
            await invoice_hours(own.client, inputs, odoo.token)
        assert await own.invoiced() == 0


async def test_a_draft_that_a_person_changed_keeps_its_hours(sandbox: Any) -> None:
    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        inputs = await own.inputs()
        async with OdooClient(odoo.account, transport=Cut(at=2, after=False, changes=CHANGES)) as cut:
            with pytest.raises(OdooOutcomeUnknownError):
                await invoice_hours(cut, inputs, odoo.token)
        (draft,) = await own.client.call(MOVE, "search", domain=[["partner_id", "=", own.customer_id]])
        (line,) = await own.client.call(
            "account.move.line",
            "search",
            domain=[["move_id", "=", draft], ["display_type", "=", "product"]],
        )
        await own.client.call("account.move.line", "write", [line], vals={"price_unit": 1.0})
        with pytest.raises(RejectedError, match="it is not posted"):
            await invoice_hours(own.client, inputs, odoo.token)
        assert await own.left() == 0  # else they were on another invoice once somebody posts this one
        await own.client.call(MOVE, "button_cancel", [draft])
        assert await own.left() == 2


async def test_a_user_who_may_not_see_all_timesheets_is_refused_and_not_told_of_none(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sandbox.odoo import methods

    monkeypatch.setattr(methods, "GROUPS", ())
    async with sandbox_world(sandbox.url).client() as client:
        with pytest.raises(TimesheetRightsError, match="Timesheets: Administrator"):
            await customers_with_hours(client, "2026-10")


async def test_a_paid_invoice_keeps_its_hours(sandbox: Any) -> None:
    from tasks.accounting.payments import payment_inputs, record_payment

    odoo = sandbox_world(sandbox.url)
    async with work(odoo) as own:
        await own.hours("2026-10-01", 2)
        receipt = await invoice_hours(own.client, await own.inputs(), odoo.token)
        await record_payment(
            own.client,
            await payment_inputs(
                own.client, receipt.invoice_id, amount=receipt.residual, method="bank", paid_on=TODAY
            ),
            "pay",
        )
        with pytest.raises(MovePaidError):
            await cancel_hours(own.client, odoo.token)
        assert await own.left() == 0
