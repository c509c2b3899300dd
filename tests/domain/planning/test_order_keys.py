"""What the steps of the catalogue are about: which of them have to keep their order."""

from typing import Any

from domain.planning.catalogue import CATALOGUE, order_keys

BILL = {
    "vendor": "Harbor Paper, Inc.",
    "vendor_vat": "US 123",
    "issued_on": "2026-11-20",
    "currency": "USD",
    "total": "12.50",
    "category": "office",
}
PAYMENT = {
    "invoice_id": 7,
    "invoice": "BILL/2026/11/0007",
    "partner": "HARBOR PAPER",
    "direction": "outbound",
    "amount": "5.00",
    "currency": "USD",
    "method": "bank",
    "paid_on": "2026-11-21",
}
ALLOCATION = {"document": PAYMENT["invoice"], "currency": "USD", "paid_on": "2026-11-20"}
ITEM = {"description": "Chairs", "price": "10.00", "tax_percent": "0", "product": "Chair"}
INVOICE = {
    "customer": "Juniper Design",
    "items": [ITEM],
    "issued_on": "2026-11-20",
    "due_date": "2026-12-20",
    "currency": "USD",
    "total": "10.00",
}
MANY = {"invoices": [INVOICE], "currency": "USD", "total": "10.00"}
HOURS = INVOICE | {
    "customer_id": 5,
    "items": [ITEM | {"rate_source": "the handbook's rates.hour"}],
    "entries": [{"entry_id": 1, "day": "2026-11-02", "hours": "1", "employee": "Ann", "work": "Fence"}],
}
CUSTOMER = {"name": "Juniper  Design"}
PRODUCT = {"name": "chair", "price": "10.00", "category": "Furniture"}


def shared(one: str, first: dict[str, Any], two: str, second: dict[str, Any]) -> bool:
    return not set(order_keys(f"odoo.{one}", first)).isdisjoint(order_keys(f"odoo.{two}", second))


def test_what_is_about_the_same_keeps_its_order() -> None:
    assert shared("record_bill", BILL, "record_bill", BILL | {"vendor": "harbor paper"})
    assert shared(
        "record_bill", BILL, "record_bill", BILL | {"vendor": "Another name", "vendor_vat": "us 123"}
    )
    assert shared("record_bill", BILL, "record_payment", PAYMENT)
    assert shared("record_payment", PAYMENT, "record_payment", PAYMENT | {"partner": "H. P. Incorporated"})
    assert shared("record_payment", PAYMENT, "allocate_payment", ALLOCATION)
    assert shared("create_customer", CUSTOMER, "create_invoice", INVOICE)
    assert shared("create_product", PRODUCT, "create_invoice", INVOICE)
    assert shared("create_customer", CUSTOMER, "create_invoices", MANY)
    assert shared("create_invoice", INVOICE, "create_invoices", MANY)
    assert shared("create_invoice", INVOICE, "invoice_hours", HOURS)


def test_what_is_about_something_else_goes_beside_it() -> None:
    assert not shared("record_bill", BILL, "record_bill", BILL | {"vendor": "Cedar Cafe", "vendor_vat": None})
    assert not shared("record_bill", BILL, "create_invoice", INVOICE)
    assert not shared(
        "record_payment",
        PAYMENT,
        "record_payment",
        PAYMENT | {"invoice_id": 8, "invoice": "BILL/8", "partner": "Cedar"},
    )
    assert not shared("create_customer", {"name": "Cedar"}, "create_customer", CUSTOMER)


def test_each_action_that_calls_a_service_says_what_it_is_about() -> None:
    inputs = {"record_bill": BILL, "record_payment": PAYMENT, "create_invoice": INVOICE} | {
        "allocate_payment": ALLOCATION,
        "create_customer": CUSTOMER,
        "create_product": PRODUCT,
        "create_vendor": CUSTOMER,
        "reimburse_expenses": BILL,
        "record_credit_note": BILL,
        "add_bank_account": {"vendor_id": 4, "vendor": "Harbor", "iban": "DE89370400440532013000"},
        "complete_vendor": {"vendor_id": 4, "vendor": "Harbor", "payment_days": 30},
        "create_invoices": MANY,
        "credit_invoice": {"invoice": "INV/7", "dated": "2026-11-20"},
        "invoice_hours": HOURS,
        "note_reminder": {"invoice_id": 4, "stage": 1, "left": "5.00", "currency": "USD"},
        "pause_reminders": {"customer_id": 4, "name": "Harbor", "paused": True},
        "note_opportunity": {"opportunity_id": 4, "note": "Invoiced"},
    }
    asked = {
        name.removeprefix("odoo."): action for name, action in CATALOGUE.items() if action.service == "odoo"
    }
    assert asked.keys() == inputs.keys()
    assert all(order_keys(f"odoo.{name}", values) for name, values in inputs.items())
