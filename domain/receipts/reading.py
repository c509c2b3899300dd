"""What a receipt or an invoice says: every field with its confidence and the place it was read."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from domain.accounting.taxed_sum import TaxedSum
from domain.money import MINOR_UNITS
from domain.receipts.category import find_category
from domain.receipts.contradictions import DOUBTED, contradictions
from domain.receipts.country import country_of
from domain.receipts.currency import find_currency
from domain.receipts.dating import find_dates
from domain.receipts.document_number import find_number
from domain.receipts.early_discount import as_printed, early_discount, without_discount
from domain.receipts.entries import ledger_of
from domain.receipts.found import Found, Line
from domain.receipts.identifiers import find_account, find_email, find_iban, find_tax_number
from domain.receipts.impossible import impossible_values
from domain.receipts.layout import rows_of
from domain.receipts.name_lines import recognised
from domain.receipts.page.deposits import deposit_of, money_in
from domain.receipts.page.sums import withheld_words
from domain.receipts.taxes import find_breakdown, find_taxes
from domain.receipts.totals import find_total, witnessed
from domain.receipts.vendor import customer_rows, find_vendor

__all__ = ["Found", "Line", "Reading", "ReadingSource", "read_receipt", "with_thousands"]


_THREE_DIGITS = 3


class ReadingSource(StrEnum):
    """What a reading rests on, from the most to the least trustworthy."""

    EINVOICE = "einvoice"
    STRUCTURED = "structured"
    TEXT = "text"
    OCR = "ocr"


class Reading(BaseModel, frozen=True):
    """One document's facts; None is "not found", which is different from a low confidence.

    `discount_total` is what pays the bill until `discount_until`, less a discount for early payment. `impossible` says
    of a field what is printed for it and was not taken; `credited` is the number of the bill that a credit note names.
    """

    vendor: Found[str] | None = None
    number: Found[str] | None = None
    issued_on: Found[date] | None = None
    due_on: Found[date] | None = None
    currency: Found[str] | None = None
    net: Found[Decimal] | None = None
    tax: Found[Decimal] | None = None
    tax_breakdown: Found[tuple[TaxedSum, ...]] | None = None
    total: Found[Decimal] | None = None
    category: Found[str] | None = None
    vendor_vat: Found[str] | None = None
    vendor_email: Found[str] | None = None
    vendor_iban: Found[str] | None = None
    vendor_account: Found[str] | None = None
    reverse_charge: Found[bool] | None = None
    already_paid: Found[Decimal] | None = None
    discount_until: Found[date] | None = None
    discount_total: Found[Decimal] | None = None
    credited: Found[str] | None = None
    gives_back: bool = False
    doubts: tuple[str, ...] = ()
    impossible: dict[str, str] = {}
    source: ReadingSource = ReadingSource.TEXT

    @property
    def cannot_be(self) -> list[str]:
        """Of the fields that were not found, what is printed for them and cannot be."""
        return [why for name, why in self.impossible.items() if getattr(self, name) is None]


def read_receipt(lines: Sequence[Line]) -> Reading:
    """Read a receipt's or an invoice's text; nothing is remembered between calls."""
    rows = rows_of(lines)
    if not rows:
        return Reading()
    country, weight = country_of("\n".join(row.text.upper() for row in rows))
    theirs = customer_rows(rows)
    ledger = ledger_of(rows)
    money = money_in(lines)
    deposit = deposit_of(money)
    total = deposit.total if deposit else find_total(ledger)
    if lines[0].x0 is not None:
        total = witnessed(total, ledger)
    doubts = contradictions(ledger, total)
    if total and doubts:
        total = total.model_copy(update={"confidence": min(total.confidence, DOUBTED)})
    net, tax = find_taxes(ledger, total)
    breakdown, unsettled = find_breakdown(ledger, total)
    withheld = withheld_words(money, total.value) if total else ()
    dates = find_dates(rows_of(without_discount(lines)), country, weight)
    vendor = find_vendor(rows)
    read = Reading(
        vendor=vendor and vendor.model_copy(update={"value": recognised(vendor.value, country, rows)}),
        number=find_number(rows),
        issued_on=as_printed(dates.issued, rows),
        due_on=as_printed(dates.due, rows),
        currency=find_currency(rows, country, weight),
        net=net,
        tax=tax,
        tax_breakdown=breakdown,
        total=total,
        category=find_category(rows),
        vendor_vat=find_tax_number(rows, theirs),
        vendor_email=find_email(rows, theirs),
        vendor_iban=find_iban(rows),
        vendor_account=find_account(rows, theirs),
        already_paid=deposit.paid if deposit else None,
        doubts=(*doubts, *unsettled, *withheld),
        impossible=impossible_values(rows),
    )
    return with_discount(with_thousands(read), lines)


def with_discount(reading: Reading, lines: Sequence[Line]) -> Reading:
    """The reading with what the lines say of a discount for early payment."""
    currency = reading.currency.value if reading.currency else ""
    found = early_discount(lines, reading.issued_on, reading.total, currency)
    return reading.model_copy(
        update={
            "discount_until": found and found.until,
            "discount_total": found and found.total,
        }
    )


def with_thousands(reading: Reading) -> Reading:
    """`1.000 EUR` is a thousand, and doubted: no sum in cents has three digits behind its mark."""
    code = reading.currency.value if reading.currency else ""
    sums = {name: getattr(reading, name) for name in ("total", "net", "tax", "already_paid")}
    meant = {
        name: one for name, one in sums.items() if one and one.value.as_tuple().exponent == -_THREE_DIGITS
    }
    if not meant or MINOR_UNITS.get(code, 0) >= _THREE_DIGITS:
        return reading
    changes = {
        name: one.model_copy(update={"value": one.value.scaleb(_THREE_DIGITS), "confidence": DOUBTED})
        for name, one in meant.items()
    }
    doubts = [
        f"{name.replace('_', ' ')} is read as {changes[name].value:f}: {one.value} has three digits behind its mark "
        f"({one.where})"
        for name, one in meant.items()
    ]
    return reading.model_copy(update={**changes, "doubts": (*doubts, *reading.doubts)})
