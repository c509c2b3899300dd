"""What a bill says of its own payment, in a sentence: by what it was paid, and on which day.

English, German, French, Spanish, Italian, Dutch. What asks for a payment or says how one may be made (`please pay by
card`, `payable by direct debit`, `will be debited`) is none, nor is a row that is not about the whole bill.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.receipts.amounts import amounts_in, uses_decimal_comma
from domain.receipts.dates import dates_in
from domain.receipts.found import Line
from domain.receipts.layout import LayoutRow, rows_of
from domain.receipts.page.cells import folded

_YOUR = r"(?:(?:THE|YOUR|A|IHRE[RNM]?|EINER|DER|VOTRE|LA|SU|TU|VOSTRA|SUA|UW|EEN) )?"
_CARD = (
    r"(?:(?:CREDIT|DEBIT|BANK)[ -]?CARD|CARD|(?:KREDIT|DEBIT|GIRO|BANK|EC-?)?KARTE\w*|"
    r"CARTE(?! DE VISITE)(?: BANCAIRE| BLEUE| DE CREDIT)?|CB|"
    r"TARJETA|CARTA(?: DI CREDITO)?|(?:CREDIT|BETAAL|BANK|PIN)?(?:KAART|PAS)|CREDITCARD|PIN|VISA|MASTER ?CARD|AMEX|"
    r"AMERICAN EXPRESS|MAESTRO)\b"
)
_DEBIT = (
    r"(?:DIRECT DEBIT|(?:SEPA-?)?LASTSCHRIFT\w*|BANKEINZUG|PRELEVEMENT|DOMICILIACION(?: BANCARIA)?|"
    r"(?:ADEUDO|RECIBO) DOMICILIADO|ADDEBITO(?: DIRETTO)?|(?:AUTOMATISCHE )?INCASSO)\b"
)
_MEANS = {
    "direct debit": _DEBIT,
    "PayPal": r"PAYPAL\b",
    "Apple Pay": r"APPLE ?PAY\b",
    "Google Pay": r"GOOGLE ?PAY\b",
    "Klarna": r"KLARNA\b",
    "iDEAL": r"IDEAL\b",
    "card": _CARD,
    "cash": r"(?:CASH|BAR|BARZAHLUNG|ESPECES|EFECTIVO|CONTANTI|CONTANT)\b",
    "transfer": r"(?:(?:BANK |WIRE )?TRANSFER|UBERWEISUNG|VORKASSE|VIREMENT|TRANSFERENCIA|BONIFICO|OVERSCHRIJVING)\b",
}
_ANY = f"(?:{'|'.join(_MEANS.values())})"
_BY = (
    r"(?:BY|WITH|VIA|THROUGH|USING|IN|ON|TO|FROM|PER|MIT|DURCH|UBER|AUF|VON|PAR|EN|POR|CON|MEDIANTE|TRAMITE|"
    r"A MEZZO|MET|DOOR)"
)
_DONE = (
    r"(?:PAID|SETTLED|CHARGED|COLLECTED|DEBITED|BEZAHLT|BEGLICHEN|GEZAHLT|EINGEZOGEN|ABGEBUCHT|BELASTET|"
    r"PAYEE?|REGLEE?|"
    r"ACQUITTEE?|PRELEVEE?|DEBITEE?|PAGAD[OA]|ABONAD[OA]|CARGAD[OA]|COBRAD[OA]|PAGAT[OA]|SALDAT[OA]|ADDEBITAT[OA]|"
    r"BETAALD|VOLDAAN|GEINCASSEERD|AFGESCHREVEN)"
)
_CAME = r"(?:RECEIVED|ERHALTEN|EINGEGANGEN|RECU|RECIBIDO|RICEVUTO|ONTVANGEN)"
_PAYMENT = r"(?:PAYMENT|ZAHLUNG|PAIEMENT|PAGO|PAGAMENTO|BETALING)"
_STATUS = (
    r"(?:(?:PAYMENT |INVOICE |ZAHLUNGS|RECHNUNGS)?STATUS\W+|(?:STATUT|ESTADO|STATO)\W+)?"
    r"(?:(?:THIS |THE |YOUR |DIE |DIESE |IHRE |LA |CETTE |VOTRE |ESTA |SU |DE |DEZE |UW )?"
    r"(?:INVOICE|BILL|RECHNUNG|FACTURE|FACTURA|FATTURA|FACTUUR) )?"
    r"(?:(?:IS|WAS|HAS BEEN|IST|WURDE|EST|A ETE|ESTA|HA SIDO|E|E STATA|FULLY|ALREADY|BEREITS|SCHON|DEJA|YA|GIA|"
    r"REEDS|AL) ){0,2}"
)
_SAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_DONE}\b.{{0,40}}?\b{_BY} {_YOUR}(?P<means>{_ANY})",
        rf"\b{_DONE}\W{{1,3}}{_YOUR}(?P<means>{_ANY})",
        rf"(?:^\W*|\b{_BY} ){_YOUR}(?P<means>{_ANY}).{{0,40}}?\b(?:{_DONE}|{_CAME})\b",
        rf"\b{_PAYMENT} {_BY} {_YOUR}(?P<means>{_ANY}).{{0,40}}?\b{_CAME}\b",
        r"\bBETRAG (?:DANKEND )?(?:IN )?(?P<means>BAR )?(?:DANKEND )?ERHALTEN\b",
        rf"^\W*{_STATUS}{_DONE}(?: IN FULL| IN VOLLER HOHE)?(?:\W+(?:ON|AM|LE|EL|IL|OP))?[\W\d]*$",
    )
)
_NOT_DONE = re.compile(
    r"\b(?:PLEASE|BITTE|VEUILLEZ|MERCI DE|POR FAVOR|SI PREGA|GELIEVE|ACCEPT|WILL|SHALL|MAY|CAN|COULD|MUST|"
    r"SHOULD|NOT|NEVER|YET|IF|"
    r"ONCE|UNTIL|UNLESS|WHEN|UNPAID|FEES?|SURCHARGE|TO BE|WIRD|WERDEN|KANN|KONNEN|MUSS|SOLL\w*|FALLS|WENN|"
    r"SOFERN|NICHT|NOCH|BIS|"
    r"ZU|UNBEZAHLT|GEBUHR\w*|SERA|SERONT|PEUT|PEUVENT|DOIT|SI|NE|N'\w+|ETRE|IMPAYEE?|FRAIS|PUEDE|PUEDEN|"
    r"DEBE|SER|SERA|CUANDO|NO|"
    r"PUO|POSSONO|DEVE|ESSERE|VERRA|QUANDO|NON|WORDT|WORDEN|KAN|KUNT|MOET|INDIEN|NIET|ZAL|ZULLEN|"
    r"DEPOSIT|ADVANCE|PART(?:IALLY|LY|IAL)?|ANZAHLUNG|TEIL\w*|ACOMPTE|ARRHES|ANTICIPO|ACCONTO|AANBETALING|"
    r"VOORSCHOT|"
    r"PREVIOUS|LAST|VORHERIGE?|LETZTE\w*|PRECEDENTE?|ANTERIOR|VORIGE|INTEREST|REFUND\w*)\b|\?|"
    r"\bTO (?:PAY|THE INVOICE)\b"
)
"""A payment that is asked for, offered, announced or denied, and one of a part or of another bill."""
_EACH_TIME = re.compile(r"\b(?:IS|ARE) (?:PAID|COLLECTED|DEBITED|CHARGED)\b")
"""How an account is paid, where it speaks of a debit: not that this bill was."""
_SENTENCE_ENDS = re.compile(r"(?<!\d)[.;!]\s+")
_MOST_LETTERS = 160


@dataclass(frozen=True, slots=True)
class StatedPayment:
    """That a bill says it is paid: by what and when, where it says so, and the row."""

    means: str
    paid_on: date | None
    where: str

    def __str__(self) -> str:
        """`paid by card on 2026-11-19, line 5: ...`."""
        by = f" by {self.means}" if self.means else ""
        day = f" on {self.paid_on}" if self.paid_on else ""
        return f"paid{by}{day}, {self.where}"


def settlement_of(lines: Sequence[Line], total: Decimal) -> StatedPayment | None:
    """What a bill over that total says of its payment in full; None where it says nothing of it."""
    rows = rows_of(lines)
    comma = uses_decimal_comma(row.text for row in rows)
    for row in rows:
        for sentence in _SENTENCE_ENDS.split(row.text):
            found = _said(sentence, row) if len(sentence) <= _MOST_LETTERS else None
            if found and _is_whole(sentence, total, comma=comma):
                return found
    return None


def _said(sentence: str, row: LayoutRow) -> StatedPayment | None:
    text = folded(sentence)
    match = next(filter(None, (pattern.search(text) for pattern in _SAYS)), None)
    if match is None or _NOT_DONE.search(text):
        return None
    means = match.groupdict().get("means") or ""
    named = next((name for name, pattern in _MEANS.items() if re.match(pattern, means)), "")
    if named == "direct debit" and _EACH_TIME.search(text):
        return None
    days = {one.value for one in dates_in(sentence)}
    return StatedPayment(named, days.pop() if len(days) == 1 else None, row.where)


def _is_whole(sentence: str, total: Decimal, *, comma: bool) -> bool:
    """Whether the sentence names no sum, or all that is to be paid: another one is a part, or an item's price."""
    masked = sentence
    for day in dates_in(sentence):
        masked = masked[: day.start] + " " * (day.end - day.start) + masked[day.end :]
    sums = {one.value for one in amounts_in(masked, decimal_comma=comma) if one.decimals}
    return not sums or total in sums
