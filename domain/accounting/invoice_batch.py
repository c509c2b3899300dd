"""Many customer invoices that are made as one: all of them or none."""

from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from domain.accounting.invoice import InvoiceFacts, InvoiceInputs, InvoiceOrder, invoice_problems
from domain.money import Money

MOST_INVOICES = 200
"""Odoo makes and posts so many in some ten seconds, well within the time it gives one request."""


class InvoiceBatchOrder(BaseModel, frozen=True):
    """What is ordered; currency, usual tax and totals are the books' to say."""

    invoices: list[InvoiceOrder] = Field(min_length=1, max_length=MOST_INVOICES)


class InvoiceBatchInputs(BaseModel, frozen=True):
    """What a person approves: every invoice, and their sum."""

    invoices: list[InvoiceInputs] = Field(min_length=1, max_length=MOST_INVOICES)
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of all of them")
    total: Decimal = Field(gt=0, description="what all customers will owe, tax included")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        others = {invoice.currency for invoice in self.invoices} - {self.currency}
        if others:
            raise ValueError(
                f"invoices in {', '.join(sorted(others))} and {self.currency}; make one batch each"
            )
        total = sum((invoice.total for invoice in self.invoices), Decimal(0))
        if self.total != total:
            raise ValueError(f"the invoices come to {total} {self.currency}, not {self.total}")
        return self

    def claims(self) -> list[tuple[str, Money]]:
        """Who owes how much of it."""
        return [
            (invoice.customer, Money(amount=invoice.total, currency=self.currency))
            for invoice in self.invoices
        ]

    def shown(self) -> dict[str, Any]:
        """Everything in it, an invoice a line, for the person who decides."""
        lines = {f"invoice {number}": _shown(one) for number, one in enumerate(self.invoices, start=1)}
        return {
            "total": str(self.total),
            "currency": self.currency,
            "customer": f"{len(self.invoices)} invoices",
            **lines,
        }


class InvoiceBatchFacts(BaseModel, frozen=True):
    """What the books say about the invoices now."""

    invoices: list[InvoiceFacts]

    def evidence(self) -> dict[str, Any]:
        """Number, id, customer and sum of each."""
        kept = {"invoice_id", "name", "state", "customer_id", "customer", "amount_total"}
        total = sum((one.amount_total for one in self.invoices), Decimal(0))
        return {
            "count": len(self.invoices),
            "amount_total": str(total),
            "currency": self.invoices[0].currency,
            "invoices": [one.model_dump(mode="json", include=kept) for one in self.invoices],
        }


def batch_problems(inputs: InvoiceBatchInputs, facts: InvoiceBatchFacts) -> list[str]:
    """What keeps these facts from being evidence that every invoice is posted; empty when they are."""
    if len(facts.invoices) != len(inputs.invoices):
        return [f"{len(facts.invoices)} invoices are in Odoo, asked were {len(inputs.invoices)}"]
    pairs = zip(inputs.invoices, facts.invoices, strict=True)
    return [problem for asked, found in pairs for problem in invoice_problems(asked, found)]


def _shown(invoice: InvoiceInputs) -> str:
    items = "; ".join(
        f"{item.quantity} x {item.product or ''} {item.description} at {item.price}, {item.tax_percent} % tax"
        for item in invoice.items
    )
    known = " ".join(filter(None, (invoice.customer_email, invoice.customer_vat, invoice.reference)))
    who = f"{invoice.customer} ({known})" if known else invoice.customer
    return f"{who}: {invoice.total} {invoice.currency}, dated {invoice.issued_on}, due {invoice.due_date}: {items}"
