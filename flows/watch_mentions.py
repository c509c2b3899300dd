"""watch_mentions: what others say to the business in public becomes tasks."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from domain.social.mention import SOURCE
from flows.work_tasks import work_together
from tasks.flow_runs.runs import name_run
from tasks.planning.mentions import refusals_of, take_mentions
from tasks.planning.open_tasks import open_tasks


@flow(name="watch-mentions", flow_run_name="Look for mentions")
async def watch_mentions() -> State:
    """Store new mentions as tasks, then work them: each is shown to a person, who answers it or not.

    Trigger: a look that has stored new ones (`tasks/planning/mentions.py`), as often as the handbook's
    `mention_minutes`. Effects: one note per mention in Needs_Action/; nothing is answered by itself. Named end
    states: `Completed`; `Degraded` when a platform is away (the next run goes on from the same place);
    `NotConnected` when none is connected. A refused access fails the run, so that its owner is told.
    """
    taken = await take_mentions(datetime.now(UTC))
    names = [name for name in open_tasks() if name.startswith(f"{SOURCE}-")]
    await work_together(names)
    if names:
        await name_run(f"Mentions: {len(names)} new")
    for refusal in refusals_of(taken):
        raise refusal
    if taken.problems:
        return Completed(name="Degraded", message="; ".join(map(str, taken.problems)))
    if not taken.connected:
        return Completed(
            name="NotConnected", message="no account is connected; to connect one: fte connect x"
        )
    return Completed(message=f"{len(names)} new")
