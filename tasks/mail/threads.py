"""Answers in a thread continue the task that they belong to; each mail is kept once, with all that it brings.

| the task | a mail without documents | with documents, or a bill |
|---|---|---|
| waits for a person to read it | added to its note, which is taken up again | added, and a task of its own |
| goes its way by a plan, or is done | added; a task of its own where it asks for something | the same |

So no mail changes what a plan rests on, and no document is lost beside another. What a person was asked about such a
task is asked again with what was written since, so that nobody decides without having read it. A task of its own says
which it `follows`, and that one by which it is `followed_by`. A repeat at any point is harmless: a note names the mails
that it holds and what was to become of each, a task is named by its mail, and the mail counts as seen last.
"""

import email
import email.policy
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import getaddresses
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blocks.database import Base
from domain.approvals.reply import new_lines
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import RejectedError
from domain.mail.classify import MailKind, body_of, classify
from domain.mail.excerpt import excerpt_of
from domain.mail.parse import BrokenMailError, parse_mail
from domain.mail.thread import Belonging, Incoming, ThreadMail, belonging, incoming
from domain.planning.event import Event
from domain.times import shown_time
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from domain.visible import visible
from tasks.approvals.ask import close_questions
from tasks.audit.log import audit_log
from tasks.intake import is_seen, mark_seen
from tasks.mail.fetch_mail import FetchedMail
from tasks.mail.store_mail import store_mail
from tasks.reliability.effect_ledger import find_effect
from tasks.reliability.serialised import find_rows, serialised
from tasks.vault.vault import Folder, NoteMissingError, current_vault

CONTINUED_BY, FOLLOWED_BY, FOLLOWS = "continued_by", "followed_by", "follows"
"""In notes: the mails that continue a task; those of them that are tasks of their own; the task that one follows."""
WHY_OWN = "own_task_because"
READ_STATUSES = frozenset({"new", "escalated"})
MOST_MOVES = 3
LONGEST_LATER = 200
SENT_MARK = "<fte."
MOST_PEOPLE, MOST_NAMED = 100, 30
READ_BY_PERSON = frozenset({MailKind.OTHER, MailKind.REQUEST})
"""Kinds of mail that no plan carries out: a person reads them."""

Tell = Callable[[Mapping[str, Any], datetime], object]


def tell_nobody(_front: Mapping[str, Any], _now: datetime) -> None:
    """No plan waits for an answer."""


class MailRow(Base):
    """A mail that is part of a task: whoever answers it continues that."""

    __tablename__ = "mail_threads"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str]
    thread: Mapped[str]
    people: Mapped[list[str]] = mapped_column(JSON)


def store_in_thread(mail: FetchedMail, event: Event, tell: Tell, now: datetime) -> list[str]:
    """Keep a mail: as a part of the task that it continues, as a task of its own, or both.

    Args:
        mail: As Gmail has it.
        event: The event that it is.
        tell: Told of an answer in a thread, for plans that wait for one.
        now: The present.

    Returns:
        The tasks to work on.
    """
    if is_seen(event.id):
        return []
    try:
        came = incoming(mail.raw, mail.thread_id)
    except BrokenMailError:  # nothing can be said of it
        return store_mail(event, now)
    found = belonging(came, _known(came))
    _remember(came, mail, found.task_id or event.id)
    if not found.task_id:
        return store_mail(_with(event, WHY_OWN, found.why_not), now)
    return _continue(came, event, found, tell, now)


def _continue(came: Incoming, event: Event, found: Belonging, tell: Tell, now: datetime) -> list[str]:
    task_id = found.task_id
    document = current_vault().attach(event.document, event.document_name)
    may_be_read = not (came.brings_documents or came.is_bill) and _is_read_by_person(task_id)
    added = _add(task_id, event, document, may_be_read=may_be_read, asks=not came.asks_nothing)
    details = {"mail": event.id, "document": document, "added": added is not None}
    continued = AuditEvent(
        action="gmail.task_continued",
        status=AuditStatus.SUCCESS,
        actor="watch_gmail",
        resource=task_id,
        details=details,
        private={"sender": event.sender, "subject": event.subject},
    )
    audit_log().append(continued, now)
    is_own = added is None or event.id in (added.front.get(FOLLOWED_BY) or ())
    followed = store_mail(_with(event, FOLLOWS, task_id), now) if is_own else []
    # a plan that goes on with the answer finds it in its note, and the answer's own task
    answer = {"thread": came.thread, "received": event.received_at.isoformat(), "document": document}
    tell(answer | {FOLLOWS: task_id}, now)
    if is_own:
        return [*followed, task_id] if not came.asks_nothing and close_questions(task_id, now) else followed
    mark_seen([event.id], now)
    return [task_id] if added is not None and added.front.get("status") == "new" else []


