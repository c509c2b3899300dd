"""The same client for Odoo 14 to 18: JSON-RPC by `odoo-rpc-client`, in a thread, always with a time-out.

That library puts the key into some of its errors, so none of its texts is ever passed on, not even as a cause.
"""

import asyncio
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn
from urllib.parse import urlsplit

from blocks.broken_connection import problem_of
from blocks.odoo.client import (
    CONNECT_SECONDS,
    READ_SECONDS,
    READS,
    WRITE_SECONDS,
    OdooAccount,
    OdooClient,
    check_call,
    major_version,
)
from blocks.odoo.errors import (
    OdooAccessError,
    OdooAddressError,
    OdooBusyError,
    OdooCallError,
    OdooDatabaseDownError,
    OdooDatabaseMissingError,
    OdooKeyError,
    OdooMissingError,
    OdooModuleMissingError,
    OdooRefusedError,
    OdooSessionError,
)
from blocks.odoo.older import OlderOdoo
from blocks.own_secrets import without
from domain.errors import DigitalFteError

POSITIONAL = {"create": "vals_list", "write": "vals", "search": "domain", "search_count": "domain"}
"""The first argument of methods whose versions and overrides call it by different names."""
SESSION_CODE = 100
PAGES_SINCE = 18


class OdooRpcClient(OdooClient):
    """Calls public methods of Odoo's models over `/jsonrpc`; use it as an async context manager."""

    oldest_major = 14

    def __init__(self, account: OdooAccount) -> None:
        super().__init__(account)
        self._account = account
        self._signed_in: tuple[int, OlderOdoo] | None = None

    async def call(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: Any) -> Any:
        """The bare value that `model.method` returns; raises as the JSON-2 client does."""
        name = f"{model}.{method}"
        check_call(name, method, ids, arguments)
        uid, older = await self._sign_in()
        if name == "res.users.context_get":
            return {"uid": uid}
        first = older.before_it(model, method)
        if first is not None:
            await self.call(model, first, ids)
        given: list[Any] = [] if ids is None else [list(ids)]
        named = older.arguments(model, method, arguments)
        if method in POSITIONAL:
            given.append(named.pop(POSITIONAL[method]))
        key = self._account.api_key.get_secret_value()
        request = (self.database, uid, key, older.model(model), method, given, named)
        answer = await self._ask(name, "object", "execute_kw", request)
        return older.answer(model, method, arguments, answer)

    async def version(self) -> str:
        """The server's version, such as `17.0`; needs no key."""
        answer = await self._ask("common.version", "common", "version", ())
        if not isinstance(answer, Mapping) or "server_version" not in answer:
            raise OdooAddressError(self.url, "it does not tell its version")
        return str(answer["server_version"])

    def page(self, action: str, record_id: int) -> str:
        """Where a person sees a record; before Odoo 18 pages had other addresses."""
        if self._signed_in is None or self._signed_in[1].major >= PAGES_SINCE:
            return super().page(action, record_id)
        return f"{self.url}/web#action={action}&id={record_id}&view_type=form"

    async def _sign_in(self) -> tuple[int, OlderOdoo]:
        """The user's id and the server's words, asked for once."""
        if self._signed_in is None:
            secret = self._account.api_key.get_secret_value()
            request = (self.database, self._account.login, secret)
            uid = await self._ask("common.login", "common", "login", request)
            if not uid:
                raise OdooKeyError(self.url, self.database)
            self._signed_in = int(uid), OlderOdoo(major_version(await self.version()))
        return self._signed_in

    async def _ask(self, name: str, service: str, method: str, request: Sequence[Any]) -> Any:
        """One request in a thread.

        Cancelling the caller does not stop the thread; the time-out ends it.
        """
        is_read = service == "common" or name.rpartition(".")[2] in READS
        answer = await asyncio.to_thread(self._ask_now, service, method, request, is_read=is_read)
        if isinstance(answer, Failure):
            self._fail(name, answer, is_read=is_read)
        return exact(answer)

    def _ask_now(self, service: str, method: str, request: Sequence[Any], *, is_read: bool) -> Any:
        library = _library()
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        connector = library.get_connector("json-rpcs" if secure else "json-rpc")(
            parts.hostname,
            parts.port or (443 if secure else 80),
            timeout=(CONNECT_SECONDS, READ_SECONDS if is_read else WRITE_SECONDS),
        )
        try:
            return getattr(connector.get_service(service), method)(*request)
        except library.jsonrpc.JSONRPCError as error:
            failure, key = Failure.of(error), self._account.api_key.get_secret_value()
            return replace(failure, said=without(failure.said.encode(), key).decode())

    def _fail(self, name: str, failure: "Failure", *, is_read: bool) -> NoReturn:
        known = failure_error(self, name, failure, is_read=is_read)
        if known is not None:
            raise known
        self._lost(name, failure.kind or failure.cause, is_read=is_read)


@dataclass(frozen=True)
class Failure:
    """What went wrong, without the library's texts.

    Attributes:
        kind: the exception that Odoo names; empty for a broken line.
        said: Odoo's sentence.
        cause: the kind of broken line.
    """

    kind: str
    said: str
    cause: str

    @classmethod
    def of(cls, error: Any) -> "Failure":
        """The exception's name and sentence, or the kind of broken line."""
        data = error.data if isinstance(error.data, Mapping) else {}
        kind = str(data.get("name", ""))
        if error.code == SESSION_CODE:
            kind = "odoo.http.SessionExpiredException"
        cause = problem_of(error.__context__) if error.__context__ else "no JSON"
        return cls(kind=kind, said=str(data.get("message", "")), cause=cause)


def failure_error(
    client: OdooClient, name: str, failure: Failure, *, is_read: bool
) -> DigitalFteError | None:
    """The error that Odoo's exception means, or None when it leaves the outcome open."""
    kind, said = failure.kind, failure.said
    plain = {
        "odoo.exceptions.AccessDenied": OdooKeyError(client.url, client.database),
        "odoo.exceptions.AccessError": OdooAccessError(name, said),
        "odoo.exceptions.MissingError": OdooMissingError(name, said),
        "odoo.exceptions.LockError": OdooBusyError(name, 409),
        "odoo.http.SessionExpiredException": OdooSessionError(client.url),
    }
    if kind in plain:
        return plain[kind]
    if kind == "odoo.exceptions.UserError" and said.startswith("Object ") and "exist" in said:
        return OdooModuleMissingError(name, said)
    if kind.startswith("odoo.exceptions."):
        return OdooRefusedError(name, said)
    if kind.startswith("psycopg2.OperationalError"):
        missing = "does not exist" in said
        return (
            OdooDatabaseMissingError(client.url, client.database)
            if missing
            else OdooDatabaseDownError(client.url)
        )
    return OdooCallError(name, said) if is_read and kind.startswith("builtins.") else None


@cache
def _library() -> Any:
    with warnings.catch_warnings():
        # it imports pkg_resources, which warns of its own end
        warnings.simplefilter("ignore")
        from odoo_rpc_client import connection
    return connection


def exact(value: Any) -> Any:
    """Numbers as the JSON-2 client gives them: an amount is a Decimal."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    return value
