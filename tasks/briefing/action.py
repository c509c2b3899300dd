"""The action of the briefing: the draft of a week's post, in the Vault."""

from domain.planning.catalogue import WeeklyPost, WeeklyPostInputs
from domain.social.draft import DraftStatus
from domain.vault.note import Note
from tasks.actions.performer import Performer, Receipt, by_name, no_client
from tasks.briefing.post import draft_last_week, draft_name, last_week
from tasks.clock import present
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
    if not receipt["is_new"]:
        return True

    def cancelled(note: Note) -> Note:
        is_draft = note.front.get("status") == DraftStatus.DRAFT.value
        return note.with_front(status="cancelled") if is_draft else note

    note = current_vault().update(Folder.POSTS, str(receipt["post"]), cancelled)
    return bool(note.front.get("status") == "cancelled")


PERFORMERS = by_name(
    Performer[None, WeeklyPostInputs, WeeklyPost](
        name="briefing.draft_post", connect=no_client, do=_draft, read=_read, problems=_problems, undo=_cancel
    ),
)
