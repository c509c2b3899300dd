"""Papers that carry a vendor, a date and a total, and are no bill to book."""

import pytest

from domain.receipts.found import Line
from domain.receipts.paper import HEAD_ROWS, accompanies_a_bill, other_paper


def lines(*texts: str) -> list[Line]:
    return [Line(text) for text in ("Harbor Print Ltd", *texts, "Date: 2026-11-19", "Total: $120.00")]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Credit note CN-9", "credit note"),
        ("CREDIT MEMO", "credit note"),
        ("** REFUND **", "credit note"),
        ("Refund receipt no. 12", "credit note"),
        ("RETURN", "credit note"),
        ("Gutschrift Nr. 12", "credit note"),
        ("Rechnungskorrektur 2026-7", "credit note"),
        ("Avoir AV-2026-0005", "credit note"),
        ("Facture d'avoir n° 5", "credit note"),
        ("Nota de crédito 44", "credit note"),
        ("Nota di credito n. 44", "credit note"),
        ("Creditnota 2026-3", "credit note"),
        ("Quotation Q-12", "quotation"),
        ("PRO FORMA INVOICE 12", "quotation"),
        ("Angebot vom 19.11.2026", "quotation"),
        ("Devis n° 8", "quotation"),
        ("Presupuesto 8", "quotation"),
        ("Order confirmation 77", "order"),
        ("Auftragsbestätigung", "order"),
        ("Purchase order: 4500012", "order"),
        ("Delivery note 77", "delivery note"),
        ("Lieferschein Nr. 5", "delivery note"),
        ("STATEMENT OF ACCOUNT", "statement of account"),
        ("Kontoauszug 11/2026", "statement of account"),
        ("Payment reminder", "reminder"),
        ("2. Mahnung", "reminder"),
        ("Mise en demeure", "reminder"),
        ("Sollecito di pagamento", "reminder"),
        ("Payslip", "payslip"),
        ("Remittance advice", "payment that was announced"),
        ("Self-billing invoice SB-12", "self-billed"),
        ("Abrechnungsgutschrift Nr. 55", "self-billed"),
        ("DRAFT INVOICE", "draft"),
        ("*** SPECIMEN ***", "draft"),
        ("VOID", "void"),
        ("*** CANCELLED ***", "void"),
        ("Invoice 77 CANCELLED", "void"),
    ],
)
def test_a_paper_is_what_its_title_calls_it(title: str, words: str) -> None:
    said = other_paper(lines(title))
    assert said is not None
    assert words in said
    assert said.endswith(f"(line 2: {title})"), "a person sees where"


@pytest.mark.parametrize(
    "texts",
    [
        ("Invoice 77",),
        ("Invoice 77", "Order confirmation 12", "Delivery note 5", "Statement"),
        ("TAX INVOICE", "PURCHASE ORDER: 12"),
        ("Rechnung Nr. 5", "Lieferschein Nr. 5", "Angebot 3"),
        ("Receipt", "Refund within 30 days with this receipt", "No return without this receipt"),
        ("Receipt", "Returns are accepted for two weeks"),
        ("Quotation marks and other books 12.00",),
        ("Our offer to you: ask for a credit note at the desk, we are glad to help with everything 1",),
        ("Order online and save at harborprint.example",),
        ("Gift receipt",),
        ("MUSTER-Autovermietung",),
        ("Invoice 77", "Reminder: please pay within 30 days"),
        ("Credit card ****1234",),
        ("Void where prohibited",),
    ],
)
def test_a_bill_is_none_of_them(texts: tuple[str, ...]) -> None:
    assert other_paper(lines(*texts)) is None


def test_what_a_till_gives_back_is_seen_wherever_it_stands() -> None:
    rows = [f"Item {number}  1.00" for number in range(2 * HEAD_ROWS)]
    assert other_paper(lines("Receipt", *rows)) is None
    said = other_paper(lines("Receipt", *rows, "REFUND TOTAL  12.50"))
    assert said is not None
    assert "gives money back" in said


def test_what_comes_with_a_bill_is_not_what_gives_money_back() -> None:
    assert accompanies_a_bill(lines("Delivery note 77"))
    assert accompanies_a_bill(lines("Terms and conditions"))
    assert not accompanies_a_bill(lines("Credit note 77"))
    assert not accompanies_a_bill(lines("Invoice 77"))


@pytest.mark.parametrize("title", ["2nd reminder", "FINAL REMINDER", "2. Mahnung"])
def test_a_bill_that_is_sent_again_is_a_reminder(title: str) -> None:
    assert "reminder" in (other_paper(lines("Invoice 77", title)) or "")


def beside(left: str, right: str) -> list[Line]:
    """A page whose first row has two ends: the vendor's name, and what the paper is."""
    rows = [
        (left, right),
        ("77 Mill Road", "Date: 2026-11-19"),
        ("Purchase order: 4500012", "Net 30"),
        ("Total: $120.00",),
    ]
    return [
        Line(text, x0, 40.0 * number, x0 + 120.0, 40.0 * number + 10.0, 0)
        for number, row in enumerate(rows)
        for x0, text in zip((50.0, 420.0), row, strict=False)
    ]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("QUOTE", "quotation"),
        ("CREDIT NOTE", "credit note"),
        ("Mahnung", "reminder"),
        ("STATEMENT", "statement"),
    ],
)
def test_a_title_beside_the_vendors_name_counts(title: str, words: str) -> None:
    """As most bills are printed: who sends it at one end of the first row, what it is at the other."""
    for page in (beside("Harbor Print Ltd", title), beside(title, "Harbor Print Ltd")):
        assert words in str(other_paper(page))


def test_a_bill_whose_title_stands_beside_the_vendors_name_may_name_its_order() -> None:
    assert other_paper(beside("Harbor Print Ltd", "INVOICE")) is None
    assert other_paper(beside("INVOICE", "Harbor Print Ltd")) is None
    assert "order" in str(other_paper(beside("Harbor Print Ltd", "Portland")))
