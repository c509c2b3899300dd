"""`fte books`: the statements, read from Odoo and shown as tables."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from blocks.settings import settings
from deployments.asking import ask
from deployments.environment import apply_environment
from deployments.printing import print_markdown
from domain.accounting.date_range import DateRange, parse_period
from domain.accounting.report import FinancialReport, FinancialSummary, ReportType
from domain.accounting.report_text import report_markdown, summary_markdown
from tasks.accounting.reports import (
    ReportedBooks,
    generate_financial_report,
    get_accounts_payable,
    get_accounts_receivable,
    get_financial_summary,
)
from tasks.actions.connected import connected_books

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts; with the journal items of every row.")]
Period = Annotated[
    str,
    typer.Argument(help="2026-10, 2026-Q3, 2026, 2026-10-31 or 2026-10-01..2026-10-31; default: this year."),
]


@app.callback()
def books() -> None:
    """The statements."""


@app.command()
def summary(period: Period = "", *, as_json: AsJson = False) -> None:
    """Profit and loss of a period, and the balance sheet at its end."""
    wanted = _period(period)
    found = get_financial_summary(_books(None, parse_period(wanted), with_ids=as_json), wanted)
    _show(found, summary_markdown(found), as_json=as_json)


@app.command()
def receivable(*, as_json: AsJson = False) -> None:
    """What customers owe, by age."""
    found = get_accounts_receivable(_books(ReportType.RECEIVABLE_AGEING, _today(), with_ids=as_json))
    _show(found, report_markdown(found), as_json=as_json)


@app.command()
def payable(*, as_json: AsJson = False) -> None:
    """What is owed to vendors, by age."""
    found = get_accounts_payable(_books(ReportType.PAYABLE_AGEING, _today(), with_ids=as_json))
    _show(found, report_markdown(found), as_json=as_json)


@app.command()
def report(
    report_type: Annotated[ReportType, typer.Argument(help="Which statement.")],
    date_range: Period = "",
    *,
    as_json: AsJson = False,
) -> None:
    """One statement; balance sheet and ageing are as of the period's last day."""
    wanted = _period(date_range)
    books = _books(report_type, parse_period(wanted), with_ids=as_json)
    found = generate_financial_report(books, report_type, wanted)
    _show(found, report_markdown(found), as_json=as_json)


def _period(said: str) -> str:
    """Refused before the books are read, if it is none."""
    return str(parse_period(said or str(datetime.now(UTC).year)))


def _today() -> DateRange:
    day = datetime.now(UTC).date()
    return DateRange(day, day)


def _books(kind: ReportType | None, days: DateRange, *, with_ids: bool) -> ReportedBooks:
    apply_environment(settings())
    return ask("Odoo", connected_books(kind, days, with_ids=with_ids))


def _show(found: FinancialReport | FinancialSummary, text: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(found.model_dump_json(exclude_defaults=True))
    else:
        print_markdown(text)
