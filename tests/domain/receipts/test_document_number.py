import pytest

from blocks.documents import lines_of_text
from domain.receipts.reading import read_receipt


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Receipt No: INV 2026 0114", "INV 2026 0114"),
        ("Invoice No: 2026 0114", "2026 0114"),
        ("Receipt No: COPY 1", "COPY 1"),
        ("Invoice No: 1024 12.50", "1024"),
        ("Receipt No: 1234 Table 5", "1234"),
        ("Receipt No: 1234 14:05", "1234"),
    ],
)
def test_a_number_in_groups_is_whole(line: str, number: str) -> None:
    found = read_receipt(lines_of_text(f"Acme Ltd\n{line}\nDate: 2026-11-20\nTotal: $12.50\n")).number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("RECEIPT A-3001", "A-3001"),
        ("Factura 2026/44", "2026/44"),
        ("Fattura n. 88/2026 del 03/09/2026", "88/2026"),
        ("Facture 2210", "2210"),
        ("Faktura 4410", "4410"),
        ("Factuur 2026-31", "2026-31"),
        ("N\u00ba de factura: F26-118", "F26-118"),
        ("Rg.-Nr. 4711", "4711"),
        ("Belegnummer 4711", "4711"),
        ("Quittung Nr. 12", "12"),
        ("Invoice 77  dated 03.08.2026", "77"),
    ],
)
def test_a_number_is_read_in_other_languages_too(line: str, number: str) -> None:
    found = read_receipt(lines_of_text(f"Acme Ltd\n{line}\nDate: 2026-11-20\nTotal: $12.50\n")).number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize("line", ["Rechnung 03.09.2026", "Facture du 3 septembre 2026", "Factura 2026-09-03"])
def test_a_day_beside_the_title_is_no_number(line: str) -> None:
    assert read_receipt(lines_of_text(f"Acme Ltd\n{line}\nTotal: $12.50\n")).number is None
