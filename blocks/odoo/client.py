"""The JSON-2 client of Odoo 19: one call, one transaction. Refuses empty ids and unnamed fields."""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, NoReturn, Self

import httpx
from pydantic import BaseModel, SecretStr

from blocks.broken_connection import problem_of
from blocks.certificates import trusted
from blocks.odoo.errors import (
    OdooAccessError,
    OdooAddressError,
    OdooBusyError,
    OdooCallError,
    OdooDatabaseDownError,
    OdooDatabaseMissingError,
    OdooKeyError,
    OdooKeyExpiredError,
    OdooMissingError,
    OdooModuleMissingError,
    OdooOutcomeUnknownError,
    OdooRefusedError,
    OdooUnavailableError,
)
from blocks.odoo.repeats import forget_reads, read_once
from blocks.own_secrets import hide_own_secrets_async
from domain.reliability.backoff import seconds_asked

READ_SECONDS = 30.0
WRITE_SECONDS = 120.0
"""A client's time-out does not stop Odoo: it goes on and commits. So writes wait long."""
CONNECT_SECONDS = 10.0
READS = frozenset(
    {
        "check_object_reference",
        "context_get",
        "default_get",
        "fields_get",
        "formatted_read_group",
        "has_access",
        "name_search",
        "read",
        "search",
        "search_count",
        "onchange",
        "search_read",
        "web_search_read",
    }
)
"""Methods that change nothing; every other one is taken for a change."""
FIELDS_NEEDED = frozenset({"read", "search_read"})
"""Without named fields 80 invoices cost 561 KB and 1.07 s instead of 8 KB and 16 ms."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


PAGE_ROWS = 10_000
"""Odoo closes the connection after each answer, so few large pages win: 1 of 10,000 rows 0.3 s, 100 of 100 3.6 s."""
NO_MODEL = "the model "
ENGLISH = "en_US"


class OdooProtocol(StrEnum):
    """How Odoo is spoken to."""

    JSON2 = "json2"
    JSONRPC = "jsonrpc"


class OdooAccount(BaseModel, frozen=True):
    """Where the books are and the key to them."""

    url: str
    database: str
    api_key: SecretStr
    login: str = ""
    protocol: OdooProtocol = OdooProtocol.JSON2
    key_expires_on: date | None = None
    language: str = ""
    """Odoo's code of the language that the key's user has there, such as de_DE; without one names are English."""


class OdooClient:
    """Calls public methods of Odoo's models; use it as an async context manager."""

    oldest_major: ClassVar[int] = 19

    def __init__(self, account: OdooAccount, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = account.url.rstrip("/")
        self.database = account.database
        self.connection = f"{self.url}#{hash(account.api_key.get_secret_value())}"
        self._key_expires_on = account.key_expires_on
        self.language = account.language
        self._http = httpx.AsyncClient(
            base_url=self.url,
            headers={
                "Authorization": f"bearer {account.api_key.get_secret_value()}",
                "X-Odoo-Database": account.database,
            },
            transport=transport,
            event_hooks={"response": [hide_own_secrets_async]},
            trust_env=False,
            verify=trusted(self.url),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: Any) -> Any:
        """The bare value that `model.method` returns.

        Args:
            model: for instance `account.move`.
            method: a public method.
            ids: the records it is called on; `None` for methods of the model itself.
            arguments: by the names of the Python method; `context` is one of them.

        Raises:
            TransientError: it may succeed later and had no effect.
            RejectedError: Odoo refused it, or does not know caller, database, model or record.
            UnknownOutcomeError: a change whose answer is missing.
            ContractError: the call is wrong in itself.
        """
        name = f"{model}.{method}"
        body = _body(name, method, ids, in_language(self.language, arguments))
        if method in READS:
            question = (self.connection, self.database, name, body.decode())
            return await read_once(question, partial(self._exchange, name, body, is_read=True))
        forget_reads()
        try:
            return await self._exchange(name, body, is_read=False)
        finally:
            forget_reads()

    async def _exchange(self, name: str, body: bytes, *, is_read: bool) -> Any:
        response = await self._send(name, body, is_read=is_read)
        if response.status_code == httpx.codes.OK:
            return self._value(name, response, is_read=is_read)
        return await self._refuse(name, response, is_read=is_read)

    async def pages(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        rows: int = PAGE_ROWS,
        **more: Any,
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """All matching records in few large pages by rising id; a many2one is its bare id.

        Raises:
            TransientError: it may succeed later.
            RejectedError: Odoo refused it.
        """
        last = 0
        while True:
            after = [["id", ">", last], *domain]
            page = await self.rows(model, after, fields, limit=rows, **more)
            if page:
                yield page
                last = page[-1]["id"]
            if len(page) < rows:
                return

    async def rows(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        inside: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> list[dict[str, Any]]:
        """Matching records by rising id, in one answer.

        A many2one is its bare id; one of which fields are wanted is a record of its own `inside` the other.

        Raises:
            TransientError: it may succeed later.
            RejectedError: Odoo refused it.
        """
        asked = {"domain": list(domain), "order": "id", **more}
        if not inside:
            return [*await self.call(model, "search_read", fields=list(fields), load=None, **asked)]
        wanted: dict[str, Any] = {name: {} for name in fields}
        wanted |= {name: {"fields": {one: {} for one in own}} for name, own in inside.items()}
        answer = await self.call(model, "web_search_read", specification=wanted, count_limit=1, **asked)
        return [*answer["records"]]

    async def columns(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], **more: Any
    ) -> dict[str, list[Any]]:
        """Matching records field by field, by rising id, in one answer: Odoo makes no records, in half the time.

        Only fields that are columns of the table; a many2one is its bare id, what is empty `None`.

        Raises:
            TransientError: it may succeed later.
            RejectedError: Odoo refused it.
        """
        told = {name: f"{name}:array_agg" for name in fields}
        asked = {"domain": list(domain), "groupby": [], "aggregates": [*told.values()], **more}
        [found] = await self.call(model, "formatted_read_group", **asked)
        return {name: found[column] for name, column in told.items()}

    async def version(self) -> str:
        """The server's version, such as `19.0`; needs no key.

        Raises:
            OdooUnavailableError: nobody answers.
            OdooAddressError: what answers is not Odoo.
        """
        try:
            response = await self._http.get("/web/version", timeout=READ_SECONDS)
        except httpx.HTTPError as error:
            raise OdooUnavailableError(self.url, problem_of(error)) from error
        answer = _json(response)
        if not isinstance(answer, dict) or "version" not in answer:
            raise OdooAddressError(self.url, f"HTTP {response.status_code} to /web/version")
        return str(answer["version"])

    async def download(self, path: str) -> bytes:
        """A file that the server makes, by its own address (`/my/invoices/1?access_token=...`).

        Raises:
            OdooUnavailableError: nobody answers.
            OdooRefusedError: it cannot be made, for instance a PDF without wkhtmltopdf.
        """
        try:
            response = await self._http.get(f"/{path.lstrip('/')}", timeout=WRITE_SECONDS)
        except httpx.HTTPError as error:
            raise OdooUnavailableError(self.url, problem_of(error)) from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise OdooUnavailableError(self.url, f"HTTP {response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise OdooRefusedError("download", f"HTTP {response.status_code}")
        return response.content

    def page(self, action: str, record_id: int) -> str:
        """Where a person sees a record, by the action that lists records of its kind."""
        return f"{self.url}/odoo/action-{action}/{record_id}"

    async def _send(self, name: str, body: bytes, *, is_read: bool) -> httpx.Response:
        seconds = READ_SECONDS if is_read else WRITE_SECONDS
        try:
            return await self._http.post(
                f"/json/2/{name.rpartition('.')[0]}/{name.rpartition('.')[2]}",
                content=body,
                headers={"Content-Type": "application/json"},
                timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
            )
        except NEVER_SENT as error:
            raise OdooUnavailableError(self.url, problem_of(error)) from error
        except httpx.HTTPError as error:
            self._lost(name, problem_of(error), is_read=is_read, cause=error)

    def _value(self, name: str, response: httpx.Response, *, is_read: bool) -> Any:
        try:
            return response.json(parse_float=Decimal)
        except ValueError as error:
            self._lost(name, "the answer is not whole JSON", is_read=is_read, cause=error)

    def _lost(self, name: str, problem: str, *, is_read: bool, cause: Exception | None = None) -> NoReturn:
        if is_read:
            raise OdooUnavailableError(self.url, problem) from cause
        raise OdooOutcomeUnknownError(name, problem) from cause

    async def _refuse(self, name: str, response: httpx.Response, *, is_read: bool) -> NoReturn:
        status, answer = response.status_code, _json(response)
        said = str(answer.get("message", "")) if isinstance(answer, dict) else ""
        if status == httpx.codes.NOT_FOUND and not said:
            await self._explain_missing_page()
        if is_read and status == httpx.codes.INTERNAL_SERVER_ERROR and _is_python_error(answer):
            raise OdooCallError(name, said)
        if status in (httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS):
            raise OdooBusyError(name, status, _retry_after(response))
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            self._lost(name, f"HTTP {status}", is_read=is_read)
        if status == httpx.codes.UNAUTHORIZED:
            self._refuse_key(response)
        self._reject(name, status, said)

    def _refuse_key(self, response: httpx.Response) -> NoReturn:
        """Odoo calls an expired key invalid; the block knows the day, and the answer tells today."""
        expires_on, told = self._key_expires_on, response.headers.get("Date")
        if expires_on and told and parsedate_to_datetime(told).date() >= expires_on:
            raise OdooKeyExpiredError(self.url, expires_on)
        raise OdooKeyError(self.url, self.database)

    def _reject(self, name: str, status: int, said: str) -> NoReturn:
        match status:
            case httpx.codes.FORBIDDEN:
                raise OdooAccessError(name, said)
            case httpx.codes.NOT_FOUND if said.startswith(NO_MODEL):
                raise OdooModuleMissingError(name, said)
            case httpx.codes.NOT_FOUND:
                raise OdooMissingError(name, said)
            case httpx.codes.UNPROCESSABLE_ENTITY | httpx.codes.REQUEST_ENTITY_TOO_LARGE:
                raise OdooRefusedError(name, said or "the request is too large")
            case httpx.codes.BAD_REQUEST | httpx.codes.UNSUPPORTED_MEDIA_TYPE:
                raise OdooCallError(name, said or f"HTTP {status}")
        raise OdooAddressError(self.url, f"HTTP {status}")

    async def _explain_missing_page(self) -> NoReturn:
        """A 404 page (not JSON) means: no such database, or PostgreSQL is down, or no Odoo at all."""
        try:
            health = await self._http.get("/web/health?db_server_status=1", timeout=READ_SECONDS)
        except httpx.HTTPError as error:
            raise OdooUnavailableError(self.url, problem_of(error)) from error
        if not isinstance(_json(health), dict):
            raise OdooAddressError(self.url, f"HTTP {health.status_code} to /web/health")
        if health.status_code != httpx.codes.OK:
            raise OdooDatabaseDownError(self.url)
        raise OdooDatabaseMissingError(self.url, self.database)


def in_language(language: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the language in which Odoo is to name things, where they do not say another."""
    if not language:
        return arguments
    return arguments | {"context": {"lang": language, **(arguments.get("context") or {})}}


def spoken(context: Mapping[str, Any]) -> str:
    """The language of a user's context; none for English, which Odoo answers in anyway."""
    language = str(context.get("lang") or "")
    return "" if language == ENGLISH else language


def major_version(version: str) -> int:
    """The number before the first point, `saas~18.2` being 18; 0 when there is none."""
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


def check_call(name: str, method: str, ids: Sequence[int] | None, arguments: Mapping[str, Any]) -> None:
    """Refuse what Odoo would take for something else.

    Raises:
        OdooCallError: empty ids, or a read that names no fields.
    """
    if ids is not None and not ids:
        raise OdooCallError(name, "it names no records, which Odoo takes for 'do nothing' and answers 200")
    if method in FIELDS_NEEDED and not arguments.get("fields"):
        raise OdooCallError(name, "it names no fields")


def _body(name: str, method: str, ids: Sequence[int] | None, arguments: Mapping[str, Any]) -> bytes:
    check_call(name, method, ids, arguments)
    records = {} if ids is None else {"ids": list(ids)}
    return json.dumps({**records, **arguments}, default=_number).encode()


def _number(value: object) -> float:
    """Odoo takes amounts as JSON numbers; a float writes every amount of up to 15 digits exactly."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} cannot be sent to Odoo")


def _json(response: httpx.Response) -> Any:
    try:
        return response.json(parse_float=Decimal)
    except ValueError:
        return None


def _is_python_error(answer: Any) -> bool:
    return isinstance(answer, dict) and str(answer.get("name")).startswith("builtins.")


def _retry_after(response: httpx.Response) -> float | None:
    return seconds_asked(response.headers.get("Retry-After", ""), datetime.now(UTC))
