"""What is said when the Prefect server lets us not in."""

import httpx
import pytest

from blocks.prefect_server import PrefectPasswordError, is_password_refused


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
