"""Whose tax number and e-mail address it is, where a page has the customer's as well."""

import pytest

from tests.domain.receipts.page.test_layouts import read

TWO_NUMBERS = {
    "the customer's column comes first": (
        """
Billing address                                     Sold by
Fig Interiors Ltd                                   Nordholme Crafts Ltd
Studio 9, The Maltings                              The Old Dairy, Nordholme
Overcombe OC3 3PL                                   Nordholme NH7 4XX
VAT: GB 355 0192 18                                 VAT: GB 401 9923 05
""",
        "GB401992305",
    ),
    "under the address the letter is sent to": (
        """
Officine Tarozzi S.r.l.
Via del Maglio 17 - 49999 Castelforgia - P.IVA e C.F. 09904411720

                                                    POMPE BELVISO S.p.A.
                                                    Strada Provinciale 9
                                                    49998 Roccaverde
                                                    P.IVA 09911200455
""",
        "09904411720",
    ),
    "the vendor's stands in the footer": (
        """
Larrauri Abogados, S.L.P.

                                                    Fincas Ebro, S.L.
                                                    Calle Mayor 1
                                                    26998 Logro
                                                    CIF B99330117

Larrauri Abogados, S.L.P. - NIF B99044118 - Muro de la Mata 17, 26998 Logro - Tel. 999 330 411
""",
        "B99044118",
    ),
    "a label says that it is the customer's": (
        """
Sarl Lafont Bois
35 rue Haute
75018 PARIS
TVA FR12345678901

Votre num. TVA : FR19787878784
""",
        "FR12345678901",
    ),
    "its label ends the line before": (
        """
La sottoscritta Immobiliare Morosa S.r.l., con sede in 30999 Porto, Calle Lunga 44, P.IVA
09933900445, emette la presente
                                FATTURA N. 2026/4 DEL 02/01/2026
nei confronti di Sartoria Zanca S.r.l., Campo San Rocco 12, 30999 Porto, P.IVA 09944900118,
per canone di locazione
""",
        "09933900445",
    ),
    "only the customer's is printed": (
        """
Brightloom Labs, Inc.
500 Main Street
Austin, TX 78701

Bill to:
Fig Interiors Ltd
Overcombe OC3 3PL
VAT: GB 355 0192 18
""",
        None,
    ),
    "nothing says whose it is": (
        """
Brightloom Labs, Inc.
500 Main Street
Austin, TX 78701

Thank you for the order that you gave us at the fair, and for the time you took for it.
What we have done for you is listed below, as agreed, with what each of it comes to.
Questions are answered each day from nine to five. The terms of trade hold as printed.
We look forward to working with you again, and wish you and yours a good new year.
The goods stay ours until they have been paid for in full, wherever they may be by then.

VAT: GB 355 0192 18                                 VAT: GB 401 9923 05
""",
        None,
    ),
}
BOUGHT = "\nInvoice no. R-77      Date: 04.03.2026\n\nWork          500.00\nTotal         500.00 EUR\n"


@pytest.mark.parametrize(("page", "number"), TWO_NUMBERS.values(), ids=TWO_NUMBERS)
def test_whose_tax_number_it_is(page: str, number: str | None) -> None:
    """The vendor's: the books are searched by it."""
    found = read(f"{page}\n{BOUGHT}").vendor_vat
    assert (found and found.value) == number


def test_the_customers_mail_address_is_not_the_vendors() -> None:
    page = """
Billing address                                     Sold by
Fig Interiors Ltd                                   Nordholme Crafts Ltd
Studio 9, The Maltings                              The Old Dairy, Nordholme
Overcombe OC3 3PL                                   Nordholme NH7 4XX
ann@fig.example                                     hello@nordholme.example
"""
    assert read(f"{page}\n{BOUGHT}").vendor_email.value == "hello@nordholme.example"
