import pytest

from domain.receipts.reading import Line, read_receipt


@pytest.mark.parametrize(
    "rows",
    [
        ["Bank: First Harbor Bank", "Routing number: 021000021", "Account number: 1234-5678-90"],
        ["Remit to First Harbor, acct # 1234567890"],
        ["Sort code 20-00-00", "Account No. 12345678 90"],
    ],
)
def test_an_account_number_beside_a_bank_is_read(rows: list[str]) -> None:
    found = read_receipt([Line(row) for row in ["Acme Inc.", "Total: $5.00", *rows]]).vendor_account
    assert found is not None
    assert found.value == "1234567890"


@pytest.mark.parametrize(
    "row", ["Account number: 4471-2290-11", "Your account: 44712290", "Visa account ending 4417"]
)
def test_a_customers_number_is_no_bank_account(row: str) -> None:
    lines = [
        "Cascade Power & Light",
        row,
        "Service period May",
        "Meter 12",
        "Total: $5.00",
        "Bank holidays: none",
    ]
    assert read_receipt([Line(line) for line in lines]).vendor_account is None
