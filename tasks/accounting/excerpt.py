"""The part of the ledger that one statement needs; what it costs grows with the answer, not with the books.

Odoo, or the kept copy, sums the items by account; only open items, and those of a general ledger's days, are read
one by one. Nothing is changed.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from itertools import chain
from typing import Protocol

from domain.accounting.date_range import DateRange
from domain.accounting.excerpt import BooksFrame, Excerpt, OpenItem, Paid
from domain.accounting.excerpt_parts import ExcerptPart, WantedExcerpt, check_balanced, needs_of
from domain.accounting.excerpt_search import Sum, sum_lines
from domain.accounting.ledger import AccountType, JournalLine, LedgerError


class ItemSource(Protocol):
    """Where the items of one company's books are read."""

    frame: BooksFrame
    """Whose books they are, with accounts and taxes."""

    async def sums(self, part: ExcerptPart, *, with_ids: bool) -> Sequence[Sum]:
        """A part summed by account, or by tax where it is one of taxes."""

    async def lines(self, part: ExcerptPart) -> list[JournalLine]:
        """A part's items one by one."""

    async def open_items(self, kinds: Sequence[AccountType], last: dt.date, *, named: bool) -> list[OpenItem]:
        """The items of some types that were open on a day; with their partners' names if `named`."""

    async def paid(self, days: DateRange) -> list[Paid]:
        """What customers paid in a period."""


async def read_excerpt(items: ItemSource, wanted: WantedExcerpt) -> Excerpt:
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


async def _excerpt(items: ItemSource, wanted: WantedExcerpt) -> Excerpt:
    frame, last = items.frame, wanted.days.last
    needs = needs_of(wanted, frame)
    rows, shown, opened, paid = await asyncio.gather(
        asyncio.gather(*(items.sums(part, with_ids=wanted.with_ids) for part in needs.parts)),
        asyncio.gather(*(items.lines(part) for part in needs.shown)),
        asyncio.gather(
            *(items.open_items(kinds, last, named=needs.names_partners) for kinds in needs.open_kinds)
        ),
        asyncio.gather(*(items.paid(days) for days in needs.paid)),
    )
    lines, sums = sum_lines(zip(needs.parts, rows, strict=True), frame)
    check_balanced(needs.parts, lines)
    return Excerpt(
        frame.currency,
        frame.accounts,
        (*lines, *chain(*shown)),
        taxes=frame.taxes,
        fiscal_year_end=frame.year_end,
        sums=sums,
        open_items=tuple(chain(*opened)),
        paid=tuple(chain(*paid)),
    )
