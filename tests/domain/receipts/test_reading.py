from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts.layout import MAX_CHARACTERS, MOST_IN_A_ROW, rows_of
from domain.receipts.reading import Line, Reading, read_receipt

US_INVOICE = """
Acme Software LLC
548 Market St
San Francisco, CA 94104

INVOICE

Invoice number: INV-00421
Invoice date: 03/04/2026
Due date: 04/03/2026

Bill to:
Northwind Studio Inc.
12 Elm Street
Portland, OR 97201

Description            Qty   Unit price   Amount
Team plan, annual        5      $120.00   $600.00
Onboarding               1      $250.00   $250.00

Subtotal                                  $850.00
Sales tax (8.25%)                          $70.13
Total                                     $920.13
Amount due                                $920.13
"""

GERMAN_INVOICE = """
Müller Bürobedarf GmbH
Hauptstraße 12
10115 Berlin
USt-IdNr.: DE123456789

Rechnung an:
Nordlicht Design
Rechnung Nr. 2026-0815
Rechnungsdatum: 03.04.2026
Zahlbar bis 17.04.2026

Pos  Bezeichnung        Menge  Preis   Betrag
1    Druckerpapier A4   10     4,20 €  42,00 €
2    Toner              2      89,00 € 178,00 €

Nettobetrag            1.220,00 €
zzgl. 19% MwSt.          231,80 €
Gesamtbetrag           1.451,80 €
IBAN: DE89 3704 0044 0532 0130 00
"""

SHOP_RECEIPT = """
TAN MEI LING
GOLDEN LEAF HARDWARE TRADING
(001234567-X)
12, JALAN BUNGA 3, TAMAN SETIA
81100 JOHOR BAHRU
TEL: 07-3551234
TAX INVOICE
INV NO: CS-10442
DATE: 09/03/2018 17:32
PAINT BRUSH    2 X 4.50     9.00
SAND PAPER     1 X 3.01     3.01
TOTAL QTY: 3
SUB TOTAL                  12.01
ROUNDING ADJ               -0.01
TOTAL RM                   12.00
CASH                       50.00
CHANGE                     38.00
"""


def read(text: str) -> Reading:
    return read_receipt([Line(line) for line in text.splitlines()])


def values(reading: Reading) -> dict[str, object]:
    fields = (
        "vendor",
        "number",
        "issued_on",
        "due_on",
        "currency",
        "net",
        "tax",
        "total",
        "vendor_vat",
        "vendor_iban",
    )
    return {name: found.value for name in fields if (found := getattr(reading, name))}


def test_a_us_invoice_is_read_month_first_and_the_customer_is_not_the_vendor() -> None:
    assert values(read(US_INVOICE)) == {
        "vendor": "Acme Software LLC",
        "number": "INV-00421",
        "issued_on": date(2026, 3, 4),
        "due_on": date(2026, 4, 3),
        "currency": "USD",
        "net": Decimal("850.00"),
        "tax": Decimal("70.13"),
        "total": Decimal("920.13"),
    }


def test_a_german_invoice_is_read_with_decimal_commas() -> None:
    assert values(read(GERMAN_INVOICE)) == {
        "vendor": "Müller Bürobedarf GmbH",
        "number": "2026-0815",
        "issued_on": date(2026, 4, 3),
        "due_on": date(2026, 4, 17),
        "currency": "EUR",
        "net": Decimal("1220.00"),
        "tax": Decimal("231.80"),
        "total": Decimal("1451.80"),
        "vendor_vat": "DE123456789",
        "vendor_iban": "DE89370400440532013000",
    }


def test_a_shop_receipt_is_read_past_a_persons_name_and_a_rounding() -> None:
    reading = read(SHOP_RECEIPT)
    assert values(reading) == {
        "vendor": "GOLDEN LEAF HARDWARE TRADING",
        "number": "CS-10442",
        "issued_on": date(2018, 3, 9),
        "currency": "MYR",
        "total": Decimal("12.00"),
    }
    assert reading.category
    assert reading.category.value == "materials"


