"""The statements as rows of a report."""

from collections.abc import Iterable, Iterator

from domain.accounting.ageing import Ageing, AgeingBucket, PartnerAge
from domain.accounting.balance_sheet import BalanceSheet
from domain.accounting.cash_flow import CashFlow
from domain.accounting.excerpt import OpenItem
from domain.accounting.figure import Figure, FigureSection
from domain.accounting.ledger import LedgerAccount, sign_of
from domain.accounting.profit_and_loss import ProfitAndLoss
from domain.accounting.report import ReportRow, Rows
from domain.accounting.tax_summary import PURCHASE, TaxSummary
from domain.accounting.trial_balance import AccountHistory, TrialBalance, TrialRow

AMOUNT = "amount"
TOTAL = "total"
AGEING_COLUMNS = (*map(str, AgeingBucket), TOTAL)
TRIAL_COLUMNS = ("opening", "debit", "credit", "closing")
ENTRY_COLUMNS = ("debit", "credit", "balance")
TAX_COLUMNS = ("base", "tax")


def profit_and_loss_rows(found: ProfitAndLoss) -> Iterator[ReportRow]:
    """Revenue down to the net profit."""
    rows = Rows(found.currency)
    yield from _sections(rows, found.revenue, found.direct_costs)
    yield _sum(rows, "Gross profit", found.gross_profit)
    yield from _sections(rows, found.operating_expenses, found.depreciation)
    yield _sum(rows, "Operating profit", found.operating_profit)
    yield from _sections(rows, found.other_income, found.other_expenses)
    yield _sum(rows, "Net profit", found.net_profit)


def balance_sheet_rows(found: BalanceSheet) -> Iterator[ReportRow]:
    """What is owned, what is owed, and the difference."""
    rows = Rows(found.currency)
    yield from _sections(rows, *found.assets)
    yield _sum(rows, "Total assets", found.total_assets)
    yield from _sections(rows, *found.liabilities)
    yield _sum(rows, "Total liabilities", found.total_liabilities)
    yield from _sections(rows, found.equity)
    earnings = {
        f"Profit since {found.fiscal_year_start}": found.earnings.current_year,
        "Allocated since then": found.earnings.current_year_allocated,
        "Earlier years": found.earnings.earlier_years,
    }
    yield rows.heading("Unallocated earnings")
    yield from (rows.detail(label, {AMOUNT: figure}) for label, figure in earnings.items())
    yield _sum(rows, "Unallocated earnings", found.earnings.total)
    yield _sum(rows, "Total equity", found.total_equity)
    yield _sum(rows, "Total liabilities and equity", found.total_liabilities + found.total_equity)


def cash_flow_rows(found: CashFlow) -> Iterator[ReportRow]:
    """Where cash came from and went to."""
    rows = Rows(found.currency)
    yield rows.detail("Net profit", {AMOUNT: found.net_profit})
    yield from _sections(rows, found.depreciation, *found.working_capital)
    yield _sum(rows, "From operations", found.from_operations)
    yield from _sections(rows, *found.investing)
    yield _sum(rows, "From investing", found.from_investing)
    yield from _sections(rows, *found.financing)
    yield _sum(rows, "From financing", found.from_financing)
    yield _sum(rows, "Change in cash", found.change)
    yield _sum(rows, "Opening cash", found.opening_cash)
    yield _sum(rows, "Closing cash", found.closing_cash)


def ageing_rows(found: Ageing) -> Iterator[ReportRow]:
    """Each partner's open items, oldest first, and what they come to."""
    rows = Rows(found.currency)
    for partner in found.partners:
        yield from _partner(rows, found, partner)
    yield rows.total("overdue", "Overdue", {TOTAL: found.overdue})
    yield rows.total("total", "Total", _by_bucket(found) | {TOTAL: found.total})


