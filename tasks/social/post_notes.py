"""The notes of Posts/, read and written; nothing here takes long to import: commands list them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from blocks.settings import HANDBOOK
from domain.errors import RejectedError
from domain.social.draft import DraftStatus
from domain.social.planned import PostLine, post_line
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from domain.vault.problem import PROBLEM_ENDING
from tasks.vault.clocks import written_zone
from tasks.vault.vault import Folder, NoteMissingError, current_vault

QUIET = timedelta(seconds=60)
"""A note that cannot be read is still being written until nobody has changed it for so long."""


class PostSetAsideError(RejectedError):
    """The post's note could not be read, and lies elsewhere."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(
            f"{Folder.POSTS}/{name}.md could not be read, and lies in {Folder.DEAD_LETTERS}/{name}.md: {problem}. "
            f"Mend it and move it back to {Folder.POSTS}/"
        )


def post_notes() -> dict[str, Note]:
    """Every note of Posts/ that can be read, by name."""
    current_vault().set_aside_misnamed(Folder.POSTS)
    names = current_vault().names(Folder.POSTS)
    return {name: note for name in names if (note := read_post(name)) is not None}


def cancel_post(name: str, *, while_: frozenset[DraftStatus]) -> bool:
    """Cancel a post that nobody has taken on: while its note has one of these statuses. Whether it is cancelled now."""

    def cancelled(note: Note) -> Note:
        is_ours = note.front.get("status") in {one.value for one in while_}
        return note.with_front(status=DraftStatus.CANCELLED.value) if is_ours else note

    note = current_vault().update(Folder.POSTS, name, cancelled)
    return bool(note.front.get("status") == DraftStatus.CANCELLED.value)


def post_lines() -> list[PostLine]:
    """Every post as a line, one that cannot be read too; the handbook's time zone is that of notes that name none."""
    found = {name: _readable(name) for name in current_vault().names(Folder.POSTS)}
    notes = {name: note for name, note in found.items() if note is not None}
    needs_zone = any(note.front.get("at") and not note.front.get("zone") for note in notes.values())
    zone = zone_in_force() if needs_zone else "UTC"
    return [post_line(name, note.front, note.body, zone) for name, note in notes.items()]


def _readable(name: str) -> Note | None:
    try:
        return current_vault().read(Folder.POSTS, name)
    except BrokenNoteError as error:
        return Note.new({"problem": f"it cannot be read: line {error.line}: {error.problem}"})
    except NoteMissingError:
        return None


def zone_in_force() -> str:
    """The handbook's time zone as far as it is confirmed; UTC where there is no handbook."""
    from tasks.policy.confirmed import confirmed_rules  # opens the ledger, which most lists have no need of

    confirmed = confirmed_rules(HANDBOOK)
    return str((confirmed.rules.get("time_zone") if confirmed else written_zone()) or "UTC")


def read_post(name: str) -> Note | None:
    """A post's note; None for one that is gone or cannot be read."""
    try:
        return current_vault().read(Folder.POSTS, name)
    except (BrokenNoteError, NoteMissingError):
        return None


def look_up_post(name: str) -> Note:
    """A post's note, for a person.

    Raises:
        PostSetAsideError: it could not be read, and lies elsewhere.
        NoteMissingError: there is none.
        BrokenNoteError: it cannot be read.
    """
    where = current_vault()
    try:
        return where.read(Folder.POSTS, name)
    except NoteMissingError:
        with suppress(BrokenNoteError, NoteMissingError):
            said = where.read(Folder.DEAD_LETTERS, f"{name}.md{PROBLEM_ENDING}".removesuffix(".md")).front
            raise PostSetAsideError(name, str(said.get("problem"))) from None
        raise


def set_unreadable_aside(name: str, now: datetime) -> None:
    """Move a note that cannot be read out of the folder, once nobody is writing it any more."""
    where = current_vault()
    path = where.path(f"{Folder.POSTS}/{name}.md")
    try:
        where.read(Folder.POSTS, name)
    except NoteMissingError:
        return
    except BrokenNoteError as error:
        with suppress(FileNotFoundError):
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) >= QUIET:
                where.set_aside(path, error)


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
