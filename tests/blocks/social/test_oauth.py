"""The consent and the renewal, against a server that asks for PKCE and takes a refresh token once."""

import threading
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from blocks.social import oauth
from blocks.social.errors import NotAuthorizedError, PlatformUnavailableError
from blocks.social.oauth import App, ConsentMissingError, ask_consent, renewed
from domain.social.post import Platform
from tests.sandbox_fixture import SandboxClient


def app(url: str, *, knows_secret: bool = True) -> App:
    secret = "sandbox-x-secret" if knows_secret else "wrong"
    scopes = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
    return App(
        Platform.X, f"{url}/i/oauth2/authorize", f"{url}/2/oauth2/token", "sandbox-x-client", secret, scopes
    )


def browse(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    """A browser whose owner agrees; `changed` is what comes back otherwise than it was sent."""

    def follow(address: str) -> None:
        answer = httpx.get(address, follow_redirects=False, trust_env=False)
        back = httpx.URL(answer.headers["location"]).copy_merge_params(changed)
        httpx.get(str(back.copy_with(path="/favicon.ico", query=None)), trust_env=False)  # as browsers do
        httpx.get(back, trust_env=False)

    def opened(address: str) -> bool:
        assert parse_qs(urlsplit(address).query)["code_challenge_method"] == ["S256"]
        threading.Thread(target=follow, args=(address,), daemon=True).start()
        return True

    monkeypatch.setattr(oauth.webbrowser, "open", opened)


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


async def test_an_answer_that_is_not_ours_is_no_consent(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(monkeypatch, state="forged")
    with pytest.raises(ConsentMissingError, match="not ours"):
        await ask_consent(app(sandbox.url))
    assert sandbox.journal(path="/2/oauth2/token") == []


async def test_a_consent_that_nobody_gives_ends(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "CONSENT_SECONDS", 0.1)
    monkeypatch.setattr(oauth.webbrowser, "open", lambda _address: True)
    with pytest.raises(ConsentMissingError, match="no answer"):
        await ask_consent(app(sandbox.url))


async def test_a_wrong_secret_and_a_silent_server_are_said(sandbox: SandboxClient) -> None:
    with pytest.raises(NotAuthorizedError, match="invalid client credentials"):
        await renewed(app(sandbox.url, knows_secret=False), "sandbox-x-refresh")
    sandbox.fault("drop_after_effect", path="/2/oauth2/token", times=1)
    with pytest.raises(PlatformUnavailableError):
        await renewed(app(sandbox.url), "sandbox-x-refresh")
