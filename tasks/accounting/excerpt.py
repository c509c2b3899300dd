"""The part of the ledger that one statement needs; what it costs grows with the answer, not with the books.

Odoo, or the kept copy, sums the items by account; only open items, and those of a general ledger's days, are read
one by one. Nothing is changed.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import Excerpt, Paid
from domain.accounting.excerpt_parts import Needs, Part, Wanted, check_balanced, needs_of, tax_parts
from domain.accounting.excerpt_search import Sum, sum_lines
from domain.accounting.ledger import (
    AccountType,
    FiscalYearEnd,
    JournalLine,
    LedgerAccount,
    LedgerError,
    LedgerTax,
    PartialReconciliation,
)
from domain.accounting.outlook import Outlook

OpenItems = tuple[list[JournalLine], list[PartialReconciliation]]
Summed = list[tuple[Part, Sequence[Sum]]]


@dataclass(frozen=True, slots=True)
class BooksFrame:
    """Whose books they are, and in which currency and fiscal year."""

    company_id: int
    currency_id: int
    currency: str
    year_end: FiscalYearEnd


class Items(Protocol):
    """Where the items of one company's books are read."""

    async def frame(self) -> BooksFrame:
        """Whose books they are."""

    async def accounts(self) -> Mapping[int, LedgerAccount]:
        """The chart."""

    async def taxes(self) -> Mapping[int, LedgerTax]:
        """The company's taxes, archived ones too."""

    async def sums(self, part: Part, *, with_ids: bool) -> Sequence[Sum]:
        """A part summed by account, and by tax where it is one of taxes."""

    async def lines(self, part: Part) -> list[JournalLine]:
        """A part's items one by one."""

    async def open_items(self, kind: AccountType, last: dt.date) -> OpenItems:
        """The items of one type that were open on a day, and what had been matched with them by then."""

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""

    async def outlook(self, last: dt.date) -> Outlook:
        """What was ever owed and paid, and the cash of each day, for a forecast from one day on."""


async def read_excerpt(items: Items, wanted: Wanted) -> Excerpt:
    """What a statement is made from; read once more where somebody booked in between.

    Raises:
        LedgerError: the sums do not fit together, twice.
        TransientError: Odoo is away.
        RejectedError: Odoo refused, or does not know the key.
    """
    try:
        return await _excerpt(items, wanted)
    except LedgerError:
        return await _excerpt(items, wanted)


async def _excerpt(items: Items, wanted: Wanted) -> Excerpt:
    frame = await items.frame()
    needs = needs_of(wanted, frame.year_end)
    accounts, (taxes, summed), shown, opened, paid, outlook = await asyncio.gather(
        items.accounts(),
        _sums(items, wanted, needs),
        asyncio.gather(*(items.lines(part) for part in needs.shown)),
        asyncio.gather(*(items.open_items(kind, wanted.days.last) for kind in needs.open_kinds)),
        asyncio.gather(*(items.paid(days) for days in needs.paid)),
        asyncio.gather(*(items.outlook(wanted.days.last) for _ in range(needs.has_outlook))),
    )
    lines, sums = sum_lines(summed, frame.company_id, frame.currency)
    check_balanced(needs.parts, lines)
    return Excerpt(
        frame.currency,
        accounts,
        (*lines, *chain(*shown)),
        tuple(one for _lines, partials in opened for one in partials),
        taxes,
        frame.year_end,
        sums=sums,
        open_lines=tuple(line for lines, _partials in opened for line in lines),
        paid=tuple(chain(*paid)),
        outlook=outlook[0] if outlook else None,
    )


async def _sums(items: Items, wanted: Wanted, needs: Needs) -> tuple[Mapping[int, LedgerTax], Summed]:
    taxes = await items.taxes() if needs.has_taxes else {}
    parts = [*needs.parts, *tax_parts(taxes.values(), wanted.days)]
    rows = await asyncio.gather(*(items.sums(part, with_ids=wanted.with_ids) for part in parts))
    return taxes, list(zip(parts, rows, strict=True))
