"""What is said when the Prefect server lets us not in, and what its clients cost."""

import ssl
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_SSL_CERT_FILE, PREFECT_API_URL, temporary_settings

from blocks import certificates
from blocks.prefect_server import PrefectPasswordError, is_password_refused, read_authorities_once
from tests.conftest import FIRST_AUTHORITY


def answered(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://127.0.0.1:4200/api/admin/version")
    return httpx.HTTPStatusError("", request=request, response=httpx.Response(status, request=request))


@pytest.mark.parametrize(("status", "refused"), [(401, True), (403, True), (404, False), (500, False)])
def test_only_a_refusal_of_the_caller_is_one(status: int, *, refused: bool) -> None:
    assert is_password_refused(answered(status)) is refused
    assert not is_password_refused(httpx.ConnectError("nobody listens"))


def test_the_remedy_is_that_of_this_form(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "fte down, then fte up" in str(PrefectPasswordError())
    monkeypatch.setenv("FTE_PREFECT_URL", "http://prefect.example.com")
    assert "PREFECT_API_AUTH_STRING" in str(PrefectPasswordError())
    assert "fte up" not in str(PrefectPasswordError())


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The files of authorities that were read; Prefect's clients are as they were afterwards."""
    files: list[str | None] = []
    create = ssl.create_default_context

    def counting(*given: Any, cafile: str | None = None, **words: Any) -> ssl.SSLContext:
        files.append(cafile)
        return create(*given, cafile=cafile, **words)

    for client in (PrefectClient, SyncPrefectClient):
        monkeypatch.setattr(client, "__init__", client.__init__)
    monkeypatch.setattr(ssl, "create_default_context", counting)
    certificates.authorities.cache_clear()
    return files


def test_the_clients_that_prefect_makes_for_itself_read_the_authorities_once(read: list[str | None]) -> None:
    own = FIRST_AUTHORITY.name
    with temporary_settings({PREFECT_API_URL: "https://prefect.example/api", PREFECT_API_SSL_CERT_FILE: own}):
        get_client()
        get_client(sync_client=True)
        assert read == [own, own]
        read_authorities_once()
        get_client()
        get_client(sync_client=True)
        get_client(httpx_settings={"headers": {}})
        assert read == [own, own, own]
        mine = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        assert get_client(httpx_settings={"verify": mine})._client is not None
        assert len(read) == 3
