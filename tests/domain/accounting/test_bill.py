from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.accounting.bill import BillFacts, BillInputs, bill_notes, bill_problems, paid_before
from domain.accounting.duplicate import duplicates_of, earlier_duplicate
from domain.accounting.move import MoveState
from domain.accounting.payment import Direction, PaymentInputs
from domain.accounting.product import ProductInputs
from domain.accounting.tax import LinePrice, PurchaseTax, line_prices, taxed_inside
from domain.accounting.taxed_sum import TaxedSum, totals_of
from domain.money import rounded
from domain.planning.catalogue import CATALOGUE
from tasks.accounting.records import external_id


def inputs(**changed: Any) -> BillInputs:
    values: dict[str, Any] = {
        "vendor": "Cedar Paper Inc.",
        "number": "CP-1",
        "issued_on": date(2026, 11, 10),
        "currency": "USD",
        "net": Decimal("100.00"),
        "tax": Decimal("15.00"),
        "total": Decimal("115.00"),
        "category": "Office supplies",
    }
    return BillInputs(**{**values, **changed})


def facts(**changed: Any) -> BillFacts:
    values: dict[str, Any] = {
        "bill_id": 7,
        "name": "BILL/2026/11/0007",
        "state": MoveState.POSTED,
        "vendor_id": 3,
        "vendor": "Cedar Paper Inc.",
        "number": "CP-1",
        "invoice_date": date(2026, 11, 10),
        "date": date(2026, 11, 10),
        "due_on": date(2026, 11, 10),
        "currency": "USD",
        "amount_total": Decimal("115.00"),
        "amount_tax": Decimal("15.00"),
        "residual": Decimal("115.00"),
        "payment_state": "not_paid",
        "attachment_count": 1,
    }
    return BillFacts(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"net": Decimal("99.00")}, "do not make the total"),
        ({"due_on": date(2026, 11, 9)}, "before it was issued"),
        ({"total": Decimal("115.001"), "net": None}, "more digits than USD"),
        ({"currency": "JPY"}, "more digits than JPY|do not make"),
        ({"total": Decimal(0), "net": None, "tax": None}, "greater than 0"),
        ({"total": Decimal(-5), "net": None, "tax": None}, "greater than 0"),
        ({"currency": "usd"}, "pattern"),
        ({"vendor": "  "}, "at least 1"),
        ({"total": Decimal("NaN"), "net": None, "tax": None}, "finite"),
    ],
)
def test_a_bill_that_contradicts_itself_is_refused(changed: dict[str, Any], said: str) -> None:
    if changed.get("currency") == "JPY":
        changed = {**changed, "total": Decimal("115.50"), "net": None, "tax": None}
    with pytest.raises(ValidationError, match=said):
        inputs(**changed)


def test_an_empty_number_is_an_unknown_one() -> None:
    assert inputs(number=" ").number is None


DISCOUNT = {"discount_until": date(2026, 11, 20), "discount_total": Decimal("98.00")}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"discount_total": None}, "needs both"),
        ({"discount_until": None}, "needs both"),
        ({"discount_total": Decimal("115.00")}, "not below the total"),
        ({"discount_until": date(2026, 11, 1)}, "before it was issued"),
    ],
)
def test_a_discount_that_cannot_be_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        inputs(**{**DISCOUNT, **changed})


def test_a_bill_without_a_discount_is_the_bill_that_it_was() -> None:
    assert "discount_total" not in inputs().model_dump(mode="json")
    assert BillInputs.model_validate(inputs(**DISCOUNT).model_dump(mode="json")) == inputs(**DISCOUNT)


def test_inputs_survive_json() -> None:
    assert BillInputs.model_validate(inputs().model_dump(mode="json")) == inputs()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": MoveState.DRAFT}, "not posted"),
        ({"amount_total": Decimal("114.99")}, "is over 114.99"),
        ({"currency": "EUR"}, "EUR"),
        ({"number": "CP-2"}, "CP-2"),
        ({"invoice_date": date(2026, 11, 11)}, "2026-11-11"),
        ({"attachment_count": 0}, "no document"),
    ],
)
def test_each_difference_keeps_facts_from_being_evidence(changed: dict[str, Any], said: str) -> None:
    asked = inputs(document="Attachments/a.pdf")
    assert bill_problems(asked, facts()) == []
    (problem,) = bill_problems(asked, facts(**changed))
    assert said in problem


