"""Whether everything is looked at and nothing is down, from what is kept and shown: what a skill's check says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from domain.briefing.recorded import SLOT
from domain.dashboard.services import service_name
from domain.errors import RejectedError
from domain.health.page import HealthPage, HealthRow
from domain.health.spell import PROCESSORS, HealthStanding, standing_word
from domain.vault.broken import BrokenNoteError
from tasks.actions.proof import Proof
from tasks.health.kept import health_page
from tasks.vault.vault import NoteMissingError, current_vault

NOTE = "Health.md"


class UnknownServiceError(RejectedError):
    """Nothing is on record of it."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is nothing on record of {name!r}; known are {', '.join(known) or 'none'}")


async def prove_health() -> AsyncIterator[Proof]:
    """Somebody looks, the note says what was found, and nothing is down."""
    page = health_page(datetime.now(UTC))
    said = "" if page.is_fresh else page.summary()
    yield Proof(what="the look", holds=page.is_fresh, said=said, facts={"as_of": str(page.as_of or "")})
    yield _note(page)
    for row in page.rows:
        if row.service != PROCESSORS:  # busy, and no fault
            yield _row(row, page)


async def prove_service(name: str) -> AsyncIterator[Proof]:
    """The same of one service.

    Raises:
        UnknownServiceError: nothing is on record of it.
    """
    page = health_page(datetime.now(UTC))
    rows = [row for row in page.rows if row.service == name]
    if not rows:
        raise UnknownServiceError(name, [row.service for row in page.rows])
    for row in rows:
        yield _row(row, page)


def _row(row: HealthRow, page: HealthPage) -> Proof:
    is_up = page.is_fresh and row.last.standing is HealthStanding.UP
    said = row.last.said or standing_word(row.service, row.last.standing) if page.is_fresh else page.summary()
    day = row.uptimes["24 h"]
    looked_at = (row.last.until - SLOT).isoformat()
    facts = {"up": day.up, "down": day.down, "unknown": day.unknown, "looked_at": looked_at}
    return Proof(what=service_name(row.service), holds=is_up, said="" if is_up else said, facts=facts)


def _note(page: HealthPage) -> Proof:
    """The note has the last look, or the one before: it is written after that."""
    try:
        front = current_vault().read_root(NOTE).front
        shown = datetime.fromisoformat(str(front.get("as_of")))
        holds = page.as_of is not None and (page.as_of - shown).total_seconds() in (0, 300)
        holds = holds and (shown != page.as_of or front.get("down") == len(page.down))
    except (NoteMissingError, BrokenNoteError, ValueError, TypeError):
        holds = False
    return Proof(what=NOTE, holds=holds, said="" if holds else f"{NOTE} does not say what is kept")
