"""What bills of one country or trade do alone: how they write a number, set their sums apart and say a day."""

from datetime import date
from decimal import Decimal
from textwrap import dedent

import pytest

from domain.receipts.found import Line
from domain.receipts.page.deposits import placed
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading

NUMBERS = {
    "point-of-sale": ("""
        FACTURA
        Punto de Venta: 00007     Comp. Nro: 00000451
        """, "00007-00000451"),
    "point-of-sale-with-spaces": ("""
        Factura
        NUMERO:     00007 - 00004512
        """, "00007 - 00004512"),
    "nro": ("""
                         FACTURA
        C001             NRO.: 00005-00026318
        """, "00005-00026318"),
    "series": ("""
        N. Cliente      N. Factura        Fecha
        512/31          24 - 10.382       14-03-2025
        """, "24 - 10.382"),
    "under-its-title": ("""
                         Factura
                         0006-00031427
                         01/11/2022
        """, "0006-00031427"),
    "other-slashes": ("""
        FACTUUR

        Volgnummer               Vervaldatum
        2024\u2215CD\u22150117      14/04/2024
        """, "2024/CD/0117"),
    "label-in-two-languages": ("""
        FATTURA
        Cod. Cli.     Numero doc./Doc. No.    Data doc./Date
        14.310        2207/00                 11/07/2025
        """, "2207/00"),
    "postcode-beside-its-label": ("""
        TAX INVOICE
        Bay Rentals     Invoice Number      LS10 4AB
                        INV-0432
        """, "INV-0432"),
    "label-in-a-sentence": ("""
        Tax Invoice
        Bill to     Invoice    INV-2291

        Please pay to this account quoting the invoice number.      © 2026 Ledger
        """, "INV-2291"),
    "under-another-side-of-its-label": ("""
        Tipologia documento    Art. 73    Numero documento         Data documento    Codice
        TD01 (fattura)                                   4710923   05-02-2024        ABCDEF7
        """, "4710923"),
    "short-beside-its-day": ("""
        Numero    13
        Data      31-03-2021
        """, "13"),
    "like-a-day": ("""
        FACTURE N\u00b0 25/01/07
        Lyon le 7 mars 2025
        """, "25/01/07"),
    "kind-of-bill-before-it": ("""
        FACTURA RECTIFICATIVA    20095637
        """, "20095637"),
    "words-of-its-table-s-head": ("""
        Rechnung
                            Projekt Beleg        Kundennummer   Datum
                            70      20241324     44063          15.04.2025
        """, "20241324"),
    "of-billing": ("""
        N\u00famero de facturaci\u00f3n    G151601724
        Fecha del documento      15/01/2025
        """, "G151601724"),
    "under-reference": ("""
        Facture
        Date de facturation :     R\u00e9f\u00e9rence :
        14/03/2025                F2025-03-014
        """, "F2025-03-014"),
    "label-again-below": ("""
        Beleg-Nr./Document No./
        No. du document/Num. de comprobante
        7f8c10e4-fbd7-4a7f-948a
        """, "7f8c10e4-fbd7-4a7f-948a"),
    "with-a-shop-s-and-its-day": ("""
        FACTURE    F182 3140418-17/002 du 12.10.2024 10:30
        """, "F182 3140418-17/002"),
    "series-set-apart": ("""
        Factura
        N\u00famero    24   -   7781    Fecha    28/11/2024
        """, "24 - 7781"),
    "before-its-series": ("""
        N\u00famero // Serie    FECHA         CLIENTE
        004500881 // V     27/11/2024    08300520
        """, "004500881"),
    "behind-its-series": ("""
        DOCUMENTO    N\u00daMERO      P\u00c1GINA    FECHA
        Factura      1  350772   1         12/11/2024
        """, "350772"),
    "receipt-s-number": ("""
        Compr. Nro:   00007-00000451
        """, "00007-00000451"),
    "czech": ("""
        Faktura - da\u0148ov\u00fd doklad \u010d. FV7040011200
        """, "FV7040011200"),
    "slovak": ("""
        Fakt\u00fara - da\u0148ov\u00fd doklad - 7418090500
        """, "7418090500"),
    "polish": ("""
        Numer faktury:   FS/117/2025
        """, "FS/117/2025"),
    "hungarian": ("""
        Sz\u00e1mla
        Sz\u00e1mla sorsz\u00e1ma:   HB2026-11336
        """, "HB2026-11336"),
    "swedish": ("""
        Faktura
        Fakturanr     Kundnr    Fakturadatum
        40117         1220      2024-06-15
        """, "40117"),
    "turkish": ("""
        e-FATURA
        Fatura No:   ABC2024000000321
        """, "ABC2024000000321"),
    "part-bill-s-count-before-it": ("""
        2. Abschlagsrechnung AR 03-2025-044
        """, "AR 03-2025-044"),
    "last-digit-apart": ("""
        Facture n\u00b0 2025 073 61190 4
        """, "2025 073 61190 4"),
    "notice": ("""
        Fee notice no. QX-5520
        """, "QX-5520"),
    "e-way-bill": ("""
        Tax Invoice
        Invoice No.      e-Way Bill No.
        CD/57            104200300400
        """, "CD/57"),
}  # fmt: skip
SUMS = {
    "rate-in-a-column": ("""
        OMSCHRIJVING         PRIJS      BTW      SUBTOTAAL
        schoonmaak           € 150.0    21.0     € 600.00
        Totaal excl BTW:     € 600.00
        Totaal incl BTW:     € 726.00
        """, "726.00", "600.00"),
    "one-decimal": ("""
        schoonmaak   21%     € 412.5
        Totaal excl BTW:     € 412.5
        Totaal incl BTW:     € 499.13
        """, "499.13", "412.50"),
    "another-currency-in-a-sentence": ("""
        El importe total equivale a U$S 61,70

        GRAVADO       Impuestos    Sub Total    IVA
        8.000,00      0,00         8.000,00     1.680,00    $   9.680,00
        """, "9680.00", "8000.00"),
    "table-of-rates": ("""
        Satz    Netto EUR     MwSt EUR    Total EUR
        7%      1.000,00 €    70,00 €     1.070,00 €
        19%     200,00 €      38,00 €     238,00 €
        0%      90,00 €       0,00 €      90,00 €
        Gesamt  1.290,00 €    108,00 €    1.398,00 €
        """, "1398.00", "1290.00"),
    "two-taxes-rounded": ("""
        CGST 9 %        900.04
        SGST 9 %        900.04
        ROUND OFF         0.12
        Total        11,801.00

        HSN        Value        CGST      SGST      Tax
        7219       10,000.80    900.04    900.04    1,800.08
        """, "11801.00", "10000.80"),
    "no-tax-named-in-its-column": ("""
        Imponibile/Taxable amount   Al.IVA/V.A.T.   Totale merce/Goods amount
        3.140,60                    N.I. ART 41     3.140,60

        TOTALE DOCUMENTO   3.140,60
        """, "3140.60", "3140.60"),
    "currency-before-the-sum": ("""
        TOTAL NET AMOUNT                             180.40
        GST  15%                                     27.06
        AMOUNT TO PAY            Currency NZD        207.46
        """, "207.46", "180.40"),
    "no-label": ("""
        Subtotal     $52.00
        GST           $7.80

                     $59.80
        """, "59.80", "52.00"),
    "rupees-and-paise-apart": ("""
        Bill Details               Rupee     Paise
        Fixed Chg                  5200 40
        Levy@10.00                 1100 30
        Net Bill Amount            6300 70
        """, "6300.70", "6300.70"),
    "tax-in-brackets-before-the-total": ("""
        Window cleaning                           $120.00
        Soap                                      $45.00
        Total (AUD, includes GST of $15.00)       $165.00
        """, "165.00", "150.00"),
    "tax-with-its-number": ("""
        Monthly installment                       $60.00
        GST No. 12345 6789 RT0001 - 5.0%          $3.00
        QST No. 1234567890 TQ0001 - 9.975%        $5.99
        Amount of this bill                       $68.99
        """, "68.99", "60.00"),
    "rate-beside-net-and-tax": ("""
        Quantit\u00e0    Prezzo    Al.    Imponibile    Imposta
        100,00      1,50      22,00  150,00        33,00

        Totale documento    183,00
        """, "183.00", "150.00"),
    "taxes-added-under-the-total": ("""
        Total Amount      50000.00
        Add: CGST  9%      4500.00
        Add: SGST  9%      4500.00
        GST on Reverse    59000.00
        """, "59000.00", "50000.00"),
    "cents-behind-an-equals-sign": ("""
        Total             Rs    12,000=00
        Add : CGST @ 9 %  Rs     1,080=00
        Add : SGST @ 9 %  Rs     1,080=00
        Grand Total       Rs    14,160=00
        """, "14160.00", "12000.00"),
    "whole-euros": ("""
        Total HT : 109,09\u20ac
        TVA (10%) : 10,91\u20ac
        Total TTC : 120\u20ac
        """, "120.00", "109.09"),
    "what-was-owed-before-and-is-paid": ("""
        Previous balance       $210.40
        Payment received       $210.40
        Balance forward          $0.00
        Water                   $80.00
        Amount due             $80.00
        """, "80.00", "80.00"),
    "time-that-remains": ("""
        Tiempo restante en 40 licencias    20,40 \u20ac
        Tiempo sin usar                    -8,00 \u20ac
        Subtotal                           12,40 \u20ac
        Total                              12,40 \u20ac
        """, "12.40", "12.40"),
    "base-for-short": ("""
        Importe Bruto    B. Imponible    I.V.A.    Cuota IVA    T O T A L Fra.
        300,00           300,00          4%        12,00
                                                                312,00
        """, "312.00", "300.00"),
    "no-tax-of-some-rates": ("""
        Subtotal:               12100,00
        Importe Neto Gravado:   10000,00
        IVA 27%:                    0,00
        IVA 21%:                 2100,00
        Importe Total:          12100,00
        """, "12100.00", "10000.00"),
    "tax-of-a-hundred": ("""
        MwSt-Satz    Netto      MwSt
        19,00        100,00     19,00
        7,00         200,00     14,00
        Endbetrag    333,00
        """, "333.00", "300.00"),
    "rate-of-a-hundred": ("""
        MwSt 19 %    100,00     19,00
        Endbetrag    119,00
        """, "119.00", "100.00"),
    "two-equal-taxes": ("""
        Item              Net        Tax     Amount    Total
        Lamp          \u20b91,000.00   9% CGST  \u20b990.00   \u20b91,180.00
                                 9% SGST  \u20b990.00
        TOTAL:                            \u20b9180.00  \u20b91,180.00
        """, "1180.00", "1000.00"),
    "czech-rounded": ("""
        Polo\u017eky celkem - z\u00e1klad:     1 000,25
        DPH 21%:                       210,05
        Zaokrouhlen\u00ed:                 -0,30
        Celkem k \u00fahrad\u011b:           1 210,00 K\u010d
        """, "1210.00", "1000.25"),
    "polish": ("""
        Warto\u015b\u0107 netto     200,00
        VAT 23%           46,00
        Do zap\u0142aty       246,00 PLN
        """, "246.00", "200.00"),
    "hungarian": ("""
        Nett\u00f3 \u00f6sszesen              10 000 Ft
        \u00c1FA 27%                      2 700 Ft
        Fizetend\u0151 v\u00e9g\u00f6sszeg:       12 700 Ft
        """, "12700", "10000"),
    "swedish": ("""
        Exkl moms     Moms kr     ATT BETALA
        1000,00       250,00      1250,00
        """, "1250.00", "1000.00"),
    "turkish": ("""
        Mal Hizmet Toplam Tutar\u0131         1.000,00 TL
        Hesaplanan KDV(%20)               200,00 TL
        Vergiler Dahil Toplam Tutar     1.200,00 TL
        """, "1200.00", "1000.00"),
    "named-in-one-sentence": ("""
        Rechnungssumme inkl. USt    595,00
        Netto gesamt 500,00, USt gesamt 95,00. Geliefert am 30.04.2024.
        """, "595.00", "500.00"),
    "base-of-the-tax-withheld": ("""
        IMPORTE BRUTO        120,00

        I.G.I.C. - BASE      %      I.G.I.C. - CUOTA
        120,00                7      8,40

        I.R.P.F. - BASE      %      I.R.P.F. - CUOTA
        120,00                15     18,00

        IMPORTE LIQUIDO      110,40
        """, "110.40", "120.00"),
    "tax-withheld": ("""
        IMPORTE:                 500,00 €
        RETENCION 19% I.R.P.F.   - 95,00 €
        7% I.G.I.C.               35,00 €
        TOTAL                    440,00 €
        """, "440.00", "500.00"),
    "collected-with-the-bill": ("""
        Totale imponibile                           323,34
        Iva 10%                                      32,33
        Totale bolletta                             355,67
        Canone di abbonamento alla televisione       18,00
        Totale da pagare                            373,67
        """, "373.67", "323.34"),
    "rounded-off": ("""
        Amount          CGST       SGST       Amount
        Total :         17,332.90   433.33    433.33    18,199.56
        Total :         17,332.90
        GST Total :     866.66
        Rounded off (+/-) :   0.44
        Net Total :     18,200.00
        """, "18200.00", "17332.90"),
    "nothing-of-two-taxes": ("""
        Taxable     CGST     SGST     IGST       Total INR
        Total Invoice Value   51,980.00   0.00   0.00   9,356.40   61,336.40
        """, "61336.40", "51980.00"),
}  # fmt: skip

