"""The notes of Posts/, read and written; nothing here takes long to import: commands list them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from blocks.settings import HANDBOOK
from domain.social.draft import DraftStatus
from domain.social.planned import PostLine, post_line
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.vault.vault import Folder, NoteMissingError, current_vault


def post_notes() -> dict[str, Note]:
    """Every note of Posts/ that can be read, by name; one that cannot is set aside with the reason."""
    current_vault().set_aside_misnamed(Folder.POSTS)
    names = current_vault().names(Folder.POSTS)
    return {name: note for name in names if (note := read_post(name)) is not None}


def post_lines() -> list[PostLine]:
    """Every post as a line; the handbook's time zone is that of notes that name none."""
    zone = _own_zone()
    return [post_line(name, note.front, note.body, zone) for name, note in post_notes().items()]


def _own_zone() -> str:
    try:
        return str(current_vault().read_root(HANDBOOK).front.get("time_zone") or "UTC")
    except (NoteMissingError, BrokenNoteError):
        return "UTC"


def read_post(name: str) -> Note | None:
    """A post's note; None for one that is gone, or cannot be read and so was set aside."""
    where = current_vault()
    try:
        return where.read(Folder.POSTS, name)
    except BrokenNoteError as error:
        with suppress(NoteMissingError):
            where.set_aside(where.path(f"{Folder.POSTS}/{name}.md"), error)
    except NoteMissingError:
        pass
    return None


def keep_agents_post(task_id: str, said: Mapping[str, Any], tool: str) -> None:
    """Write the note of a post that an agent ordered, once: it is listed, shown and cancelled like any other."""
    when = said.get("at") or {}
    front = {
        "status": DraftStatus.ASKED.value,
        "by": f"an agent, by {tool}",
        "platforms": [said["platform"]],
        "at": when.get("local"),
        "zone": when.get("zone"),
        "media": said.get("documents"),
        **{key: said.get(key) for key in ("alt_texts", "link", "hashtags", "reply_to")},
        "task": task_id,
    }
    kept = {key: value for key, value in front.items() if value}
    note = Note.new(kept, f"\n{str(said.get('text', '')).strip()}\n")
    current_vault().store(Folder.POSTS, agents_note(task_id), note)


def agents_note(task_id: str) -> str:
    """What the note of an agent's post is called."""
    return f"post-{task_id.removeprefix('order-')}"


def mark_post(name: str, status: DraftStatus | None = None, **facts: object) -> None:
    """Write how a post stands; facts that are empty are taken out, and a note that a person took away stays away."""
    kept = {key: value for key, value in facts.items() if value}
    gone = [key for key, value in facts.items() if not value]
    stands: dict[str, Any] = {"status": status.value} if status else {}
    with suppress(NoteMissingError):
        current_vault().update(
            Folder.POSTS,
            name,
            lambda note: note.with_front(**stands, **kept).without_front(*gone),
        )
