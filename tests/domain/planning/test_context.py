from datetime import date
from decimal import Decimal
from typing import Any

from domain.accounting.bill import BillInputs
from domain.accounting.taxed_sum import TaxedSum
from domain.planning.context import doubts_about, reading_values, was_read
from domain.planning.triage import Priority, TaskDomain, triage
from domain.policy.handbook import Handbook
from domain.receipts.reading import Found, Reading

HANDBOOK = Handbook(business_domains=["northwind.example"])


def found(value: Any, confidence: float = 0.95) -> Found[Any]:
    return Found(value=value, confidence=confidence, where="line 1")


def reading(**changes: Any) -> Reading:
    values = {
        "vendor": found("Paper & Ink"),
        "issued_on": found(date(2026, 11, 20)),
        "currency": found("USD"),
        "total": found(Decimal("12.50")),
    }
    return Reading(**values | changes)


def test_a_sure_reading_leaves_no_doubt() -> None:
    assert doubts_about(reading(), HANDBOOK) == []


def test_an_unsure_total_is_doubted_with_its_place() -> None:
    doubts = doubts_about(reading(total=found(Decimal("12.50"), 0.4)), HANDBOOK)
    assert doubts == ["total '12.50' is uncertain (40%, line 1)"]


def test_a_part_that_was_paid_before_is_shown() -> None:
    deposit = reading(total=found(Decimal("1500.00")), already_paid=found(Decimal("500.00")))
    assert doubts_about(deposit, HANDBOOK) == [
        "500.00 of 1500.00 is already paid, 1000.00 is left to pay (line 1)"
    ]
    assert reading_values(deposit, HANDBOOK, "Attachments/a.txt")["already_paid"] == "500.00"


def test_what_the_page_contradicts_is_a_doubt_in_its_words() -> None:
    odd = reading(doubts=("two totals: 119.00 (line 5) and 120.00 (line 9)",))
    assert doubts_about(odd, HANDBOOK) == ["two totals: 119.00 (line 5) and 120.00 (line 9)"]


def test_a_missing_currency_is_assumed_and_doubted() -> None:
    without = reading(currency=None)
    assert reading_values(without, HANDBOOK, "Attachments/a.txt")["currency"] == "USD"
    assert doubts_about(without, HANDBOOK) == ["no currency is printed; USD is assumed"]


def test_net_and_tax_that_do_not_add_up_are_left_out() -> None:
    odd = reading(net=found(Decimal(10)), tax=found(Decimal(1)))
    values = reading_values(odd, HANDBOOK, "Attachments/a.txt")
    assert "net" not in values
    assert "tax" not in values


def test_what_was_read_names_every_value_with_its_place() -> None:
    rows = was_read(reading())
    assert {"field": "vendor", "value": "Paper & Ink", "sure": "95%", "where": "line 1"} in rows


def test_a_receipt_is_business_and_a_large_one_urgent() -> None:
    decided = triage("receipt", "", reading(total=found(Decimal(5000))), HANDBOOK)
    assert (decided.domain, decided.priority) == (TaskDomain.BUSINESS, Priority.HIGH)


def test_a_newsletter_is_personal_and_can_wait() -> None:
    decided = triage("newsletter", "news@shop.example", None, HANDBOOK)
    assert (decided.domain, decided.priority) == (TaskDomain.PERSONAL, Priority.LOW)


def test_mail_from_a_business_domain_is_business() -> None:
    decided = triage("other", "Ann <ann@mail.northwind.example>", None, HANDBOOK)
    assert decided.domain is TaskDomain.BUSINESS


def test_a_look_alike_domain_is_not_a_business_domain() -> None:
    assert triage("other", "ann@notnorthwind.example", None, HANDBOOK).domain is TaskDomain.BOTH


def test_a_contradicted_value_is_said_once() -> None:
    doubt = "total is 10.00 in the e-invoice's data, 90.00 in the text (line 3)"
    assert doubts_about(reading(total=found(Decimal("10.00"), 0.5), doubts=(doubt,)), HANDBOOK) == [doubt]


def test_a_vendor_whom_the_handbook_lists_is_not_doubted() -> None:
    listed = HANDBOOK.model_copy(update={"known_payees": ["Grey Heron"]})
    assert doubts_about(reading(vendor=found("GREY HERON", 0.6)), listed) == []
    assert doubts_about(reading(vendor=found("GREY HEROM", 0.6)), listed) != []


def test_the_rates_that_make_the_total_say_net_and_tax() -> None:
    rows = (
        TaxedSum(rate=Decimal(19), net=Decimal("8.40"), tax=Decimal("1.60")),
        TaxedSum(rate=Decimal(0), net=Decimal("2.50"), tax=Decimal(0)),
    )
    read = reading(tax=found(Decimal("1.60")), tax_breakdown=found(rows))
    values = reading_values(read, HANDBOOK, "Attachments/a.txt")
    assert (values["net"], values["tax"]) == ("10.90", "1.60")
    assert BillInputs(**values).tax_breakdown == rows
    assert {row["field"]: row["value"] for row in was_read(read)}["tax_breakdown"] == (
        "19 %: net 8.40, tax 1.60; 0 %: net 2.50, tax 0"
    )
    other = reading(total=found(Decimal("12.60")), tax=found(Decimal("1.60")), tax_breakdown=found(rows))
    assert "tax_breakdown" not in reading_values(other, HANDBOOK, "Attachments/a.txt")
