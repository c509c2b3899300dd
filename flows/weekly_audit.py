"""weekly_audit: how the week was, from every source, as a briefing for the owner."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from prefect import State, flow
from prefect.states import Completed

from domain.briefing.briefing import Briefing
from domain.briefing.part import Part, Standing, missing
from domain.errors import DigitalFteError
from domain.social.post import Platform
from domain.week import Week, ended_week
from flows.sync_odoo import sync_odoo
from flows.work_tasks import work_together
from tasks.briefing.kept import NoBriefingError, keep_briefing, kept_briefing
from tasks.briefing.mail import order_to_owner, sending
from tasks.briefing.make import briefing_of
from tasks.briefing.money import is_fresh
from tasks.briefing.page import write_page
from tasks.briefing.polish import polish, polish_wording
from tasks.briefing.post import ready_week
from tasks.briefing.print import write_pdf
from tasks.briefing.read_source import read_source
from tasks.briefing.run_page import show_on_run
from tasks.briefing.sources import SOURCES, BriefingSource
from tasks.flow_runs.runs import name_run
from tasks.frames.collector import collector_paused
from tasks.planning.open_tasks import is_open
from tasks.policy.handbook import read_handbook
from tasks.social.access import NotConnectedError, connected_platforms


@flow(name="weekly-audit", flow_run_name="Look back on a week")
async def weekly_audit(week: str = "", *, anew: bool = False) -> State:
    """Make the briefing of a week that has ended.

    Trigger: every Monday, for the week before; any week by `fte briefing make 2026-W47`. What a source said of a week
    stays as it was kept, unless `anew`; one that was missing or not fresh is read again. Effects: the note
    `CEO_Briefing_...md` in the Vault with its charts in Attachments/, the PDF in Reports/, and the run's artifacts
    `briefing` and `checks`. Of the week that ended last, once: a mail to the owner, by the handbook's policy, and a
    post for LinkedIn in Posts/ that a person is asked about. What cannot be sent or told is said, and fails nothing.
    Named end states: `Completed`; `Degraded` when a source is missing or not fresh, which the briefing says in words.
    """
    now = datetime.now(UTC)
    zone = ZoneInfo(read_handbook().time_zone)
    wanted = ended_week(week, now, zone)
    await name_run(f"Look back on the week {wanted.number}")
    if not is_fresh(now):
        await sync_odoo(return_state=True)  # what it could not read, the part says
    known = {} if anew else _known(wanted)
    read = [source for source in SOURCES if source.key not in known]
    with collector_paused():
        found = await asyncio.gather(*(_read(source, wanted, now) for source in read))
    known |= {part.key: part for part in found}
    plain = briefing_of(wanted, [known[source.key] for source in SOURCES], now)
    briefing = await polish_wording(partial(polish, plain, anew=anew))
    said = [f"{await _written(briefing)} is written"]
    said += [f"{part.title}: {part.standing}" for part in briefing.parts if part.standing.is_trouble]
    if wanted == ended_week("", now, zone):  # an older one is no news
        said += [await _mail(briefing, now), await _post(wanted, now)]
    said += filter(None, [briefing.wording.said])
    return Completed(name=None if briefing.is_complete else "Degraded", message="; ".join(said))


async def _written(briefing: Briefing) -> str:
    """Keep it and show it everywhere; the note's name."""
    keep_briefing(briefing)
    name = await asyncio.to_thread(write_page, briefing)
    await asyncio.to_thread(write_pdf, briefing)
    await show_on_run(briefing)
    return name


async def _mail(briefing: Briefing, now: datetime) -> str:
    """Send it to the owner, once for each week."""
    try:
        task_id = await order_to_owner(briefing, now)
        was_done = not is_open(task_id)
        if not was_done:
            await work_together([task_id])
        return sending(task_id, was_done=was_done)
    except DigitalFteError as error:
        return f"not sent by mail: {error}"


async def _post(week: Week, now: datetime) -> str:
    """Have a person asked about a post of what may be told, once for each week."""
    try:
        if Platform.LINKEDIN not in await connected_platforms():
            raise NotConnectedError(Platform.LINKEDIN)
        name = await asyncio.to_thread(ready_week, week, Platform.LINKEDIN, now)
    except DigitalFteError as error:
        return f"no post for LinkedIn: {error}"
    return f"Posts/{name} is to be decided on" if name else "the week has its post for LinkedIn already"


def _known(week: Week) -> dict[str, Part]:
    """What was kept of the week and is whole."""
    try:
        parts = kept_briefing(week).parts
    except NoBriefingError:
        return {}
    return {part.key: part for part in parts if part.standing is Standing.KNOWN}


async def _read(source: BriefingSource, week: Week, now: datetime) -> Part:
    """A source's part; what goes wrong with one leaves the others as they are."""
    named = read_source.with_options(task_run_name=f"Read: {source.title}")
    state: State[Part] = await named(source, week, now, return_state=True)  # type: ignore[misc]
    part = await state.aresult(raise_on_failure=False)
    if isinstance(part, Part):
        return part
    return missing(source.key, source.title, source.name, f"It could not be read: {state.message}.")
