"""How the services are, read from the ledger alone."""

from datetime import datetime

from domain.briefing.recorded import SLOT
from domain.dashboard.services import Recorded
from domain.health.spell import MISSED_SLOTS
from tasks.reliability.breakers import breaker_states
from tasks.reliability.connections import connections
from tasks.reliability.outages import lasting_outages
from tasks.reliability.outbox import SCHEDULE, waiting
from tasks.reliability.waiting import last_looks, spells


def recorded_services(now: datetime) -> Recorded:
    """What is on record of the services.

    Raises:
        LedgerUnavailableError, LedgerUnreadableError: the ledger cannot be read.
    """
    queued: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for item in waiting():
        if item.service != SCHEDULE:
            queued.setdefault(item.service, []).append(item.key)
        if item.error:
            errors.setdefault(item.service, item.error)
    accounts = connections()
    return Recorded(
        accounts={account: endings is not None for account, endings in accounts.items()},
        breakers=breaker_states(),
        away_since=lasting_outages(),
        queued=queued,
        errors=errors,
        endings=[ending for endings in accounts.values() for ending in endings or ()],
        looks=last_looks(),
        spells=spells(now - MISSED_SLOTS * SLOT),
    )
