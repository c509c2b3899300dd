"""Away from the machine: a big bill is asked about by mail, and the answer from the telephone books it once."""

import base64
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import httpx
import pyotp
import pytest

from tasks.approvals.one_time_codes import approver_key
from tests.employee_fixture import Employee
from tests.forged_replies import OWNER, replied
from tests.journeys.test_decisions import ask, ended


@pytest.fixture(scope="module")
def secret(employee: Employee) -> Iterator[str]:
    """Ann's, as `fte approvers enrol` keeps it; others' forms ask for no code afterwards."""
    folder, secret = employee.state / "keys" / "approvers", pyotp.random_base32()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {"name": "Ann Lee", "secret": secret, "enrolled_at": datetime.now(UTC).isoformat()}
    key = folder / f"{approver_key('Ann Lee')}.json"
    key.write_text(json.dumps(kept))
    yield secret
    key.unlink()


def sent(employee: Employee, request_id: str) -> list[EmailMessage]:
    """The mails that went out about it, oldest first."""
    mails = f"{employee.sandbox}/_sandbox/gmail/messages"
    found = httpx.get(mails, timeout=30).json()["messages"]
    ids = [one["id"] for one in reversed(found) if "SENT" in one["labels"]]
    raws = [httpx.get(f"{mails}/{one}", timeout=30).json()["raw"] for one in ids]
    about = [message_from_bytes(raw.encode("latin-1"), policy=default) for raw in raws]
    return [mail for mail in about if request_id in str(mail["Subject"])]


def reply(employee: Employee, raw: bytes) -> None:
    raw = raw.replace(b"<r1@phone.example>", f"<{uuid4().hex}@phone.example>".encode())
    body = {"raw": base64.b64encode(raw).decode()}
    httpx.post(f"{employee.sandbox}/_sandbox/gmail/deliver", json=body, timeout=30).raise_for_status()


@pytest.mark.long
def test_an_answer_by_mail_books_the_bill_once(employee: Employee, secret: str) -> None:
    with employee.rule("known: {} ", f"known: {{{OWNER}: {{role: owner}}}} "):
        request_id = ask(employee, "HSO-8001")["HSO-8001"]
        [asked] = employee.until(lambda: sent(employee, request_id))
        reply(
            employee, replied(asked["Message-ID"], f"Yes {pyotp.TOTP(secret).now()}\n\nSent from my iPhone")
        )
        seen = time.monotonic()
        employee.work("watch-gmail")
        employee.until(lambda: employee.bills("HSO-8001"))
        sys.stdout.write(f"from the reply seen to the bill booked: {time.monotonic() - seen:.1f} s\n")
        employee.until(lambda: ended(employee, request_id, "Approved"))
        employee.until(lambda: len(sent(employee, request_id)) > 1)
    [first, answer] = sent(employee, request_id)
    assert first["Message-ID"] == asked["Message-ID"]
    assert "It is approved by Ann Lee through mail." in str(answer.get_content())
    assert [bill["state"] for bill in employee.bills("HSO-8001")] == ["posted"]
    assert employee.note_with("Needs_Action", "Re: Please decide") == ""
