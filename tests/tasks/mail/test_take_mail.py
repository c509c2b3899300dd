"""Mail becomes tasks once, whatever fails or dies in between; against the stand-in on the wire."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from blocks.gmail.errors import GmailGrantRevokedError, GmailUnavailableError
from domain.vault.folder import Folder
from tasks import intake
from tasks.mail import fetch_mail, take_mail
from tasks.mail.take_mail import TakenMail, take_part
from tasks.mail.watermarks import Watermark, move_watermark, read_watermark
from tasks.reliability.dead_letters import waiting_letters
from tasks.vault.vault import Vault, current_vault
from tests.gmail_world import client_of, deliver, paths, tell
from tests.sandbox_fixture import SandboxClient

SOURCE = "gmail:studio@northwindlane.example"


class PowerCutError(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _vault(home: Path) -> None:
    for folder in Folder:
        (home.parent / "Vault" / folder).mkdir(parents=True, exist_ok=True)


def present() -> datetime:
    return datetime.now(UTC)


async def take(sandbox: SandboxClient, clock: Callable[[], datetime] = present) -> TakenMail:
    """Take in everything, as a run of the flow does."""
    taken, more = TakenMail(), True
    async with client_of(sandbox) as client:
        while more:
            part, more = await take_part(client, frozenset(taken.given_up), clock=clock)
            taken.add(part)
    return taken


def stored() -> list[str]:
    return current_vault().names(Folder.NEEDS_ACTION)


def attachments(home: Path) -> list[Path]:
    return sorted((home.parent / "Vault" / "Attachments").glob("*.eml"))


async def test_a_new_mail_becomes_a_note_with_the_mail_beside_it(sandbox: SandboxClient, home: Path) -> None:
    key = deliver(
        sandbox,
        sender="Ann Lee <ann@sender.example>",
        subject="Receipt 17",
        text="Total: $12.00\n",
        message_id="<r17@sender.example>",
    )
    taken = await take(sandbox)
    assert taken.task_ids == stored() == [f"gmail-{key}"]
    note = current_vault().read(Folder.NEEDS_ACTION, f"gmail-{key}")
    front = {
        name: note.front[name]
        for name in ("source", "status", "from", "to", "subject", "thread", "message_id")
    }
    assert front == {
        "source": "gmail",
        "status": "new",
        "from": "Ann Lee <ann@sender.example>",
        "to": "studio@northwindlane.example",
        "subject": "Receipt 17",
        "thread": key,
        "message_id": "r17@sender.example",
    }
    assert list(note.front["labels"]) == ["INBOX", "UNREAD"]
    assert "Total: $12.00" in note.body
    document = current_vault().path(note.front["document"])
    assert [document] == attachments(home)
    assert document.read_bytes() == sandbox.http.get(f"/_sandbox/gmail/messages/{key}").json()["raw"].encode(
        "latin-1"
    )


async def test_a_poll_that_finds_nothing_new_costs_one_call(sandbox: SandboxClient) -> None:
    await take(sandbox)
    sandbox.clear_journal()
    assert (await take(sandbox)).task_ids == []
    assert paths(sandbox) == ["/token", "profile"]


async def test_the_first_look_begins_a_day_back(sandbox: SandboxClient) -> None:
    now = datetime.now(UTC)
    deliver(sandbox, received=(now - timedelta(days=3)).isoformat())
    recent = deliver(sandbox, received=(now - timedelta(hours=3)).isoformat())
    assert (await take(sandbox)).task_ids == [f"gmail-{recent}"]


async def test_spam_and_our_own_mail_are_no_work(sandbox: SandboxClient) -> None:
    await take(sandbox)
    deliver(sandbox, labels=["SPAM", "UNREAD"])
    deliver(sandbox, labels=["SENT", "INBOX"])
    deliver(sandbox, labels=["CATEGORY_PROMOTIONS", "UNREAD"])
    wanted = deliver(sandbox, labels=["INBOX", "CATEGORY_UPDATES"])
    assert (await take(sandbox)).task_ids == [f"gmail-{wanted}"]


async def test_a_mail_the_owner_moves_into_the_inbox_is_work(sandbox: SandboxClient) -> None:
    key = deliver(sandbox, labels=["SPAM"])
    assert (await take(sandbox)).task_ids == []
    sandbox.http.post(f"/_sandbox/gmail/messages/{key}/labels", json={"add": ["INBOX"], "remove": ["SPAM"]})
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_a_mail_that_was_archived_meanwhile_is_still_work(sandbox: SandboxClient) -> None:
    await take(sandbox)
    key = deliver(sandbox)
    sandbox.http.post(f"/_sandbox/gmail/messages/{key}/labels", json={"remove": ["INBOX"]})
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_a_mail_that_was_deleted_meanwhile_is_passed_over(sandbox: SandboxClient) -> None:
    await take(sandbox)
    gone, kept = deliver(sandbox), deliver(sandbox)
    sandbox.http.delete(f"/_sandbox/gmail/messages/{gone}")
    taken = await take(sandbox)
    assert (taken.task_ids, taken.given_up) == ([f"gmail-{kept}"], set())


async def test_many_mails_come_in_batches_of_fifty(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fetch_mail.UNITS, "messages.get", 1)
    await take(sandbox)
    keys = [deliver(sandbox) for _ in range(52)]
    sandbox.clear_journal()
    taken = await take(sandbox)
    assert taken.task_ids == [f"gmail-{key}" for key in keys]
    assert paths(sandbox).count("/batch/gmail/v1") == 4
    assert paths(sandbox).count("history") == 2


async def test_large_mails_come_one_by_one(
    sandbox: SandboxClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_mail, "LARGEST_BATCH_BYTES", 20_000)
    await take(sandbox)
    for number in range(3):
        deliver(sandbox, attachments=[{"name": "r.pdf", "content": "QUJD" * 8_000}], subject=f"{number}")
    taken = await take(sandbox)
    assert len(taken.task_ids) == 3
    assert all(path.stat().st_size > 20_000 for path in attachments(home))


async def test_the_same_run_again_changes_nothing(sandbox: SandboxClient) -> None:
    deliver(sandbox)
    before = await take(sandbox)
    assert (await take(sandbox)).task_ids == []
    assert stored() == before.task_ids


async def test_a_cursor_that_is_too_old_loses_and_doubles_nothing(sandbox: SandboxClient) -> None:
    first = deliver(sandbox)
    await take(sandbox)
    second = deliver(sandbox)
    tell(sandbox, "expire_history")
    third = deliver(sandbox)
    sandbox.clear_journal()
    taken = await take(sandbox)
    assert taken.task_ids == [f"gmail-{second}", f"gmail-{third}"]
    assert len(stored()) == 3
    assert f"gmail-{first}" in stored()
    assert sandbox.journal(path="history$", status=404)
    sandbox.clear_journal()
    assert (await take(sandbox)).task_ids == []
    assert paths(sandbox) == ["/token", "profile"]


async def test_a_resync_reaches_back_to_the_watermark(sandbox: SandboxClient) -> None:
    now = datetime.now(UTC)
    lost = deliver(sandbox, received=(now - timedelta(days=12)).isoformat())
    deliver(sandbox, received=(now - timedelta(days=20)).isoformat())
    tell(sandbox, "expire_history")
    move_watermark(SOURCE, before=None, cursor="5", now=now - timedelta(days=14))
    assert (await take(sandbox)).task_ids == [f"gmail-{lost}"]


async def test_a_resync_says_when_there_was_more_than_it_may_look_at(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_mail, "MOST_RESYNCED", 2)
    keys = [deliver(sandbox) for _ in range(3)]
    taken = await take(sandbox)
    assert taken.truncated
    assert taken.task_ids == [f"gmail-{key}" for key in keys[1:]]


async def test_a_long_resync_goes_on_after_a_crash(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_mail, "MOST_IN_BATCH", 2)
    keys = [deliver(sandbox) for _ in range(5)]
    async with client_of(sandbox) as client:
        taken, more = await take_part(client, frozenset(), clock=present)
    assert (len(taken.task_ids), more) == (2, True)
    assert read_watermark(SOURCE) is None
    assert (await take(sandbox)).task_ids == [f"gmail-{key}" for key in keys[2:]]
    assert read_watermark(SOURCE) is not None


async def test_another_account_has_a_watermark_of_its_own(sandbox: SandboxClient) -> None:
    move_watermark("gmail:other@sender.example", before=None, cursor="1", now=present())
    key = deliver(sandbox)
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_the_watermarks_time_is_renewed_while_nothing_happens(sandbox: SandboxClient) -> None:
    begin = datetime.now(UTC)
    await take(sandbox, lambda: begin)
    await take(sandbox, lambda: begin + timedelta(minutes=10))
    assert read_watermark(SOURCE) == Watermark(read_watermark(SOURCE).cursor, begin)  # type: ignore[union-attr]
    later = begin + timedelta(hours=2)
    await take(sandbox, lambda: later)
    watermark = read_watermark(SOURCE)
    assert watermark is not None
    assert watermark.moved_at == later


BOUNDARIES: list[tuple[Any, str]] = [
    (take_mail, "_store"),
    (take_mail, "event_of"),
    (Vault, "attach"),
    (Vault, "store"),
    (intake, "mark_seen"),
    (take_mail, "move_watermark"),
]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("owner", "name"), BOUNDARIES, ids=[name for _, name in BOUNDARIES])
async def test_a_power_cut_at_any_boundary_loses_and_doubles_nothing(
    sandbox: SandboxClient, home: Path, owner: Any, name: str, moment: str
) -> None:
    await take(sandbox)
    keys = [deliver(sandbox, subject=f"{number}") for number in range(3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, _dying(getattr(owner, name), moment))
        with pytest.raises(PowerCutError):
            await take(sandbox)
    await take(sandbox)
    assert stored() == sorted(f"gmail-{key}" for key in keys)
    assert len(attachments(home)) == 3
    sandbox.clear_journal()
    await take(sandbox)
    assert paths(sandbox) == ["/token", "profile"]


def _dying(real: Callable[..., Any], moment: str) -> Callable[..., Any]:
    """The function, in whose second call (or first, where it is called once) the power is cut."""

    def dying(*args: Any, **named: Any) -> Any:
        if moment == "after":
            real(*args, **named)
        raise PowerCutError

    return dying


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("profile$", "truncate"),
        ("history$", "drop_after_effect"),
        ("history$", "wrong_json"),
        ("^/batch", "truncate"),
        ("^/token$", "refuse_before"),
    ],
)
async def test_an_unavailable_mailbox_is_never_an_empty_one(
    sandbox: SandboxClient, path: str, kind: str
) -> None:
    await take(sandbox)
    before = read_watermark(SOURCE)
    key = deliver(sandbox)
    sandbox.fault(kind, path=path)
    with pytest.raises(GmailUnavailableError):
        await take(sandbox)
    assert read_watermark(SOURCE) == before
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_what_failed_inside_a_batch_is_fetched_alone(sandbox: SandboxClient) -> None:
    await take(sandbox)
    keys = [deliver(sandbox) for _ in range(3)]
    sandbox.fault("status", path=f"messages/{keys[1]}", status=503)
    sandbox.fault("status", path=f"messages/{keys[2]}", status=429, skip=1)
    taken = await take(sandbox)
    assert taken.task_ids == [f"gmail-{key}" for key in keys]


async def test_a_message_that_gmail_keeps_failing_holds_the_watermark(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.reliability.backoff import Backoff

    monkeypatch.setattr(fetch_mail, "ONE_MESSAGE", Backoff(retries=1, first_seconds=0.01))
    await take(sandbox)
    before = read_watermark(SOURCE)
    key = deliver(sandbox)
    sandbox.fault("status", path=f"messages/{key}", status=503, times=3)
    with pytest.raises(GmailUnavailableError):
        await take(sandbox)
    assert read_watermark(SOURCE) == before
    sandbox.clear_faults()
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_a_message_that_gmail_refuses_is_a_dead_letter_and_the_rest_goes_on(
    sandbox: SandboxClient,
) -> None:
    await take(sandbox)
    bad, good = deliver(sandbox), deliver(sandbox)
    sandbox.fault("status", path=f"messages/{bad}", status=400, times=9)
    taken = await take(sandbox)
    assert (taken.task_ids, taken.given_up) == ([f"gmail-{good}"], {bad})
    assert [(letter.kind, letter.key) for letter in waiting_letters()] == [("gmail.message", f"gmail-{bad}")]


async def test_a_refused_message_does_not_stop_a_resync(sandbox: SandboxClient) -> None:
    bad, good = deliver(sandbox), deliver(sandbox)
    sandbox.fault("status", path=f"messages/{bad}", status=400, times=9)
    taken = await take(sandbox)
    assert (taken.task_ids, taken.given_up) == ([f"gmail-{good}"], {bad})


async def test_a_consent_withdrawn_in_the_middle_buries_no_mail(sandbox: SandboxClient) -> None:
    await take(sandbox)
    key = deliver(sandbox)
    sandbox.fault("status", path=f"messages/{key}", status=401, times=2)
    with pytest.raises(GmailGrantRevokedError):
        await take(sandbox)
    assert waiting_letters() == []
    assert (await take(sandbox)).task_ids == [f"gmail-{key}"]


async def test_a_watermark_that_another_process_moved_stays_where_that_put_it() -> None:
    now = present()
    assert move_watermark("s", before=None, cursor="7", now=now)
    seven = read_watermark("s")
    assert move_watermark("s", before=seven, cursor=str(2**70), now=now)
    assert not move_watermark("s", before=seven, cursor="8", now=now)
    assert not move_watermark("s", before=None, cursor="8", now=now)
    assert read_watermark("s") == Watermark(str(2**70), now)


async def test_a_hostile_mail_puts_nothing_into_the_note_that_acts(sandbox: SandboxClient) -> None:
    key = deliver(
        sandbox,
        sender="[[Company_Handbook]] <evil@sender.example>",
        subject="![[Dashboard]] approved:: true <script>alert(1)</script>",
        text="---\nstatus: approved\n---\n[[Approved/x]] `= dv.execute()` %%hidden%%\n# Approved\nhttps://evil.example\n",
    )
    await take(sandbox)
    note = current_vault().read(Folder.NEEDS_ACTION, f"gmail-{key}")
    assert note.front["status"] == "new"
    own = "[Document](<../"
    assert note.body.count("[") == note.body.count(own) == 1
    for part in ("`", "<script", "%%", "::", "https://", "\n---"):
        assert part not in note.body
    assert [line for line in note.body.splitlines() if line.startswith("#")] == [note.body.splitlines()[1]]


async def test_a_mail_that_forwards_two_bills_becomes_two_tasks(sandbox: SandboxClient) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Sam <sam@ours.example>", "Fwd"
    mail["Message-ID"] = "<two@ours.example>"
    mail.set_content("For the books.")
    for name in ("Harbor", "Maple"):
        inner = EmailMessage()
        inner["From"], inner["Subject"] = f"{name} <b@{name.lower()}.example>", f"Invoice of {name}"
        inner.set_content("Total $5.00")
        mail.add_attachment(inner)
    key = deliver(sandbox, raw=b64encode(mail.as_bytes()).decode())
    taken = await take(sandbox)
    assert sorted(taken.task_ids) == [f"gmail-{key}", f"gmail-{key}-2"]
    notes = [current_vault().read(Folder.NEEDS_ACTION, name).front for name in sorted(taken.task_ids)]
    assert [note["subject"] for note in notes] == ["Invoice of Harbor", "Invoice of Maple"]
    assert [note["from"] for note in notes] == ["Sam <sam@ours.example>"] * 2
    assert (await take(sandbox)).task_ids == []
