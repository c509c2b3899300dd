"""Odoo's records as ledger rows: which fields to read, and what their values mean.

Reads are made with `load: null`, so a many2one is its id; empty is `false`; amounts come as floats and become
exact by the currency's rounding. Only posted lines belong to a ledger, and only reconciliations between posted
lines: Odoo 19 keeps the reconciliations of an entry that is set back to draft.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import repeat, starmap
from typing import Any, NamedTuple, TypeVar

from domain.accounting.ledger import (
    AccountType,
    JournalLine,
    LedgerAccount,
    LedgerError,
    LedgerTax,
    PartialReconciliation,
)
from domain.money import rounded

T = TypeVar("T")
Record = Mapping[str, Any]

LINE_DOMAIN = (("parent_state", "=", "posted"), ("account_id", "!=", False))
PARTIAL_DOMAIN = (
    ("debit_move_id.parent_state", "=", "posted"),
    ("credit_move_id.parent_state", "=", "posted"),
)
ACCOUNT_FIELDS = ("id", "code", "name", "account_type")
LINE_FIELDS = (
    "id",
    "move_id",
    "move_name",
    "date",
    "account_id",
    "partner_id",
    "name",
    "balance",
    "amount_currency",
    "currency_id",
    "date_maturity",
    "tax_ids",
    "tax_line_id",
    "amount_residual",
)
SHOWN_FIELDS = LINE_FIELDS[:8]
"""What a general ledger shows of a line: with the others Odoo takes half as long again."""
PARTIAL_FIELDS = (
    "id",
    "debit_move_id",
    "credit_move_id",
    "amount",
    "debit_amount_currency",
    "credit_amount_currency",
    "debit_currency_id",
    "credit_currency_id",
    "max_date",
)
TAX_FIELDS = ("id", "name", "type_tax_use", "tax_exigibility", "children_tax_ids")
"""Archived taxes are read as well (context `active_test: false`): old lines still name them."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a line's ids stand for."""

    currency: str
    """The company's own currency."""
    currencies: Mapping[int, str]
    partners: Mapping[int, str]
    cash_basis_moves: frozenset[int] = frozenset()
    """Entries with a `tax_cash_basis_rec_id`."""


def ledger_account(record: Record) -> LedgerAccount:
    """An `account.account`."""
    kind = AccountType(record["account_type"])
    return LedgerAccount(record["id"], record["code"] or "", record["name"], kind)


def ledger_tax(record: Record) -> LedgerTax:
    """An `account.tax`."""
    return LedgerTax(
        tax_id=record["id"],
        name=record["name"],
        use=record["type_tax_use"],
        on_payment=record["tax_exigibility"] == "on_payment",
        children=tuple(record["children_tax_ids"]),
    )


class Column(NamedTuple):
    """One field of all records: its distinct values, and which of them each record has."""

    distinct: Sequence[Any]
    places: Sequence[int]

    @classmethod
    def plain(cls, values: Sequence[Any]) -> "Column":
        """Of values that are not worth being looked through for equal ones."""
        return cls(values, range(len(values)))

    def of(self, make: Callable[[Any], T]) -> list[T]:
        """What is made of each record's value: once of each distinct one."""
        made = [make(value) for value in self.distinct]
        return made if isinstance(self.places, range) else [made[place] for place in self.places]

    @property
    def values(self) -> list[Any]:
        """Each record's value as it is."""
        return self.of(lambda value: value)


Columns = Mapping[str, Column]
"""Records by field."""


def columns_of(records: Iterable[Record], fields: Iterable[str]) -> Columns:
    """Records as columns."""
    listed = list(records)
    return {name: Column.plain([record[name] for record in listed]) for name in fields}


def records_of(columns: Columns) -> list[Record]:
    """Columns as records."""
    values = zip(*(column.values for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def journal_lines(columns: Columns, names: Names) -> tuple[JournalLine, ...]:
    """Posted lines, `account.move.line`."""
    own, (currencies, foreign) = (
        _exact(names.currency),
        _amounts(columns, "amount_currency", "currency_id", names),
    )
    moves = columns["move_id"].values
    fields = (
        columns["id"].values,
        moves,
        columns["move_name"].of(_text),
        columns["date"].of(dt.date.fromisoformat),
        columns["account_id"].values,
        columns["balance"].of(own),
        foreign,
        currencies,
        columns["name"].of(_text),
        columns["partner_id"].of(_reference),
        columns["partner_id"].of(lambda partner_id: names.partners.get(partner_id, "")),
        columns["date_maturity"].of(lambda day: dt.date.fromisoformat(day) if day else None),
        columns["tax_ids"].of(tuple),
        columns["tax_line_id"].of(_reference),
        (move_id in names.cash_basis_moves for move_id in moves),
        columns["amount_residual"].of(own),
    )
    return tuple(map(JournalLine._make, zip(*fields, strict=True)))


def shown_lines(records: Sequence[Record], names: Names) -> list[JournalLine]:
    """The same of `SHOWN_FIELDS` alone: in the company's currency, without taxes and due date."""
    columns = columns_of(records, SHOWN_FIELDS)
    balances = columns["balance"].of(_exact(names.currency))
    fields = (
        columns["id"].values,
        columns["move_id"].values,
        columns["move_name"].of(_text),
        columns["date"].of(dt.date.fromisoformat),
        columns["account_id"].values,
        balances,
        balances,
        repeat(names.currency),
        columns["name"].of(_text),
        columns["partner_id"].of(_reference),
        columns["partner_id"].of(lambda partner_id: names.partners.get(partner_id, "")),
    )
    return list(starmap(JournalLine, zip(*fields, strict=False)))


def partial_reconciliations(columns: Columns, names: Names) -> tuple[PartialReconciliation, ...]:
    """Partial reconciliations, `account.partial.reconcile`."""
    (_, debit), (_, credit) = (
        _amounts(columns, f"{side}_amount_currency", f"{side}_currency_id", names)
        for side in ("debit", "credit")
    )
    fields = (
        columns["id"].values,
        columns["debit_move_id"].values,
        columns["credit_move_id"].values,
        columns["amount"].of(_exact(names.currency)),
        debit,
        credit,
        columns["max_date"].of(dt.date.fromisoformat),
    )
    return tuple(map(PartialReconciliation._make, zip(*fields, strict=True)))


def currency_name(currency_id: int, names: Names) -> str:
    """A currency's code.

    Raises:
        LedgerError: it was not read.
    """
    if currency_id not in names.currencies:
        raise LedgerError(f"currency {currency_id} has no name")
    return names.currencies[currency_id]


def _amounts(columns: Columns, amount: str, currency: str, names: Names) -> tuple[list[str], list[Decimal]]:
    """The currency of each record, and its amount in it."""
    currencies = columns[currency].of(partial(currency_name, names=names))
    used = set(currencies)
    if len(used) == 1:
        return currencies, columns[amount].of(_exact(*used))
    return currencies, list(map(rounded, columns[amount].values, currencies))


def _exact(currency: str) -> Callable[[Decimal], Decimal]:
    return lambda amount: rounded(amount, currency)


def _text(value: Any) -> str:
    return value or ""


def _reference(value: Any) -> int | None:
    return value or None
