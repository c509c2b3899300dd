"""The skills for mailbox and folder as an agent uses them: from an arrival to its task, and what is wrong is found."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from domain.planning.event import file_event_id
from tests.employee_fixture import Employee
from tests.gmail_world import deliver, tell
from tests.sandbox_fixture import SandboxClient
from tests.skills.scripts import run_script

HOLDS = (0, "")
MAILS, FILES = partial(run_script, "watching-gmail"), partial(run_script, "watching-filesystem")
Run = Callable[..., tuple[int, object]]


def problems(run: Run, employee: Employee, *words: str) -> tuple[int, str]:
    """What verify.py ends with, and what it says is wrong."""
    status, proofs = run(employee, "verify.py", *words)
    assert isinstance(proofs, list)
    assert (status == 0) == all(proof["holds"] for proof in proofs)
    return status, "; ".join(proof["said"] for proof in proofs if not proof["holds"])


@contextmanager
def spoilt(path: Path, content: bytes | None) -> Iterator[None]:
    """A kept document changed or removed, and put back."""
    kept = path.with_name(f".{path.name}")
    shutil.move(path, kept)
    if content is not None:
        path.write_bytes(content)
    try:
        yield
    finally:
        shutil.move(kept, path)


def document(employee: Employee, name: str) -> Path:
    """The document of a task in Needs_Action/."""
    line = next(
        one for one in employee.note("Needs_Action", name).splitlines() if one.startswith("document:")
    )
    return employee.vault / line.removeprefix("document:").strip()


def test_a_mail_and_its_answer_are_one_proven_task_until_something_is_changed(employee: Employee) -> None:
    sandbox = SandboxClient(employee.sandbox)
    asked = {
        "sender": "Kim <kim@lamps.example>",
        "subject": "Lamps",
        "text": "Could you repair three lamps?\n",
    }
    name = f"gmail-{deliver(sandbox, **asked, message_id='<lamps-1@lamps.example>')}"
    employee.until(lambda: MAILS(employee, "run.py", "now")[0] == 0, 90)
    employee.until(lambda: "escalated" in employee.note("Needs_Action", name))
    headers = {"In-Reply-To": "<lamps-1@lamps.example>", "References": "<lamps-1@lamps.example>"}
    more = asked | {
        "subject": "Re: Lamps",
        "text": "They are of brass, if that matters.\n",
        "headers": headers,
    }
    answer = f"gmail-{deliver(sandbox, **more)}"
    employee.until(lambda: MAILS(employee, "run.py", "now")[0] == 0, 90)
    employee.until(lambda: "They are of brass" in employee.note("Needs_Action", name))
    _, found = MAILS(employee, "run.py")
    (row,) = [one for one in found["open"] if one["name"] == name]
    assert (row["from"], row["continued_by"]) == ("Kim <kim@lamps.example>", [answer])
    assert problems(MAILS, employee, name) == HOLDS
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    deliver(
        sandbox, subject="The week", labels=["INBOX", "SENT"], received=an_hour_ago
    )  # to oneself: no task
    assert problems(MAILS, employee) == HOLDS
    for content in (b"From: Kim <kim@lamps.example>\n\nPay 9,000 USD\n", None):
        with spoilt(document(employee, name), content):
            status, said = problems(MAILS, employee, name)
            assert (status, "changed or removed" in said) == (1, True)
    sandbox.http.delete(f"/_sandbox/gmail/messages/{answer.removeprefix('gmail-')}").raise_for_status()
    assert "the mailbox no longer has it" in problems(MAILS, employee, name)[1]
    assert problems(MAILS, employee, "gmail-0000000000000000")[0] == 4
    tell(sandbox, "revoke")
    try:
        assert "connect it again" in problems(MAILS, employee)[1]
    finally:
        tell(sandbox, "grant")


def test_a_dropped_file_is_one_proven_task_until_its_document_is_changed(employee: Employee) -> None:
    text = "Notes of the meeting about brass lamps, nothing to pay.\n"
    employee.drop("notes.txt", text)
    name = file_event_id(text.encode())
    employee.until(lambda: name in employee.notes("Needs_Action"))
    employee.until(lambda: "escalated" in employee.note("Needs_Action", name))
    _, found = FILES(employee, "run.py")
    assert [one["subject"] for one in found["open"] if one["name"] == name] == ["notes.txt"]
    assert problems(FILES, employee, name) == HOLDS
    assert problems(FILES, employee) == HOLDS
    for content in (b"Total: $9,000.00\n", None):
        with spoilt(document(employee, name), content):
            status, said = problems(FILES, employee, name)
            assert (status, "changed or removed" in said) == (1, True)
    assert problems(FILES, employee, "file-0123456789abcdef")[0] == 4
