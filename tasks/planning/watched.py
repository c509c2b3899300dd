"""The watchers of mailbox and folder as an agent looks at them: what came of it, and whether all of it works."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from blocks.gmail.errors import GmailMissingError
from blocks.gmail.units import UNITS
from domain.errors import DigitalFteError, RejectedError
from domain.mail.excerpt import summary_of
from domain.planning.event import DROPPED_AGAIN, file_event_id
from domain.vault.broken import BrokenNoteError
from domain.vault.names import event_name
from domain.vault.note import Note
from tasks.actions.proof import Proof
from tasks.clock import present
from tasks.intake import is_seen
from tasks.mail.fetch_mail import INBOX, LETTER_KIND, NOT_FOR_US, SENT, ask, fetch_profile
from tasks.mail.mailbox import mailbox_client
from tasks.mail.threads import CONTINUED_BY, FOLLOWED_BY, FOLLOWS, WHY_OWN
from tasks.reliability.dead_letters import waiting_letters
from tasks.reliability.waiting import last_looks
from tasks.vault.vault import Folder, current_vault

MAIL, FILES = "mail", "Inbox"
"""What the watchers' channels are called."""

MOST_COMPARED = 50
SETTLED = timedelta(minutes=5)
"""What came, or was dropped, longer ago than this should be a task."""
SHOWN = ("status", "kind", "received", "from", "subject", CONTINUED_BY, FOLLOWED_BY, FOLLOWS, WHY_OWN)


class NoSuchTaskError(RejectedError):
    """There is no task of that watcher with that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no task {name} of this watcher in Needs_Action/ or Done/; run.py lists those that are open"
        )


class WatcherOverview(BaseModel):
    """How a watcher stands.

    Attributes:
        looked: When its channel was looked at last, or why not.
        waits: What is not taken in yet.
        open: Its open tasks, the newest last.
    """

    looked: str
    waits: list[str]
    open: list[dict[str, Any]]


async def mail_overview() -> WatcherOverview:
    """The tasks of mails that are open, and the mails that Gmail refuses to hand out."""
    letters = [letter.key for letter in waiting_letters() if letter.kind == LETTER_KIND]
    return WatcherOverview(looked=_looked(MAIL), waits=letters, open=list(_open("gmail")))


async def files_overview() -> WatcherOverview:
    """The tasks of dropped files that are open, and what lies in Inbox/."""
    return WatcherOverview(
        looked=_looked(FILES), waits=[path.name for path in _waiting_files()], open=list(_open("files"))
    )


def _waiting_files() -> list[Path]:
    from tasks.inbox import waiting_files  # Prefect with it: only once its server is known

    return waiting_files()


async def prove_mail_watcher() -> AsyncIterator[Proof]:
    """Whether the mailbox is looked at, and what lies in it is taken in."""
    yield _in_time(MAIL)
    letters = [letter.key for letter in waiting_letters() if letter.kind == LETTER_KIND]
    yield _proof(
        "every mail was handed out", [f"{key} was refused: fte dead-letters list" for key in letters]
    )
    try:
        async with await mailbox_client() as client:
            address = (await fetch_profile(client)).address
            missed = await _missed(client)
    except DigitalFteError as error:
        yield _proof("the mailbox is connected", [str(error)])
        return
    yield _proof("the mailbox is connected", [], mailbox=address)
    yield _proof("what came is taken in", [f"{one} is no task yet: fte run watch_gmail" for one in missed])


async def prove_file_watcher() -> AsyncIterator[Proof]:
    """Whether Inbox/ is looked at, and emptied."""
    yield _in_time(FILES)
    now = present().timestamp()
    old = [path.name for path in _waiting_files() if now - path.stat().st_mtime > SETTLED.total_seconds()]
    yield _proof(
        "what was dropped is taken in", [f"{name} still lies in Inbox/: fte run watch_files" for name in old]
    )


async def prove_mail_task(name: str) -> AsyncIterator[Proof]:
    """The task of a mail: its note, and each mail that it holds as the mailbox has it.

    Raises:
        NoSuchTaskError: there is none.
        TransientError: Gmail is away.
        RejectedError: Gmail refuses our access.
    """
    folder, note = _task(name, "gmail-")
    yield _one_note(name, folder)
    async with await mailbox_client() as client:
        for document in _documents(note):
            yield await _as_in_mailbox(client, document)


async def prove_file_task(name: str) -> AsyncIterator[Proof]:
    """The task of a dropped file: its note, and the document that its name is made of.

    Raises:
        NoSuchTaskError: there is none.
    """
    folder, note = _task(name, "file-")
    yield _one_note(name, folder)
    document = str(note.front.get("document"))
    content, wrong = _kept(document)
    again = str(note.front.get(DROPPED_AGAIN) or "")
    if not wrong and "part" not in note.front and file_event_id(content, again) != name:
        wrong = ["it is another document than the one that was dropped"]
    yield _proof(f"{document} is what was dropped", wrong, sha256=hashlib.sha256(content).hexdigest())


async def _missed(client: Any) -> list[str]:
    """The newest mails in the mailbox that should be tasks and are not; what it wrote to itself never is one."""
    now = present()
    query = f"after:{int((now - timedelta(days=1)).timestamp())} before:{int((now - SETTLED).timestamp())}"
    page = await ask(UNITS["messages.list"], partial(client.search, query, labels=[INBOX]))
    unknown = [one for one in page.message_ids[:MOST_COMPARED] if not is_seen(event_name("gmail", one))]
    heads = [await ask(UNITS["messages.get"], partial(client.head, one)) for one in unknown]
    return [event_name("gmail", head.id) for head in heads if not head.labels & (NOT_FOR_US | {SENT})]


async def _as_in_mailbox(client: Any, document: str) -> Proof:
    what = f"{document} is as the mailbox has it"
    content, wrong = _kept(document)
    if wrong:
        return _proof(what, wrong)
    found = (await _find(client, content)) if content else None
    if found is None:
        return _proof(what, ["the mailbox no longer has it; the copy here is whole"])
    return _proof(what, [] if found == content else ["it is another mail"], bytes=len(content))


async def _find(client: Any, content: bytes) -> bytes | None:
    message_id = summary_of(content).message_id
    page = await ask(UNITS["messages.list"], partial(client.search, f"rfc822msgid:{message_id} in:anywhere"))
    for one in page.message_ids:
        try:
            raw = await ask(UNITS["messages.get"], partial(client.raw, one))
        except GmailMissingError:
            continue
        if raw == content or len(page.message_ids) == 1:
            return bytes(raw)
    return None


def _documents(note: Note) -> list[str]:
    """The mail that made the task, and those that continue it."""
    links = [part.partition(">)")[0] for part in note.body.split("[Document](<../")[1:]]
    whole = note.front.get("of_mail")
    return list(dict.fromkeys([str(whole or note.front.get("document")), *links[1:]]))


def _kept(document: str) -> tuple[bytes, list[str]]:
    """The document's content, or in words why it is not there as it was kept."""
    try:
        return current_vault().document(document), []
    except (RejectedError, FileNotFoundError) as error:
        return b"", [str(error)]


