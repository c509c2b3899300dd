"""The action of the briefing: the draft of a week's post, in the Vault."""

from domain.planning.catalogue import WeeklyPost, WeeklyPostInputs
from domain.social.draft import DraftStatus
from tasks.actions.performer import Performer, Receipt, by_name, no_client
from tasks.briefing.post import draft_last_week, draft_name, last_week
from tasks.clock import present
from tasks.social.post_notes import cancel_post
from tasks.vault.vault import Folder, current_vault


async def _draft(_client: None, inputs: WeeklyPostInputs, _key: str) -> WeeklyPost:
    """Again finds the week's note."""
    name, is_new = await draft_last_week(present(), inputs.day)
    return WeeklyPost(post=name, is_new=is_new)


async def _read(_client: None, receipt: Receipt, _inputs: WeeklyPostInputs) -> WeeklyPost:
    current_vault().read(Folder.POSTS, str(receipt["post"]))
    return WeeklyPost.model_validate(receipt)


def _problems(inputs: WeeklyPostInputs, found: WeeklyPost) -> list[str]:
    wanted = draft_name(last_week(present(), inputs.day))
    return [] if found.post == wanted else [f"Posts/{found.post}.md is of another week than {wanted}"]


async def _cancel(_client: None, _key: str, receipt: Receipt) -> bool:
    """A draft that nobody has made ready is cancelled; what a person took on is theirs."""
    return not receipt["is_new"] or cancel_post(str(receipt["post"]), while_=frozenset({DraftStatus.DRAFT}))


PERFORMERS = by_name(
    Performer[None, WeeklyPostInputs, WeeklyPost](
        name="briefing.draft_post", connect=no_client, do=_draft, read=_read, problems=_problems, undo=_cancel
    ),
)
