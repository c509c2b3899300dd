"""What the words beside an amount say it is."""

import re
from enum import StrEnum
from functools import lru_cache


class Label(StrEnum):
    """The role of an amount, as printed."""

    GRAND_TOTAL = "grand total"
    TAXED_TOTAL = "total with tax"
    TOTAL = "total"
    INCLUDES_TAX = "total includes tax"
    SUBTOTAL = "subtotal"
    TAX = "tax"
    SERVICE = "service charge"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    CASH = "cash"
    CARD = "card"
    CHANGE = "change"
    COUNT = "count"
    AMBIGUOUS = "amount"
    OTHER = "other"


SUMS = frozenset(
    {Label.GRAND_TOTAL, Label.TAXED_TOTAL, Label.TOTAL, Label.SUBTOTAL, Label.TAX, Label.CASH, Label.CARD}
)
"""Rows of these are about the document's own money, not about what was bought."""

_TAX_WORD = (
    r"(?:GST|SST|VAT|TAX(?:ES)?|MWST|UST|TVA|IVA|BTW|HST|PST|CGST|SGST|IGST|MEHRWERTSTEUER|UMSATZSTEUER|"
    r"TPS|TVQ|SALES TAX)"
)
_TOTAL_WORD = r"(?:TOTAL|TOTALS|TTL|JUMLAH|TOTALE|TOTAAL|SUMME|GESAMT|TOTALSUMME)"
_BEFORE_TAX = (
    r"EXCL|EXCLUDING|EXCLUSIVE|EXC\b|BEFORE|W O (?:GST|TAX)|WITHOUT|EX GST|EX VAT|HT\b|NETTO\b|TAXABLE|"
    r"NET OF TAX"
)
_WITH_TAX = r"INCL|INC\b|INCLUSIVE|INCLUDING|INCLUSLVE|WITH (?:GST|SST|VAT|TAX)|TTC\b|INKL|BRUTTO|AFTER TAX"

