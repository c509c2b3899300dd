"""What a bill says of itself that makes another booking of it than its total: a doubt in words, and where it stands.

A carried-over balance, a bill that it replaces or deducts, tax that the buyer owes, a tip beside the total, a card
slip, two bills in one file. English, German, French, Spanish, Italian, Dutch.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from domain.receipts.amounts import amounts_in, uses_decimal_comma
from domain.receipts.currency import codes_in
from domain.receipts.found import Found, Line
from domain.receipts.layout import LayoutRow, rows_of
from domain.receipts.page.cells import folded

_A_BILL = r"(?:INVOICE|BILL|RECEIPT|RECHNUNG|QUITTUNG|FACTURE|FACTURA|FATTURA|FACTUUR)"
_EARLIER = (
    r"(?:ADVANCE|DEPOSIT|PRE-?PAYMENT|DOWN ?PAYMENT|ANZAHLUNG|ABSCHLAG|ACOMPTE|ANTICIPO|ACCONTO|VOORSCHOT)"
)
BUYER_OWES = "the buyer owes its tax (reverse charge)"
_SAID = {
    BUYER_OWES: re.compile(
        r"\bREVERSE[- ]CHARGE\b(?!\W*(?:Y(?:ES)?\W*/\W*NO?\W*)?(?:NO?|NEIN|NON)\b)|STEUERSCHULDNERSCHAFT|"
        r"\bAUTOLIQUIDATION\b|INVERSION DEL SUJETO PASIVO|INVERSIONE CONTABILE|\bBTW VERLEGD\b|"
        r"INNERGEMEINSCHAFTLICHE LIEFERUNG|\bINTRA[- ]?COMMUNITY SUPPLY|LIVRAISON INTRA-?COMMUNAUTAIRE|"
        r"ENTREGA INTRACOMUNITARIA|CESSIONE INTRACOMUNITARIA|INTRACOMMUNAUTAIRE LEVERING"
    ),
    "it replaces an earlier bill, which may be booked already": re.compile(
        rf"\b(?:REPLACES|SUPERSEDES|ERSETZT|REMPLACE|SUSTITUYE|SOSTITUISCE|VERVANGT)\b.*\b{_A_BILL}\b|"
        rf"\b{_A_BILL}\b.*\b(?:REPLACES|SUPERSEDES|REMPLACE|SUSTITUYE|SOSTITUISCE|VERVANGT)\b|"
        rf"^\W*(?:CORRECTED|REVISED|AMENDED|KORRIGIERTE|BERICHTIGTE) {_A_BILL}\b|"
        rf"^\W*{_A_BILL} (?:RECTIFICATIVE|RECTIFICATIEVE|CORRIGEE|CORREGIDA|CORRETTA)\b"
    ),
    "it deducts an earlier bill, which may be booked already": re.compile(
        rf"\b(?:LESS|MINUS|DEDUCTED|ABZUGLICH|ABZGL|MOINS|MENOS|MENO|DEDOTT[OA])\b.*(?:{_EARLIER}.*{_A_BILL}|{_A_BILL}.*{_EARLIER})"
    ),
    "it asks for an advance, which the final bill will contain again": re.compile(
        rf"^\W*{_EARLIER}S?[- ]?{_A_BILL}|^\W*{_A_BILL} (?:D'|DE |DI )?{_EARLIER}"
    ),
    "it is paid in instalments, each on a day of its own": re.compile(
        r"\bINSTAL?LMENTS?\b|\bRATEN(?:ZAHLUNG|PLAN)\b|\bTEILZAHLUNGEN\b|\b(?:ECHEANCIER|MENSUALITES?)\b|"
        r"\bPAGO A PLAZOS\b|\bRATEIZZA\w*|\bIN TERMIJNEN\b"
    ),
    "it says that it is no bill": re.compile(
        r"\bTHIS IS NOT AN? (?:INVOICE|BILL|RECEIPT)\b|\bDO NOT PAY\b|\bDIES IST KEINE RECHNUNG\b|"
        r"\bN'EST PAS UNE FACTURE\b|\bNO ES UNA FACTURA\b|\bNON E UNA FATTURA\b|\bIS GEEN FACTUUR\b"
    ),
    "somebody else than the seller is to be paid": re.compile(
        r"\b(?:INVOICE|CLAIM|DEBT|RECEIVABLES?)\b.{0,50}\bASSIGNED TO\b|\bFORDERUNG.{0,60}\bABGETRETEN\b|"
        r"\bCREANCE.{0,60}\bCEDEE\b|\bCREDITO.{0,60}\b(?:CEDIDO|CEDUTO)\b|\bVORDERING.{0,60}\bOVERGEDRAGEN\b"
    ),
}
_WITH_A_SUM = {
    "it carries over what is left of earlier bills, which may be booked already": re.compile(
        r"\b(?:PREVIOUS|PRIOR|PAST DUE|UNPAID|OLD) (?:BALANCE|AMOUNT|CHARGES)\b|\bBALANCE (?:BROUGHT )?FORWARD\b|"
        r"\bBALANCE FROM (?:LAST|PREVIOUS)\b|\b(?:ALTER|VORHERIGER) SALDO\b|\bSALDOVORTRAG\b|\bOFFENE POSTEN\b|"
        r"\bSOLDE (?:ANTERIEUR|PRECEDENT)\b|\bSALDO (?:ANTERIOR|PRECEDENTE|PENDIENTE)\b|\b(?:VORIG|OPENSTAAND) SALDO\b"
    )
}
_TIP = re.compile(r"^\W*(?:TIP(?! ?SEPA)|GRATUITY|TRINKGELD|POURBOIRE|PROPINA|MANCIA|FOOI)\b(?!S\b)[^%]*$")
_CREDIT = re.compile(r"\d\s?CR\W*$")
_SLIP = {
    "a terminal": r"\b(?:TID|MID|TERMINAL(?:[- ]?ID)?|MERCHANT(?: ID)?|VU-?NR)\b",
    "an approval": r"\b(?:AUTH\w*|APPROV\w+|GENEHMIGUNG\S*|AUTORI[SZ]\w*)\b",
    "a card": r"(?:[*X]{4,}\s?\d{4}\b)|\b(?:AID|PAN|CONTACTLESS|KONTAKTLOS|SANS CONTACT)\b",
    "a copy": r"\b(?:CUSTOMER|CARDHOLDER|MERCHANT) COPY\b|\b(?:KUNDEN|HANDLER)BELEG\b|\b(?:TICKET|EXEMPLAIRE) CLIENT\b",
}
_FEWEST_SIGNS = 3
_OF_A_SLIP = re.compile(
    r"^\W*(?:TOTAL|AMOUNT|SALE|PURCHASE|BASE|TIP|GRATUITY|VISA|MASTERCARD|AMEX|DEBIT|CREDIT|BETRAG|SUMME|MONTANT|IMPORTE|"
    r"IMPORTO|BEDRAG|[A-Z]{3}\b|[$\u20ac\u00a3])"
)
_TITLE_WITH_NUMBER = re.compile(
    rf"^\W*(?:TAX |SALES )?(?P<word>{_A_BILL})[\s:.#\u00b0]*(?:(?:NO|NR|NUMBER|NUMERO|N)\b[\s:.#\u00b0]*)?"
    r"(?P<number>[A-Z]{0,6}[-/]?\d[\w/.-]*)\W*$"
)


def remarks(lines: Sequence[Line], total: Found[Any] | None, currency: Found[str] | None) -> list[str]:
    """One sentence for each, with the row that says it."""
    rows = rows_of(lines)
    texts = [folded(row.text).strip() for row in rows]
    found = [*_said(rows, texts), *_of_the_total(rows, texts, total, currency)]
    if any(_TITLE_WITH_NUMBER.search(text) for text in texts):
        return [*found, *_two_bills(rows, texts)]
    return [*found, *_slip(rows, texts)]


def owed_by_buyer(said: Sequence[str]) -> Found[bool] | None:
    """Where these remarks say that the buyer owes the tax; None where they do not."""
    found = next((one for one in said if one.startswith(BUYER_OWES)), None)
    if found is None:
        return None
    return Found(value=True, confidence=1.0, where=found.removeprefix(BUYER_OWES).strip(" ()"))


def _said(rows: Sequence[LayoutRow], texts: Sequence[str]) -> Iterator[str]:
    for words, pattern in _SAID.items():
        row = next((row for row, text in zip(rows, texts, strict=True) if pattern.search(text)), None)
        if row is not None:
            yield f"{words} ({row.where})"
    comma = uses_decimal_comma(texts)
    sums = [
        {one.value for one in amounts_in(text, decimal_comma=comma) if one.value and one.decimals}
        for text in texts
    ]
    printed = set().union(*sums)
    for words, pattern in _WITH_A_SUM.items():
        for row, text, values in zip(rows, texts, sums, strict=True):
            if pattern.search(text) and any(-one not in printed for one in values):
                yield f"{words} ({row.where})"
                break


def _of_the_total(
    rows: Sequence[LayoutRow], texts: Sequence[str], total: Found[Any] | None, currency: Found[str] | None
) -> Iterator[str]:
    """What stands on the total's row or, of a tip, below it."""
    at = next((place for place, row in enumerate(rows) if total and row.where == total.where), None)
    if at is None:
        return
    if _CREDIT.search(texts[at]):
        yield f"its total is marked as a credit, which gives money back ({rows[at].where})"
    printed = codes_in(rows[at].text)
    if currency and printed and currency.value not in printed:
        yield f"its total is in {', '.join(sorted(printed))}, not in {currency.value} ({rows[at].where})"
    tip = next((row for row, text in zip(rows[at:], texts[at:], strict=True) if _TIP.search(text)), None)
    if tip is not None:
        yield f"a tip stands beside its total: more may have been paid ({tip.where})"


def _two_bills(rows: Sequence[LayoutRow], texts: Sequence[str]) -> Iterator[str]:
    """Two titles of one kind with different numbers: a payment's receipt names its invoice, too."""
    seen: dict[str, tuple[str, LayoutRow]] = {}
    for row, text in zip(rows, texts, strict=True):
        title = _TITLE_WITH_NUMBER.search(text)
        if title is None:
            continue
        number, first = seen.setdefault(title["word"], (title["number"], row))
        if number != title["number"]:
            places = f"{first.where}; {row.where}"
            yield f"two bills seem to be in it ({places}): save each by itself and drop it into Inbox/"
            return


def _slip(rows: Sequence[LayoutRow], texts: Sequence[str]) -> Iterator[str]:
    """A card terminal's paper without anything that was bought."""
    signs = [name for name, sign in _SLIP.items() if any(re.search(sign, text) for text in texts)]
    comma = uses_decimal_comma(texts)
    sums = [text for text in texts if any(one.decimals for one in amounts_in(text, decimal_comma=comma))]
    if len(signs) >= _FEWEST_SIGNS and sums and all(_OF_A_SLIP.search(text) for text in sums):
        yield f"it is a card terminal's slip ({rows[0].where}), and the receipt itself may be booked, too"
