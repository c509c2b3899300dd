"""`fte suggestions` as a person uses it: three like edits are shown to the letter, and hold once accepted."""

import socket

import pytest
from typer.testing import CliRunner

from deployments.commands.suggestions import NoSuggestionError, app
from tasks.approvals.record import get
from tasks.planning.suggestions import suggest
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import ask_now
from tests.like_decisions import at, decide


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Vault, and a Prefect server that is not there."""
    init_vault(current_vault().root)
    read_handbook()
    read_playbooks()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("FTE_PORT", str(free.getsockname()[1]))


def run(*words: str) -> tuple[str, BaseException | None]:
    result = CliRunner().invoke(app, list(words))
    return " ".join(result.output.split()), result.exception


def suggestion() -> str:
    for number in range(3):
        decide(number, "edit")
    (request_id,) = suggest(at(24))
    return request_id


def test_what_is_accepted_holds_as_it_was_shown() -> None:
    before = {book.name for book in read_playbooks()}
    wanted = suggestion()
    assert wanted in run("list")[0]
    assert "category: rent" in run("show", wanted)[0]
    said, refused = run("accept", wanted, "--approver", "Ann")
    assert (refused, "is changed, and holds." in said) == (None, True), said
    (own,) = [book for book in read_playbooks() if book.name not in before]
    assert own.when["payee"] == "harbor offices street"
    assert "Nothing is suggested" in run("list")[0]


def test_what_is_rejected_changes_nothing_and_another_request_is_none() -> None:
    before = read_playbooks()
    wanted = suggestion()
    assert run("reject", wanted, "--approver", "Ann")[1] is None
    assert get(wanted).state.value == "rejected"
    assert read_playbooks() == before
    assert isinstance(run("accept", ask_now().id, "--approver", "Ann")[1], NoSuggestionError)
