"""Sums of money in a person's words: `1.200 EUR`, `over 300`, `450 plus VAT`, and their currencies."""

import re
from collections.abc import Iterator
from decimal import Decimal

from domain.planning.slots import AMOUNT_FORM, amount_said
from domain.receipts.dates import dates_in as written_dates

SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "$": "USD", "\u00a5": "JPY", "\u20b9": "INR", "fr": "CHF"} | {
    word: code
    for code, words in (
        ("EUR", "euro euros"), ("USD", "dollar dollars dólares"), ("GBP", "pound pounds quid"),
        ("CHF", "franken francs franchi"),
    )
    for word in words.split()
}  # fmt: skip
CENTS = 2
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
CODES = "USD EUR GBP CHF CAD AUD NZD SGD SEK NOK DKK PLN MYR"
_SIGN = "(?:" + "|".join(map(re.escape, sorted([*SIGNS, *CODES.split()], key=len, reverse=True))) + ")"
MONEY = re.compile(
    rf"(?<![\w.,\u2212-])(?:(?P<before>{_SIGN})\s?)?"
    rf"(?P<number>{AMOUNT_FORM})"
    rf"(?:\s?(?P<after>{_SIGN}))?(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
"""A number is money beside a sign or a word for it, or with its cents."""
OVER = re.compile(
    rf"\b(?:over|über|d['\u2019]un montant de|por importe de|per un importo di|ter waarde van)\s+("
    rf"?P<number>{AMOUNT_FORM})(?![\w%/:-]|[.,]\d)",
    re.IGNORECASE,
)
"""A sum of a document without a sign: *the invoice over 450*."""
BARE = re.compile(
    rf"(?<![\w.,/#:-])(?!20\d\d(?!\d))(?P<number>{AMOUNT_FORM})"
    r"(?![\w%/:-]|[.,]\d)(?=\s*(?:$|[,.;:!?\u00a6]|(?:for|to|für|an|à|pour|a|por|para|per|aan|voor|net"
    r"|netto|gross|brutto|plus"
    r"|excl\w*|before|less|minus|off|with|abzüglich|mit|moins|avec|menos|con|meno|min|met)\b))",
    re.IGNORECASE,
)
"""A number by itself that says of nothing how many it is: no year, no part of a number with signs."""
_TAX = r"(?:vat|sales tax|tax(?:es)?|mwst|ust|mehrwertsteuer|umsatzsteuer|tva|iva|btw)"
GROSS = re.compile(
    r"\b(?:gross|brutto|bruto|lord[oi]|ttc|toutes taxes comprises|impuestos incluidos)\b"
    rf"|\b(?:incl\w*|inkl\w*|with|mit|con|avec|met)\.?\s+(?:\d+\s*%\s*)?{_TAX}\b"
    rf"|\b{_TAX}\s+(?:incl\w*|inbegrepen|compris\w*)",
    re.IGNORECASE,
)
"""Words by which a sum is one with its tax."""


def _money(text: str) -> Iterator[tuple[str, Decimal, str]]:
    """As it is written, the amount, and the sign or word beside it."""
    for found in MONEY.finditer(text):
        sign, amount = (found["before"] or found["after"] or ""), amount_said(found["number"])
        if amount is not None and (sign or len(found["cents"] or "") == CENTS):
            yield found[0], amount, sign.casefold()


def amounts(text: str) -> Iterator[tuple[str, str]]:
    """Sums with a sign or cents, as they are written and in digits; where there is none, one behind *over*."""
    found = [(raw, amount) for raw, amount, _ in _money(text)]
    if not found:
        over = OVER.finditer(text)
        found = [(one["number"], amount) for one in over if (amount := amount_said(one["number"]))]
    yield from ((raw, f"{amount:.2f}") for raw, amount in found)


def currencies(text: str, own: str) -> Iterator[tuple[str, str]]:
    """Beside the amounts, which are taken out by themselves; a bare `$` is our `own` where that is a dollar."""
    for _, _, sign in _money(text):
        if sign == "$" and own in DOLLARS:
            yield "", own
        elif sign:
            yield "", SIGNS.get(sign, sign.upper())


def net_amounts(text: str) -> Iterator[tuple[str, str]]:
    """Sums before tax: as `amounts`, else a bare number. One with its tax is taken out and says nothing."""
    found = [(raw, amount) for raw, amount, _ in _money(text)]
    if not found:
        dates = [(one.start, one.end) for one in written_dates(text)]
        bare = [one for one in BARE.finditer(text) if not any(a <= one.start() < b for a, b in dates)]
        read = [(one[0], amount_said(one["number"])) for one in bare]
        found = [(raw, amount) for raw, amount in read if amount]
    values = [(raw, f"{amount:.2f}") for raw, amount in found]
    yield from values
    if GROSS.search(text):
        yield from ((raw, f"{value} gross") for raw, value in values)
