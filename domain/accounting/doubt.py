"""Records in Odoo that cannot be right: what is doubted, whether it counts in the copy, and in which reports."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Self

from pydantic import BaseModel

from domain.accounting.ledger import AccountType
from domain.accounting.report import ReportType

IDS_NAMED = 10
RESULT_REPORTS = frozenset({ReportType.PROFIT_AND_LOSS, ReportType.BUDGET})
KIND_OF = {
    ReportType.RECEIVABLE_AGEING: AccountType.RECEIVABLE,
    ReportType.PAYABLE_AGEING: AccountType.PAYABLE,
}
CORRECT = "correct them in Odoo, then: fte run sync_odoo"


class Doubt(BaseModel, frozen=True):
    """One expectation that some records break."""

    expectation: str
    records: str
    """What the ids are of: `journal items` or `reconciliations`."""
    ids: tuple[int, ...]
    is_left_out: bool
    """Whether the copy is without them: with their whole entries, so that it stays balanced."""
    kinds: tuple[AccountType, ...]
    """The kinds of account on which these entries are."""
    first: dt.date | None
    """The first of their days; None: nobody can say."""

    @property
    def said(self) -> str:
        """What is wrong, in one sentence."""
        named = ", ".join(map(str, self.ids[:IDS_NAMED])) + (" ..." if len(self.ids) > IDS_NAMED else "")
        return f"Odoo's {self.records} {named} break '{self.expectation}'; {CORRECT}."

    def concerns(self, report: ReportType, last: dt.date) -> bool:
        """Whether a report until that day would use them."""
        if self.first is not None and self.first > last:
            return False
        if report in RESULT_REPORTS:
            return any(kind.is_result for kind in self.kinds)
        return report not in KIND_OF or KIND_OF[report] in self.kinds

    def is_known(self, told: Sequence[Self]) -> bool:
        """Whether the owner was told of all of these already."""
        known = {(one.expectation, record_id) for one in told for record_id in one.ids}
        return all((self.expectation, record_id) in known for record_id in self.ids)


def doubt_notes(
    doubts: Sequence[Doubt], report: ReportType, last: dt.date, *, is_copy: bool
) -> Iterator[str]:
    """What a report has to say of them."""
    for doubt in doubts:
        if doubt.concerns(report, last):
            is_missing = doubt.is_left_out and is_copy
            yield f"{doubt.said} {'This report is without them.' if is_missing else 'They count here as they are.'}"
