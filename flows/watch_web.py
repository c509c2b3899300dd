"""watch_web: what changes on the watched pages becomes tasks."""

from prefect import State, flow
from prefect.states import Completed

from flows.work_tasks import work_together
from tasks.flow_runs.runs import name_run
from tasks.web.watch import check_pages, watched_pages


@flow(name="watch-web", flow_run_name="Read watched pages")
async def watch_web() -> State:
    """Read the pages and feeds that are due, and store what has changed as tasks.

    Trigger: a look each minute that finds one due (`tasks/web/watch.py`). Effects: one note per change in
    Needs_Action/, its words quoted; nothing on a page is carried out. Named end states: `Completed`; `Degraded` when
    pages could not be read (what is known of them stays, they are tried again within an hour); `NotConnected` when
    none is watched. A note that cannot be followed fails the run.
    """
    if not watched_pages():
        return Completed(name="NotConnected", message="no page is watched; list some in Watched_Pages.md")
    checked = await check_pages()
    await work_together(checked.task_ids)
    if checked.task_ids:
        await name_run(f"Watched pages: {len(checked.task_ids)} changed")
    said = f"{len(checked.read)} read, {len(checked.task_ids)} changed"
    if checked.problems:
        return Completed(name="Degraded", message="; ".join([said, *map(str, checked.problems.values())]))
    return Completed(message=said)
