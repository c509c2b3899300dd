"""When the owner is told that a service is away, again, and that it is back; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.times import shown_time

FIRST_WORD_AFTER = timedelta(minutes=10)
"""A restart or a short failure of the network is nobody's concern; a handbook can say another time."""

AGAIN_AFTER = timedelta(days=1)

QUIET = timedelta(minutes=30)
"""What comes and goes is one outage, until it was well for so long."""

LONGEST_TITLE = 120

PLAIN = {
    "disk": ("The disk is nearly full", "The disk has room again"),
    "memory": ("Memory is nearly full", "Memory has room again"),
    "processors": ("The processors are busy throughout", "The processors have time again"),
}
"""What is no service, in words of its own."""


@dataclass(frozen=True)
class Outage:
    """One service that does not do what it is asked for, or did not.

    Attributes:
        since: When it was first seen.
        told_at: When its owner was last told; None before.
        over_at: When it was seen to be over; None while it lasts.
        is_settled: Whether it is over and nothing is left to be told.
        turns: How often it came again within QUIET.
    """

    since: datetime
    told_at: datetime | None = None
    over_at: datetime | None = None
    is_settled: bool = False
    turns: int = 0

    @property
    def lasted(self) -> timedelta | None:
        """From beginning to end; None while it lasts."""
        return None if self.over_at is None else self.over_at - self.since


def observed(outage: Outage | None, *, is_away: bool, now: datetime) -> Outage | None:
    """The outage after a look at the service; None where there is none.

    Args:
        outage: The service's last one.
        is_away: Whether it is away now.
        now: The present; one that lies before what was seen is a clock that was set back.
    """
    outage = _not_ahead(outage, now)
    if outage is None or outage.is_settled:
        if not is_away:
            return outage
        is_again = outage is not None and outage.over_at is not None and now - outage.over_at < QUIET
        return Outage(since=now, turns=outage.turns + 1 if outage and is_again else 0)
    if is_away:
        return replace(outage, over_at=None, turns=outage.turns + 1) if outage.over_at else outage
    over = outage if outage.over_at else replace(outage, over_at=now)
    is_forgotten = over.told_at is None and over.over_at is not None and now - over.over_at >= QUIET
    return replace(over, is_settled=True) if is_forgotten else over


def _not_ahead(outage: Outage | None, now: datetime) -> Outage | None:
    if outage is None:
        return None
    told, over = (moment and min(moment, now) for moment in (outage.told_at, outage.over_at))
    return replace(outage, since=min(outage.since, now), told_at=told, over_at=over)


def is_notice_due(
    outage: Outage,
    now: datetime,
    first_after: timedelta = FIRST_WORD_AFTER,
    again_after: timedelta = AGAIN_AFTER,
) -> bool:
    """Whether the owner is to be told now: after a while, then daily; of the end at once, or when it is quiet again."""
    if outage.is_settled:
        return False
    if outage.over_at is not None:
        return outage.told_at is not None and (outage.turns == 0 or now - outage.over_at >= QUIET)
    if outage.told_at is None:
        return now - outage.since >= first_after
    return now - outage.told_at >= again_after


def told(outage: Outage, now: datetime) -> Outage:
    """The outage once its owner was told how it stands."""
    return replace(outage, told_at=now, is_settled=outage.over_at is not None)


@dataclass(frozen=True)
class ToldOutage:
    """What there is to tell of one outage.

    Attributes:
        name: What a person calls the service.
        waiting: How many tasks wait for it.
        reason: How the last call, look or task failed.
    """

    service: str
    name: str
    outage: Outage
    waiting: int = 0
    reason: str | None = None

    @property
    def body(self) -> str:
        """The same at length."""
        since, over_at = shown_time(self.outage.since), self.outage.over_at
        if over_at is not None:
            came = f" and came and went {self.outage.turns} times" if self.outage.turns else ""
            lasted = in_words(over_at - self.outage.since)
            return (
                f"It was away from {since} to {shown_time(over_at)}, {lasted}{came}. What waited for it has been "
                "done or waits for you: fte status"
            )
        if self.service in PLAIN:
            return f"Since {since}: {self.reason}. Look at the machine, then: fte health"
        tasks = (
            "Nothing waits for it yet." if not self.waiting else f"Tasks that wait for it: {self.waiting}."
        )
        return (
            f"Since {since}: {self.reason or 'it does not answer'}. {tasks} They are done by themselves when it is "
            "back. Look at the service, then: fte doctor"
        )


@dataclass(frozen=True)
class OutageNotice:
    """What the owner is told, of one outage or of several at once."""

    title: str
    body: str


def notice_of(due: Sequence[ToldOutage]) -> OutageNotice:
    """One notice of everything that is to be told now."""
    title = "; ".join(_titles(due))
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    if len(due) == 1:
        return OutageNotice(title, due[0].body)
    return OutageNotice(title, "\n\n".join(f"{one.name}: {one.body}" for one in due))


def _titles(due: Sequence[ToldOutage]) -> Iterable[str]:
    services = [one for one in due if one.service not in PLAIN]
    away = [one for one in services if one.outage.over_at is None]
    for word, some in (
        ("", [one for one in away if one.outage.told_at is None]),
        ("still ", [one for one in away if one.outage.told_at is not None]),
    ):
        if some:
            do, their = ("do", "their") if len(some) > 1 else ("does", "its")
            yield f"{_names(some)} {word}{do} not do {their} work"
    if back := [one for one in services if one.outage.over_at is not None]:
        yield f"{_names(back)} {'are' if len(back) > 1 else 'is'} back"
    for one in due:
        if one.service in PLAIN:
            yield PLAIN[one.service][one.outage.over_at is not None]


def _names(some: Sequence[ToldOutage]) -> str:
    names = [one.name for one in some]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def in_words(length: timedelta) -> str:
    """Such as "25 minutes", "3 hours 5 minutes" or "2 days 1 hour"."""
    minutes = max(round(length / timedelta(minutes=1)), 0)
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "day"), (rest // 60, "hour"), (rest % 60, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said[:2]) or "less than a minute"