def test_three_lines_of_an_invoice_mail_are_enough() -> None:
    reading = read("Invoice INV-2031\nAmount due: $1,840.00\nDue date: December 1, 2026")
    assert values(reading) == {
        "number": "INV-2031",
        "due_on": date(2026, 12, 1),
        "currency": "USD",
        "total": Decimal("1840.00"),
    }
    assert reading.total
    assert reading.total.confidence >= 0.8


def test_every_value_says_where_it_was_read() -> None:
    reading = read(SHOP_RECEIPT)
    assert reading.total
    assert reading.total.where == "line 15: TOTAL RM 12.00"


def test_cash_minus_change_beats_the_unrounded_total() -> None:
    lines = [
        "SHOP SDN BHD",
        "TOTAL AMT  60.31",
        "ROUNDING ADJ  -0.01",
        "RM  60.30",
        "CASH  70.30",
        "CHANGE  10.00",
    ]
    total = read_receipt([Line(line) for line in lines]).total
    assert total
    assert total.value == Decimal("60.30")


def test_a_label_and_an_amount_on_one_visual_row_belong_together() -> None:
    lines = [
        Line("ALPHA BISTRO SDN BHD", 10, 10, 200, 30),
        Line("TOTAL", 10, 100, 80, 120),
        Line("CHANGE", 10, 130, 80, 150),
        Line("5.50", 300, 132, 340, 152),
        Line("44.50", 300, 103, 350, 123),
    ]
    total = read_receipt(lines).total
    assert total
    assert total.value == Decimal("44.50")
    assert total.where == "line 2: TOTAL 44.50"


def test_a_name_that_runs_over_two_lines_is_one_name() -> None:
    vendor = read("GREEN VALLEY VEGETARIAN\nRESTAURANT SDN BHD\n(1095999-X)\nTOTAL 5.00").vendor
    assert vendor
    assert vendor.value == "GREEN VALLEY VEGETARIAN RESTAURANT SDN BHD"


def test_net_days_count_from_the_date_of_issue() -> None:
    due = read(
        "BrightPath Consulting Inc.\nInvoice No: 1077\nDate: Jan 15, 2026\nTerms: Net 30\nTotal Due: USD 12,500.00"
    ).due_on
    assert due
    assert due.value == date(2026, 2, 14)


def test_a_paid_bill_still_costs_its_total() -> None:
    total = read(
        "Hosting Co. Ltd\nSubtotal: £80.00\nVAT (20%): £16.00\nTotal: £96.00\nBalance due: £0.00"
    ).total
    assert total
    assert total.value == Decimal("96.00")


def test_conditions_of_an_offer_are_no_total() -> None:
    assert read("Autumn sale!\nFree shipping when your order total is over $100\nSave $20").total is None


def test_an_ambiguous_date_asks() -> None:
    issued = read("Corner Shop\nDate 03/04/2026\nTotal 5.00").issued_on
    assert issued
    assert issued.confidence < 0.8


def test_two_totals_that_disagree_are_unsure() -> None:
    total = read("Total 120.00\nTotal 95.00").total
    assert total
    assert total.confidence < 0.8


def test_feet_are_no_forint() -> None:
    found = read("HILL HARDWARE\n2X4 STUD 10 Ft    $8.50\nROPE 100 Ft    $12.00\nTOTAL $20.50")
    assert found.currency
    assert found.currency.value == "USD"
    assert found.total
    assert found.total.value == Decimal("20.50")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Fizetendő összeg: 25 400 Ft", "HUF"),
        ("Hesaplanan KDV 200,00 TL\nGenel Toplam 1.200,00 TL", "TRY"),
    ],
)
def test_a_sign_counts_in_its_language(text: str, code: str) -> None:
    found = read(f"Acme\n{text}").currency
    assert found
    assert found.value == code


def test_a_form_s_number_is_no_amount_in_rupiah() -> None:
    found = read("HILL AUTO AUCTIONS\nBid $19,000.00\nFee $140.00\nTOTAL $19,140.00\nForm RP018.00").currency
    assert found
    assert found.value == "USD"