DAYS = {
    "in-boxes": ("""
        FECHA      08    / 02    / 23
        Vto. C.A.E: 18/02/2023
        """, date(2023, 2, 8), None),
    "misspelt-month": ("""
        31st Januray 2020

        Days Visited
        16/01/20
        """, date(2020, 1, 31), None),
    "in-the-title": ("""
        Electricity bill of September 26, 2019

        From         To           Days
        2019-05-01   2019-06-28   59
        2019-06-29   2019-08-28   61
        """, date(2019, 9, 26), None),
    "beside-the-sums-of-earlier-bills": ("""
        3. Teilrechnung: 900000031                                  Datum: 25.04.2025

        Teilrechnung-Nr.: 900000011 vom 03.03.25 inkl. 190,00 € MwSt.      € 1.190,00
        Teilrechnung-Nr.: 900000022 vom 24.03.25 inkl. 95,00 € MwSt.       € 595,00
        """, date(2025, 4, 25), None),
    "a-notice-s": ("""
        Fee note                                                    18th February 2026

        To our fee as per section 150 notice dated 4 November 2025    1,650.00
        """, date(2026, 2, 18), None),
    "your-bank-will": ("""
        Bill Date: Apr 19, 2024

        On 05/13/2024, your bank will transfer the amount shown above.
        """, date(2024, 4, 19), date(2024, 5, 13)),
    "withdrawal": ("""
        Bill date: Sep. 26, 2019

        Withdrawal on
        Oct. 17, 2019
        """, date(2019, 9, 26), date(2019, 10, 17)),
    "terms-up-to": ("""
        Document Date      06 Dec 2019

        Terms of Payment:      Up to 31.01.2020
        """, date(2019, 12, 6), date(2020, 1, 31)),
    "short-for-expires": ("""
        Fecha: 10/02/2026
        Venc.: 12/03/2026
        """, date(2026, 2, 10), date(2026, 3, 12)),
    "voluntary-period": ("""
        Fecha de emisión        23/03/2026
        Fin plazo voluntario    15/04/2026
        """, date(2026, 3, 23), date(2026, 4, 15)),
    "owed-before": ("""
        Lidnr. 42                         20 januari 2026
        Verschuldigd vóór 20 februari 2026
        """, date(2026, 1, 20), date(2026, 2, 20)),
    "slovak": ("""
        D\u00e1tum vystavenia:    05.02.2026
        D\u00e1tum splatnosti:    19.02.2026
        """, date(2026, 2, 5), date(2026, 2, 19)),
    "polish": ("""
        Data wystawienia:   05.02.2026
        Termin p\u0142atno\u015bci:   19.02.2026
        """, date(2026, 2, 5), date(2026, 2, 19)),
    "hungarian": ("""
        Sz\u00e1mla kelte:           2026. 01. 20.
        Teljes\u00edt\u00e9s kelte:       2026. 01. 21.
        Fizet\u00e9si hat\u00e1rid\u0151:     2026. 01. 29.
        """, date(2026, 1, 20), date(2026, 1, 29)),
    "turkish": ("""
        Fatura Tarihi:       09-02-2026
        Son \u00d6deme Tarihi:   23-02-2026
        """, date(2026, 2, 9), date(2026, 2, 23)),
    "event": ("""
        t.a.v. team HR                    22 mei 2026

        Datum bijeenkomst: 19 mei 2026
        """, date(2026, 5, 22), None),
    "number-before-its-day": ("""
        factuur 2026-06 / 5 februari 2026 / project website
        """, date(2026, 2, 5), None),
    "sentence-with-a-comma": ("""
                                          20 December 2025

        Could this please reach me by the first day of term, 6 January 2026.
        """, date(2025, 12, 20), None),
    "over-two-lines": ("""
        Reading Date     Bill Date       Due Date
                                         28-04-
        15-04-2025       16-04-2025      2025
        """, date(2025, 4, 16), date(2025, 4, 28)),
    "end-of-the-offer": ("""
        Fattura n. 826023 del 28/04/2026
        Scadenza condizioni economiche:   31/10/2026
        """, date(2026, 4, 28), None),
}  # fmt: skip


