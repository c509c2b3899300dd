"""Which statement a report is, and over which days; pure, from a ledger."""

import datetime as dt
from collections.abc import Callable

from domain.accounting.ageing import payable_ageing, receivable_ageing
from domain.accounting.balance_sheet import balance_sheet
from domain.accounting.cash_flow import cash_flow
from domain.accounting.date_range import DateRange
from domain.accounting.ledger import Ledger
from domain.accounting.profit_and_loss import profit_and_loss
from domain.accounting.report import FinancialReport, Origin, ReportRow, ReportType
from domain.accounting.statement_rows import (
    AGEING_COLUMNS,
    AMOUNT,
    ENTRY_COLUMNS,
    TAX_COLUMNS,
    TRIAL_COLUMNS,
    ageing_rows,
    balance_sheet_rows,
    cash_flow_rows,
    general_ledger_rows,
    profit_and_loss_rows,
    tax_rows,
    trial_balance_rows,
)
from domain.accounting.tax_summary import tax_summary
from domain.accounting.trial_balance import general_ledger, trial_balance

Flows = Callable[[Ledger, dt.date, dt.date], tuple[ReportRow, ...]]
Balances = Callable[[Ledger, dt.date], tuple[ReportRow, ...]]
RUNNING = "The period has not ended: it holds what was booked until then."


def report(ledger: Ledger, kind: ReportType, days: DateRange, origin: Origin) -> FinancialReport:
    """The statement; balance sheet and ageing are as of the last day."""
    title, columns, rows_of = _STATEMENTS[kind]
    return FinancialReport(
        report_type=kind,
        title=title,
        first=None if kind in AS_OF else days.first,
        last=days.last,
        currency=ledger.currency,
        origin=origin,
        columns=columns,
        rows=rows_of(ledger, days),
        notes=(RUNNING,) if days.last > origin.read_at.date() else (),
    )


AS_OF = frozenset({ReportType.BALANCE_SHEET, ReportType.RECEIVABLE_AGEING, ReportType.PAYABLE_AGEING})
"""Reports of one day."""
_STATEMENTS: dict[
    ReportType, tuple[str, tuple[str, ...], Callable[[Ledger, DateRange], tuple[ReportRow, ...]]]
] = {
    ReportType.PROFIT_AND_LOSS: (
        "Profit and loss",
        (AMOUNT,),
        lambda ledger, days: tuple(profit_and_loss_rows(profit_and_loss(ledger, days.first, days.last))),
    ),
    ReportType.BALANCE_SHEET: (
        "Balance sheet",
        (AMOUNT,),
        lambda ledger, days: tuple(balance_sheet_rows(balance_sheet(ledger, days.last))),
    ),
    ReportType.CASH_FLOW: (
        "Cash flow",
        (AMOUNT,),
        lambda ledger, days: tuple(cash_flow_rows(cash_flow(ledger, days.first, days.last))),
    ),
    ReportType.RECEIVABLE_AGEING: (
        "Receivables by age",
        AGEING_COLUMNS,
        lambda ledger, days: tuple(ageing_rows(receivable_ageing(ledger, days.last))),
    ),
    ReportType.PAYABLE_AGEING: (
        "Payables by age",
        AGEING_COLUMNS,
        lambda ledger, days: tuple(ageing_rows(payable_ageing(ledger, days.last))),
    ),
    ReportType.GENERAL_LEDGER: (
        "General ledger",
        ENTRY_COLUMNS,
        lambda ledger, days: tuple(
            general_ledger_rows(ledger.currency, general_ledger(ledger, days.first, days.last))
        ),
    ),
    ReportType.TRIAL_BALANCE: (
        "Trial balance",
        TRIAL_COLUMNS,
        lambda ledger, days: tuple(trial_balance_rows(trial_balance(ledger, days.first, days.last))),
    ),
    ReportType.TAX_SUMMARY: (
        "Tax summary",
        TAX_COLUMNS,
        lambda ledger, days: tuple(tax_rows(tax_summary(ledger, days.first, days.last))),
    ),
}
