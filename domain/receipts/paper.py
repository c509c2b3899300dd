"""What a paper calls itself where that is no bill to book: a credit note, an offer, a reminder, one that is void.

Such papers carry a vendor, a date and a total as bills do. English, German, French, Spanish, Italian, Dutch.
"""

import re
from collections.abc import Sequence

from domain.receipts.found import Found, Line
from domain.receipts.layout import LayoutRow, rows_of
from domain.receipts.page.cells import folded

HEAD_ROWS = 25
"""A paper says what it is near its top."""
TITLE_ROWS = 8
"""And here also beside its letterhead or the vendor's name."""
TWO_ENDS = 2
_MOST_LETTERS = 60
_NUMBERED = (
    r"(?:\s*(?:[^\w\s].*|(?:NO|NR|NUM|NUMBER|NUMERO|N|DATE|DATUM|DATED|OF|VOM|DU|DEL|FOR|ZUR|ZU|POUR|PARA|PER|VOOR)\b.*|"
    r"[A-Z]{0,4}[-/.]?\d.*))?$"
)


def _titles(*phrases: str) -> re.Pattern[str]:
    """Each as the beginning of a row, with nothing but its number or date behind it."""
    return re.compile(rf"^\W*(?:{'|'.join(phrases)}){_NUMBERED}")


