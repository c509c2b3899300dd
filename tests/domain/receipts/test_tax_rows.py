"""What papers print of several rates of tax, each as text and set in columns."""

from decimal import Decimal

import pytest

from domain.receipts.found import Line
from domain.receipts.page.deposits import placed
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading, read_receipt

PAPERS = {
    "base in words, and a discount's rate": (
        """
Amsel Keramik GmbH
Rechnung RE-77                                Rechnungsdatum:   21.11.2026
1    Vasen formen   1,00 h   160,00  160,00
                                   Gesamt netto            476,00 EUR
                                   MwSt 7% auf 160,00       11,20 EUR
                                   MwSt 19% auf 316,00      60,04 EUR
                                   Gesamtbetrag            547,24 EUR
2 % Skonto bei Zahlung binnen 8 Tagen  547,24  10,94
""",
        ["19 %: net 316.00, tax 60.04", "7 %: net 160.00, tax 11.20"],
    ),
    "a till's table": (
        """
SUPERMARKT NORD
Brot                 2,14 B
Kaffee              10,00 A
SUMME EUR           12,14
Bar                 12,14
      MwSt%   Netto   MwSt   Brutto
A  19,0%    8,40    1,60   10,00
B   7,0%    2,00    0,14    2,14
10.11.2026 12:14
""",
        ["19 %: net 8.40, tax 1.60", "7 %: net 2.00, tax 0.14"],
    ),
    "a net and a tax by itself for each rate": (
        """
Pos             Netto   USt     Betrag
Buch            10,00   7 %   10,70
Lampe          100,00  19 %  119,00
Nettobetrag 7 %   10,00
zzgl. 7 % USt      0,70
Nettobetrag 19 %  100,00
zzgl. 19 % USt    19,00
Rechnungsbetrag  129,70
""",
        ["19 %: net 100.00, tax 19.00", "7 %: net 10.00, tax 0.70"],
    ),
    "a French table": (
        """
BOULANGERIE LAFONT                     FACTURE F-9
Taux     Base HT    TVA     TTC
5,50 %   20,00     1,10    21,10
20,00 %  50,00    10,00    60,00
Total HT  70,00
Total TVA 11,10
Total TTC 81,10 EUR
""",
        ["20 %: net 50.00, tax 10.00", "5.5 %: net 20.00, tax 1.10"],
    ),
    "an outlay without tax": (
        """
Anwalt Kranz                                        Rechnung 8
Honorar            100,00
USt 19 %            19,00
Auslagen 0 %         5,00
Gesamtbetrag       124,00 EUR
""",
        ["19 %: net 100.00, tax 19.00", "0 %: net 5.00, tax 0"],
    ),
    "one rate": (
        """
Amsel Keramik GmbH                      Rechnung RE-78
Netto            100,00
USt 19 %          19,00
Gesamtbetrag     119,00 EUR
""",
        [],
    ),
    "two taxes of one sum": (
        """
Nordlicht Inc.                      Invoice 78
Subtotal                 100.00
GST 5 % on 100.00          5.00
PST 7 % on 100.00          7.00
Total                   $112.00
""",
        [],
    ),
}
UNLIKE = """
Amsel Keramik GmbH                      Rechnung RE-79
MwSt 7% auf 160,00       11,20 EUR
MwSt 19% auf 316,00      60,04 EUR
Versand                   5,00 EUR
Gesamtbetrag            552,24 EUR
"""


def read(text: str, *, in_columns: bool) -> Reading:
    lines = [Line(line) for line in text.splitlines() if line.strip()]
    return read_page(placed(lines)) if in_columns else read_receipt(lines)


@pytest.mark.parametrize("in_columns", [False, True], ids=["text", "page"])
@pytest.mark.parametrize(("text", "rates"), PAPERS.values(), ids=PAPERS.keys())
def test_each_rate_is_read_with_its_net_and_tax(text: str, rates: list[str], *, in_columns: bool) -> None:
    reading = read(text, in_columns=in_columns)
    found = reading.tax_breakdown
    assert [str(row) for row in (found.value if found else ())] == rates
    assert reading.doubts == ()


@pytest.mark.parametrize("in_columns", [False, True], ids=["text", "page"])
def test_rates_that_do_not_make_the_total_are_a_doubt(*, in_columns: bool) -> None:
    reading = read(UNLIKE, in_columns=in_columns)
    assert reading.tax_breakdown is None
    assert reading.total is not None
    assert reading.total.value == Decimal("552.24")
    assert [doubt.partition(" (")[0] for doubt in reading.doubts] == [
        "it prints tax at 7 %, 19 %, and the sums beside the rates do not make the total 552.24"
    ]


ENERGY = """
HOLMVIEW ENERGIA, S.L.
Factura F-2044
Fecha 03/11/2026
Impuesto especial 0,5 % s/ 120,00 0,60
IVA 21 % s/ 140,60 29,53
Total 170,13 EUR
"""


@pytest.mark.parametrize("in_columns", [False, True], ids=["text", "page"])
def test_a_levy_beside_the_tax_is_no_second_rate(*, in_columns: bool) -> None:
    reading = read(ENERGY, in_columns=in_columns)
    assert reading.total is not None
    assert reading.total.value == Decimal("170.13")
    assert [doubt for doubt in reading.doubts if "prints tax at" in doubt] == []
