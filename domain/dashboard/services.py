"""How the services are, from what was recorded of them; pure. Nothing is asked of a service for it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.health.spell import EMPLOYEE, STRAIN, HealthStanding, Spell, latest, standing_word
from domain.reliability.breaker import Breaker, BreakerState
from domain.reliability.ending import RENEW_DAYS, Ending
from domain.reliability.look import Look, LookResult
from domain.reliability.outage import PLAIN
from domain.social.rules import PUBLISHED_ON
from domain.times import shown_there
from domain.vault.overview import LONGEST_DETAIL, Item, one_line

NAMES = {
    "odoo": "Odoo",
    "gmail": "Gmail",
    "google-calendar": "Google Calendar",
    "whatsapp": "WhatsApp",
    **{platform.value: platform.title for platform in PUBLISHED_ON},
}
LOOKED_AT = {"gmail": "mail", "google-calendar": "calendar"}
"""The channels whose looks tell whether their account is connected."""
WELL, UNKNOWN = "in order", "not known yet"


@dataclass(frozen=True)
class ServiceRow:
    """One service: how it is, and the writes that wait for it, of which `first` is the oldest."""

    name: str
    state: str
    waiting: int = 0
    first: Item | None = None


@dataclass(frozen=True)
class Services:
    """All of them; `problem` says why nobody knows.

    Attributes:
        rows: One for each service.
        watchers: The channels that are not looked at as they should be.
        keys: Keys and consents that expire soon.
        health: What the last look at everything found.
    """

    rows: Sequence[ServiceRow] = ()
    watchers: Sequence[Item] = ()
    keys: Sequence[Item] = ()
    health: Sequence[Item] = ()
    problem: str = ""


@dataclass(frozen=True)
class Recorded:
    """What is on record of the services.

    Attributes:
        accounts: Whether each account was connected at the last look at it.
        breakers: The circuits that ever opened or counted a failure.
        away_since: Of the services that do not do their work.
        queued: The tasks whose writes wait, by service, the oldest first.
        errors: Why the last try failed, by service.
        endings: What of the accounts ends on a known day.
        looks: The last look at each channel.
        spells: How the services were of late.
    """

    accounts: Mapping[str, bool]
    breakers: Mapping[str, Breaker]
    away_since: Mapping[str, dt.datetime]
    queued: Mapping[str, Sequence[str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    endings: Sequence[Ending] = ()
    looks: Sequence[Look] = ()
    spells: Sequence[Spell] = ()

    @property
    def names(self) -> list[str]:
        """The services that there are, those that the employee is made for first."""
        seen = {*self.breakers, *self.away_since, *self.queued, *self.accounts}
        return [*NAMES, *sorted(seen - NAMES.keys())]


def service_name(service: str) -> str:
    """What a person calls it."""
    return NAMES.get(service, service[:1].upper() + service[1:])


def ill_words(found: Iterable[tuple[str, HealthStanding]]) -> str:
    """What is down or beyond its threshold, such as "down: Odoo, X; busy: Processors"; empty where nothing is."""
    named: dict[str, list[str]] = {}
    for service, standing in found:
        if standing is HealthStanding.DOWN:
            named.setdefault(standing_word(service, standing), []).append(one_line(service_name(service)))
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in named.items())


def service_rows(recorded: Recorded, zone: dt.tzinfo, firsts: Mapping[str, Item]) -> list[ServiceRow]:
    """One row for each service; `firsts` are the oldest tasks that wait, by service."""
    return [
        ServiceRow(
            service_name(name),
            _state(name, recorded, zone),
            len(recorded.queued.get(name, ())),
            firsts.get(name),
        )
        for name in recorded.names
    ]


def outages(recorded: Recorded, zone: dt.tzinfo) -> list[Item]:
    """The services that do not do their work, each with since when and why."""
    found = []
    for name, since in sorted(recorded.away_since.items(), key=lambda pair: pair[1]):
        said = _why(name, recorded) or ("" if name in PLAIN else "it does not answer")
        why = f": {one_line(said, LONGEST_DETAIL)}" if said else ""
        does_not, _ = PLAIN.get(name, (f"{service_name(name)} does not do its work", ""))
        found.append(Item(title=does_not, detail=f"{_since(since, zone)}{why}"))
    return found


def watchers(looks: Iterable[Look], now: dt.datetime, zone: dt.tzinfo) -> list[Item]:
    """The channels that are not looked at as they should be, or that there are none such."""
    looks, found = list(looks), []
    for look in looks:
        if look.problem:
            said = one_line(look.problem, LONGEST_DETAIL)
        elif look.is_overdue(now):
            said = f"not looked at {_since(look.looked_at, zone)}"
        else:
            continue
        found.append(Item(title=one_line(look.channel), detail=said))
    well = "Every channel is looked at in time." if looks else "No channel has been looked at yet."
    return found or [Item(title=well)]


def ends_soon(recorded: Recorded, today: dt.date) -> list[Item]:
    """What has to be renewed, the nearest first, or that nothing has to be."""
    if not recorded.accounts:
        return [Item(title="No account's key has been looked at yet.")]
    near = sorted(recorded.endings, key=lambda ending: ending.ends)
    found = [Item(title=words) for ending in near if (words := ending.words(today))]
    well = f"No key or consent that is known to expire ends within {RENEW_DAYS} days."
    return found or [Item(title=well)]


def health(recorded: Recorded, now: dt.datetime) -> list[Item]:
    """What the last look at everything found, in one line that leads to its note."""
    last = latest(recorded.spells, now)
    ill = ill_words((name, one.standing) for name, one in last.items())
    seen = ill or "everything that is looked at is up"
    said = seen if EMPLOYEE in last else "nobody has looked lately"
    return [Item(place="Health", title="Health", detail=said)]


def _state(name: str, recorded: Recorded, zone: dt.tzinfo) -> str:
    if since := recorded.away_since.get(name):
        return f"{STRAIN.get(name, 'does not do its work')} {_since(since, zone)}"
    breaker = recorded.breakers.get(name, Breaker())
    if breaker.state is not BreakerState.CLOSED:
        return f"is not called: its circuit is {breaker.state.value}"
    connected = is_connected(name, recorded)
    if connected is None and name not in recorded.breakers:
        return UNKNOWN
    return "not connected" if connected is False else WELL


def is_connected(name: str, recorded: Recorded) -> bool | None:
    """Whether its account is; None: nobody has looked yet."""
    if channel := LOOKED_AT.get(name):
        looks = {look.channel: look.found for look in recorded.looks}
        return None if channel not in looks else looks[channel] is not LookResult.CLOSED
    return recorded.accounts.get(name)


def _why(name: str, recorded: Recorded) -> str | None:
    breaker = recorded.breakers.get(name)
    if breaker and breaker.state is not BreakerState.CLOSED and breaker.reason:
        return breaker.reason
    return recorded.errors.get(name)


def _since(moment: dt.datetime, zone: dt.tzinfo) -> str:
    return f"since {shown_there(moment.astimezone(zone))}"
