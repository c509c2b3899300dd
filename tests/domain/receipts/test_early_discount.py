"""Discounts for early payment: which day and sum a bill names, and that its day is not when the bill is due."""

from datetime import date
from decimal import Decimal

import pytest

from domain.receipts.early_discount import MASK, early_discount, without_discount
from domain.receipts.found import Found, Line
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading, read_receipt

ISSUED = Found(value=date(2026, 11, 26), confidence=0.99, where="line 1")
TOTAL = Found(value=Decimal("952.00"), confidence=0.99, where="line 2")
TEN_DAYS = date(2026, 12, 6)


def lines(text: str) -> list[Line]:
    return [Line(text=one) for one in text.split("\n")]


def read(text: str) -> tuple[date, Decimal] | None:
    found = early_discount(lines(text), ISSUED, TOTAL, "EUR")
    return (found.until.value, found.total.value) if found else None


@pytest.mark.parametrize(
    "said",
    [
        "Zahlbar innerhalb von 30 Tagen ohne Abzug. Bei Zahlung innerhalb von\n10 Tagen gewähren wir 2 % Skonto.",
        "10 Tage 2 % Skonto, 30 Tage netto",
        "2 % Skonto innerhalb 10 Tagen, 30 Tage netto",
        "Zahlbar innerhalb von 10 Tagen mit 2,0 % Skonto oder 30 Tagen netto",
        "Bei Zahlung bis zum 06.12.2026 können Sie 2,00 % Skonto abziehen",
        "2 % bei Zahlung in 10 Tagen",
        "Skonto 2 %: 19,04 EUR bis 06.12.2026",
        "Terms: 2/10 net 30",
        "Terms 2% 10, Net 30",
        "A discount of 2% applies if paid within 10 days",
        "2 % early payment discount until 6 December 2026",
        "Vencimiento: 26/12/2026. Descuento por pronto pago: 2 % si se paga en 10 días.",
        "Pagamento: 30 giorni data fattura. Sconto 2% per pagamento entro 10 giorni.",
        "Escompte de 2 % pour paiement sous 10 jours. Échéance 26/12/2026",
        "2 % korting bij betaling binnen 10 dagen",
        "#SKONTO#TAGE=10#PROZENT=2.00#",
        "Skonto 2 %\nbis 06.12.2026\nLieferung 7 % MwSt\nKontoführungsgebühr 10 Tage",
    ],
)
def test_until_which_day_which_sum_pays_it(said: str) -> None:
    assert read(said) == (TEN_DAYS, Decimal("932.96"))


@pytest.mark.parametrize(
    "said",
    [
        "Zahlbar ohne Skonto in 30 Tagen",
        "Pas d'escompte pour paiement anticipé, 10 jours",
        "Sconto 10%  66,00",
        "Rabatt 5 % bis 06.12.2026",
        "Bei Zahlung nach 10 Tagen 5 % Verzugszinsen",
        "Interest of 2% a month if payment is not made within 30 days, no discount",
        "Get 10% discount on your next order within 30 days, paid by card",
        "zzgl. 19 % USt, zahlbar innerhalb 10 Tagen",
    ],
)
def test_what_is_no_discount_for_early_payment(said: str) -> None:
    assert read(said) is None


def test_a_sum_that_the_bill_names_counts_before_the_computed_one() -> None:
    said = "3 % Skonto auf die Ware bei Zahlung bis 06.12.2026, Zahlbetrag 925,00 €"
    assert read(said) == (TEN_DAYS, Decimal("925.00"))


def test_without_a_day_of_issue_days_are_no_day() -> None:
    assert early_discount(lines("10 Tage 2 % Skonto"), None, TOTAL, "EUR") is None


BILL = """Werkzeug Hartmann e.K.
Industriestr. 44, 12099 Berlin
Rechnung Nr. 20261455
Rechnungsdatum: 27.11.2026
Fräser 12 mm  4  25,00 €  100,00 €
Summe netto  100,00 €
MwSt. 19 %  19,00 €
Gesamtbetrag  119,00 €
{}"""
TERMS = [
    "Zahlungsziel: 14 Tage. 3 % Skonto bei Zahlung bis 04.12.2026, Skontobetrag 3,57 €, Zahlbetrag 115,43 €.",
    "Zahlbar bis 11.12.2026 ohne Abzug. Zahlbar bis 04.12.2026 mit 3 % Skonto.",
    "Zahlbar bis 04.12.2026 mit 3 % Skonto\nZahlbar bis 11.12.2026 ohne Abzug",
]


def test_lines_without_one_stay_as_they_are() -> None:
    assert without_discount(lines(BILL)) == lines(BILL)


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize("reader", ["text", "page"])
def test_the_day_of_the_discount_is_not_when_the_bill_is_due(terms: str, reader: str) -> None:
    bill = lines(BILL.format(terms))
    reading = on_a_page(bill) if reader == "page" else read_receipt(bill)
    due = reading.due_on
    assert due is None or (due.value, MASK in due.where) == (date(2026, 12, 11), False)
    assert reading.discount_until is not None
    assert reading.discount_until.value == date(2026, 12, 4)
    assert reading.discount_total is not None
    assert reading.discount_total.value == Decimal("115.43")
    assert reading.total is not None
    assert reading.total.value == Decimal("119.00")


def on_a_page(bill: list[Line]) -> Reading:
    placed = [
        Line(text=one.text, x0=50, x1=50 + 5 * len(one.text), y0=20 * number, y1=20 * number + 10)
        for number, one in enumerate(bill, start=1)
    ]
    return read_page(placed)