def later_mails(note: Note) -> list[str]:
    """What was written later in a task's conversation and still waits as a task of its own, each in one sentence."""
    still_open = current_vault().names(Folder.NEEDS_ACTION) if note.front.get(FOLLOWED_BY) else ()
    return [_said_later(str(name)) for name in note.front.get(FOLLOWED_BY) or () if str(name) in still_open]


def _said_later(task_id: str) -> str:
    where = current_vault()
    try:
        front = where.read(Folder.NEEDS_ACTION, task_id).front
        facts = parse_mail(where.document(str(front["document"]))).facts
    except (RejectedError, BrokenNoteError, FileNotFoundError, KeyError) as error:
        return f"a later mail of this conversation, task {task_id}, cannot be read ({error})"
    words = " ".join(new_lines(visible(body_of(facts)))).strip()
    return f"{facts.sender_address} wrote later: '{excerpt_of(words)[:LONGEST_LATER]}' (task {task_id})"


def _add(task_id: str, event: Event, document: str, *, may_be_read: bool, asks: bool) -> Note | None:
    """Add a mail to a task's note, once, and say there what becomes of it; None where that cannot be."""
    quoted = "\n".join(f"> {line}" for line in event.excerpt.splitlines())
    head = f"## {event.sender}, {shown_time(event.received_at)}"
    added = f"\n{head}\n\n[Document](<../{document}>)\n\n{quoted}\n"

    def add(note: Note) -> Note:
        held, followed = (list(note.front.get(key) or []) for key in (CONTINUED_BY, FOLLOWED_BY))
        if event.id in held:
            return note
        is_read = may_be_read and note.front.get("status") in READ_STATUSES
        note = note.with_body(f"{note.body.rstrip()}\n{added}").with_front(
            **{CONTINUED_BY: [*held, event.id]}
        )
        if asks and is_read:
            return note.with_front(status="new")
        return note.with_front(**{FOLLOWED_BY: [*followed, event.id]}) if asks else note

    for _try in range(MOST_MOVES):
        folder = current_vault().find(task_id, (Folder.NEEDS_ACTION, Folder.DONE))
        if folder is None:
            return None
        try:
            return current_vault().update(folder, task_id, add)
        except NoteMissingError:  # it was moved this very moment
            continue
        except BrokenNoteError:
            return None
    return None


def _is_read_by_person(task_id: str) -> bool:
    """Whether the task is one that no plan carries out, so that it ends with a person."""
    where = current_vault()
    if where.find(task_id, [Folder.PLANS]) is not None:
        return False
    with suppress(RejectedError, FileNotFoundError, BrokenNoteError):
        front = where.read(Folder.NEEDS_ACTION, task_id).front
        facts = parse_mail(where.document(str(front["document"]))).facts
        return front.get("source") == "gmail" and classify(facts).kind in READ_BY_PERSON
    return False


def _known(came: Incoming) -> list[ThreadMail]:
    names = came.named[:MOST_NAMED]
    sent = [known for name in names if (known := _sent(name))]
    ours = {known.message_id for known in sent}
    rows = find_rows(select(MailRow).where(MailRow.message_id.in_(set(names) - ours)))
    told = [ThreadMail(row.message_id, row.task_id, row.thread, frozenset(row.people)) for row in rows]
    return [*sent, *told]


def _sent(message_id: str) -> ThreadMail | None:
    """A mail that was sent for a task, by the Message-ID that names its effect."""
    key = message_id.removeprefix(SENT_MARK).partition("@")[0]
    effect = find_effect(key) if message_id.startswith(SENT_MARK) else None
    receipt = (effect.receipt or {}) if effect else {}
    if effect is None or receipt.get("message_id") != message_id:
        return None
    to = [one for name in ("to", "cc", "bcc") for one in effect.inputs.get(name) or ()]
    people = frozenset(address.casefold() for _, address in getaddresses(list(map(str, to))))
    return ThreadMail(message_id, effect.task_id, str(receipt.get("thread_id", "")), people)


def _remember(came: Incoming, mail: FetchedMail, task_id: str) -> None:
    """Whoever answers this mail continues that task. The first mail with a Message-ID keeps it: others borrow it."""
    message_id = came.reply.message_id
    if not message_id or message_id.startswith(SENT_MARK) or came.is_fraud:
        return
    people = _people(mail.raw)

    def keep(session: Session) -> None:
        if session.get(MailRow, message_id) is None:
            session.add(MailRow(message_id=message_id, task_id=task_id, thread=mail.thread_id, people=people))

    serialised(keep)


def _people(raw: bytes) -> list[str]:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers = [str(value) for name in ("From", "To", "Cc") for value in message.get_all(name, [])]
    found = dict.fromkeys(address.casefold() for _, address in getaddresses(headers) if "@" in address)
    return list(found)[:MOST_PEOPLE]


def _with(event: Event, key: str, said: str) -> Event:
    return event.model_copy(update={"extra": {**event.extra, key: said}}) if said else event
