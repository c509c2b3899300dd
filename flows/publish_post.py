"""publish_post: what is ready in Posts/ is asked about, and published once a person has said yes."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from flows.work_tasks import work_together
from tasks.flow_runs.runs import name_run
from tasks.planning.post_read_back import proven_late
from tasks.planning.posts import follow_posts, place_ready


@flow(name="publish-post", flow_run_name="Look after posts")
async def publish_post() -> State:
    """Take up each note of Posts/ that is ready, and write into the others how they stand.

    Trigger: a note whose `status` is `ready`, a post whose task has come further, or one that was handed over and not
    read back yet and is to be read again; found within seconds. Effects: a
    task for each post, with one request that shows all its platforms; each platform then publishes its part by itself,
    at its time. Its pause means: nothing is public before you approve. Named end states: `Completed`; `Degraded`
    when a platform's account could not be looked up and the note stays ready.
    """
    placed = await place_ready(datetime.now(UTC))
    await work_together([*placed.tasks, *await proven_late(datetime.now(UTC))])
    await follow_posts(datetime.now(UTC))
    asked = f"{len(placed.tasks)} asked"
    if placed.tasks:
        await name_run(f"Posts: {asked}")
    if placed.problems:
        return Completed(name="Degraded", message="; ".join([asked, *map(str, placed.problems)]))
    return Completed(message=asked)
