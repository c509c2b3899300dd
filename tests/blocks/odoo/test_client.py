import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.odoo import errors
from blocks.odoo.client import READ_SECONDS, WRITE_SECONDS, OdooAccount, OdooClient, spoken
from domain.errors import (
    ContractError,
    DigitalFteError,
    RejectedError,
    TransientError,
    UnknownOutcomeError,
)

KEY = "a-very-secret-key"
TRACEBACK = "Traceback (most recent call last): /usr/lib/odoo/http.py"
Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler) -> OdooClient:
    account = OdooAccount(url="http://odoo.example/", database="books", api_key=SecretStr(KEY))
    return OdooClient(account, transport=httpx.MockTransport(handler))


def refusal(status: int, name: str, message: str, **headers: str) -> Handler:
    body = {"name": name, "message": message, "arguments": [message], "context": {}, "debug": TRACEBACK}
    return lambda _: httpx.Response(status, json=body, headers=headers)


def page(status: int, health: httpx.Response) -> Handler:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/web/health":
            return health
        return httpx.Response(status, html="<h1>Not Found</h1>")

    return answer


def broken(error: Exception) -> Handler:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


async def read(handler: Handler) -> Any:
    async with client_of(handler) as client:
        return await client.call("res.partner", "search_read", domain=[], fields=["name"])


async def change(handler: Handler) -> Any:
    async with client_of(handler) as client:
        return await client.call("account.move", "action_post", [7])


async def test_a_call_is_one_json_2_request() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=True)

    async with client_of(answer) as client:
        assert await client.call("account.move", "write", [7], vals={"amount": Decimal("19.99")}) is True
    (request,) = seen
    assert str(request.url) == "http://odoo.example/json/2/account.move/write"
    assert request.headers["Authorization"] == f"bearer {KEY}"
    assert request.headers["X-Odoo-Database"] == "books"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {"ids": [7], "vals": {"amount": 19.99}}


async def test_amounts_arrive_exact() -> None:
    answer = await read(lambda _: httpx.Response(200, text='[{"id": 1, "amount_total": 0.1}]'))
    assert answer == [{"id": 1, "amount_total": Decimal("0.1")}]


@pytest.mark.parametrize("method", ["read", "write", "action_post", "unlink"])
async def test_no_ids_are_refused_before_anything_is_sent(method: str) -> None:
    async with client_of(broken(AssertionError("sent"))) as client:
        with pytest.raises(errors.OdooCallError, match="no records"):
            await client.call("account.move", method, [], fields=["name"])


@pytest.mark.parametrize("method", ["read", "search_read"])
async def test_reads_without_named_fields_are_refused(method: str) -> None:
    async with client_of(broken(AssertionError("sent"))) as client:
        with pytest.raises(errors.OdooCallError, match="no fields"):
            await client.call("account.move", method, [1])


@pytest.mark.parametrize(
    ("status", "name", "message", "wanted"),
    [
        (401, "werkzeug.exceptions.Unauthorized", "Invalid apikey", errors.OdooKeyError),
        (403, "odoo.exceptions.AccessError", "You are not allowed", errors.OdooAccessError),
        (404, "odoo.exceptions.MissingError", "Record does not exist", errors.OdooMissingError),
        (404, "werkzeug.exceptions.NotFound", "the model 'x' does not exist", errors.OdooMissingError),
        (409, "odoo.exceptions.LockError", "locked", errors.OdooBusyError),
        (413, "werkzeug.exceptions.RequestEntityTooLarge", "", errors.OdooRefusedError),
        (422, "odoo.exceptions.UserError", "The entry must be in draft.", errors.OdooRefusedError),
        (429, "werkzeug.exceptions.TooManyRequests", "slow down", errors.OdooBusyError),
        (400, "werkzeug.exceptions.BadRequest", "could not parse", errors.OdooCallError),
        (500, "psycopg2.errors.SerializationFailure", "could not serialize", None),
        (500, "builtins.ValueError", "Invalid field 'x'", None),
    ],
)
async def test_each_refusal_is_its_own_error(
    status: int, name: str, message: str, wanted: type[DigitalFteError] | None
) -> None:
    with pytest.raises(wanted or errors.OdooOutcomeUnknownError) as caught:
        await change(refusal(status, name, message))
    assert message in str(caught.value) or wanted in (None, errors.OdooKeyError, errors.OdooBusyError)
    assert KEY not in str(caught.value)
    assert "Traceback" not in str(caught.value)


async def test_odoo_s_own_sentence_is_kept_on_one_line() -> None:
    with pytest.raises(errors.OdooRefusedError) as caught:
        await change(refusal(422, "odoo.exceptions.UserError", "The date\nis required." + " x" * 500))
    assert caught.value.said.startswith("The date is required.")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


async def test_a_put_off_call_names_the_seconds() -> None:
    with pytest.raises(errors.OdooBusyError) as caught:
        await read(refusal(429, "werkzeug.exceptions.TooManyRequests", "slow", **{"Retry-After": "17"}))
    assert caught.value.retry_after == 17.0


@pytest.mark.parametrize("name", ["builtins.ValueError", "builtins.TypeError"])
async def test_a_read_that_is_wrong_in_itself_is_not_tried_again(name: str) -> None:
    with pytest.raises(errors.OdooCallError, match="Invalid field"):
        await read(refusal(500, name, "Invalid field 'x'"))


async def test_a_page_not_found_means_no_such_database() -> None:
    healthy = httpx.Response(200, json={"status": "pass", "db_server_status": True})
    with pytest.raises(errors.OdooDatabaseMissingError, match="'books'"):
        await change(page(404, healthy))