_BILL = _titles(
    r"(?:TAX |SALES |COMMERCIAL |CASH |OFFICIAL |SIMPLIFIED )?(?:INVOICE|RECEIPT|BILL)",
    r"(?:[A-Z]*-?)?RECHNUNG",
    r"QUITTUNG|KASSENBON|FACTURE|FACTURA(?: SIMPLIFICADA)?|FATTURA|FACTUUR|INVOIS|RESIT",
)
_PAPERS = {
    "a quotation, which nobody has to pay yet": _titles(
        r"(?:SALES )?(?:QUOTE|QUOTATION)|(?:COST )?ESTIMATE|(?:PRICE )?OFFER|PRO[- ]?FORMA(?: INVOICE)?",
        r"ANGEBOT|KOSTENVORANSCHLAG|PRO-?FORMA-?RECHNUNG|DEVIS|FACTURE PRO ?FORMA|PRESUPUESTO",
        r"FACTURA PRO ?FORMA|PREVENTIVO|FATTURA PRO ?FORMA|OFFERTE|PRO-?FORMA-?FACTUUR",
    ),
    "an order, whose bill comes by itself": _titles(
        r"(?:ORDER|BOOKING) CONFIRMATION|CONFIRMATION OF (?:YOUR )?ORDER|(?:PURCHASE|SALES|WORK) ORDER",
        r"AUFTRAGSBESTATIGUNG|BESTELLBESTATIGUNG|BESTELLUNG|BON DE COMMANDE|CONFIRMATION DE COMMANDE",
        r"PEDIDO|CONFIRMACION DE(?:L)? PEDIDO|CONFERMA D'?ORDINE|ORDINE D'?ACQUISTO|ORDERBEVESTIGING",
    ),
    "a delivery note, whose bill comes by itself": _titles(
        r"(?:DELIVERY|PACKING|GOODS) (?:NOTE|ORDER|LIST|SLIP)|LIEFERSCHEIN|BON DE LIVRAISON|ALBARAN",
        r"DOCUMENTO DI TRASPORTO|D\.?D\.?T\.?|PAKBON|LEVERINGSBON",
    ),
    "a statement of account, whose bills may be booked already": _titles(
        r"STATEMENT(?: OF (?:YOUR )?ACCOUNT)?|(?:ACCOUNT|BANK|CUSTOMER) STATEMENT|KONTOAUSZUG|RELEVE DE COMPTE",
        r"EXTRACTO(?: DE CUENTA)?|ESTADO DE CUENTA|ESTRATTO CONTO|REKENING(?:OVERZICHT|AFSCHRIFT)",
    ),
    "a reminder, whose bill may be booked already": _titles(
        r"(?:FRIENDLY |FIRST |SECOND |FINAL |LAST )?(?:PAYMENT )?REMINDER|(?:FINAL|OVERDUE|PAST DUE) NOTICE",
        r"(?:\d\. |ERSTE |ZWEITE |LETZTE )?(?:MAHNUNG|ZAHLUNGSERINNERUNG)|(?:LETTRE DE )?(?:RAPPEL|RELANCE)",
        r"MISE EN DEMEURE|RECORDATORIO(?: DE PAGO)?|SOLLECITO(?: DI PAGAMENTO)?|(?:BETALINGS)?HERINNERING|AANMANING",
    ),
    "a payslip, which payroll books": _titles(
        r"PAY ?(?:SLIP|STUB|CHECK)|SALARY SLIP|(?:GEHALTS|LOHN|ENTGELT)ABRECHNUNG",
        r"BULLETIN DE (?:PAIE|SALAIRE)|NOMINA|BUSTA PAGA|LOONSTROOK",
    ),
    "terms, which are no bill": _titles(
        r"(?:GENERAL )?TERMS (?:AND|&) CONDITIONS|TERMS OF (?:SERVICE|USE|SALE)|(?:ALLGEMEINE )?GESCHAFTSBEDINGUNGEN",
        r"AGB|CONDITIONS GENERALES|CONDICIONES GENERALES|CONDIZIONI GENERALI|ALGEMENE VOORWAARDEN",
    ),
    "a payment that was announced or made, not a bill": _titles(
        r"(?:REMITTANCE|PAYMENT) ADVICE|PAYMENT CONFIRMATION|ZAHLUNGSAVIS|AVIS DE (?:PAIEMENT|VIREMENT)",
        r"AVISO DE PAGO|AVVISO DI PAGAMENTO|BETALINGSSPECIFICATIE",
    ),
}
"""What is looked for only above the row that calls it a bill: a bill names its order and its delivery, too."""
GIVES_BACK = "gives money back"
_ANYWHERE = {
    f"a credit note, which {GIVES_BACK}": _titles(
        r"CREDIT(?:[- ]?NOTE| MEMO(?:RANDUM)?| ADVICE| INVOICE)|REFUND(?:ED)?(?: RECEIPT| NOTE| SLIP| VOUCHER)?",
        r"(?:SALES )?RETURN(?: RECEIPT| SLIP| NOTE)?|RECHNUNGSKORREKTUR|STORNORECHNUNG|(?:WAREN)?GUTSCHRIFT",
        r"(?:FACTURE D'?|NOTE D'?)?AVOIR|NOTA (?:DE|DI) CREDITO|ABONO|FACTURA RECTIFICATIVA|DEVOLUCION",
        r"CREDIT-?(?:NOTA|FACTUUR)|RETOUR(?:BON|NOTA)",
    ),
    "a self-billed invoice, which is money for you": _titles(
        r"SELF-?BILL(?:ED|ING)?(?: (?:TAX )?INVOICE)?|(?:ABRECHNUNGS|PROVISIONS)GUTSCHRIFT|AUTO-?FACTURATION",
        r"AUTOFACTURA|AUTOFATTURA|SELF-?BILLING FACTUUR|COMMISSION STATEMENT|PROVISIONSABRECHNUNG",
    ),
    "a draft or a sample": _titles(
        r"(?:DRAFT|SAMPLE|SPECIMEN)(?: (?:TAX )?(?:INVOICE|BILL|RECEIPT))?|MUSTERRECHNUNG|ENTWURF",
        r"(?:FACTURE )?(?:BROUILLON|SPECIMEN)|BORRADOR|BOZZA|CONCEPT-?FACTUUR",
    ),
    "a repeated reminder, whose bill may be booked already": _titles(
        r"(?:\d(?:ST|ND|RD|TH)?\.? |FIRST |SECOND |THIRD |FINAL |LAST )(?:PAYMENT )?(?:REMINDER|MAHNUNG|RAPPEL)"
    ),
    "void": re.compile(
        r"(?:^|\b(?:INVOICE|RECEIPT|BILL|RECHNUNG|FACTURE|FACTURA|FATTURA|FACTUUR)\b.*\W)(?:\*|\s)*"
        r"(?:VOID(?:ED)?|CANCELL?ED|STORNIERT|STORNO|ANNULEE?|ANULAD[OA]|ANNULLAT[OA]|GEANNULEERD)\W*$"
    ),
}
_NAMED_BILL = re.compile(
    r"\b(?:INVOICE|BILL|RECEIPT|RECHNUNG|QUITTUNG|FACTURE|FACTURA|FATTURA|FACTUUR)\b[\s:.#\u00b0]*"
    r"(?:(?:NO|NR|NUMBER|NUMERO|N)\b[\s:.#\u00b0]*)?(?P<number>(?:[A-Z]{1,6}[-/ ]?)?\d[\w/.-]*)"
)
_NUMBER = re.compile(r"(?:^|[\s:#])((?:[A-Za-z]{1,6}[-/ ]?)?\d[\w/.-]*)")
_NAMED = 0.8
_GIVEN_BACK = re.compile(r"^\W*(?:TOTAL REFUND(?:ED)?|REFUND (?:TOTAL|AMOUNT)|AMOUNT REFUNDED)\b")