def trial_balance_rows(found: TrialBalance) -> Iterator[ReportRow]:
    """One row an account."""
    rows = Rows(found.currency)
    yield from (rows.detail(_named(row.account), _trial(row)) for row in found.rows)
    yield rows.total("total", "Total", _trial(found))


def general_ledger_rows(currency: str, found: Iterable[AccountHistory]) -> Iterator[ReportRow]:
    """Each account's lines with the balance after each."""
    rows = Rows(currency)
    for account in found:
        yield rows.heading(_named(account.row.account))
        yield rows.detail("Opening balance", {"balance": account.row.opening})
        for entry in account.entries:
            line = entry.line
            amounts = {"debit": line.debit, "credit": line.credit, "balance": entry.running}
            label = _joined(line.move, line.partner, line.label)
            yield rows.item(label, line.line_id, amounts, day=line.day)
        yield rows.total("", "Closing balance", {**_moved(account.row), "balance": account.row.closing})


def tax_rows(found: TaxSummary) -> Iterator[ReportRow]:
    """Each tax that was used, on sales first."""
    rows = Rows(found.currency)
    for title, is_purchase in (("Sales", False), ("Purchases", True)):
        used = [row for row in found.rows if (row.tax.use == PURCHASE) is is_purchase]
        if used:
            yield rows.heading(title)
        yield from (rows.detail(row.tax.name, {"base": row.base, "tax": row.amount}) for row in used)
    yield rows.total("collected", "Collected", {"tax": found.collected})
    yield rows.total("deductible", "Deductible", {"tax": found.deductible})
    yield rows.total("to_pay", "To pay", {"tax": found.to_pay})


def _sections(rows: Rows, *sections: FigureSection) -> Iterator[ReportRow]:
    for section in sections:
        if section.rows:
            yield rows.heading(section.title)
        yield from (rows.detail(_named(row.account), {AMOUNT: row.figure}) for row in section.rows)
        yield rows.total(
            _key(section.title),
            f"Total {section.title}" if section.rows else section.title,
            {AMOUNT: section.total},
        )


def _sum(rows: Rows, label: str, figure: Figure) -> ReportRow:
    return rows.total(_key(label), label, {AMOUNT: figure})


def _key(label: str) -> str:
    return label.lower().replace(" ", "_").replace("-", "_")


def _partner(rows: Rows, found: Ageing, partner: PartnerAge) -> Iterator[ReportRow]:
    yield rows.heading(partner.partner or "Without a partner")
    for item, bucket in zip(partner.items, partner.item_buckets, strict=True):
        yield _open_item(rows, found, item, bucket)
    figures = {str(bucket): figure for bucket, figure in partner.buckets.items()}
    label = f"Total {partner.partner or 'without a partner'}"
    yield rows.total("", label, figures | {TOTAL: partner.total})


def _open_item(rows: Rows, found: Ageing, item: OpenItem, bucket: AgeingBucket) -> ReportRow:
    line, sign = item.line, sign_of(found.kind)
    amount = item.residual * sign
    foreign = f"{item.residual_currency * sign} {line.currency}" if line.currency != found.currency else ""
    label = _joined(line.move, line.label, foreign)
    amounts = {str(bucket): amount, TOTAL: amount}
    return rows.item(label, line.line_id, amounts, day=line.due, invoice_id=line.move_id)


def _by_bucket(found: Ageing) -> dict[str, Figure]:
    return {str(bucket): figure for bucket, figure in found.buckets.items()}


def _trial(row: TrialRow | TrialBalance) -> dict[str, Figure]:
    return {"opening": row.opening, **_moved(row), "closing": row.closing}


def _moved(row: TrialRow | TrialBalance) -> dict[str, Figure]:
    return {"debit": row.debit, "credit": row.credit}


def _named(account: LedgerAccount) -> str:
    return f"{account.code} {account.name}".strip()


def _joined(*parts: str) -> str:
    return " · ".join(dict.fromkeys(filter(None, parts)))
