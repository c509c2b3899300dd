"""Names as real letterheads write them."""

import pytest

from domain.receipts.page.name_text import company_in, name_in

NAMES = {
    "a company of its web address": ("Harbor.com, Inc.", "Harbor.com, Inc."),
    "a logo beside the name": ("harbor HARBOR SRL", "HARBOR SRL"),
    "a logo of the initials": ("HTW HARBOR TOOL WORKS", "HARBOR TOOL WORKS"),
    "a signature": ("For, HARBOR CREATIVE", "HARBOR CREATIVE"),
    "a bracket that opens": ("Claims (Harbor Power S.L.U.", "Harbor Power S.L.U."),
    "a part of the firm": ("Geschäftsbereich Hafen Werkzeug GmbH", "Hafen Werkzeug GmbH"),
    "a sentence behind it": ("HARBOR LUZ Y GAS, S.A. tiene los siguientes valores", "HARBOR LUZ Y GAS, S.A."),
    "small words behind it": ("Harbor S.r.l. con socio unico", "Harbor S.r.l."),
    "small words of a name": ("SARL la petite voile", "SARL la petite voile"),
    "a legal form of two parts": ("HARBOR S.A. de C.V.", "HARBOR S.A. de C.V."),
    "kilograms": ("WEIGHT KG 350", ""),
    "a country": ("Belgium", ""),
    "a heading of sums": ("\u20ac/UD/KG IMPORTE", ""),
    "words to the customer": ("EN VOTRE AIMABLE REGLEMENT", ""),
}


@pytest.mark.parametrize(("written", "name"), NAMES.values(), ids=NAMES)
def test_what_is_part_of_a_name(written: str, name: str) -> None:
    assert name_in(written) == name


def test_a_web_address_in_a_sentence_is_part_of_its_company() -> None:
    assert company_in("harbor.com b.v. KvK Utrecht: 12345678") == "harbor.com b.v."