def test_a_currency_that_is_named_once_among_dollars_is_not_sure() -> None:
    found = read(
        "HILL AUTO AUCTIONS\nBid $19,000.00\nFee $140.00\nTOTAL $19,140.00\nabout EUR 17,800.00"
    ).currency
    assert found
    assert found.confidence < 0.8
    alone = read("HILL AUTO AUCTIONS\nBid 19,000.00\nFee 140.00\nTOTAL EUR 19,140.00").currency
    assert alone
    assert (alone.value, alone.confidence >= 0.8) == ("EUR", True)


def test_a_company_form_is_no_currency() -> None:
    currency = read("MAJU JAYA SDN BHD 273500-U\nTOTAL 5.00").currency
    assert currency
    assert currency.value == "MYR"


def test_nothing_is_read_from_nothing() -> None:
    assert read("") == Reading()
    assert read_receipt([]) == Reading()


@pytest.mark.parametrize("field", ["vendor", "total", "issued_on"])
def test_rows_may_come_in_any_order_when_positions_are_known(field: str) -> None:
    lines = [
        Line(text, 0, 20.0 * i, 9.0 * len(text), 20.0 * i + 15)
        for i, text in enumerate(SHOP_RECEIPT.split("\n"))
    ]
    assert getattr(read_receipt(lines[::-1]), field) == getattr(read_receipt(lines), field)


@given(st.lists(st.text(max_size=80), max_size=30))
def test_no_document_breaks_the_reader(lines: list[str]) -> None:
    reading = read_receipt([Line(line) for line in lines])
    for name in ("vendor", "total", "issued_on", "currency", "number"):
        found = getattr(reading, name)
        assert found is None or 0 <= found.confidence <= 1


@given(
    st.decimals(min_value=Decimal("1.00"), max_value=Decimal("99999.00"), places=2),
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal("500.00"), places=2),
)
def test_cash_less_change_is_the_total(total: Decimal, change: Decimal) -> None:
    found = read(f"SHOP LTD\nSUBTOTAL {total}\nTOTAL {total}\nCASH {total + change}\nCHANGE {change}").total
    assert found
    assert found.value == total


def test_values_under_the_headings_of_a_table_belong_to_them() -> None:
    placed = [
        (50, 10, "INVOICE"), (350, 10, "Harbor Print Co."), (350, 25, "Portland, ME 04101"),
        (50, 70, "Bill To"), (300, 70, "Invoice #"), (400, 70, "Invoice Date"), (490, 70, "Due Date"),
        (50, 85, "Northwind Studio LLC"), (300, 85, "10442"), (400, 85, "03/04/2026"), (490, 85, "04/03/2026"),
        (380, 140, "Subtotal"), (480, 140, "340.00"), (380, 155, "Tax 5.5%"), (480, 155, "18.70"),
        (380, 170, "Total"), (480, 170, "$358.70"),
    ]  # fmt: skip
    found = values(read_receipt([Line(text, x, y, x + 5 * len(text), y + 10) for x, y, text in placed]))
    assert found == {
        "vendor": "Harbor Print Co.",
        "number": "10442",
        "issued_on": date(2026, 3, 4),
        "due_on": date(2026, 4, 3),
        "currency": "USD",
        "net": Decimal("340.00"),
        "tax": Decimal("18.70"),
        "total": Decimal("358.70"),
    }


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("TAN MEI LING\n*** COPY ***\nBLUE RIVER MARKETING SDN BHD\nROC NO: 538999-H", "BLUE RIVER MARKETING SDN BHD"),
        ("88 CORNER MART S/B (519999-X)\nLOT 2811, JALAN ANGSA", "88 CORNER MART S/B"),
        ("SUNNYMART\nBRIGHT RESOURCES SDN BHD (383999-D)\nGROUND FLOOR", "BRIGHT RESOURCES SDN BHD"),
        ("WELCOME TO\nNEW HARBOUR ENTERPRISE\nNO 5, JALAN SATU", "NEW HARBOUR ENTERPRISE"),
        ("STONE OVEN SON 8HD\n(123999-X)", "STONE OVEN SDN BHD"),
        ("EVERGREEN ENTERORISE\n(123999-X)", "EVERGREEN ENTERPRISE"),
        ("GREEN TREE CO. THE GARDENS MALL\nFIRST FLOOR", "GREEN TREE CO."),
        ("LIN'S PIZZA\n1435 BROADWAY\nNEW YORK, NY 10018", "LIN'S PIZZA"),
        ("MARKT\nSonnen Markt GmbH\nHauptstr. 12\n50667 Köln", "Sonnen Markt GmbH"),
    ],
)  # fmt: skip
def test_the_vendor_is_found_in_many_headers(header: str, name: str) -> None:
    vendor = read(f"{header}\nDATE: 12/03/2018\nTOTAL 12.00").vendor
    assert vendor
    assert vendor.value == name


