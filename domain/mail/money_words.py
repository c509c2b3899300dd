"""Whether a text speaks of money: amounts, currencies, accounts, paying. Rather too often than too seldom."""

import re
import unicodedata

_CODES = (
    "USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|BRL|MXN|ZAR|SGD|HKD|AED|RUB"
)
_NAMES = (
    "dollars?|euros?|pounds? sterling|francs?|yen|rupees?|cents?|bucks|bitcoins?|crypto|btc|eth|usdt|wallet"
)
_PAYING = (
    "invoices?|bank details|bank account|account number|sort code|routing number|swift|bic|iban|wire|"
    "payments?|pay|paid|payable|refunds?|transfer|deposit|price|quote|quotation|discount|gift ?cards?|"
    "rechnung|konto|zahlung|überweis\\w*|betrag|facture|paiement|virement"
)
_AMOUNT = (
    rf"[$€£¥₹₽₩₺฿₿¢]|\b(?:{_CODES})\b|(?i:\b(?:{_NAMES})\b)"
    r"|(?<!\w)\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{2})?(?!\w)|(?<![\w.:/-])\d+[.,]\d{2}(?![\w.:/-])"
)
_SUM = re.compile(_AMOUNT)
_MONEY = re.compile(rf"{_AMOUNT}|(?i:\b(?:{_PAYING})\b)")
_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[\s-]?[A-Z0-9]{2,5}){3,8}\b|(?<![\w+])\d(?:[\s-]?\d){11,18}(?!\w)", re.IGNORECASE
)
LONGEST_SHOWN = 60


def money_in(text: str, *, is_said: bool = True) -> str:
    """The first words that speak of money; empty: none do.

    Args:
        text: What a reader reads.
        is_said: It is said now; else it only names what is spoken of (the subject of an answer), and a word such as
            invoice or payment alone says nothing.
    """
    flat = "".join(
        sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in {"Cf", "Mn"}
    )
    found = (_MONEY if is_said else _SUM).search(flat) or _ACCOUNT.search(flat)
    if found is None:
        return ""
    begin = max(0, found.start() - 10)
    return " ".join(flat[begin : found.end() + 10].split())[:LONGEST_SHOWN]
