"""Bills that are booked otherwise than their total says: each is doubted, with the row that says it."""

import pytest

from domain.receipts.found import Line
from domain.receipts.reading import read_receipt
from domain.receipts.remarks import remarks

HEAD, DATE = "Harbor Print Ltd", "Date: 2026-11-19"


def said_of(*texts: str) -> list[str]:
    lines = [Line(text) for text in texts]
    reading = read_receipt(lines)
    return remarks(lines, reading.total, reading.currency)


def bill(*texts: str) -> list[str]:
    return said_of(HEAD, "Invoice HP-7", DATE, "Total: $120.00", *texts)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Reverse charge: VAT to be accounted for by the recipient", "reverse charge"),
        ("Steuerschuldnerschaft des Leistungsempfängers", "reverse charge"),
        ("Autoliquidation de la TVA", "reverse charge"),
        ("Btw verlegd", "reverse charge"),
        ("Steuerfreie innergemeinschaftliche Lieferung", "reverse charge"),
        ("Livraison intracommunautaire, art. 262 ter I du CGI", "reverse charge"),
        ("This invoice replaces invoice HP-6", "replaces an earlier bill"),
        ("Diese Rechnung ersetzt die Rechnung HP-6", "replaces an earlier bill"),
        ("Corrected invoice HP-7", "replaces an earlier bill"),
        ("Annule et remplace la facture HP-6", "replaces an earlier bill"),
        ("Less advance invoice HP-3: -50.00", "deducts an earlier bill"),
        ("Abzüglich Abschlagsrechnung HP-3: -50,00", "deducts an earlier bill"),
        ("Deposit invoice", "asks for an advance"),
        ("Anzahlungsrechnung Nr. 8", "asks for an advance"),
        ("Facture d'acompte", "asks for an advance"),
        ("1st instalment due 2026-12-10: $40.00", "instalments"),
        ("Ratenzahlung: 3 x 40,00", "instalments"),
        ("THIS IS NOT A BILL", "no bill"),
        ("Dies ist keine Rechnung", "no bill"),
        ("This claim has been assigned to FactorBank AG", "somebody else"),
        ("Die Forderung ist an die FactorBank AG abgetreten", "somebody else"),
        ("Previous balance $80.00", "carries over"),
        ("Solde antérieur 80,00", "carries over"),
    ],
)
def test_what_makes_another_booking_of_a_bill_is_said(row: str, words: str) -> None:
    [said] = bill(row)
    assert words in said
    assert said.endswith(f"(line 5: {row})")


@pytest.mark.parametrize(
    "row",
    [
        "Previous balance $0.00",
        "Payment by credit card",
        "Please quote the invoice number with each payment",
        "Advance Auto Parts",
        "Less discount -5.00",
        "Minimum charge 5.00",
        "Tips for your garden",
        "Ask us for our terms of payment",
        "No refund without this receipt",
        "Invoice for the period of November",
        "Tax payable on reverse charge: No",
        "Reverse Charge (Y/N): N",
        "TIP SEPA Référence unique de mandat EHV0099441720250626",
    ],
)
def test_ordinary_rows_say_nothing(row: str) -> None:
    assert bill(row) == []


def test_an_old_balance_that_was_paid_says_nothing() -> None:
    assert bill("Previous balance $640.00", "Payments received ($640.00)") == []


@pytest.mark.parametrize("row", ["Tip $8.00", "Tip: ____8.00", "Tip ________", "Trinkgeld 8,00"])
def test_a_tip_below_the_total_is_said(row: str) -> None:
    [said] = said_of(
        "Corner Bistro LLC",
        "12 Main St, Austin, TX 78701",
        "Subtotal $40.00",
        "Tax $3.30",
        "Total $43.30",
        row,
    )
    assert "more may have been paid" in said


@pytest.mark.parametrize(
    "rows",
    [
        ("Subtotal $40.00", "Tip $8.00", "Total $48.00"),
        ("Subtotal $40.00", "Tax $3.30", "Total $43.30", "Tip 18%  $7.20"),
    ],
)
def test_a_tip_inside_the_total_and_one_that_is_proposed_say_nothing(rows: tuple[str, ...]) -> None:
    assert said_of("Corner Bistro LLC", *rows) == []


def test_a_total_that_is_marked_as_a_credit_is_said() -> None:
    [said] = said_of(HEAD, "Invoice HP-7", DATE, "Total  $100.00 CR")
    assert "marked as a credit" in said


def test_a_total_in_another_currency_than_the_documents_is_said() -> None:
    [said] = said_of(
        HEAD, "Invoice HP-7", DATE, "Paper USD 40.00", "Ink USD 30.00", "Pens USD 50.00", "Total EUR 120.00"
    )
    assert said == "its total is in EUR, not in USD (line 7: Total EUR 120.00)"


SLIP = ("Corner Bistro", "TID 8872 MID 99122", "VISA ************1234", "APPROVED AUTH 77812", "Total $43.30")


def test_a_card_slip_is_no_receipt() -> None:
    [said] = said_of(*SLIP, "CUSTOMER COPY")
    assert "card terminal's slip" in said


def test_a_receipt_with_its_card_payment_is_a_receipt() -> None:
    assert said_of("Corner Bistro", "Soup of the day  $43.30", *SLIP[1:], "CUSTOMER COPY") == []
    assert said_of("Corner Bistro", "Receipt 5", *SLIP[1:], "CUSTOMER COPY") == []


def test_two_bills_in_one_file_are_said() -> None:
    [said] = said_of(
        "Corner Coffee LLC", "Receipt #4471", "Total $23.10", "Book Barn Inc.", "Receipt #88", "Total $41.00"
    )
    assert "two bills seem to be in it (line 2: Receipt #4471; line 5: Receipt #88)" in said


def test_a_title_on_each_page_and_a_payments_receipt_are_one_bill() -> None:
    assert said_of(HEAD, "Invoice HP-7", "Receipt 99", "Total $41.00", "Invoice HP-7") == []
