"""What is printed and cannot be is said, not passed over."""

import pytest

from domain.receipts.found import Line
from domain.receipts.reading import Reading, read_receipt
from domain.receipts.recognise import is_receipt

BILL = "Harbor Supplies LLC\nInvoice Number: HS-7\nInvoice Date: {day}\n{due}\nTotal: {total} USD\n"


def read(day: str = "2026-04-01", total: str = "$12.50", due: str = "") -> tuple[list[Line], Reading]:
    lines = [Line(line) for line in BILL.format(day=day, total=total, due=due).splitlines()]
    return lines, read_receipt(lines)


@pytest.mark.parametrize("day", ["1899-04-01", "01/04/9999", "1 April 1899", "01.04.1066", "1 JANUARY 3024"])
def test_a_date_of_another_age_is_said(day: str) -> None:
    _, reading = read(day)
    assert reading.issued_on is None
    (why,) = reading.cannot_be
    assert why.startswith(f"issued on is read as {day.upper()}, which cannot be (line 3: Invoice Date:")


def test_a_due_date_of_another_age_is_no_bill_due_at_once() -> None:
    _, reading = read(due="Due date: 9999-12-31")
    assert reading.cannot_be == [
        "due on is read as 9999-12-31, which cannot be (line 4: Due date: 9999-12-31)"
    ]


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("0.00", "total is read as 0.00: there is nothing to book"),
        (
            "999,999,999,999,999.00",
            "total is read as 999,999,999,999,999.00, which is more than is ever booked",
        ),
    ],
)
def test_a_total_that_nobody_pays_is_said_of_a_bill(total: str, said: str) -> None:
    lines, reading = read(total=total)
    assert reading.total is None
    assert is_receipt(lines, reading)
    assert reading.cannot_be[0].partition(" (")[0] == said


def test_what_was_found_is_not_doubted_over_what_stands_elsewhere() -> None:
    lines = [
        Line(line)
        for line in BILL.format(day="2026-04-01", total="12.50", due="Date 01/04/1899").splitlines()
    ]
    assert read_receipt(lines).cannot_be == []


@pytest.mark.parametrize("text", ["Our house was built in 1899.", "Total 0", "Date of birth: 01/04/1899", ""])
def test_other_text_stays_no_bill(text: str) -> None:
    lines = [Line(text)] if text else []
    assert not is_receipt(lines, read_receipt(lines))
