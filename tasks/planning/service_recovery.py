"""Noticing that a service is back: a cheap question, asked while its circuit is open or something waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import partial

from domain.errors import DigitalFteError
from domain.reliability.breaker import BreakerState
from domain.social.rules import PUBLISHED_ON
from tasks.actions.connected import odoo_client
from tasks.reliability import outbox
from tasks.reliability.breakers import breaker_state, breaker_states, close_circuit, is_up
from tasks.reliability.rate_limits import next_turn
from tasks.social.access import ask_without_token
from tasks.whatsapp.access import ask_whatsapp

PATIENCE_SECONDS = 4.0
"""A service that takes longer over the cheapest question is not back."""

_silent: set[str] = set()
"""Services that did not answer this process's last question: their next answer is news."""


async def _ask_odoo() -> None:
    """Needs the key, the database and a worker, as every booking does."""
    async with await odoo_client() as client:
        await client.call("res.users", "context_get")


async def _ask_gmail() -> None:
    from blocks.gmail.credentials import saved_mailbox  # imports prefect

    mailbox = await saved_mailbox("gmail")
    if mailbox is not None:
        async with mailbox.credentials.client() as client:
            await client.profile()


QUESTIONS: dict[str, Callable[[], Awaitable[None]]] = {
    "odoo": _ask_odoo,
    "gmail": _ask_gmail,
    "whatsapp": ask_whatsapp,
    **{platform.value: partial(ask_without_token, platform) for platform in PUBLISHED_ON},
}
WRITTEN_TO = frozenset(QUESTIONS) - {"gmail"}
"""Services that are asked with the look for writes; Gmail is with the look for its mailbox, whatever waits for it."""


async def services_back(now: datetime, services: Collection[str] = frozenset(QUESTIONS)) -> list[str]:
    """Ask the services that are away or waited for; what waits for one that answers again is due at once.

    One that answered all along, and still fails what it is asked to do, is left to its circuit breaker: the question
    says nothing about why.

    Returns:
        The services that are back.
    """
    shut = {name for name, breaker in breaker_states().items() if breaker.state is not BreakerState.CLOSED}
    asked = sorted((shut | outbox.services_waited_for(now)) & QUESTIONS.keys() & set(services))
    asked = [service for service in asked if next_turn(service, now) <= now]
    answers = await asyncio.gather(*(_answers(service) for service in asked))
    return [
        service for service, heard in zip(asked, answers, strict=True) if _is_back(service, now, heard=heard)
    ]


async def is_away(service: str) -> bool:
    """Whether the service does not even answer; one whose circuit is closed does, and one without a question."""
    return service in QUESTIONS and not is_up(service) and not await _answers(service)


async def _answers(service: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await QUESTIONS[service]()
    except (DigitalFteError, OSError, TimeoutError):
        return False
    return True


def _is_back(service: str, now: datetime, *, heard: bool) -> bool:
    if not heard:
        _silent.add(service)
        return False
    is_news = service in _silent
    _silent.discard(service)
    if is_news:
        close_circuit(service)
    breaker = breaker_state(service)
    if breaker.state is not BreakerState.CLOSED and breaker.until is not None and breaker.until > now:
        return False
    outbox.release(service, now)
    return True
