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
