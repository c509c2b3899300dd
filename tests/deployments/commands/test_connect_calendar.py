"""The calendar is connected with Gmail's consent, and stays connected when that is given anew."""

import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
import typer

from blocks.gmail.credentials import GmailCredentials, saved_mailbox
from deployments import connecting
from tests.calendar_world import consent
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


class Browser:
    """An owner who agrees to all that is asked."""

    def open(self, url: str, **_options: object) -> None:
        """Open a page as a browser does: beside the program that asked for it."""
        threading.Thread(target=lambda: httpx.get(url, follow_redirects=True), daemon=True).start()


@pytest.fixture(autouse=True)
async def nothing_connected(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr(webbrowser, "get", lambda _name=None: Browser())
    with suppress(ValueError):
        await GmailCredentials.adelete("gmail")
    yield
    with suppress(ValueError):
        await GmailCredentials.adelete("gmail")


async def reads_calendar() -> bool:
    found = await saved_mailbox("gmail")
    assert found is not None
    return found.credentials.reads_calendar


async def test_the_calendar_comes_after_gmail_and_is_asked_for_again_with_it(sandbox: SandboxClient) -> None:
    auth_url = f"{sandbox.url}/o/oauth2/auth"
    with pytest.raises(typer.BadParameter, match="fte connect gmail"):
        await connecting.save_calendar(auth_url, sandbox.url)
    await consent(sandbox, reads_calendar=False).save("gmail", overwrite=True)
    said = await connecting.save_calendar(auth_url, sandbox.url)
    assert said.endswith("and its calendar, which is only read")
    assert await reads_calendar()
    from blocks.gmail.consent import client_file_of

    saved = await saved_mailbox("gmail")
    assert saved is not None
    await connecting.save_gmail(client_file_of(saved.credentials, auth_url), sandbox.url)
    assert await reads_calendar()
    assert sandbox.journal(service="google-calendar", method="POST") == []