def _task(name: str, prefix: str) -> tuple[Folder, Note]:
    where = current_vault()
    folder = where.find(name) if name.startswith(prefix) else None
    if folder is None:
        raise NoSuchTaskError(name)
    return folder, where.read(folder, name)


def _one_note(name: str, folder: Folder) -> Proof:
    where = current_vault()
    others = [
        one for one in (Folder.NEEDS_ACTION, Folder.DONE) if one is not folder and where.find(name, [one])
    ]
    status = str(where.read(folder, name).front.get("status", ""))
    return _proof(
        "it has one note", [f"there is another in {one}/" for one in others], folder=folder, status=status
    )


def _in_time(channel: str) -> Proof:
    look = next((one for one in last_looks() if one.channel == channel), None)
    if look is None or look.is_overdue(present()):
        wrong = ["it is not looked at: fte up"]
    else:
        wrong = [look.problem] if look.problem else []
    return _proof(f"{channel} is looked at in time", wrong, looked=_looked(channel))


def _looked(channel: str) -> str:
    return next((one.words() for one in last_looks() if one.channel == channel), "never")


def _open(source: str) -> Iterator[dict[str, Any]]:
    where = current_vault()
    for name in where.names(Folder.NEEDS_ACTION):
        try:
            front = where.read(Folder.NEEDS_ACTION, name).front
        except (BrokenNoteError, FileNotFoundError):
            continue
        if front.get("source") == source:
            yield {"name": name} | {key: _plain(front[key]) for key in SHOWN if front.get(key)}


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def _proof(what: str, wrong: Iterable[str], **facts: Any) -> Proof:
    said = "; ".join(wrong)
    return Proof(what=what, holds=not said, said=said, facts=facts)
