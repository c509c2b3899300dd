"""What a plan looks up of the money that was spent."""

from blocks.odoo.client import OdooClient
from domain.accounting.date_range import parse_period
from domain.accounting.report import ReportType
from domain.accounting.spent import SpendingWanted, Spent, spent_in
from tasks.actions import connected
from tasks.actions.performer import Reader
from tasks.clock import present


async def _spending(client: OdooClient, wanted: SpendingWanted) -> Spent:
    from tasks.accounting.goals import listed_codes  # these take a second to import, which no booking needs
    from tasks.accounting.reports import read_wanted, wanted_for

    excerpt = wanted_for(ReportType.PROFIT_AND_LOSS, parse_period(wanted.period))
    ledger = await read_wanted(client, excerpt, present())
    return spent_in(ledger, listed_codes(wanted.category or ""), wanted)


SPENDING = (
    Reader[OdooClient, SpendingWanted](name="odoo.read_spending", connect=connected.books, read=_spending),
)