@pytest.mark.parametrize(
    "line", ["x" * 400, "1." * 200, "TOTAL 1.00 " * 36, "12/12/2018 " * 36, "INVOICE NO " * 36, " 1 " * 130]
)
def test_of_a_hostile_document_no_more_is_read_than_a_receipt_has(line: str) -> None:
    lines = [Line(line)] * 5_000
    assert len(rows_of(lines)) == MAX_CHARACTERS // len(line)
    read_receipt(lines)


@pytest.mark.parametrize("label", ["Vendor:", "Seller:", "From:", "Supplier :", "Sold by:"])
@pytest.mark.parametrize("mark", [" ", "\n"], ids=["same line", "next line"])
def test_a_label_settles_who_the_vendor_is(label: str, mark: str) -> None:
    vendor = read(f"INVOICE\n{label}{mark}Harbor Street Offices\nDate: 2026-03-14\nTotal: $2,400.00").vendor
    assert vendor
    assert vendor.value == "Harbor Street Offices"
    assert vendor.confidence >= 0.9


def test_a_labelled_vendor_outweighs_another_companys_header() -> None:
    vendor = read("NORTHWIND STUDIO LLC\nVendor: Harbor Street Offices\nTotal: $24.00").vendor
    assert vendor
    assert (vendor.value, vendor.confidence >= 0.8) == ("Harbor Street Offices", True)


def test_a_place_of_departure_is_not_surely_the_vendor() -> None:
    vendor = read("Blue Rail Ltd\nFrom: Portland\nTo: Seattle\nTotal: $24.00").vendor
    assert vendor
    assert vendor.value == "Blue Rail Ltd" or vendor.confidence < 0.8


@pytest.mark.parametrize("row", ["From: 12 Quay Street", "Vendor: 4471", "Seller: www.shop.com"])
def test_a_labelled_address_or_number_is_no_name(row: str) -> None:
    vendor = read(f"{row}\nTotal: $24.00").vendor
    assert vendor is None or vendor.confidence < 0.8


@pytest.mark.parametrize(
    "row",
    ["Drawing pen 0.3   4.50", "PEN 2.50", "BALL PEN 12", "Pump 3 RON 95", "TRY 2 GET 1", "Marker pen 4.50"],
)
def test_goods_are_no_currency(row: str) -> None:
    found = read(f"Harbor Stationery Inc.\nPortland, OR 97201\n{row}\nTotal: $4.50").currency
    assert found
    assert found.value == "USD"


@pytest.mark.parametrize(
    ("row", "code"), [("TOTAL PEN 12.50", "PEN"), ("Amount due: 12.50 TRY", "TRY"), ("Currency: RON", "RON")]
)
def test_such_a_code_on_a_row_of_sums_is_one(row: str, code: str) -> None:
    found = read(f"Librería Sol\n{row}\nTotal 12.50").currency
    assert found
    assert found.value == code


