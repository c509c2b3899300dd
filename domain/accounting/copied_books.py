"""Odoo's records as they are copied: which parts, how they are kept, how a newer reading is laid over an older one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from domain.accounting.ledger import FiscalYearEnd, Ledger
from domain.accounting.ledger_rows import (
    ACCOUNT_FIELDS,
    LINE_DOMAIN,
    LINE_FIELDS,
    PARTIAL_DOMAIN,
    PARTIAL_FIELDS,
    TAX_FIELDS,
    Columns,
    Names,
    Record,
    columns_of,
    journal_lines,
    ledger_account,
    ledger_tax,
    partial_reconciliations,
    records_of,
)

Rows = Mapping[int, Record]
"""Stored records by their id."""

OVERLAP = timedelta(hours=1)
"""A record's `write_date` is when its transaction began; it is seen when that ends, which may be much later."""
STAMP = "%Y-%m-%d %H:%M:%S"
"""Odoo's datetimes: UTC, whole seconds."""
AMOUNTS = frozenset(
    {"balance", "debit", "credit", "amount", "amount_currency", "amount_residual"}
    | {"debit_amount_currency", "credit_amount_currency"}
)
MILLIONTH = Decimal("0.000001")
"""Finer than any currency's minor unit."""
LISTS = frozenset({"tax_ids", "children_tax_ids"})


class CopiedPart(Enum):
    """What is copied, in the order of reading: a reconciliation that is read has its lines read after it."""

    PARTIALS = ("account.partial.reconcile", PARTIAL_FIELDS, PARTIAL_DOMAIN)
    LINES = ("account.move.line", (*LINE_FIELDS, "debit", "credit"), LINE_DOMAIN)
    ACCOUNTS = ("account.account", ACCOUNT_FIELDS, ())
    TAXES = ("account.tax", TAX_FIELDS, ())
    CURRENCIES = ("res.currency", ("id", "name"), ())
    CASH_BASIS = ("account.move", ("id",), (("tax_cash_basis_rec_id", "!=", False),))
    PARTNERS = ("res.partner", ("id", "name"), ())

    def __init__(
        self, model: str, fields: tuple[str, ...], domain: tuple[tuple[str, str, object], ...]
    ) -> None:
        self.model = model
        self.fields = (*fields, "write_date")
        self._domain = domain

    def domain(self, company_id: int, lines: Rows) -> list[Any]:
        """Which of the model's records belong to the company's books."""
        if self is CopiedPart.PARTNERS:
            return [["id", "in", sorted({row["partner_id"] for row in lines.values() if row["partner_id"]})]]
        shared = self in (CopiedPart.ACCOUNTS, CopiedPart.CURRENCIES)
        return [*self._domain, *([] if shared else [("company_id", "=", company_id)])]


@dataclass(frozen=True, slots=True)
class BooksCompany:
    """Whose books they are."""

    company_id: int
    name: str
    currency_id: int
    last_month: int
    last_day: int
    """The fiscal year's last month and day."""


@dataclass(frozen=True)
class CopiedBooks:
    """One company's records, part by part, as they are kept."""

    company: BooksCompany
    parts: Mapping[CopiedPart, Rows]

    @property
    def watermark(self) -> str:
        """The newest `write_date` of all records, by Odoo's clock; empty when there are none."""
        return max((row["write_date"] for rows in self.parts.values() for row in rows.values()), default="")

    @property
    def since(self) -> str:
        """From which `write_date` on a later reading has to look."""
        return (datetime.strptime(self.watermark, STAMP) - OVERLAP).strftime(STAMP)  # noqa: DTZ007 (stays text)

    @cached_property
    def ledger(self) -> Ledger:
        """The typed rows, made once.

        Raises:
            LedgerError: they do not fit together.
        """
        parts = {part: columns_of(rows.values(), part.fields) for part, rows in self.parts.items()}
        return ledger_of(self.company, parts)


def ledger_of(company: BooksCompany, parts: Mapping[CopiedPart, Columns]) -> Ledger:
    """The typed rows of a company's records.

    Raises:
        LedgerError: they do not fit together.
    """
    rows = {
        part: {row["id"]: row for row in records_of(columns)}
        for part, columns in parts.items()
        if part not in (CopiedPart.LINES, CopiedPart.PARTIALS)
    }
    currencies = {row_id: row["name"] for row_id, row in rows[CopiedPart.CURRENCIES].items()}
    names = Names(
        currency=currencies[company.currency_id],
        currencies=currencies,
        partners={row_id: row["name"] or "" for row_id, row in rows[CopiedPart.PARTNERS].items()},
        cash_basis_moves=frozenset(rows[CopiedPart.CASH_BASIS]),
    )
    return Ledger(
        currency=names.currency,
        accounts={row_id: ledger_account(row) for row_id, row in rows[CopiedPart.ACCOUNTS].items()},
        lines=journal_lines(parts[CopiedPart.LINES], names),
        partials=partial_reconciliations(parts[CopiedPart.PARTIALS], names),
        taxes={row_id: ledger_tax(row) for row_id, row in rows[CopiedPart.TAXES].items()},
        fiscal_year_end=FiscalYearEnd(month=company.last_month, day=company.last_day),
    )


def stored(records: Iterable[Record]) -> dict[int, Record]:
    """Records as they are kept: empty is None, amounts are exact to a millionth; two readings compare equal."""
    return {record["id"]: _kept(record) for record in records}


def _kept(record: Record) -> Record:
    kept = {name: None if value is False else value for name, value in record.items()}
    for name in AMOUNTS & kept.keys():
        kept[name] = _exact(record[name]).quantize(MILLIONTH)
    return kept


def _exact(amount: Any) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


def laid_over(old: Rows, changed: Rows, ids: Iterable[int]) -> tuple[dict[int, Record], list[int]]:
    """The records that exist now, by rising id, and the ids of those that have yet to be read."""
    known = {**old, **changed}
    there = sorted(ids)
    return {row_id: known[row_id] for row_id in there if row_id in known}, [
        row_id for row_id in there if row_id not in known
    ]


def went_back(old: Rows, changed: Rows, ids: Iterable[int], since: str) -> bool:
    """Whether a record that must be among the changed ones is not: Odoo's clock or its database was set back."""
    return any(
        old[row_id]["write_date"] >= since for row_id in ids if row_id in old and row_id not in changed
    )
