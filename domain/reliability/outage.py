"""When the owner is told that a service is away, again, and that it is back; pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.times import shown_time

FIRST_WORD_AFTER = timedelta(minutes=10)
"""A restart or a short failure of the network is nobody's concern."""

AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Outage:
    """One service that does not do what it is asked for, or did not.

    Attributes:
        since: When it was first seen.
        told_at: When its owner was last told; None before.
        over_at: When it was seen to be over; None while it lasts.
    """

    since: datetime
    told_at: datetime | None = None
    over_at: datetime | None = None


def observed(outage: Outage | None, *, is_away: bool, now: datetime) -> Outage | None:
    """The outage after a look at the service; None when there is none, or it was over before anybody was told."""
    if is_away:
        return replace(outage, over_at=None) if outage else Outage(since=now)
    if outage is None or outage.told_at is None:
        return None
    return outage if outage.over_at else replace(outage, over_at=now)


def is_notice_due(outage: Outage, now: datetime) -> bool:
    """Whether the owner is to be told now: after a while, then daily, and of the end at once."""
    if outage.over_at is not None:
        return True
    last, pause = (
        (outage.told_at, AGAIN_AFTER) if outage.told_at is not None else (outage.since, FIRST_WORD_AFTER)
    )
    return now - last >= pause


@dataclass(frozen=True)
class OutageNotice:
    """What the owner is told."""

    title: str
    body: str


def notice_of(service: str, outage: Outage, *, waiting: int, reason: str | None) -> OutageNotice:
    """What to say of an outage.

    Args:
        service: Its name.
        outage: As it stands.
        waiting: How many tasks wait for the service.
        reason: How the last call or task failed.
    """
    name, since = service.capitalize(), shown_time(outage.since)
    if outage.over_at is not None:
        return OutageNotice(
            f"{name} is back",
            f"It was away from {since} to {shown_time(outage.over_at)}. What waited for it has been done or "
            "waits for you: fte status",
        )
    still = "still " if outage.told_at else ""
    tasks = "Nothing waits for it yet." if not waiting else f"Tasks that wait for it: {waiting}."
    return OutageNotice(
        f"{name} {still}does not do its work",
        f"Since {since}: {reason or 'it does not answer'}. {tasks} They are done by themselves when it is back. "
        "Look at the service, then: fte doctor",
    )
