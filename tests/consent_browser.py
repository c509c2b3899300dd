"""The browser in which an owner agrees."""

import threading
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from blocks.social import oauth


def browse(monkeypatch: pytest.MonkeyPatch, *, pkce: bool = True, **changed: str) -> None:
    """A browser whose owner agrees; `changed` is what comes back otherwise than it was sent."""

    def follow(address: str) -> None:
        answer = httpx.get(address, follow_redirects=False, trust_env=False)
        back = httpx.URL(answer.headers["location"]).copy_merge_params(changed)
        httpx.get(str(back.copy_with(path="/favicon.ico", query=None)), trust_env=False)  # as browsers do
        httpx.get(back, trust_env=False)

    def opened(address: str) -> bool:
        asked = parse_qs(urlsplit(address).query)
        assert asked.get("code_challenge_method") == (["S256"] if pkce else None)
        threading.Thread(target=follow, args=(address,), daemon=True).start()
        return True

    monkeypatch.setattr(oauth.webbrowser, "open", opened)