def test_what_was_booked_otherwise_is_said() -> None:
    assert bill_notes(inputs(), facts()) == []
    assert "booked gross" in bill_notes(inputs(), facts(amount_tax=Decimal(0)))[0]
    assert "not known" in bill_notes(inputs(net=None, tax=None), facts(amount_tax=Decimal(0)))[0]
    assert "2026-12-01" in bill_notes(inputs(), facts(date=date(2026, 12, 1)))[0]
    for paid in (inputs().total, inputs().total + 1):  # a person has lowered the total
        assert "paid already" in bill_notes(inputs(already_paid=paid), facts())[0]
        assert "nothing of" in (paid_before(inputs(already_paid=paid)) or "")


def test_keys_of_any_signs_are_safe_external_ids() -> None:
    assert external_id("bill", "file-0a1b") == "fte.bill_file-0a1b"
    odd = external_id("bill", "task:1/step.2")
    assert odd.count(".") == 1
    assert odd != external_id("bill", "task_1_step_2")


CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
TAX = PurchaseTax(tax_id=1, name="15%", rate=Decimal(15), is_price_included=False)
INCLUDED = PurchaseTax(tax_id=2, name="15% incl.", rate=Decimal(15), is_price_included=True)


@given(net=CENTS, tax=CENTS, taxes=st.lists(st.sampled_from([TAX, INCLUDED]), max_size=2))
def test_the_books_total_is_always_the_document_s(
    net: Decimal, tax: Decimal, taxes: list[PurchaseTax]
) -> None:
    (line,) = line_prices(inputs(net=net, tax=tax, total=net + tax), taxes)
    added = Decimal(0)
    if line.tax is not None and not line.tax.is_price_included:
        added = rounded(line.price * line.tax.rate / 100, "USD")
    assert line.price + added == net + tax


@given(net=CENTS)
def test_a_tax_of_the_right_rate_is_used(net: Decimal) -> None:
    tax = rounded(net * 15 / 100, "USD")
    asked = inputs(net=net, tax=tax, total=net + tax)
    (line,) = line_prices(asked, [INCLUDED, TAX])
    assert (line.price, line.tax) == ((net, TAX) if tax else (net, None))


def test_each_rate_has_a_tax_of_its_own() -> None:
    full = TAX.model_copy(update={"tax_id": 3, "name": "19%", "rate": Decimal(19)})
    asked = at_rates(("19", "5.00", "0.95"), ("15", "10.00", "1.50"), ("0", "2.00", "0"))
    found = line_prices(asked, [TAX, full])
    assert [(line.price, line.tax) for line in found] == [
        (Decimal("5.00"), full),
        (Decimal("10.00"), TAX),
        (Decimal("2.00"), None),
    ]
    assert line_prices(asked, [TAX]) == [LinePrice(price=asked.total)]


def at_rates(*rates: tuple[str, str, str]) -> BillInputs:
    rows = [TaxedSum(rate=Decimal(rate), net=Decimal(net), tax=Decimal(tax)) for rate, net, tax in rates]
    net, tax = totals_of(rows)
    return inputs(net=net, tax=tax, total=net + tax, tax_breakdown=rows)


def test_rates_that_do_not_make_net_and_tax_are_refused() -> None:
    rows = at_rates(("19", "5.00", "0.95"), ("0", "2.00", "0")).tax_breakdown
    with pytest.raises(ValueError, match=r"do not make net 6\.95 and tax 1\.00"):
        inputs(net=Decimal("6.95"), tax=Decimal("1.00"), total=Decimal("7.95"), tax_breakdown=rows)


def test_a_bill_of_one_rate_is_the_same_request_as_before() -> None:
    assert "tax_breakdown" not in inputs().model_dump(mode="json")
    assert inputs().shown() == inputs().model_dump(mode="json")


