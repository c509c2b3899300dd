"""The flow as the Prefect server runs it: its end states, and what is in the Vault afterwards."""

import asyncio
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from blocks.gmail.errors import GmailGrantRevokedError
from blocks.settings import Mode
from deployments.commands.doctor import CheckHealth, Finding, finding_of
from domain.errors import TransientError
from domain.reliability.look import LookResult
from domain.vault.folder import Folder
from tasks.health.questions import ask_account
from tasks.mail.look import MailboxClosedError, look_for_mail
from tasks.vault.vault import current_vault
from tests.gmail_world import deliver, paths, tell
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture
async def mailbox(sandbox: SandboxClient, home: Path) -> SandboxClient:
    """The demo mailbox connected, an empty Vault."""
    for folder in Folder:
        (home.parent / "Vault" / folder).mkdir(parents=True, exist_ok=True)
    await connect(sandbox)
    return sandbox


async def connect(sandbox: SandboxClient) -> None:
    """What `fte connect gmail` does after the consent."""
    from blocks.gmail.credentials import GmailCredentials

    block = GmailCredentials(
        client_id="sandbox-client",
        client_secret=SecretStr("sandbox-secret"),
        refresh_token=SecretStr("sandbox-refresh"),
        token_url=f"{sandbox.url}/token",
        api_url=sandbox.url,
    )
    await block.save("gmail", overwrite=True)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What lay open each time the loop was called."""
    calls: list[list[str]] = []

    async def work_tasks() -> None:
        calls.append(current_vault().names(Folder.NEEDS_ACTION))

    monkeypatch.setattr(import_module("flows.watch_gmail"), "work_tasks", work_tasks)
    return calls


async def run() -> Any:
    from flows.watch_gmail import watch_gmail

    return await watch_gmail(return_state=True)


async def test_new_mail_is_stored_and_worked_once(mailbox: SandboxClient, worked: list[list[str]]) -> None:
    key = deliver(mailbox, subject="Receipt")
    state = await run()
    assert (state.name, state.message) == ("Completed", "1 new")
    assert worked == [[f"gmail-{key}"]]
    state = await run()
    assert (state.name, state.message, len(worked)) == ("Completed", "0 new", 1)


async def test_a_short_outage_is_waited_for(
    mailbox: SandboxClient, worked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import watch_gmail

    quick = watch_gmail.take_mail.with_options(retry_delay_seconds=[0.01, 0.01])
    monkeypatch.setattr(watch_gmail, "take_mail", quick)
    key = deliver(mailbox)
    mailbox.fault("status", path="profile$", status=503)
    state = await run()
    assert (state.name, worked) == ("Completed", [[f"gmail-{key}"]])


async def test_a_long_outage_degrades_the_run_and_loses_nothing(
    mailbox: SandboxClient, worked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import watch_gmail

    quick = watch_gmail.take_mail.with_options(retries=1, retry_delay_seconds=[0.01])
    monkeypatch.setattr(watch_gmail, "take_mail", quick)
    key = deliver(mailbox)
    mailbox.fault("drop_after_effect", path="profile$", times=2)
    state = await run()
    assert (state.type.value, state.name) == ("COMPLETED", "Degraded")
    assert "is unavailable" in state.message
    assert worked == []
    assert (await run()).name == "Completed"
    assert worked == [[f"gmail-{key}"]]


async def test_a_named_reset_ends_the_run_at_once(mailbox: SandboxClient, worked: list[list[str]]) -> None:
    mailbox.fault("status", path="profile$", status=429, retry_after=3_600)
    started = asyncio.get_running_loop().time()
    state = await run()
    assert state.name == "Degraded"
    assert "rate limited" in state.message
    assert asyncio.get_running_loop().time() - started < 20
    mailbox.clear_journal()
    assert (await run()).name == "Degraded"
    assert paths(mailbox) == []
    assert worked == []


async def test_a_withdrawn_consent_fails_the_run_with_the_remedy(
    mailbox: SandboxClient, worked: list[list[str]]
) -> None:
    tell(mailbox, "revoke")
    state = await run()
    assert state.is_failed()
    with pytest.raises(GmailGrantRevokedError, match="fte connect gmail"):
        await state.aresult()
    assert worked == []


def tokens_asked(mailbox: SandboxClient) -> int:
    return len(mailbox.journal(path="^/token$"))


@pytest.mark.usefixtures("worked")
async def test_a_withdrawn_consent_fails_once_and_is_then_asked_for_each_hour(
    mailbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import watch_gmail

    tell(mailbox, "revoke")
    assert (await run()).is_failed()
    for _ in range(3):
        state = await run()
        assert (state.type.value, state.name) == ("COMPLETED", "NotConnected")
        assert "fte connect gmail" in state.message
    assert tokens_asked(mailbox) == 1
    later = datetime.now(UTC) + timedelta(minutes=61)
    monkeypatch.setattr(watch_gmail, "present", lambda: later)
    for _ in range(2):
        assert (await run()).name == "NotConnected", "the owner was told once"
    assert tokens_asked(mailbox) == 2


async def test_a_consent_that_was_given_anew_is_tried_at_once(
    mailbox: SandboxClient, worked: list[list[str]]
) -> None:
    tell(mailbox, "revoke")
    await run()
    key = deliver(mailbox)
    tell(mailbox, "grant")
    assert (await run()).name == "NotConnected", "nobody has connected it again"
    await connect(mailbox)
    assert (await run()).name == "Completed"
    assert worked == [[f"gmail-{key}"]]


async def test_the_doctor_names_a_refused_consent_and_its_remedy(
    mailbox: SandboxClient, worked: list[list[str]]
) -> None:
    async def gmail() -> Finding:
        return finding_of(await ask_account("gmail"), Mode.LIVE)

    assert ((await gmail()).health, worked) == (CheckHealth.GOOD, [])
    tell(mailbox, "revoke")
    await run()
    asked = len(mailbox.journal())
    ill = await gmail()
    assert (ill.health, ill.remedy) == (CheckHealth.BROKEN, "fte connect gmail")
    assert "expired or revoked" in ill.found
    assert len(mailbox.journal()) == asked, "a consent that was refused is not tried again to say so"
    await connect(mailbox)
    await gmail()
    assert len(mailbox.journal()) > asked, "a new consent is tried"


async def test_without_a_mailbox_there_is_nothing_to_watch(
    mailbox: SandboxClient, worked: list[list[str]]
) -> None:
    from blocks.gmail.credentials import GmailCredentials

    await GmailCredentials.adelete("gmail")
    state = await run()
    assert (state.name, worked) == ("NotConnected", [])
    assert "fte connect gmail" in state.message
    assert mailbox.journal() == []


async def look(now: datetime | None = None) -> LookResult:
    return await look_for_mail("gmail", now or datetime.now(UTC))


async def test_a_look_finds_new_mail_and_leaves_it_to_the_run(
    mailbox: SandboxClient, worked: list[list[str]]
) -> None:
    deliver(mailbox)
    assert await look() is LookResult.WORK, "the first look at a mailbox"
    assert current_vault().names(Folder.NEEDS_ACTION) == []
    await run()
    assert await look() is LookResult.NOTHING
    key = deliver(mailbox)
    assert await look() is LookResult.WORK
    await run()
    assert worked[-1][-1] == f"gmail-{key}"
    assert await look() is LookResult.NOTHING


@pytest.mark.usefixtures("worked")
async def test_what_is_no_new_mail_is_passed_by_and_not_read_again(mailbox: SandboxClient) -> None:
    key = deliver(mailbox)
    await run()
    tell(mailbox, f"messages/{key}/labels", remove=["INBOX"])
    tell(mailbox, f"messages/{key}/labels", add=["INBOX"])
    mailbox.clear_journal()
    assert await look() is LookResult.NOTHING
    assert "history" in paths(mailbox)
    mailbox.clear_journal()
    assert await look() is LookResult.NOTHING
    assert "history" not in paths(mailbox), "the watermark has passed by it"


@pytest.mark.usefixtures("worked")
async def test_a_history_that_is_too_old_is_for_the_run(mailbox: SandboxClient) -> None:
    await run()
    deliver(mailbox)
    tell(mailbox, "expire_history")
    assert await look() is LookResult.WORK


@pytest.mark.usefixtures("worked")
async def test_a_mailbox_that_is_away_is_no_empty_one(mailbox: SandboxClient) -> None:
    mailbox.fault("status", path="profile$", status=503)
    with pytest.raises(TransientError):
        await look()


@pytest.mark.usefixtures("worked")
async def test_a_look_that_meets_a_withdrawn_consent_leaves_it_to_the_run_to_tell(
    mailbox: SandboxClient,
) -> None:
    tell(mailbox, "revoke")
    with pytest.raises(GmailGrantRevokedError):
        await look()
    assert (await run()).is_failed(), "the owner is told"
    asked = tokens_asked(mailbox)
    with pytest.raises(MailboxClosedError, match="fte connect gmail"):
        await look()
    assert tokens_asked(mailbox) == asked
    later = datetime.now(UTC) + timedelta(minutes=61)
    with pytest.raises(GmailGrantRevokedError):
        await look(later)
    with pytest.raises(MailboxClosedError):
        await look(later)
    assert tokens_asked(mailbox) == asked + 1, "it is tried each hour"
    await connect(mailbox)
    tell(mailbox, "grant")
    assert await look() is LookResult.WORK


async def test_there_is_nothing_to_look_at_without_a_mailbox(mailbox: SandboxClient) -> None:
    from blocks.gmail.credentials import GmailCredentials

    await GmailCredentials.adelete("gmail")
    assert await look() is LookResult.CLOSED
    assert mailbox.journal() == []