_RULES: tuple[tuple[Label, str], ...] = (
    (
        Label.OTHER,
        (
            r"\b(?:OVER|EXCEEDS?|EXCEEDING|MINIMUM|AT LEAST|MORE THAN|LESS THAN|UP TO|SAVE|WORTH|"
            r"(?<!ROUND )(?<!ROUNDED )(?<!ROUNDING )OFF)\b"
        ),
    ),
    (
        Label.OTHER,
        (
            r"YOU(?:R)? (?:TOTAL )?SAV|SAVINGS|TOTAL SAVED|POINTS?\b|PREVIOUS BALANCE|CREDIT LIMIT|"
            r"OPENING BALANCE"
        ),
    ),
    (
        Label.OTHER,
        (
            r"UNIT PRICE|PHONE|\bTEL\b|\bFAX\b|\bREG NO\b|\bGST (?:ID|NO|REG)|\bTAX ID|\bVAT (?:ID|NO|REG|"
            r"NUMBER)"
        ),
    ),
    (
        Label.ROUNDING,
        r"^(?!.*(?:TOTAL|AMOUNT|AMT) ROUNDED|.*ROUNDED (?:TOTAL|AMOUNT|AMT)|.*(?:AFTER|WITH) ROUND).*\bROUND",
    ),
    (
        Label.COUNT,
        rf"{_TOTAL_WORD} (?:NO OF )?(?:QTY|QUANT\w*|ITEMS?|PCS|UNITS?|PAX)|TOT QTY|ITEMS? COUNT|NO OF ITEMS?",
    ),
    (
        Label.COUNT,
        r"^(?:NO )?(?:QTY|QTYS|QTY S|ITEMS?|ITEM S|QUANTITY)\b(?!.*TOTAL)|ITEMS? SOLD|ITEMS? QTY|QTY COUNT",
    ),
    (
        Label.CHANGE,
        r"\bCHANGES?\b|\bRUCKGELD\b|RÜCKGELD|WECHSELGELD|\bBAKI\b|\bKEMBALI\b|\bCAMBIO\b|CHANGE DUE",
    ),
    (Label.INCLUDES_TAX, rf"{_TOTAL_WORD} (?:AMOUNT |AMT )?INCLUDE[SD]\b"),
    (
        Label.TAX,
        (
            rf"^(?:TOTAL )?{_TAX_WORD}(?: (?:AMOUNT|AMT|PAYABLE))?(?: S)?(?: INCLUDED|"
            rf" INCLUSIVE)?(?: IN TOTAL)?\b(?!.*TOTAL (?:DUE|AMOUNT|PAYABLE))"
        ),
    ),
    (Label.TAX, rf"^(?:(?:INCL?|ADD|PLUS|ZZGL|ZUZGL|ENTHALTENE|DAVON) )?(?:\d+ )*{_TAX_WORD}\b"),
    (
        Label.TAX,
        (
            rf"{_TAX_WORD} (?:\d+ )*INCLUDED|INCLUDES? (?:\d+ )*{_TAX_WORD}|SVR TAX|\bTOTAL {_TAX_WORD}\b|"
            rf"SUM OF TAX"
        ),
    ),
    (
        Label.SERVICE,
        (
            r"\bSERV(?:ICE)?S? (?:CHARGE|CHG|TAX)|\bSVC\b|\bSVR CH|TRINKGELD|\bTIP\b|GRATUITY|SHIPPING|"
            r"DELIVERY FEE|VERSAND"
        ),
    ),
    (Label.DISCOUNT, r"\bDIS(?:C|COUNT|COUN)?S?\b|REBATE|RABATT|VOUCHER|COUPON|REMISE|DESCUENTO|SCONTO"),
    (
        Label.SUBTOTAL,
        (
            r"\bSUB ?TOTAL|\bSUBTTL|\bSTTL\b|\bS TOTAL\b|ZWISCHENSUMME|SOUS TOTAL|SUBTOTALE|SUBTOTAAL|"
            r"BASE IMPONIBLE|IMPONIBILE"
        ),
    ),
    (Label.SUBTOTAL, rf"{_TOTAL_WORD} (?:(?:{_TAX_WORD}|ZERO|STANDARD|RATED|EXEMPT|OF) )*SUPPL(?:Y|IES)\b"),
    (
        Label.SUBTOTAL,
        (
            rf"(?:{_TOTAL_WORD}|AMOUNT|AMT|SALES|GESAMTBETRAG|SUMME|MONTANT|BETRAG).*(?:{_BEFORE_TAX})|"
            rf"(?:{_BEFORE_TAX}).*(?:{_TOTAL_WORD}|AMOUNT|AMT)"
        ),
    ),
    (
        Label.SUBTOTAL,
        (
            r"^NETTO(?:BETRAG|SUMME)?\b|^SUMME NETTO|^TOTAL HT\b|^TAXABLE|^NETTOBETRAG|^VALUE OF (?:GOODS|"
            r"SUPPLY)"
        ),
    ),
    (
        Label.GRAND_TOTAL,
        (
            rf"\bGRAND T|FINAL TOTAL|(?:{_TOTAL_WORD}|AMOUNT|AMT) (?:AMOUNT |AMT )?(?:DUE|PAYABLE|TO PAY|CHARGED|"
            rf"PAID)|BALANCE DUE|NOW DUE|DUE NOW"
        ),
    ),
    (
        Label.GRAND_TOTAL,
        (
            rf"\bNETT? TOTAL|ROUNDED {_TOTAL_WORD}|{_TOTAL_WORD} (?:\w+ )?ROUNDED|AFTER ROUND|(?:ORDER|INVOICE|"
            rf"BILL|RECEIPT) TOTAL|TOTAL (?:FOR|OF) (?:YOUR|THIS|THE) "
        ),
    ),
    (
        Label.TAXED_TOTAL,
        rf"(?:{_TOTAL_WORD}|AMOUNT|AMT|SALES|MONTANT).*(?:{_WITH_TAX})|(?:{_WITH_TAX}).*{_TOTAL_WORD}",
    ),
    (
        Label.GRAND_TOTAL,
        (
            r"GESAMTBETRAG|GESAMTSUMME|GESAMTPREIS|RECHNUNGSBETRAG|ENDBETRAG|ZU ZAHLEN|ZAHLBETRAG|MONTANT TOTAL|"
            r"TOTAL A PAGAR|IMPORTE TOTAL|NET A PAYER|TOTALE FATTURA|TE BETALEN|TOTALE DA PAGARE|BRUTTOBETRAG|"
            r"(?:INVOICE|BILL) (?:VALUE|AMOUNT|AMT)\b|NETT? PAYABLE|ATT BETALA|AT BETALE|DO ZAP[LŁ]ATY"
        ),
    ),
    (
        Label.GRAND_TOTAL,
        (
            r"^(?:YOU PAID|YOU WERE CHARGED|WE CHARGED|CHARGED TO|AMOUNT CHARGED|PAYMENT (?:OF|AMOUNT)|"
            r"TOTAL CHARGE)"
        ),
    ),
    (Label.AMBIGUOUS, r"^(?:NETT?|GROSS) (?:AMT|AMOUNT)\b|^GROSS\b|^NET\b"),
    (Label.TOTAL, rf"\b{_TOTAL_WORD}\b"),
    (
        Label.CARD,
        (
            r"\bVISA\b|\bMASTER(?:CARD)?\b|\bEDC\b|\bAMEX\b|DEBIT|CREDIT CARD|\bNETS\b|\bMYDEBIT\b|PAYPAL|"
            r"\bEC KARTE\b|\bKARTE\b|\bCARD\b|MAESTRO|TERMINAL"
        ),
    ),
    (Label.CASH, r"\bCASH\b|TENDER|\bPAID\b|\bPAYMENT\b|\bPAY\b|\bTUNAI\b|^BAR\b|GEGEBEN|RECEIVED|ESPECES"),
    (Label.TOTAL, r"^(?:DUE|AMOUNT|AMT|BETRAG|SUMA|MONTANT|IMPORTE)\b|^NETT?$"),
)
_COMPILED = tuple((label, re.compile(pattern)) for label, pattern in _RULES)

