"""A statement as an answer: rows of amounts with their journal lines, its dates, currency and source."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from domain.accounting.figure import Figure
from domain.errors import RejectedError
from domain.money import rounded

_LONGEST_QUOTE = 60


class ReportType(StrEnum):
    """What can be asked for."""

    PROFIT_AND_LOSS = "profit_and_loss"
    BALANCE_SHEET = "balance_sheet"
    CASH_FLOW = "cash_flow"
    RECEIVABLE_AGEING = "receivable_ageing"
    PAYABLE_AGEING = "payable_ageing"
    GENERAL_LEDGER = "general_ledger"
    TRIAL_BALANCE = "trial_balance"
    TAX_SUMMARY = "tax_summary"
    BUDGET = "budget"
    MEASURES = "measures"
    CASH_FORECAST = "cash_forecast"


class ReportTypeError(RejectedError):
    """There is no such report."""

    def __init__(self, said: str) -> None:
        super().__init__(f"'{said[:_LONGEST_QUOTE]}' is no report; use one of {', '.join(ReportType)}")


class RowKind(StrEnum):
    """What a row is: a title, an amount of its own, or the sum of rows above it."""

    HEADING = "heading"
    DETAIL = "detail"
    TOTAL = "total"


class FiguresOrigin(BaseModel, frozen=True):
    """Where the figures come from."""

    source: str = Field(description="the books that were read")
    read_at: AwareDatetime = Field(description="the figures are as Odoo had them then")
    is_sandbox: bool = Field(description="true: stand-in books, nothing is real")
    problem: str = Field(
        default="", description="why a kept copy was read instead of Odoo; empty: Odoo was read"
    )


@dataclass(slots=True)
class ReportRow:
    """One row, and the journal items (`account.move.line`) behind its amounts.

    A general ledger has thousands: a frozen one, or a model that checks what we have just computed, takes four times as
    long to make.
    """

    kind: RowKind
    label: str
    key: str = ""
    """Name of a total that does not change."""
    day: dt.date | None = None
    """Date of an entry, due date of an open item."""
    invoice_id: int | None = None
    """Of an open item: Odoo's id of its invoice or bill, as `record_payment` wants it."""
    amounts: dict[str, Decimal] = field(default_factory=dict)
    """By column."""
    line_count: int = 0
    """How many journal items the amounts were added up from."""
    line_ids: tuple[int, ...] = ()
    """Their ids, where they were read one by one."""
    found_by: tuple[str, ...] = ()
    """Of an account's sum: conditions that list its journal items in Odoo."""

    def shortened(self, most: int) -> "ReportRow":
        """The same with the first ids only; `line_count` still tells how many there are."""
        return replace(self, line_ids=self.line_ids[:most])


class FinancialReport(BaseModel, frozen=True):
    """One statement."""

    report_type: ReportType
    title: str
    first: dt.date | None = Field(default=None, description="none: everything until the last day")
    last: dt.date
    currency: str
    origin: FiguresOrigin
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    notes: tuple[str, ...] = ()

    def amount(self, key: str, column: str = "") -> Decimal:
        """The amount of a named total; of the last column unless another is named."""
        row = next(row for row in self.rows if row.key == key)
        return row.amounts[column or self.columns[-1]]

    def shortened(self, most: int) -> Self:
        """The same with at most that many ids in a row."""
        return self.model_copy(update={"rows": tuple(row.shortened(most) for row in self.rows)})


class FinancialSummary(BaseModel, frozen=True):
    """What was earned in a period and what there was at its end."""

    profit_and_loss: FinancialReport
    balance_sheet: FinancialReport

    def shortened(self, most: int) -> Self:
        """The same with at most that many ids in a row."""
        update = {name: getattr(self, name).shortened(most) for name in type(self).model_fields}
        return self.model_copy(update=update)


class Rows:
    """Makes the rows of one statement."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def heading(self, label: str) -> ReportRow:
        """A title."""
        return ReportRow(kind=RowKind.HEADING, label=label)

    def detail(self, label: str, figures: Mapping[str, Figure], day: dt.date | None = None) -> ReportRow:
        """Amounts of their own."""
        return self._row(RowKind.DETAIL, label, figures, day=day)

    def item(self, label: str, line_id: int, amounts: Mapping[str, Decimal], **more: Any) -> ReportRow:
        """Amounts of one journal item, exact as they were read."""
        return ReportRow(
            RowKind.DETAIL, label, amounts=dict(amounts), line_count=1, line_ids=(line_id,), **more
        )

    def total(self, key: str, label: str, figures: Mapping[str, Figure]) -> ReportRow:
        """A sum of rows above."""
        return self._row(RowKind.TOTAL, label, figures, key=key)

    def _row(self, kind: RowKind, label: str, figures: Mapping[str, Figure], **more: Any) -> ReportRow:
        ids = tuple(sorted({line_id for figure in figures.values() for line_id in figure.line_ids}))
        amounts = {column: rounded(figure.amount, self._currency) for column, figure in figures.items()}
        return ReportRow(kind, label, amounts=amounts, line_count=len(ids), line_ids=ids, **more)
