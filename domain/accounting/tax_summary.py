"""Base and tax of a period by tax, as the lines name them (`tax_ids` on the base, `tax_line_id` on the tax).

A tax that is due on payment counts when Odoo's cash basis entry books it, not when the invoice does; on an
entry without receivable or payable (a cash sale) it is due at once, as in Odoo's `always_tax_exigible`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.accounting.figure import Figure, credit_of, debit_of, total
from domain.accounting.ledger import JournalLine, Ledger, LedgerTax

PURCHASE = "purchase"


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One tax; sales credit positive, purchases debit positive, credit notes deducted."""

    tax: LedgerTax
    base: Figure
    amount: Figure


@dataclass(frozen=True, slots=True)
class TaxSummary:
    """The taxes that were used in a period."""

    currency: str
    first: dt.date
    last: dt.date
    rows: tuple[TaxRow, ...]

    @property
    def collected(self) -> Figure:
        """Tax on sales."""
        return total(row.amount for row in self.rows if row.tax.use != PURCHASE)

    @property
    def deductible(self) -> Figure:
        """Tax on purchases."""
        return total(row.amount for row in self.rows if row.tax.use == PURCHASE)

    @property
    def to_pay(self) -> Figure:
        """Collected less deductible; negative when the office owes it."""
        return self.collected - self.deductible


def tax_summary(ledger: Ledger, first: dt.date, last: dt.date) -> TaxSummary:
    """The taxes of a period, both days included, by name."""
    lines = ledger.between(first, last)
    taxes = sorted(ledger.taxes.values(), key=lambda tax: (tax.use, tax.name, tax.tax_id))
    rows = (_row(ledger, tax, lines) for tax in taxes if not tax.children)
    used = tuple(row for row in rows if row.base.line_ids or row.amount.line_ids)
    return TaxSummary(ledger.currency, first, last, used)


def _row(ledger: Ledger, tax: LedgerTax, lines: Sequence[JournalLine]) -> TaxRow:
    groups = {group.tax_id for group in ledger.taxes.values() if tax.tax_id in group.children}
    base = (line for line in lines if not {tax.tax_id, *groups}.isdisjoint(line.tax_ids))
    amount = (line for line in lines if line.tax_id == tax.tax_id)
    figure_of = debit_of if tax.use == PURCHASE else credit_of
    return TaxRow(tax, figure_of(_due(ledger, tax, base)), figure_of(_due(ledger, tax, amount)))


def _due(ledger: Ledger, tax: LedgerTax, lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    for line in lines:
        if not tax.on_payment or line.is_cash_basis or line.move_id not in ledger.moves_on_credit:
            yield line
