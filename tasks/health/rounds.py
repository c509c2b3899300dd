"""One look at everything each five minutes: asked, written down, shown; a flow run only where something changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import psutil

from blocks.prefect_server import PrefectAwayError, PrefectPasswordError, prefect_asked, prefect_client
from domain.briefing.recorded import SLOT, slot_of
from domain.errors import DigitalFteError
from domain.health.page import HealthPage, markdown
from domain.health.probed import Probed
from domain.health.spell import MEMORY, PROCESSORS, WATCHER, HealthStanding
from domain.policy.handbook import Handbook
from domain.policy.health import HealthRules
from domain.reliability.look import LookResult
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.health.kept import health_page
from tasks.health.questions import Ask, ask_all, questions
from tasks.policy.handbook import read_handbook
from tasks.reliability.heartbeats import heartbeats
from tasks.reliability.spells import record_round
from tasks.reliability.waiting import last_looks
from tasks.vault.vault import NoteMissingError, current_vault

NOTE = "Health.md"
KEY = "health"
PATIENCE_SECONDS = 10.0
DESCRIPTION = "Every service, watcher and the machine: now, and uptime"

Questions = Callable[[HealthRules, bool], Mapping[str, Ask]]
"""From the rules, and whether this is the hour's thorough look, to whom to ask."""
Shown = Callable[[str], Awaitable[None]]


def usual_questions(rules: HealthRules, is_thorough: bool) -> Mapping[str, Ask]:  # noqa: FBT001 (as Questions)
    """Everybody; the platforms with their access once an hour, since that counts as one of their calls."""
    return questions(rules, with_token=is_thorough)


def read_rules() -> HealthRules:
    """The handbook's thresholds; the usual ones while it cannot be read."""
    return _handbook().health


def _handbook() -> Handbook:
    try:
        return read_handbook()
    except DigitalFteError:
        return Handbook()


def look_at_all(
    now: datetime,
    rules: HealthRules,
    asks: Mapping[str, Ask],
) -> list[Probed]:
    """Ask everybody, and write down what came of it.

    Raises:
        LedgerUnavailableError: it cannot be written down.
    """
    found = ask_everybody(now, rules, asks)
    record_round(found, now)
    return found


def ask_everybody(now: datetime, rules: HealthRules, asks: Mapping[str, Ask]) -> list[Probed]:
    """Ask everybody, who did not answer once more, and look at the machine and the watchers."""
    answers = {one.name: one for one in ask_all(asks)}
    silent = [
        one.name for one in answers.values() if one.standing is HealthStanding.DOWN and not one.is_refused
    ]
    answers |= {one.name: one for one in ask_all({name: asks[name] for name in silent})}
    return [*answers.values(), *_machine(now, rules), *_watchers(now)]


def _machine(now: datetime, rules: HealthRules) -> Iterator[Probed]:
    memory = psutil.virtual_memory().percent
    is_well = memory <= rules.memory_percent
    said = f"{memory:.0f} % in use" + ("" if is_well else f", more than {rules.memory_percent:g} %")
    yield Probed(MEMORY, _standing(is_well), said)
    beats = heartbeats(slot_of(now) - SLOT, now)
    if beats and beats[-1].cpu_percent is not None:
        busy = beats[-1].cpu_percent
        is_well = busy <= rules.cpu_percent
        said = f"{busy:.0f} % busy" + ("" if is_well else f", more than {rules.cpu_percent:g} %")
        yield Probed(PROCESSORS, _standing(is_well), said)


def _watchers(now: datetime) -> Iterator[Probed]:
    """A channel that was not looked at for three of its pauses is not watched."""
    for one in last_looks():
        late = f"not looked at since {one.looked_at:%Y-%m-%d %H:%M} UTC"
        is_well = not one.is_overdue(now)
        yield Probed(f"{WATCHER}{one.channel}", _standing(is_well), (one.problem or "") if is_well else late)


def _standing(is_well: bool) -> HealthStanding:  # noqa: FBT001 (of the two)
    return HealthStanding.UP if is_well else HealthStanding.DOWN


class Watch:
    """Looks for one process, once in each slot of five minutes."""

    def __init__(self, asked: Questions = usual_questions, shown: Shown | None = None) -> None:
        """Nothing was looked at yet."""
        self._asked, self._shown = asked, shown or show_artifact
        self._slot: datetime | None = None
        self._is_settled = False
        self._down: frozenset[str] = frozenset()
        self._is_refused = False

    async def look(self, now: datetime) -> LookResult:
        """Ask, write down and show; something for a flow where something went down or came back.

        Raises:
            LedgerUnavailableError: nothing can be written down.
        """
        slot = slot_of(now)
        if not self._is_settled or slot == self._slot:  # at first all looks begin, and everything is slow
            self._is_settled = True
            return LookResult.NOTHING
        is_first, rules = self._slot is None, read_rules()
        is_thorough = is_first or self._is_refused or slot.minute == 0
        found = look_at_all(now, rules, self._asked(rules, is_thorough))
        self._slot = slot
        self._is_refused = any(one.is_refused for one in found)
        down = frozenset(one.name for one in found if one.standing is HealthStanding.DOWN)
        changed, self._down = down != self._down, down
        text, _ = write_note(now)
        await self._shown(text)
        return LookResult.WORK if changed else LookResult.NOTHING


def write_note(now: datetime) -> tuple[str, HealthPage]:
    """Bring the note up to date, whatever somebody wrote into it; what it says, and the page that it was made of.

    Raises:
        LedgerUnreadableError: nobody knows how everything is.
    """
    handbook = _handbook()
    page = health_page(now, handbook.health)
    text = markdown(page, ZoneInfo(handbook.time_zone))
    as_of = page.as_of.isoformat(timespec="minutes") if page.as_of else "never"
    whole = f"---\nkind: health\nas_of: {as_of}\ndown: {len(page.down)}\n---\n\n{text}"
    vault = current_vault()
    try:
        is_there = vault.read_root(NOTE).render() == whole
    except (NoteMissingError, BrokenNoteError):
        is_there = False
    if not is_there:
        vault.save_root(NOTE, Note.parse(whole))
    return text, page


async def show_artifact(text: str) -> None:
    """Show the same in Prefect's UI; while its server is away the artifact is left as it was."""
    from tasks.flow_runs.artifacts import show_latest

    with suppress(PrefectAwayError, PrefectPasswordError, TimeoutError), prefect_asked():
        async with asyncio.timeout(PATIENCE_SECONDS), prefect_client() as client:
            await show_latest(client, KEY, text, DESCRIPTION)
