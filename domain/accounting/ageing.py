"""Receivables and payables by how long they are due.

Only what one owes is aged. Credits (credit notes, payments that are not yet matched with an invoice) stand in
a column of their own, so they can't make old debts look younger; the total is the control accounts' balance.
"""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from domain.accounting.excerpt import Excerpt, OpenItem
from domain.accounting.figure import Figure, total
from domain.accounting.ledger import ZERO, AccountType, JournalLine, Ledger, sign_of, until


class AgeingBucket(StrEnum):
    """How many days something is overdue."""

    NOT_DUE = "not due"
    DAYS_1_30 = "1-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    DAYS_91_120 = "91-120"
    OLDER = "older"
    CREDITS = "credits and unallocated payments"


_LAST_DAYS = (0, 30, 60, 90, 120)
_BUCKETS = tuple(AgeingBucket)
_DEBTS = tuple(bucket for bucket in AgeingBucket if bucket is not AgeingBucket.CREDITS)
"""By those last days; the last bucket has none."""


class PartnerAge(NamedTuple):
    """What one partner owes, or is owed, by the buckets that it has."""

    partner_id: int | None
    partner: str
    buckets: Mapping[AgeingBucket, Figure]
    items: tuple[OpenItem, ...]
    item_buckets: tuple[AgeingBucket, ...]
    """Of each item."""
    total: Figure
    """All of it, credits deducted."""


@dataclass(frozen=True)
class Ageing:
    """All partners, the largest first; debts positive for receivables and for payables."""

    currency: str
    as_of: dt.date
    kind: AccountType
    partners: tuple[PartnerAge, ...]

    @cached_property
    def buckets(self) -> Mapping[AgeingBucket, Figure]:
        """Each bucket over all partners."""
        found: dict[AgeingBucket, list[Figure]] = {bucket: [] for bucket in AgeingBucket}
        for partner in self.partners:
            for bucket, figure in partner.buckets.items():
                found[bucket].append(figure)
        return {bucket: total(figures) for bucket, figures in found.items()}

    @property
    def total(self) -> Figure:
        """The balance of the receivable or payable accounts."""
        return total(partner.total for partner in self.partners)

    @property
    def credits(self) -> Figure:
        """Credit notes and payments that are not matched with a debt yet; positive."""
        return -self.buckets[AgeingBucket.CREDITS]

    @property
    def overdue(self) -> Figure:
        """What should have been paid before; credits are not deducted."""
        current = (AgeingBucket.NOT_DUE, AgeingBucket.CREDITS)
        return total(figure for bucket, figure in self.buckets.items() if bucket not in current)


def receivable_ageing(ledger: Ledger, as_of: dt.date) -> Ageing:
    """What customers owed at the end of a day."""
    return _ageing(ledger, as_of, AccountType.RECEIVABLE)


def payable_ageing(ledger: Ledger, as_of: dt.date) -> Ageing:
    """What was owed to vendors at the end of a day."""
    return _ageing(ledger, as_of, AccountType.PAYABLE)


def bucket_of(due_on: dt.date, as_of: dt.date) -> AgeingBucket:
    """The bucket of something due on a day; on its due date it is not overdue."""
    return _DEBTS[bisect_left(_LAST_DAYS, (as_of - due_on).days)]


def item_bucket(item: OpenItem, as_of: dt.date, sign: int) -> AgeingBucket:
    """The bucket of an open item; `sign` as of `sign_of`."""
    is_credit = item.residual * sign < 0
    return AgeingBucket.CREDITS if is_credit else bucket_of(item.line.due, as_of)


def _ageing(ledger: Ledger, as_of: dt.date, kind: AccountType) -> Ageing:
    by_partner: dict[int | None, list[OpenItem]] = defaultdict(list)
    for item in open_items(ledger, as_of, kind):
        by_partner[item.line.partner_id].append(item)
    partners = [_partner_age(items, as_of, sign_of(kind)) for items in by_partner.values()]
    partners.sort(key=lambda one: (-one.total.amount, one.partner))
    return Ageing(ledger.currency, as_of, kind, tuple(partners))


def _partner_age(items: list[OpenItem], as_of: dt.date, sign: int) -> PartnerAge:
    found: dict[AgeingBucket, list[OpenItem]] = defaultdict(list)
    item_buckets = tuple(item_bucket(item, as_of, sign) for item in items)
    for item, bucket in zip(items, item_buckets, strict=True):
        if item.residual:  # of some only their own currency's rest is open
            found[bucket].append(item)
    buckets = {bucket: _figure(found[bucket], sign) for bucket in _BUCKETS if bucket in found}
    first = items[0].line
    whole = total(buckets.values())
    return PartnerAge(first.partner_id, first.partner, buckets, tuple(items), item_buckets, whole)


def _figure(items: list[OpenItem], sign: int) -> Figure:
    amount = sum((item.residual for item in items), ZERO)
    return Figure(amount * sign, tuple(item.line.line_id for item in items))


def open_items(ledger: Ledger, as_of: dt.date, kind: AccountType) -> list[OpenItem]:
    """The lines on accounts of one type that were not settled at the end of a day, by due date."""
    if isinstance(ledger, Excerpt):
        items = [item for item in ledger.open_items if ledger.type_of(item.line) is kind]
    else:
        items = [
            OpenItem(line, *ledger.residual(line, as_of))
            for line in until(ledger.of_types(kind), as_of)
            if (settled := ledger.settled.get(line.line_id)) is None or settled > as_of
        ]
    still_open = [item for item in items if item.residual or item.residual_currency]
    return sorted(still_open, key=lambda item: (item.line.due, item.line.line_id))


def differences_from_odoo(ledger: Ledger) -> list[tuple[JournalLine, Decimal]]:
    """Lines whose residual rebuilt from all reconciliations is not the one Odoo stores, and the rebuilt one.

    Odoo's counts what is matched with a draft entry as settled; statements don't, for a draft is not in the books.
    """
    kinds = (AccountType.RECEIVABLE, AccountType.PAYABLE)
    known = [line for line in ledger.of_types(*kinds) if line.residual_today is not None]
    rebuilt = [(line, ledger.residual(line)[0]) for line in known]
    return [(line, amount) for line, amount in rebuilt if amount != line.residual_today]
