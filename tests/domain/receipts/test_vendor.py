"""Who issued a receipt: whole names, and never a person, a till or the paper's own title."""

import pytest

from domain.receipts.found import Found, Line
from domain.receipts.page.deposits import placed
from domain.receipts.page.reader import read_page
from domain.receipts.reading import read_receipt

FOOT = "12 HARBOUR ROAD\nDATE: 12/03/2024\nTOTAL 12.00\nCASH 20.00\nCHANGE 8.00"


def vendor(head: str, foot: str = FOOT) -> Found[str] | None:
    return read_receipt([Line(line) for line in f"{head}\n{foot}".splitlines()]).vendor


def named(head: str) -> str | None:
    found = vendor(head)
    return found.value if found else None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("RIVER BEND HARDWARE ENTERPRISE (LAKE\nTOWN) SDN BHD", "RIVER BEND HARDWARE ENTERPRISE (LAKE TOWN) SDN BHD"),
        ("Quiet Harbor Supplies (North\nEast) Pty Ltd", "Quiet Harbor Supplies (North East) Pty Ltd"),
        ("Müller und\nSöhne GmbH", "Müller und Söhne GmbH"),
        ("Nordsee Baustoff-\nhandel GmbH", "Nordsee Baustoffhandel GmbH"),
        ("SUMINISTROS INDUSTRIALES\nDEL NORTE S.L.", "SUMINISTROS INDUSTRIALES DEL NORTE S.L."),
        ("IMPRIMERIE\nDES QUAIS SARL", "IMPRIMERIE DES QUAIS SARL"),
        ("OFFICINA MECCANICA\nDI PORTA NUOVA S.R.L.", "OFFICINA MECCANICA DI PORTA NUOVA S.R.L."),
        ("Drukkerij van\nDijk B.V.", "Drukkerij van Dijk B.V."),
        ("SILVER LEAF STATIONERY\n(EAST SIDE) PTE LTD", "SILVER LEAF STATIONERY (EAST SIDE) PTE LTD"),
        ("SILVER LEAF\n& SONS LTD", "SILVER LEAF & SONS LTD"),
        ("SILVER LEAF TIMBER\nSDN BHD (123999-X)", "SILVER LEAF TIMBER SDN BHD"),
    ],
)  # fmt: skip
def test_a_name_over_two_lines_is_whole(head: str, name: str) -> None:
    found = vendor(head)
    assert found
    assert (found.value, found.confidence >= 0.8) == (name, True)


@pytest.mark.parametrize("after", ["", "\n(123999-X)", "\nNO 5, JALAN SATU"])
def test_a_bracket_without_its_end_is_not_surely_the_whole_name(after: str) -> None:
    found = vendor(f"RIVER BEND HARDWARE ENTERPRISE (LAKE{after}")
    assert found
    assert found.confidence < 0.8


@pytest.mark.parametrize(
    "clerk",
    [
        "SOLD BY: QT2290\nJOLENE PARKER",
        "SOLD BY: QT2290 JOLENE PARKER",
        "Sold by\nJolene Parker",
        "Sold by: Jolene Parker",
        "SERVED BY: JOLENE",
        "CASHIER: CN\nJOLENE PARKER",
        "You were served by Jolene",
        "SALESPERSON\nJOLENE PARKER",
        "Es bediente Sie: Katja Sommer",
        "Verkäufer: Katja Sommer",
        "Vendeur: Camille Roche",
        "Servi par\nCamille Roche",
        "Le atendió: Carmen Ríos",
        "Cajera: Carmen Ríos",
        "Operatore 04\nGiulia Conti",
        "U werd geholpen door: Sanne",
        "JURUWANG: SITI AMINAH",
    ],
)
@pytest.mark.parametrize("head", ["BRASS LANTERNS", "BRASS LANTERNS\n12 HARBOUR ROAD"])
def test_who_stood_at_the_till_is_not_the_vendor(head: str, clerk: str) -> None:
    assert named(f"{head}\n{clerk}") == "BRASS LANTERNS"


@pytest.mark.parametrize(
    "line",
    [
        "TERMINAL 04", "Till: 3", "KASSE 2", "CAISSE N° 2", "Caja 1", "CASSA 3", "Kassa 4",
        "TABLE 12", "Tisch 7", "POS: A12",
        "TICKET DE CAISSE", "Kassenbon", "Bewirtungsbeleg", "FACTURA SIMPLIFICADA", "DOCUMENTO COMMERCIALE",
        "Scontrino fiscale", "KASSABON", "Kundenbeleg", "CUSTOMER COPY", "TAX INVOICE", "Reçu", "Ticket de compra",
        "MR. HENRY COLE", "Frau Sommer", "JOLENE BINTI OMAR",
    ],
)  # fmt: skip
def test_a_till_a_paper_or_a_person_above_the_name_is_not_the_vendor(line: str) -> None:
    assert named(f"{line}\nBRASS LANTERNS LTD") == "BRASS LANTERNS LTD"


