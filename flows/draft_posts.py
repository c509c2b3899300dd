"""draft_posts: how the week was, as the draft of a post."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from tasks.briefing.post import NothingToTellError, draft_last_week


@flow(name="draft-posts", flow_run_name="Draft the weekly post")
async def draft_posts() -> State:
    """Write the draft of the last whole week's post into Posts/.

    Trigger: every Monday; the playbook `weekly_post` is the same, asked for. Effects: one note with `status: draft`,
    once for each week; a person makes it ready, or not. LinkedIn's is left out here: `weekly_audit` asks about it.
    Where the handbook names `topics`, the trends on X are read once, and the note's `proposed` names those that fit.
    Where it lets a language model draft (`model_drafts`), a second note, `...-reworded`, has its words.
    Named end states: `Completed`; `NothingToTell` when no draft was made, with the reason. A template that cannot be
    rendered, or that brings in a number that may not be told, fails the run, so that its owner is told.
    """
    try:
        name, is_new = await draft_last_week(datetime.now(UTC))
    except NothingToTellError as error:
        return Completed(name="NothingToTell", message=str(error))
    return Completed(message=f"Posts/{name}.md is written" if is_new else "the week has its draft already")