@pytest.mark.parametrize(
    "row",
    [
        "Visa ending 4417",
        "VISA ENDING IN 4417",
        "VISA 4417",
        "Card no: ************4417",
        "MASTERCARD XXXX XXXX XXXX 4417",
        "Visa \u2022\u2022\u2022\u2022 4417",
        "Debit card, last 4 digits: 4417",
    ],
)
def test_a_cards_digits_are_no_amount(row: str) -> None:
    total = read(f"Harbor Cafe LLC\nDate: 03/14/2026\nCoffee $4.50\nTotal $4.50\n{row}").total
    assert total
    assert total.value == Decimal("4.50")
    assert total.confidence >= 0.8


def test_a_whole_sum_paid_by_card_is_an_amount_where_money_has_no_cents() -> None:
    total = read("Tokyo Books\nTotal \u00a54417\nVISA 4417").total
    assert total
    assert total.value == Decimal(4417)


def test_the_totals_of_each_tax_rate_are_parts() -> None:
    text = "SHOP SDN BHD\nIOTAI SALES 24.41\nTOTAL 0% SUPPLIES: 8.00\nTOTAL 6% SUPPLIES (INC. GST): 16.41"
    total = read(text).total
    assert total
    assert total.value == Decimal("24.41") or total.confidence < 0.8


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Rs. 1,18,000.00", "118000.00"),
        ("\u20b91,18,000/-", "118000"),
        ("INR 12,34,567.50", "1234567.50"),
        ("Rs 1,23,45,678.00", "12345678.00"),
        ("Rs. 1.18 lakh", "118000"),
        ("\u20b9 2.5 crore", "25000000"),
    ],
)
def test_indian_grouping_is_read(written: str, value: str) -> None:
    reading = read_receipt(
        [Line("TAX INVOICE"), Line("GSTIN 27ABCDE1234F1Z5"), Line(f"Grand Total {written}")]
    )
    assert reading.total is not None
    assert reading.total.value == Decimal(value)


def test_state_and_central_tax_add_up_to_the_tax() -> None:
    rows = "Taxable Value 1,00,000.00|CGST 9% 9,000.00|SGST 9% 9,000.00|Grand Total Rs. 1,18,000.00"
    reading = read_receipt([Line("GSTIN 27ABCDE1234F1Z5"), *map(Line, rows.split("|"))])
    assert reading.total is not None
    assert reading.currency is not None
    assert reading.net is not None
    assert reading.tax is not None
    assert (reading.total.value, reading.currency.value) == (Decimal(118_000), "INR")
    assert (reading.net.value, reading.tax.value) == (Decimal(100_000), Decimal(18_000))
    assert reading.total.confidence >= 0.85
    assert reading.doubts == ()


@pytest.mark.parametrize(
    "row", ["Invoice Value Rs. 42,000.00", "Bill Amount 42,000.00", "Net Payable Rs 42,000.00"]
)
def test_an_indian_bill_may_call_its_total_otherwise(row: str) -> None:
    rows = f"Taxable Amount 40,000.00|CGST @ 2.5% 1,000.00|SGST @ 2.5% 1,000.00|{row}"
    reading = read_receipt([Line(one) for one in rows.split("|")])
    assert reading.total is not None
    assert reading.total.value == Decimal("42000.00")
    assert reading.total.confidence >= 0.85


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ("Netto 1 000,00|Moms 25% 250,00|Att betala 1 250,00 kr", "1250.00"),
        ("Netto 1 000,00|VAT 23% 230,00|Do zapłaty 1 230,00 zł", "1230.00"),
    ],
)
def test_what_is_to_be_paid_is_the_total_in_more_languages(rows: str, total: str) -> None:
    reading = read_receipt([Line(one) for one in rows.split("|")])
    assert reading.total is not None
    assert reading.total.value == Decimal(total)


def test_two_halves_of_a_tax_and_a_rounding_lead_to_the_total() -> None:
    rows = (
        "Sub Total 3,45,678.00|CGST (6%) 20,740.68|SGST (6%) 20,740.68|Round off -0.36|Total Rs. 3,87,159.00"
    )
    reading = read_receipt([Line(row) for row in rows.split("|")])
    assert reading.doubts == ()
    assert reading.net is not None
    assert reading.tax is not None
    assert (reading.net.value, reading.tax.value) == (Decimal("345678.00"), Decimal("41481.36"))