@pytest.mark.parametrize(
    "line", ["TERMINAL 04", "KASSE 2", "TICKET DE CAISSE", "DOCUMENTO COMMERCIALE", "CASHIER: JOLENE"]
)
def test_where_no_business_is_named_none_is_made_up(line: str) -> None:
    found = vendor(line, "DATE: 12/03/2024\nTOTAL 12.00")
    assert found is None or found.confidence < 0.5


@pytest.mark.parametrize("person", ["JOHN HARPER", "Maria Keller", "TAN MEI LING", "Mme Roche"])
def test_a_person_alone_is_never_surely_the_vendor(person: str) -> None:
    found = vendor(person)
    assert found is None or found.confidence < 0.8


@pytest.mark.parametrize(
    "name", ["Host Harbor GmbH", "Staff Source Ltd", "Server Supplies Inc", "Table & Chair Co."]
)
def test_a_business_whose_name_begins_like_a_clerks_label_is_one(name: str) -> None:
    assert named(name) == name


def test_a_marketplace_says_who_sells() -> None:
    assert named("BIG PARCEL\nSold by: Brass Lanterns Ltd") == "Brass Lanterns Ltd"


@pytest.mark.parametrize(
    "head",
    [
        "GREY HERON\nRIVERSIDE DINING SDN BHD\n(123999-X)",
        "GREY HERON\nRIVERSIDE DINING LTD",
        "RIVERSIDE DINING\nGREY HERON",
        "RIVERSIDE CAFE\nGREY HERON CAFE\n(123999-X)",
        "GREY HERON\nFish & More\nGREY HERON CATERING GMBH",
    ],
)
def test_two_names_in_one_head_are_not_sure(head: str) -> None:
    found = vendor(head)
    assert found
    assert found.confidence < 0.8


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("RIVERSIDE DINING LTD\n(123999-X)", FOOT),
        ("Bäckerei Sommer", FOOT),
        ("GREY HERON TRADING", FOOT),
        ("GREY HERON", f"{FOOT}\nwww.greyheron.com\nThank you for visiting Grey Heron"),
        ("GREY HERON\nRIVERSIDE DINING LTD", f"{FOOT}\nRIVERSIDE DINING LTD\nREG 123999"),
    ],
)
def test_evidence_that_agrees_makes_a_name_sure(head: str, foot: str) -> None:
    found = vendor(head, foot)
    assert found
    assert found.confidence >= (0.7 if head == "GREY HERON" else 0.8)


def test_a_name_in_a_badly_read_line_is_not_sure() -> None:
    def placed(sure: float) -> list[Line]:
        rows = enumerate(["ACME LTD", *FOOT.split("\n")])
        return [Line(text, 0, 20.0 * i, 9.0 * len(text), 20.0 * i + 15, 0, sure) for i, text in rows]

    clear, poor = (read_receipt(placed(sure)).vendor for sure in (0.99, 0.7))
    assert clear
    assert poor
    assert clear.confidence >= 0.8 > poor.confidence


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("BIG  LAMPS  LTD", "BIG LAMPS LTD"),
        ("BIG  LAMPS", "BIG LAMPS"),
        ("Big  Lamps  Ltd      INVOICE", "Big Lamps Ltd"),
        ("BIG  LAMPS  LTD  INVOICE", "BIG LAMPS LTD"),
        ("From: BIG  LAMPS  LTD", "BIG LAMPS LTD"),
        ("BIG  LAMPS  SDN  BHD  (12345-X)", "BIG LAMPS SDN BHD"),
        ("Acme Ltd  Bill To: Bright Homes", "Acme Ltd"),
        ("Acme Trading  Date: 2026-03-04", "Acme Trading"),
    ],
)
def test_two_blanks_between_words_do_not_cut_a_name(row: str, name: str) -> None:
    bill = f"{row}\n12 Harbour Road\nInvoice No: 55\nDate: 2026-03-04\nLamp   1   40.00\nTotal: 40.00 USD\n"
    found = read_receipt([Line(line) for line in bill.splitlines()]).vendor
    assert found is not None
    assert found.value == name


@pytest.mark.parametrize(
    "name",
    [
        "Harbor Street Offices",
        "King's Road Books",
        "Café am Platz",
        "Calle Mayor Libros",
        "Second Avenue",
    ],
)
def test_a_first_line_that_sounds_like_a_street_without_a_number_is_the_vendor(name: str) -> None:
    lines = [
        Line(line)
        for line in (
            name,
            "Invoice HS-4471",
            "Date: 2026-11-19",
            "Desk rent November  $120.00",
            "Total: $120.00",
        )
    ]
    found = [read_receipt(lines).vendor, read_page(placed(lines)).vendor]
    assert [one and one.value for one in found] == [name, name]


def test_a_street_with_its_number_is_no_vendor() -> None:
    assert named("12 Harbor Street\nAcme Stationery") == "Acme Stationery"
    assert named("Orchard Road\nAcme Stationery Ltd") == "Acme Stationery Ltd"