def other_paper(lines: Sequence[Line]) -> str | None:
    """In words, what the paper calls itself that is no bill to book, and where; None where it says nothing of it."""
    rows = rows_of(lines)
    found = _titled(rows[:HEAD_ROWS]) or _giving_back(rows)
    return f"it calls itself {found[0]} ({found[1].where})" if found else None


def own_number(lines: Sequence[Line]) -> Found[str] | None:
    """The number in a credit note's title; what stands beside the word invoice is the credited bill's."""
    found = _titled(rows_of(lines)[:HEAD_ROWS])
    number = _NUMBER.search(found[1].text) if found else None
    return Found(value=number[1], confidence=_NAMED, where=found[1].where) if found and number else None


def credited_bill(lines: Sequence[Line]) -> Found[str] | None:
    """The vendor's number of the bill that a credit note names."""
    for row in rows_of(lines):
        named = _NAMED_BILL.search(folded(row.text))
        if named:
            number = row.text[named.start("number") : named.end("number")].rstrip(".-/")
            return Found(value=number, confidence=_NAMED, where=row.where)
    return None


def accompanies_a_bill(lines: Sequence[Line]) -> bool:
    """Whether the paper calls itself terms, a delivery note or the like: what comes with a bill and is none."""
    found = _titled(rows_of(lines)[:HEAD_ROWS])
    return found is not None and found[0] in _PAPERS


def _titled(head: Sequence[LayoutRow]) -> tuple[str, LayoutRow] | None:
    is_bill = False
    for number, row in enumerate(head):
        texts = [text for text in _may_be_titles(row, number) if len(text) <= _MOST_LETTERS]
        is_bill = is_bill or any(map(_BILL.search, texts))
        for words, pattern in _ANYWHERE.items() if is_bill else {**_ANYWHERE, **_PAPERS}.items():
            if any(map(pattern.search, texts)):
                return words, row
    return None


def _may_be_titles(row: LayoutRow, number: int) -> list[str]:
    """The row, and of the first ones what stands at its left and its right: one of them may be the vendor's name."""
    ends = [cell.text for cell in row.cells] if number < TITLE_ROWS and len(row.cells) == TWO_ENDS else []
    return [folded(text).strip() for text in (row.text, *ends)]


def _giving_back(rows: Sequence[LayoutRow]) -> tuple[str, LayoutRow] | None:
    row = next((row for row in rows if _GIVEN_BACK.search(folded(row.text))), None)
    return None if row is None else (f"a refund, which {GIVES_BACK}", row)
