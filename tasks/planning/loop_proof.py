"""Whether the loop can go on: rules that can be read, playbooks that can be followed, no open task forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from domain.errors import DigitalFteError
from domain.planning.playbook_check import check_playbooks
from domain.vault.note import Note
from tasks.actions.proof import Proof
from tasks.approvals.record import pending
from tasks.planning.dependencies import is_known_to_wait
from tasks.planning.open_tasks import NEW, STOP, read_open_task, status_of
from tasks.planning.written import written_playbooks
from tasks.policy.handbook import read_written_handbook
from tasks.reliability import outbox
from tasks.reliability.claims import is_claimed, task_claim
from tasks.vault.vault import Folder, current_vault

LONGEST_ROUND = timedelta(minutes=15)
"""What nobody has touched for so long is not between two rounds."""


async def prove_loop() -> AsyncIterator[Proof]:
    """The handbook, the playbooks in force, and each open task: somebody or something takes it up again."""
    yield _handbook()
    yield _playbooks()
    now = datetime.now(UTC)
    asked = {request.task_id for request in pending()}
    queued = {item.key for item in outbox.waiting()}
    for name in sorted(current_vault().names(Folder.NEEDS_ACTION)):
        note = read_open_task(name)
        if note is not None:
            said = "" if name in asked | queued else _forgotten(name, note, now)
            yield Proof(what=f"task {name}", holds=not said, said=said, facts={"status": status_of(note)})


def _handbook() -> Proof:
    try:
        read_written_handbook()
    except DigitalFteError as error:
        return Proof(what="the handbook", holds=False, said=str(error))
    return Proof(what="the handbook", holds=True)


def _playbooks() -> Proof:
    books, unreadable = written_playbooks()
    wrong = [f"{name}: {said}" for name, said in unreadable.items()]
    wrong += [f"{name}: {problem}" for name, found in check_playbooks(books).items() for problem in found]
    names = [book.name for book in books]
    return Proof(what="the playbooks", holds=not wrong, said="; ".join(wrong), facts={"written": names})


def _forgotten(name: str, note: Note, now: datetime) -> str:
    """Why nobody would take an open task up again; empty: somebody will, or it is a person's."""
    status = status_of(note)
    if is_claimed(task_claim(name), now) or _touched(name) > now - LONGEST_ROUND:
        return ""
    if status in (NEW, STOP, "working"):
        return f"it is {status} and nobody has worked it for 15 minutes: is the employee at work? fte status"
    if status == "waiting":
        return "it says that it waits for a person, and nobody is asked: set status: new in its note"
    if status == "later" and not is_known_to_wait(name, note):
        return "it says that it waits, and it is in no queue: set status: new in its note"
    return ""


def _touched(name: str) -> datetime:
    path = current_vault().root / Folder.NEEDS_ACTION / f"{name}.md"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
