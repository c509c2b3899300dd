"""Which calls of an agent are the same call."""

from typing import Any

import pytest

from domain.planning.order import ToolCall

INVOICE = {
    "customer": "Juniper Design",
    "items": [{"description": "Chairs", "price": "4", "quantity": "1", "product": None}],
    "due_date": "2026-12-20",
}


def task_id(arguments: dict[str, Any], key: str | None = None, tool: str = "create_invoice") -> str:
    return ToolCall(source="mcp", tool=tool, arguments=arguments, key=key).task_id


@pytest.mark.parametrize(
    "other",
    [
        INVOICE | {"customer": " juniper  design"},
        INVOICE
        | {"items": [{"description": "Chairs ", "price": "4.00", "quantity": "1.0", "product": None}]},
        INVOICE | {"items": [{"description": "Chairs", "price": 4, "quantity": "1", "product": None}]},
    ],
)
def test_another_way_of_writing_is_no_other_call(other: dict[str, Any]) -> None:
    assert task_id(other) == task_id(INVOICE)


def test_another_amount_method_number_or_customer_is_another_call() -> None:
    payment = {"invoice_id": 4, "amount": "2", "method": "bank"}
    expense = {"amount": "2", "number": "007", "description": "Taxi"}
    different = [
        payment,
        payment | {"amount": "2.01"},
        payment | {"method": "cash"},
        payment | {"invoice_id": 5},
        expense,
        expense | {"number": "7"},
        expense | {"description": "taxi to the airport"},
    ]
    assert len({task_id(one, tool="pay") for one in different}) == len(different)
    assert task_id(payment | {"amount": "2.0", "method": "Bank"}) == task_id(payment)


def test_a_key_is_the_same_with_blanks_around_it() -> None:
    assert task_id(INVOICE, " k1 ") == task_id(INVOICE | {"due_date": "2026-12-21"}, "k1")
    assert task_id(INVOICE, " ") == task_id(INVOICE)