_KNOWN = (
    "TOTAL",
    "SUBTOTAL",
    "CHANGE",
    "ROUNDING",
    "DISCOUNT",
    "PAYABLE",
    "AMOUNT",
    "ROUNDED",
    "INCLUSIVE",
    "EXCLUDING",
)
_SAFE = frozenset(
    {"TOTALS", "AMOUNTS", "CHANGED", "CHARGE", "TOTALE", "ROUNDED", "ROUNDING", "DISCOUNTS", "CHANGES"}
)


def words_of(text: str) -> str:
    """The text's words in capitals, misread letters in the words that matter put right."""
    upper = re.sub(r"\bT\s?O\s?T\s?A\s?L\b", "TOTAL", text.upper().replace("'", ""))
    upper = re.sub(r"(?<=[A-Z])0(?=[A-Z])", "O", upper)
    upper = re.sub(r"(?<=[A-Z])1(?=[A-Z]|\b)", "L", upper)
    return " ".join(_corrected(word) for word in re.sub(r"[^\w]+|_", " ", upper).split())


def label_of(text: str) -> Label | None:
    """The role these words give to the amount beside them."""
    words = " ".join(word for word in words_of(text).split() if not word.isdigit())
    return next((label for label, pattern in _COMPILED if pattern.search(words)), None) if words else None


@lru_cache(maxsize=4096)
def _corrected(word: str) -> str:
    """A word one letter away from a word that matters is that word (`TOTAI`, `CHANCE`, `ROUNDNG`)."""
    if len(word) < 5 or word in _SAFE or word in _KNOWN:  # noqa: PLR2004 - short words are too alike
        return word
    return next((known for known in _KNOWN if one_letter_apart(word, known)), word)


def one_letter_apart(word: str, known: str) -> bool:
    """Whether one letter is wrong, missing or too many."""
    if len(word) == len(known):
        return sum(left != right for left, right in zip(word, known, strict=True)) == 1
    shorter, longer = sorted((word, known), key=len)
    if len(longer) - len(shorter) != 1:
        return False
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
