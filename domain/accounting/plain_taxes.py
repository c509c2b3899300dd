"""Which of the books' taxes is meant where only a rate is known: the ordinary one of the company's own country.

Charts have many of one rate. In Italy 4 % is a pension fund's contribution, too; in Spain 10 % stands for reverse
charge from abroad, investment goods, and what may not be deducted. The company's usual tax tells the ordinary ones:
they are counted in the same lines of the tax return, or booked on the same account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WHOLE = Decimal(100)


@dataclass(frozen=True)
class ChartTax:
    """A percentage tax of the books.

    Attributes:
        tax_id: its id.
        rate: percent.
        is_domestic: Odoo means it for the company's own country.
        booked: percent of its amount that is booked; 0 where a reverse charge adds it and takes it away again.
        accounts: where the amount is booked.
        boxes: the lines of the tax return that base and amount are counted in.
    """

    tax_id: int
    rate: Decimal
    is_domestic: bool
    booked: Decimal
    accounts: frozenset[int]
    boxes: frozenset[int]


def ordinary_first(taxes: Sequence[ChartTax], usual_id: int | None) -> list[ChartTax]:
    """The taxes that a price with tax on top can have, the company's usual one and those like it first.

    Left out is what does not add up to its rate, and what no tax return counts while it counts the usual tax.
    """
    usual = next((one for one in taxes if one.tax_id == usual_id), None)
    boxes = usual.boxes if usual else frozenset()
    accounts = usual.accounts if usual else frozenset()
    fitting = [one for one in taxes if one.booked == WHOLE and (one.boxes or not boxes)]
    return sorted(
        fitting,
        key=lambda one: (
            one.tax_id != usual_id,
            not one.is_domestic,
            -len(one.boxes & boxes),
            not one.accounts & accounts,
        ),
    )
