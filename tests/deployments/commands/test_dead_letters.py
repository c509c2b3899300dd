import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from blocks.gmail.credentials import GmailCredentials
from deployments.commands import dead_letters
from domain.errors import RejectedError, TransientError
from domain.vault.folder import Folder
from tasks.mail.take_mail import take_part
from tasks.planning.letters import show_letters
from tasks.reliability.dead_letters import DeadLetter, LetterMissingError, add_dead_letter, waiting_letters
from tasks.vault.vault import current_vault
from tests.gmail_world import account, client_of, deliver
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class JournalClosedError(RejectedError):
    pass


class Replays:
    """Stands in for the work itself."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.error: Exception | None = None

    async def __call__(self, letter: DeadLetter) -> None:
        self.ran.append(letter.key)
        if self.error is not None:
            raise self.error


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> Replays:
    fake = Replays()
    monkeypatch.setitem(dead_letters.REPLAYS, "task", fake)
    monkeypatch.setattr(dead_letters, "apply_environment", lambda _: None)
    for key in ("file-1", "file-2"):
        error = JournalClosedError("March [2026] is closed")
        add_dead_letter("task", key, payload={"task_id": key}, error=error, now=NOW)
    add_dead_letter("fax", "fax-1", payload={}, error=TransientError("down"), now=NOW)
    return fake


def fte(*words: str) -> Any:
    return CliRunner().invoke(dead_letters.app, words)


@pytest.mark.usefixtures("replays")
def test_the_list_says_what_waits_and_why() -> None:
    rows = json.loads(fte("list", "--json").stdout)
    assert [(row["id"], row["key"], row["cause"]) for row in rows] == [
        (1, "file-1", "JournalClosedError"),
        (2, "file-2", "JournalClosedError"),
        (3, "fax-1", "TransientError"),
    ]
    assert len(json.loads(fte("list", "--cause", "TransientError", "--json").stdout)) == 1
    assert "file-1" in fte("list").stdout


@pytest.mark.usefixtures("replays")
def test_a_letter_is_shown_with_its_payload() -> None:
    assert json.loads(fte("show", "1", "--json").stdout)["payload"] == {"task_id": "file-1"}
    assert "March [2026] is closed" in fte("show", "1").stdout
    assert isinstance(fte("show", "9").exception, LetterMissingError)


def test_a_replay_by_cause_runs_each_letter_and_closes_it(replays: Replays) -> None:
    result = fte("replay", "--cause", "JournalClosedError")
    assert (result.exit_code, replays.ran) == (0, ["file-1", "file-2"])
    assert [letter.key for letter in waiting_letters()] == ["fax-1"]


def test_a_letter_whose_replay_fails_is_not_lost(replays: Replays) -> None:
    replays.error = TransientError("Odoo is down")
    result = fte("replay", "1", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [{"id": 1, "error": "Odoo is down"}]
    assert next((letter.key, letter.cause) for letter in waiting_letters()) == ("file-1", "TransientError")


@pytest.mark.usefixtures("replays")
def test_a_kind_that_nobody_can_run_says_so_and_stays() -> None:
    result = fte("replay", "3")
    assert result.exit_code == 1
    assert "kind 'fax' cannot be replayed" in result.stdout
    assert len(waiting_letters()) == 3


@pytest.mark.parametrize("words", [[], ["1", "--cause", "TransientError"]])
def test_a_replay_needs_one_choice(words: list[str]) -> None:
    assert fte("replay", *words).exit_code == 2


@pytest.mark.usefixtures("replays")
def test_each_letter_has_a_note_with_its_reason_and_its_command() -> None:
    show_letters()
    assert current_vault().names(Folder.DEAD_LETTERS) == ["dead-letter-1", "dead-letter-2", "dead-letter-3"]
    text = current_vault().read(Folder.DEAD_LETTERS, "dead-letter-1").render()
    assert "March [2026] is closed" in text
    assert "fte dead-letters replay 1" in text
    assert "--cause JournalClosedError" in text


def test_a_letters_note_stays_as_a_person_left_it_and_goes_with_the_letter(replays: Replays) -> None:
    show_letters()
    place = current_vault().path("Dead_Letters/dead-letter-1.md")
    place.write_text(place.read_text() + "Asked the accountant.\n")
    current_vault().path("Dead_Letters/dead-letter-2.md").unlink()
    mine = current_vault().path("Dead_Letters/dead-letter-scan.md")
    mine.write_text("a file of the owner's own\n")
    show_letters()
    assert "Asked the accountant." in place.read_text()
    assert "dead-letter-2" in current_vault().names(Folder.DEAD_LETTERS)
    replays.error = TransientError("Odoo is down")
    fte("replay", "1")
    assert "Odoo is down" in place.read_text()
    replays.error = None
    fte("replay", "1")
    assert current_vault().names(Folder.DEAD_LETTERS) == [
        "dead-letter-2",
        "dead-letter-3",
        "dead-letter-scan",
    ]


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # Prefect leaves sockets of its own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_message_that_gmail_refused_is_taken_in_by_a_replay(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take() -> None:
        async with client_of(sandbox) as client:
            await take_part(client, frozenset(), clock=lambda: datetime.now(UTC))

    monkeypatch.setattr(dead_letters, "apply_environment", lambda _: None)
    key = deliver(sandbox, subject="Receipt 17")
    sandbox.fault("status", path=f"messages/{key}", status=400, times=9)
    asyncio.run(take())
    assert "no mailbox is connected" in fte("replay", "1").stdout
    block = GmailCredentials(**account(sandbox.url).model_dump())
    block.save("gmail", overwrite=True)
    assert fte("replay", "1").exit_code == 1
    assert current_vault().names(Folder.DEAD_LETTERS) == ["dead-letter-1"]
    sandbox.clear_faults()
    assert fte("replay", "--cause", "GmailRefusedError").exit_code == 0
    assert current_vault().names(Folder.NEEDS_ACTION) == [f"gmail-{key}"]
    assert (waiting_letters(), current_vault().names(Folder.DEAD_LETTERS)) == ([], [])