async def test_a_page_not_found_means_postgresql_is_down() -> None:
    ill = httpx.Response(500, json={"status": "fail", "db_server_status": False})
    with pytest.raises(errors.OdooDatabaseDownError, match="PostgreSQL"):
        await change(page(404, ill))


@pytest.mark.parametrize("status", [404, 301, 405])
async def test_something_else_than_odoo_is_named(status: int) -> None:
    with pytest.raises(errors.OdooAddressError, match=r"http://odoo\.example"):
        await change(page(status, httpx.Response(200, html="<h1>Welcome</h1>")))


LOST = [
    broken(httpx.ReadTimeout("slow")),
    broken(httpx.ReadError("cut")),
    broken(httpx.WriteError("cut")),
    broken(httpx.RemoteProtocolError("peer closed connection without sending complete message body")),
    lambda _: httpx.Response(200, text='[{"id": 1, "na'),
    lambda _: httpx.Response(200, html="<h1>Please log in to the network</h1>"),
    lambda _: httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    lambda _: httpx.Response(503, text=""),
    refusal(500, "psycopg2.OperationalError", "server closed the connection"),
]
NAMES = ["timeout", "cut", "cut-sending", "short", "truncated", "portal", "502", "503", "500"]


@pytest.mark.parametrize("handler", LOST, ids=NAMES)
async def test_a_lost_answer_to_a_change_is_an_unknown_outcome(handler: Handler) -> None:
    with pytest.raises(UnknownOutcomeError, match=r"may or may not have done account\.move\.action_post"):
        await change(handler)


@pytest.mark.parametrize("handler", LOST, ids=NAMES)
async def test_a_lost_answer_to_a_read_is_tried_again(handler: Handler) -> None:
    with pytest.raises(TransientError):
        await read(handler)


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
async def test_what_was_never_sent_had_no_effect(error: Exception) -> None:
    with pytest.raises(errors.OdooUnavailableError, match=r"http://odoo\.example"):
        await change(broken(error))


async def test_a_closed_port_is_unavailable() -> None:
    account = OdooAccount(url="http://127.0.0.1:9", database="books", api_key=SecretStr(KEY))
    async with OdooClient(account) as client:
        with pytest.raises(errors.OdooUnavailableError):
            await client.call("account.move", "action_post", [7])


async def test_writes_wait_longer_than_reads() -> None:
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json=[])

    await read(answer)
    await change(answer)
    assert waits == [READ_SECONDS, WRITE_SECONDS] == [30.0, 120.0]


async def test_the_version_needs_no_key() -> None:
    version = {"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0-20251216"}
    async with client_of(lambda _: httpx.Response(200, json=version)) as client:
        assert await client.version() == "19.0-20251216"
    async with client_of(lambda _: httpx.Response(200, html="<h1>Welcome</h1>")) as client:
        with pytest.raises(errors.OdooAddressError):
            await client.version()
    async with client_of(broken(httpx.ConnectError("refused"))) as client:
        with pytest.raises(errors.OdooUnavailableError):
            await client.version()


def test_the_kinds_of_failure_are_the_product_s() -> None:
    for name, kind in vars(errors).items():
        if name.startswith("Odoo") and isinstance(kind, type):
            assert issubclass(kind, TransientError | RejectedError | UnknownOutcomeError | ContractError)


async def test_a_key_whose_last_day_is_over_is_called_expired() -> None:
    account = OdooAccount(
        url="http://odoo.example", database="books", api_key=SecretStr(KEY), key_expires_on=date(2026, 11, 23)
    )
    headers = {"Date": "Mon, 23 Nov 2026 02:00:00 GMT"}
    transport = httpx.MockTransport(
        refusal(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey", **headers)
    )
    async with OdooClient(account, transport=transport) as client:
        with pytest.raises(errors.OdooKeyExpiredError, match="expired on 2026-11-23; 'fte odoo setup' makes"):
            await client.call("res.partner", "search_count", domain=[])
    later = account.model_copy(update={"key_expires_on": date(2026, 11, 24)})
    async with OdooClient(later, transport=transport) as client:
        with pytest.raises(errors.OdooKeyError, match="does not accept"):
            await client.call("res.partner", "search_count", domain=[])


@pytest.mark.parametrize(
    ("language", "context", "sent"),
    [
        ("de_DE", None, {"lang": "de_DE"}),
        ("de_DE", {"active_test": False}, {"lang": "de_DE", "active_test": False}),
        ("de_DE", {"lang": "en_US"}, {"lang": "en_US"}),
        ("", {"active_test": False}, {"active_test": False}),
        ("", None, None),
    ],
)
async def test_odoo_is_asked_in_the_language_of_the_key_s_user(
    language: str, context: dict[str, Any] | None, sent: dict[str, Any] | None
) -> None:
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content).get("context"))
        return httpx.Response(200, json=[])

    account = OdooAccount(
        url="http://odoo.example/", database="books", api_key=SecretStr(KEY), language=language
    )
    async with OdooClient(account, transport=httpx.MockTransport(answer)) as client:
        more = {} if context is None else {"context": context}
        await client.call("account.account", "search_read", domain=[], fields=["name"], **more)
    assert asked == [sent]


@pytest.mark.parametrize(
    ("context", "language"),
    [({"lang": "de_DE"}, "de_DE"), ({"lang": "en_US"}, ""), ({"lang": False}, ""), ({}, "")],
)
def test_english_is_the_language_that_needs_no_asking_for(context: dict[str, Any], language: str) -> None:
    assert spoken(context) == language
