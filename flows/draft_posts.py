"""draft_posts: how the week was, as the draft of a post."""

from datetime import UTC, datetime

from prefect import State, flow
from prefect.states import Completed

from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from tasks.briefing.post import NothingToTellError, draft_week, propose_trends
from tasks.social.access import connected_platforms


@flow(name="draft-posts", flow_run_name="Draft the weekly post")
async def draft_posts() -> State:
    """Write the draft of the last whole week's post into Posts/.

    Trigger: every Monday. Effects: one note with `status: draft`, once for each week; a person makes it ready, or not.
    LinkedIn's is left out here: `weekly_audit` asks about it. Where the handbook names `topics`, the trends on X are
    read once, and the note's `proposed` names those that fit. Named end states: `Completed`; `NothingToTell` when no
    draft was made, with the reason. A template that cannot be rendered, or that brings in a number that may not be
    told, fails the run, so that its owner is told.
    """
    connected = await connected_platforms()
    platforms: list[Platform] = [one for one in connected or PUBLISHED_ON if one is not Platform.LINKEDIN]
    if not platforms:
        return Completed(
            name="NothingToTell", message="only LinkedIn is connected: weekly_audit asks about its post"
        )
    try:
        name = draft_week(datetime.now(UTC), platforms)
    except NothingToTellError as error:
        return Completed(name="NothingToTell", message=str(error))
    if name and Platform.X in connected:
        await propose_trends(name)
    return Completed(message=f"Posts/{name}.md is written" if name else "the week has its draft already")
