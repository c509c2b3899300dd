"""A customer's invoice that should have been paid before."""

from dataclasses import dataclass
from datetime import date

from domain.money import Money


@dataclass(frozen=True)
class OverdueInvoice:
    """One posted invoice; `left` is what is still to be paid of it."""

    number: str
    customer: str
    left: Money
    due_on: date

    def days(self, today: date) -> int:
        """How many days it is overdue."""
        return (today - self.due_on).days