@pytest.mark.parametrize(
    ("rows", "total", "paid"),
    [
        ("Total: $1,500.00|Deposit paid: $500.00|Balance due: $1,000.00", 1500, 500),
        ("Total $900.00|Less payment received -$300.00|Amount due $600.00", 900, 300),
        ("Invoice total 640.00|Amount paid 40.00|Amount due 600.00", 640, 40),
        ("Gesamtbetrag 1.190,00 EUR|abzüglich Anzahlung 190,00 EUR|Restbetrag 1.000,00 EUR", 1190, 190),
        ("Total TTC 1 200,00 EUR|Acompte versé 200,00 EUR|Reste à payer 1 000,00 EUR", 1200, 200),
        ("Total factura 121,00|Anticipo 21,00|Pendiente de pago 100,00", 121, 21),
        ("Totale fattura 122,00|Acconto 22,00|Totale da pagare 100,00", 122, 22),
        ("Totaal incl. btw 121,00|Aanbetaling 21,00|Te betalen 100,00", 121, 21),
        ("Total $1,500.00|Amount paid -$500.00|Balance $1,000.00", 1500, 500),
        ("Total $1,500.00|Total paid ($500.00)|Amount due $1,000.00", 1500, 500),
        ("Total TTC 1 500,00 EUR|Montant payé -500,00 EUR|Solde 1 000,00 EUR", 1500, 500),
        ("Total \u00a31,500.00|Payments received - \u00a3500.00|To pay \u00a31,000.00", 1500, 500),
        ("Total $1,500.00|Paid 08/01/2026 $300.00|Paid 08/15/2026 $200.00|Balance due $1,000.00", 1500, 500),
        ("Contract amount $1,500.00|Less: deposit ($500.00)|Total due $1,000.00", 1500, 500),
        ("Total 1.500,00 EUR|Adiantamento pago 500,00 EUR|Saldo a pagar 1.000,00 EUR", 1500, 500),
    ],
)
def test_a_part_paid_before_is_not_taken_off_the_total(rows: str, total: int, paid: int) -> None:
    reading = read_receipt([Line(row) for row in rows.split("|")])
    assert reading.total is not None
    assert reading.already_paid is not None
    assert (reading.total.value, reading.already_paid.value) == (total, paid)
    assert min(reading.total.confidence, reading.already_paid.confidence) >= 0.85
    assert reading.doubts == ()


def test_a_deposit_is_not_lost_where_no_row_says_what_is_left() -> None:
    reading = read_receipt([Line("Total: $1,500.00"), Line("Deposit received: $500.00")])
    assert reading.total is not None
    assert reading.already_paid is not None
    assert (reading.total.value, reading.already_paid.value) == (1500, 500)
    assert max(reading.total.confidence, reading.already_paid.confidence) < 0.85


@pytest.mark.parametrize(
    "rows",
    [
        "Total 39.00|Paid by voucher 20.00|Card 19.00",
        "Mineral water 4.00|Bottle deposit 0.25|Total 4.25",
        "Total 39.00|Amount paid 39.00|Balance due 0.00",
    ],
)
def test_what_is_paid_in_two_ways_put_on_a_bottle_or_paid_in_full_is_no_deposit(rows: str) -> None:
    assert read_receipt([Line(row) for row in rows.split("|")]).already_paid is None


def test_cash_and_change_are_no_part_payment() -> None:
    assert read_receipt([Line("Total 15.00"), Line("Cash 20.00"), Line("Change 5.00")]).already_paid is None


def test_a_row_of_more_pieces_than_a_paper_has_is_read_as_several() -> None:
    pieces = [Line(f"word{place}", place * 60.0, 100, place * 60.0 + 25, 110) for place in range(1_000)]
    rows = rows_of(pieces)
    assert max(len(row.cells) for row in rows) == MOST_IN_A_ROW
    assert [cell.text for row in rows for cell in row.cells] == [piece.text for piece in pieces]