def test_a_request_shows_each_rate_and_another_sum_has_none() -> None:
    asked = at_rates(("5.5", "10.00", "0.55"), ("20", "10.00", "2.00"))
    shown = asked.shown()
    assert (shown["at 5.5 %"], shown["at 20 %"]) == ("net 10.00, tax 0.55", "net 10.00, tax 2.00")
    action = CATALOGUE["odoo.record_bill"]
    assert "tax_breakdown" not in action.changeable(asked)
    other = BillInputs.model_validate(action.changed(asked, {"category": "travel"}, "UTC"))
    assert other.tax_breakdown == asked.tax_breakdown
    changed = action.changed(asked, {"total": "20.00", "net": "", "tax": ""}, "UTC")
    assert BillInputs.model_validate(changed).tax_breakdown == ()


def test_who_owes_the_tax_is_a_person_s_to_say_where_there_is_none() -> None:
    plain, action = inputs(tax=None, net=None), CATALOGUE["odoo.record_bill"]
    assert "reverse_charge" not in plain.model_dump(mode="json")
    assert action.changeable(plain)["reverse_charge"] == "no"
    assert "reverse_charge" not in action.changeable(inputs())
    owing = BillInputs.model_validate(action.changed(plain, {"reverse_charge": "yes"}, "UTC"))
    assert owing.is_taxed_by_buyer
    assert owing.shown()["reverse_charge"] == action.changeable(owing)["reverse_charge"] == "yes"
    for said in ("no", ""):
        assert BillInputs.model_validate(action.changed(owing, {"reverse_charge": said}, "UTC")) == plain
    assert "the buyer owes its tax: " in bill_notes(owing, facts(amount_tax=Decimal(0)))[0]


@given(total=CENTS, rate=st.sampled_from([Decimal(one) for one in ("0", "5.5", "7", "19", "20", "27")]))
def test_a_price_with_tax_inside_is_made_of_sums_that_odoo_makes(total: Decimal, rate: Decimal) -> None:
    rows = taxed_inside(total, rate, "EUR")
    assert sum(totals_of(rows)) == total
    assert rows[0].tax == rounded(rows[0].net * rate / 100, "EUR")
    assert all((row.rate, row.net, row.tax) == (0, Decimal("0.01"), 0) for row in rows[1:])


def test_a_cent_that_no_net_makes_has_no_tax() -> None:
    assert [str(row) for row in taxed_inside(Decimal("9.99"), Decimal(19), "EUR")] == [
        "19 %: net 8.39, tax 1.59",
        "0 %: net 0.01, tax 0",
    ]
    assert [str(row) for row in taxed_inside(Decimal("11.90"), Decimal(19), "EUR")] == [
        "19 %: net 10.00, tax 1.90"
    ]


def test_twins_have_one_number_or_one_day_and_amount() -> None:
    assert duplicates_of(inputs(number="cp-1 "), [facts()]) == [facts()]
    assert duplicates_of(inputs(number="CP-2"), [facts()]) == []
    assert duplicates_of(inputs(number=None), [facts()]) == [facts()]
    assert duplicates_of(inputs(number=None, issued_on=date(2026, 11, 11)), [facts()]) == []


@given(numbers=st.lists(st.integers(1, 20_000), min_size=2, max_size=5, unique=True))
def test_of_bills_posted_at_once_exactly_the_first_stays(numbers: list[int]) -> None:
    bills = [facts(bill_id=-n, name=f"BILL/2026/11/{n:04}") for n in numbers]
    staying = [bill for bill in bills if earlier_duplicate(bill, bills) is None]
    assert [bill.name for bill in staying] == [f"BILL/2026/11/{min(numbers):04}"]


def test_a_draft_is_no_earlier_twin() -> None:
    assert earlier_duplicate(facts(), [facts(bill_id=1, name=None, state=MoveState.DRAFT)]) is None


def test_sums_are_approved_in_the_digits_that_a_person_reads() -> None:
    said = inputs(net="1e3", tax="0e2", total="1E+3", already_paid="5e2").model_dump(mode="json")
    assert [said[name] for name in ("net", "tax", "total", "already_paid")] == ["1000", "0", "1000", "500"]
    payment = PaymentInputs(
        invoice_id=1,
        invoice="INV/2026/1",
        partner="Cedar Paper Inc.",
        direction=Direction.RECEIVED,
        amount=Decimal("1E+3"),
        currency="USD",
        method="bank",
        paid_on=date(2026, 11, 10),
    )
    product = ProductInputs(name="Letterheads", price=Decimal("1E+3"), category="Print")
    assert [str(payment.amount), str(product.price)] == ["1000", "1000"]
