"""What a person may correct in a post while approving it: its text everywhere or on one platform, and its time.

Account, files, link, cost and what is answered are not theirs to change here: another of these is another post.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from domain.approvals.changes import ChangesError
from domain.refused_values import refusals
from domain.social.dialect import cost_of, divided
from domain.social.post import Publication, plain
from domain.social.schedule import wall_time
from domain.times import shown_time

TEXT, PART, TIME = "text", " post ", "at"


def correctable(publications: Sequence[Publication]) -> dict[str, str | None]:
    """Each text and the time as they are, by the name a person uses: `text`, `X text`, `X post 2`, `at`.

    `text` is everybody's, and empty while the platforms say different things; `at` is empty for "once approved".
    """
    texts = {one.text for one in publications}
    at = publications[0].publish_at
    shared = texts.pop() if len(texts) == 1 else None
    return {TEXT: shared, **dict(_own_texts(publications)), TIME: shown_time(at) if at else None}


def prefilled(texts: Mapping[str, str | None]) -> dict[str, str]:
    """The texts that stand in a field of their own, to be corrected there: each once; a thread is changed by its posts.

    A form has room for few fields: it takes it from what it shows.
    """
    if any(PART in name for name in texts):
        return {}
    if shared := texts.get(TEXT):  # a mail with a web page, or a template, has none
        return {TEXT: shared}
    return {name: value for name, value in texts.items() if name not in (TEXT, TIME) and value}


def corrected(
    publications: Sequence[Publication], changes: Mapping[str, str], zone: str
) -> list[Publication]:
    """The parts with these corrections; an unlike text may break a platform's rules, which is for `violations` to say.

    Args:
        publications: As they were asked about.
        changes: By the names of `correctable`.
        zone: Whose clocks a time without a zone is on.

    Raises:
        ChangesError: a time is none, or a thread is changed as a whole and post by post.
    """
    return [_corrected(one, changes, zone) for one in publications]


def _own_texts(publications: Sequence[Publication]) -> Iterator[tuple[str, str]]:
    for one in publications:
        if len(publications) > 1:
            yield _name_of(one), one.text
        if len(one.parts) > 1:
            yield from ((_name_of(one, number), part) for number, part in enumerate(one.parts, start=1))


def _name_of(one: Publication, part: int = 0) -> str:
    return f"{one.platform.title}{PART}{part}" if part else f"{one.platform.title} {TEXT}"


def _corrected(one: Publication, changes: Mapping[str, str], zone: str) -> Publication:
    parts = _parts(one, changes)
    at = _moment(changes[TIME], zone) if TIME in changes else one.publish_at
    cost = one.cost if parts == one.parts else cost_of(parts, one.platform)
    clocks = one.zone or (zone if TIME in changes else None)
    return one.model_copy(update={"parts": parts, "cost": cost, "publish_at": at, "zone": clocks})


def _parts(one: Publication, changes: Mapping[str, str]) -> tuple[str, ...]:
    whole = changes.get(_name_of(one), changes.get(TEXT))
    names = [_name_of(one, number) for number in range(1, len(one.parts) + 1)]
    if whole is None:
        return tuple(plain(changes.get(name, part)) for name, part in zip(names, one.parts, strict=True))
    if twice := [name for name in names if name in changes]:
        raise ChangesError(f"give '{TEXT}' or '{twice[0]}', not both")
    return divided(plain(whole), one.platform)


def _moment(written: str, zone: str) -> datetime | None:
    """The time, on the clocks of the zone or of one that is named behind it, as in `2026-12-24 08:00 UTC`."""
    if not written.strip():
        return None
    when, _, last = written.strip().rpartition(" ")
    when, clocks = (when, last) if last[:1].isalpha() and when else (written, zone)
    try:
        return wall_time(when, clocks).instant
    except ValidationError as error:
        raise ChangesError(f"{TIME}: {refusals(error)[0]}") from error
    except ValueError as error:
        raise ChangesError(f"{TIME}: {error}") from error
