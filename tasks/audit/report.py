"""The audit report of a period: what happened, who approved, what went wrong."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.markdown import shown_inline
from tasks.audit.search import Query, condition, opened

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
_WHEN = "replace(left(timestamp, 19), 'T', ' ')"


@dataclass(frozen=True)
class AuditReport:
    """Rows by column name; `unreadable` lines are no records, which `fte audit verify` explains."""

    covered: Row
    unreadable: int
    counts: list[Row]
    approved: list[Row]
    troubles: list[Row]

    def as_markdown(self) -> str:
        """The report as a note."""
        return "\n\n".join(
            [
                "# Audit report",
                *self._preamble(),
                _table("What happened", self.counts),
                _table("Approved by a person", self.approved),
                _table("Failures and unknown outcomes", self.troubles),
            ]
        )

    def _preamble(self) -> list[str]:
        covered = "{records} records, {first} to {last} UTC, numbers {from} to {to}.".format_map(self.covered)
        lines = [covered if self.covered["records"] else "0 records."]
        if self.unreadable:
            lines.append(f"**{self.unreadable} lines are no records: see `fte audit verify`.**")
        return lines


def generate_audit_report(vault: Path, query: Query) -> AuditReport:
    """Counts, decisions, failures and unknown outcomes of the fitting records."""
    where, values = condition(query)
    with opened(vault, query) as log:

        def rows(sql: str) -> list[Row]:
            return _rows(log.execute(sql, values))

        return AuditReport(
            covered=rows(
                f"SELECT count(*) AS records, min({_WHEN}) AS first, max({_WHEN}) AS last, "  # noqa: S608 (no values in it)
                f'min(sequence) AS "from", max(sequence) AS "to" FROM log WHERE {where}'
            )[0],
            unreadable=_rows(log.execute("SELECT count(*) AS n FROM log WHERE sequence IS NULL"))[0]["n"],
            counts=rows(
                f"SELECT action, status, count(*) AS count FROM log WHERE {where} GROUP BY ALL ORDER BY ALL"  # noqa: S608
            ),
            approved=rows(
                f'SELECT {_WHEN} AS "when", action, resource AS task, approved_by AS "by", '  # noqa: S608
                f"approver_channel AS through FROM log WHERE {where} "
                "AND approved_by IS NOT NULL AND status = 'success' ORDER BY sequence"
            ),
            troubles=rows(
                f'SELECT {_WHEN} AS "when", status, action, resource AS task, error AS why '  # noqa: S608
                f"FROM log WHERE {where} AND status IN ('failure', 'unknown') ORDER BY sequence"
            ),
        )


def _rows(found: "duckdb.DuckDBPyConnection") -> list[Row]:
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _table(title: str, rows: list[Row]) -> str:
    if not rows:
        return f"## {title}\n\nNone."
    lines = [f"| {' | '.join(name.capitalize() for name in rows[0])} |", f"|{'---|' * len(rows[0])}"]
    lines += [f"| {' | '.join(map(_cell, row.values()))} |" for row in rows]
    return f"## {title}\n\n" + "\n".join(lines)


def _cell(value: Any) -> str:
    return "" if value is None else shown_inline(" ".join(str(value).split()))
