"""The consent and the renewal, against a server that asks for PKCE and takes a refresh token once."""

import asyncio
import socket
import threading
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from blocks.social import oauth
from blocks.social.credentials import LinkedInCredentials
from blocks.social.errors import NotAuthorizedError, PlatformUnavailableError
from blocks.social.linkedin_account import Speaker
from blocks.social.oauth import App, PlatformConsentMissingError, ask_consent, renewed
from domain.social.post import Platform
from tests.consent_browser import browse
from tests.sandbox_fixture import SandboxClient


def app(url: str, *, knows_secret: bool = True) -> App:
    secret = "sandbox-x-secret" if knows_secret else "wrong"
    scopes = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
    return App(
        Platform.X, f"{url}/i/oauth2/authorize", f"{url}/2/oauth2/token", "sandbox-x-client", secret, scopes
    )


async def test_a_consent_gives_tokens_that_work_and_are_renewed_once(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(monkeypatch)
    first = await ask_consent(app(sandbox.url))
    me = sandbox.http.get("/2/users/me", headers={"Authorization": f"Bearer {first.access}"})
    assert me.json()["data"]["username"] == "northwindlane"
    second = await renewed(app(sandbox.url), first.refresh)
    assert second.refresh != first.refresh
    with pytest.raises(NotAuthorizedError, match="connect it again: fte connect x"):
        await renewed(app(sandbox.url), first.refresh)
    assert (await renewed(app(sandbox.url), second.refresh)).access


@pytest.mark.parametrize(("speaker", "days"), [(Speaker.PERSON, 60), (Speaker.ORGANIZATION, 365)])
async def test_it_is_known_when_a_person_has_to_agree_again(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, speaker: Speaker, days: int
) -> None:
    browse(monkeypatch, pkce=False)
    there = LinkedInCredentials.addresses_at(sandbox.url)
    app = ("sandbox-linkedin-client", "sandbox-linkedin-secret")
    block = LinkedInCredentials.unconnected(*app, speaker=speaker, **there)
    block = block.with_tokens(await ask_consent(block.app))
    assert block.consent_ends_on is not None
    assert days - 1 <= (block.consent_ends_on - datetime.now(UTC).date()).days <= days
    assert block.is_renewable is (speaker is Speaker.ORGANIZATION)
    if block.is_renewable:
        again = await renewed(block.app, block.refresh_token.get_secret_value())
        block = block.with_tokens(again)
    async with block.client() as client:
        assert len(await client.accounts()) == 1


async def test_an_answer_that_is_not_ours_is_no_consent(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(monkeypatch, state="forged")
    with pytest.raises(PlatformConsentMissingError, match="not ours"):
        await ask_consent(app(sandbox.url))
    assert sandbox.journal(path="/2/oauth2/token") == []


async def test_a_connection_that_a_browser_opens_and_does_not_use_keeps_no_consent_from_coming(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "SILENT_SECONDS", 0.1)
    browse(monkeypatch)
    opens, kept = oauth.webbrowser.open, []

    def opened(address: str) -> bool:
        back = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0])
        kept.append(socket.create_connection((back.hostname, back.port)))
        return opens(address)

    monkeypatch.setattr(oauth.webbrowser, "open", opened)
    assert (await ask_consent(app(sandbox.url))).access
    kept[0].close()


async def test_a_browser_that_stays_open_in_the_terminal_keeps_no_consent_from_coming(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(monkeypatch)
    opens, is_over = oauth.webbrowser.open, threading.Event()

    def opened(address: str) -> bool:
        return opens(address) and is_over.wait(60)

    monkeypatch.setattr(oauth.webbrowser, "open", opened)
    monkeypatch.setattr(oauth, "CONSENT_SECONDS", 5)
    tokens = ask_consent(app(sandbox.url))
    assert (await asyncio.wait_for(tokens, 30)).access
    assert not is_over.is_set()
    is_over.set()


@pytest.mark.parametrize("said", ["[]", '{"access_token": 7}', '{"access_token": "a", "expires_in": "x"}'])
async def test_tokens_of_another_shape_are_said(sandbox: SandboxClient, said: str) -> None:
    sandbox.fault("wrong_json", path="/2/oauth2/token", content=said, times=1)
    with pytest.raises(PlatformUnavailableError, match="the answer is no"):
        await renewed(app(sandbox.url), "sandbox-x-refresh")


async def test_a_consent_that_nobody_gives_ends(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "CONSENT_SECONDS", 0.1)
    monkeypatch.setattr(oauth.webbrowser, "open", lambda _address: True)
    with pytest.raises(PlatformConsentMissingError, match="no answer"):
        await ask_consent(app(sandbox.url))


async def test_a_wrong_secret_and_a_silent_server_are_said(sandbox: SandboxClient) -> None:
    with pytest.raises(NotAuthorizedError, match="invalid client credentials"):
        await renewed(app(sandbox.url, knows_secret=False), "sandbox-x-refresh")
    sandbox.fault("drop_after_effect", path="/2/oauth2/token", times=1)
    with pytest.raises(PlatformUnavailableError):
        await renewed(app(sandbox.url), "sandbox-x-refresh")
