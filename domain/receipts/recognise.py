"""Whether a text is a receipt or an invoice at all: a total alone is not enough."""

import re
from collections.abc import Sequence

from domain.receipts.found import Line
from domain.receipts.reading import Reading

_BILL_WORD = re.compile(
    r"\b(?:invoice|receipt|bill|rechnung|quittung|kassenbon|facture|factura|fattura|factuur|resit|invois|amount due|"
    r"subtotal|sub-total|cash|change|visa|mastercard|vat|gst|sst|sales tax|mwst|ust|tva|iva|total|totale|totaal|"
    r"gesamt(?:betrag|preis|summe)|summe|(?:\w+)?beleg|fahrkarte|fahrschein|scontrino|ricevuta|biglietto|billete|"
    r"recibo)\b",
    re.IGNORECASE,
)
_ONLY_AN_OFFER = re.compile(
    r"\d ?% off|\bshop now\b|\bunsubscribe\b|promo code|free shipping|orders? over|\bquotation\b|\bestimate\b|"
    r"pro.?forma|\bkostenvoranschlag\b|\bpurchase order\b|\bto.?do\b|\bbudget\b",
    re.IGNORECASE,
)
_ENOUGH = 4.0


def is_receipt(lines: Sequence[Line], reading: Reading) -> bool:
    """Whether enough of what makes a bill was found: a total, and beside it words, a date, a number, a tax.

    A total that cannot be is one, too.
    """
    if reading.total is None and not reading.cannot_be:
        return False
    text = "\n".join(line.text for line in lines[:400])
    words = {word.lower() for word in _BILL_WORD.findall(text)}
    evidence = (
        (1.0 + (reading.total.confidence if reading.total else 0.0), True),
        (1.0, reading.issued_on is not None or reading.due_on is not None),
        (1.0, reading.number is not None),
        (1.0, reading.tax is not None),
        (1.0, reading.vendor is not None and reading.vendor.confidence >= 0.7),  # noqa: PLR2004 - a likely name
        (0.5 * min(len(words), 4), True),
        (-2.0, bool(_ONLY_AN_OFFER.search(text))),
    )
    return sum(weight for weight, holds in evidence if holds) >= _ENOUGH


def is_same_bill(one: Reading, other: Reading) -> bool:
    """Whether two files are one bill: the same total, and nothing else that tells them apart."""
    if one.total is None or other.total is None or abs(one.total.value) != abs(other.total.value):
        return False
    pairs = ((one.number, other.number), (one.issued_on, other.issued_on))
    return all(not (here and there) or here.value == there.value for here, there in pairs)
