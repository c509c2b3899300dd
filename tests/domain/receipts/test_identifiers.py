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


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("USt-IdNr. DE123456789, HRB 1234", "DE123456789"),
        ("VAT no. GB 402 1177 93.", "GB402117793"),
        ("NIF 99882410-T, C/ Real 8", "99882410-T"),
        ("NIF E99100411. CUPS ES0099 0000", "E99100411"),
        ("P.IVA e C.F. 09904411720 - REA CF-99041", "09904411720"),
        ("Btw NL 8182.04.418.B01", "NL818204418B01"),
        ("TVA FR02799001884 SIREN 899 221 004", "FR02799001884"),
        ("ABN 61 604 882 915 Lic. 28417", "61604882915"),
        ("GSTIN: 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("VAT at 20% 1,082.52", None),
        ("IVA 22% 1.286,00", None),
        ("TAX 19.00 1234.50", None),
        ("VAT page 1 of 2", None),
    ],
)
def test_a_tax_number_ends_where_it_ends(row: str, number: str | None) -> None:
    found = read_receipt([Line(line) for line in ("Acme Inc.", row, "Total: 5.00 EUR")]).vendor_vat
    assert (found and found.value) == number


@pytest.mark.parametrize(
    "row",
    [
        "Der Betrag wird von Ihrem Konto DE89 3704 0044 0532 0130 00 eingezogen.",
        "Domiciliado en ES91 2100 0418 4502 0005 1332",
        "Het bedrag wordt afgeschreven van NL91 ABNA 0417 1643 00",
    ],
)
def test_the_account_that_money_is_fetched_from_is_not_the_one_to_pay_to(row: str) -> None:
    lines = [Line(line) for line in ("Acme GmbH", row, "Total: 5.00 EUR")]
    assert read_receipt(lines).vendor_iban is None
    paid_to = [*lines, Line("Unsere Bank: IBAN DE02 1203 0000 0000 2020 51")]
    found = read_receipt(paid_to).vendor_iban
    assert found is not None
    assert found.value == "DE02120300000000202051"
