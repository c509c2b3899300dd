"""The consent for a mailbox, with a small browser in the place of the owner's."""

import json
import threading
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from blocks.gmail.calendar_client import CALENDAR_SCOPE, Window
from blocks.gmail.client import SCOPES
from blocks.gmail.consent import GoogleConsentMissingError, ask_consent, client_file_of
from blocks.gmail.errors import GmailClientRefusedError
from tests.sandbox_fixture import SandboxClient

Visit = Callable[[str], None]


class Browser:
    """Opens a page as a browser does: beside the program that asked for it."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def open(self, url: str, **_options: object) -> None:
        threading.Thread(target=self._visit, args=[url], daemon=True).start()


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Callable[[Visit], None]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    return lambda visit: monkeypatch.setattr(webbrowser, "get", lambda _name=None: Browser(visit))


def client_file(sandbox: SandboxClient, *, known: bool = True) -> str:
    places = {"auth_uri": f"{sandbox.url}/o/oauth2/auth", "token_uri": f"{sandbox.url}/token"}
    secret = "sandbox-secret" if known else "old"
    return json.dumps({"installed": {"client_id": "sandbox-client", "client_secret": secret, **places}})


def agree(url: str) -> None:
    httpx.get(url, follow_redirects=True)


def decline(url: str) -> None:
    asked = httpx.URL(url).params
    httpx.get(asked["redirect_uri"], params={"error": "access_denied", "state": asked["state"]})


def leave_a_box_empty(url: str) -> None:
    httpx.get(httpx.URL(url).copy_set_param("scope", SCOPES[0]), follow_redirects=True)


async def test_an_owner_who_agrees_lets_us_read_the_mailbox(
    sandbox: SandboxClient, owner: Callable[[Visit], None]
) -> None:
    owner(agree)
    block = ask_consent(client_file(sandbox), api_url=sandbox.url)
    async with block.client() as client:
        assert (await client.profile()).address.endswith("@northwindlane.example")


async def test_the_calendar_is_asked_for_only_where_it_is_wished_and_with_the_client_that_is_saved(
    sandbox: SandboxClient, owner: Callable[[Visit], None]
) -> None:
    asked: list[str] = []

    def agree_and_note(url: str) -> None:
        asked.append(httpx.URL(url).params["scope"])
        agree(url)

    owner(agree_and_note)
    block = ask_consent(client_file(sandbox), api_url=sandbox.url)
    saved = client_file_of(block, f"{sandbox.url}/o/oauth2/auth")
    both = ask_consent(saved, api_url=sandbox.url, calendar_url=sandbox.url)
    assert asked == [" ".join(SCOPES), " ".join([*SCOPES, CALENDAR_SCOPE])]
    assert (block.reads_calendar, both.reads_calendar) == (False, True)
    now = datetime.now(UTC)
    async with both.calendar_client() as calendar:
        assert (await calendar.in_window(Window(now, now + timedelta(days=30)))).events


@pytest.mark.parametrize("visit", [decline, leave_a_box_empty])
def test_an_owner_who_does_not_is_told_what_to_do(
    sandbox: SandboxClient, owner: Callable[[Visit], None], visit: Visit
) -> None:
    owner(visit)
    with pytest.raises(GoogleConsentMissingError, match="tick every box"):
        ask_consent(client_file(sandbox), api_url=sandbox.url)


def test_an_unknown_client_is_not_the_owner_s_fault(
    sandbox: SandboxClient, owner: Callable[[Visit], None]
) -> None:
    owner(agree)
    with pytest.raises(GmailClientRefusedError, match="download its file again"):
        ask_consent(client_file(sandbox, known=False), api_url=sandbox.url)
