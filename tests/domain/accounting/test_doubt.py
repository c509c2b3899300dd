import datetime as dt

import pytest

from domain.accounting.doubt import Doubt, doubt_notes
from domain.accounting.ledger import AccountType
from domain.accounting.report import ReportType

DAY = dt.date(2026, 3, 1)
BILL = Doubt(
    expectation="every entry sums to zero",
    records="journal items",
    ids=(7, 8),
    is_left_out=True,
    kinds=(AccountType.PAYABLE, AccountType.EXPENSE),
    first=DAY,
)


USES_IT = [ReportType.PAYABLE_AGEING, ReportType.PROFIT_AND_LOSS, ReportType.BALANCE_SHEET]


@pytest.mark.parametrize("report", USES_IT)
def test_a_doubt_is_said_in_the_reports_that_would_use_the_entry(report: ReportType) -> None:
    assert len(list(doubt_notes([BILL], report, DAY, is_copy=True))) == 1
    assert list(doubt_notes([BILL], report, DAY - dt.timedelta(days=1), is_copy=True)) == []


def test_a_report_that_does_not_use_the_entry_says_nothing() -> None:
    assert list(doubt_notes([BILL], ReportType.RECEIVABLE_AGEING, DAY, is_copy=True)) == []


def test_a_note_says_what_is_wrong_whether_it_counts_and_what_to_do() -> None:
    (note,) = doubt_notes([BILL], ReportType.BALANCE_SHEET, DAY, is_copy=True)
    assert note == (
        "Odoo's journal items 7, 8 break 'every entry sums to zero'; correct them in Odoo, then: fte run sync_odoo. "
        "This report is without them."
    )
    (note,) = doubt_notes([BILL], ReportType.BALANCE_SHEET, DAY, is_copy=False)
    assert note.endswith("They count here as they are.")


def test_of_records_that_were_told_nothing_is_told_again() -> None:
    assert BILL.is_known([BILL])
    assert not BILL.model_copy(update={"ids": (7, 9)}).is_known([BILL])
    assert not BILL.is_known([])
