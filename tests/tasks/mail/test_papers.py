"""What a bill says of its own payment is shown and noted, so that nobody pays it again."""

from decimal import Decimal

import pytest

from domain.planning.context import doubts_about, reading_values
from domain.policy.handbook import Handbook
from domain.receipts.found import Line
from domain.receipts.reading import Reading
from tasks.mail.papers import text_reading


def read(row: str) -> Reading:
    rows = ("Harbor Print Ltd", "Invoice HP-7", "Date: 2026-11-19", "Paper  $120.00", "Total: $120.00", row)
    return text_reading([Line(text) for text in rows])


@pytest.mark.parametrize(
    "row",
    [
        "Paid by card on 2026-11-19",
        "Paid by Visa ending 4242",
        "Paid with PayPal on 19 November 2026",
        "This invoice has been paid by credit card.",
        "Paid: Mastercard **** 1234",
        "Your card was charged on 2026-11-19",
        "We have charged your credit card ending in 4242.",
        "Collected by direct debit on 2026-11-19",
        "Payment by card received on 2026-11-19",
        "PAID",
        "Paid in full",
        "Thank you! Paid in full by bank transfer.",
        "Bezahlt per Kreditkarte",
        "Bezahlt mit Kreditkarte am 19.11.2026",
        "Der Betrag wurde am 19.11.2026 von Ihrer Kreditkarte abgebucht.",
        "Per PayPal bezahlt",
        "Betrag dankend bar erhalten",
        "Bereits bezahlt per Lastschrift",
        "Die Rechnung wurde bereits per SEPA-Lastschrift eingezogen.",
        "Bezahlt am 19. November 2026 per PayPal",
        "Payé par carte",
        "Payée par carte bancaire le 19/11/2026",
        "Facture acquittée",
        "Réglé par CB le 19/11/2026",
        "Prélevé par prélèvement automatique le 19/11/2026",
        "Pagado con tarjeta",
        "Pagada con tarjeta de crédito el 19/11/2026",
        "Factura pagada",
        "Cobrado por domiciliación bancaria",
        "Pagato con carta di credito",
        "Fattura pagata con PayPal il 19/11/2026",
        "Pagato tramite bonifico",
        "Addebitato con addebito diretto il 19/11/2026",
        "Betaald met creditcard",
        "Voldaan per iDEAL op 19-11-2026",
        "Betaald via PayPal",
        "Deze factuur is reeds voldaan",
        "Paid by card $120.00",
        "Payment status: Paid",
    ],
)
def test_a_bill_that_says_it_is_paid_is_read_as_paid(row: str) -> None:
    reading = read(row)
    assert reading.already_paid is not None
    assert reading.already_paid.value == Decimal("120.00")
    assert reading.already_paid.where.endswith(f", line 6: {row}")
    assert reading.doubts == ()


@pytest.mark.parametrize(
    ("row", "how"),
    [
        ("Paid by card on 2026-11-19", "paid by card on 2026-11-19"),
        ("Bezahlt am 19.11.2026 per PayPal", "paid by PayPal on 2026-11-19"),
        ("Pr\u00e9lev\u00e9 par pr\u00e9l\u00e8vement automatique", "paid by direct debit, line 6"),
        ("Paid in full", "paid, line 6"),
    ],
)
def test_by_what_and_when_it_was_paid_is_said(row: str, how: str) -> None:
    paid = read(row).already_paid
    assert paid is not None
    assert paid.where.startswith(how)


@pytest.mark.parametrize(
    "row",
    [
        "Please pay by card",
        "Payment by credit card",
        "We accept cards",
        "Payable by direct debit",
        "Will be charged to your card on 2026-12-01",
        "To be paid by card",
        "Can be paid by PayPal",
        "Deposit paid by card",
        "If paid by card within 10 days, 2% discount",
        "Your account is paid by direct debit",
        "Not paid",
        "Unpaid",
        "Bitte per Kreditkarte bezahlen",
        "Zahlbar per Lastschrift",
        "Der Betrag wird per Lastschrift eingezogen",
        "Wird von Ihrer Kreditkarte abgebucht",
        "Payable par carte",
        "Sera prélevé le 01/12/2026",
        "Paiement par carte",
        "Merci de régler par virement",
        "Pago con tarjeta",
        "Se puede pagar con tarjeta",
        "Forma de pago: tarjeta",
        "Modalità di pagamento: bonifico",
        "Da pagare con bonifico",
        "Te betalen met iDEAL",
        "Wordt per incasso afgeschreven",
        "Betaling via incasso",
        "Anzahlung bezahlt per PayPal",
        "Credit card payments are charged a 2% fee",
        "Previous balance paid by card on 2026-10-19",
        "Last payment received by card",
        "Amount paid $0.00",
        "Payment method: Visa",
        "Direct debit",
        "Carte de visite payée au client",
        "Items must be paid before shipping",
        "Late payments are charged interest",
        "Charged rechargeable battery $12.00",
    ],
)
def test_how_a_bill_may_be_paid_and_a_part_of_it_say_nothing(row: str) -> None:
    assert read(row).already_paid is None


@pytest.mark.parametrize("row", ["Paid by card $40.00", "Paid membership card $30.00"])
def test_a_sum_that_may_be_a_part_of_it_is_asked_about(row: str) -> None:
    reading = read(row)
    assert reading.total is not None
    assert reading.already_paid is not None
    assert reading.already_paid.value < reading.total.value == Decimal("120.00")
    assert any("total" in doubt for doubt in doubts_about(reading, Handbook()))


def test_a_bill_whose_tax_the_buyer_owes_is_booked_so() -> None:
    reading = read("Steuerschuldnerschaft des Leistungsempfängers")
    values = reading_values(reading, Handbook(), "Attachments/a.txt")
    assert values["reverse_charge"] is True
    assert [doubt for doubt in doubts_about(reading, Handbook()) if "the buyer owes its tax" in doubt]
    assert "reverse_charge" not in reading_values(read("Thank you"), Handbook(), "Attachments/a.txt")