def read(text: str) -> Reading:
    lines = dedent(text).strip("\n").splitlines()
    return read_page(placed([Line(line) for line in ["Acme", "", *lines]]))


@pytest.mark.parametrize(("page", "number"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_in_the_manner_of_its_country(page: str, number: str) -> None:
    found = read(f"{dedent(page)}\n\nTotal   119.00").number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(("page", "total", "net"), SUMS.values(), ids=SUMS)
def test_sums_that_the_page_s_arithmetic_explains(page: str, total: str, net: str) -> None:
    found = read(page)
    assert found.total is not None
    assert found.total.value == Decimal(total)
    assert found.net is not None
    assert found.net.value == Decimal(net)


@pytest.mark.parametrize(("page", "issued", "due"), DAYS.values(), ids=DAYS)
def test_days_as_forms_and_sentences_have_them(page: str, issued: date, due: date | None) -> None:
    found = read(f"{dedent(page)}\n\nTotal   119.00")
    assert found.issued_on is not None
    assert found.issued_on.value == issued
    assert (found.due_on and found.due_on.value) == due


def test_a_label_in_two_lines_beside_its_value() -> None:
    label = [
        ("Last Date For", 60, 100),
        ("04-05-2026", 200, 105),
        ("Payment", 60, 110),
        ("Total 119.00", 60, 160),
    ]
    words = [Line(text, across, down, across + 5 * len(text), down + 9) for text, across, down in label]
    found = read_page([Line("Bill Date: 23-04-2026", 60, 40, 165, 49), *words]).due_on
    assert found is not None
    assert found.value == date(2026, 5, 4)


def test_a_sum_set_a_little_lower_than_its_label() -> None:
    words = [
        ("Gesamt ohne MwSt.", 60, 100),
        ("200,00 EUR", 340, 106),
        ("Gesamt mit MwSt.", 60, 130),
        ("214,00 EUR", 340, 136),
        ("Mehrwertsteuer 7 %", 60, 115),
        ("14,00 EUR", 340, 121),
    ]
    found = read_page([Line(text, x, y, x + 5 * len(text), y + 10) for text, x, y in words])
    assert found.total is not None
    assert found.total.value == Decimal(214)
    assert found.net is not None
    assert found.net.value == Decimal(200)


def test_a_bill_is_due_within_a_year() -> None:
    found = read("""
        Factuurdatum: 19-04-2014

        Afschrijvingskosten op 31-05-2015
        Totaal   119.00
        """)
    assert found.due_on is None


def test_a_sum_in_a_sentence_is_the_total_where_nothing_else_is() -> None:
    found = read("NOTE D'HONORAIRES\n\nConsultation   60€\n\nCertifie avoir perçu la somme de 60€ ce jour.")
    assert found.total is not None
    assert found.total.value == Decimal(60)


def test_a_tax_that_is_not_paid_to_the_vendor_is_a_doubt() -> None:
    found = read("""
        Imponibile       100,00
        IVA 22%           22,00
        Totale fattura   122,00
        Operazione con scissione dei pagamenti
        """)
    assert any("22.00" in doubt for doubt in found.doubts)
    assert found.total is not None
    assert found.total.confidence < 0.8


def test_more_to_pay_than_the_bill_is_a_doubt() -> None:
    page = """
        Totale imponibile     100,00
        IVA 22%                22,00
        Totale bolletta       122,00
        {}
        Totale da pagare      150,00
        """
    found = read(page.format("Altre partite"))
    assert any("150.00" in doubt for doubt in found.doubts)
    assert found.total is not None
    assert found.total.confidence < 0.8
    assert not read(page.format("Saldo precedente      28,00")).doubts


def test_a_page_of_one_row_has_no_lines_beside_its_day() -> None:
    found = read_page([Line("01/13/2000", 60, 40, 110, 49)]).issued_on
    assert found is not None
    assert found.value == date(2000, 1, 13)
