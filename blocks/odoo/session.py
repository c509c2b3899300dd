"""A signed-in session, as a person's browser has: only for setting up, which no API key may do."""

from collections.abc import Sequence
from typing import Any, NoReturn

import httpx

from blocks.broken_connection import problem_of
from blocks.odoo.client import (
    CONNECT_SECONDS,
    NEVER_SENT,
    READS,
    OdooAccount,
    OdooClient,
    check_call,
    in_language,
    spoken,
)
from blocks.odoo.errors import OdooDatabaseMissingError, OdooSignInError, OdooUnavailableError
from blocks.odoo.rpc import Failure, exact, failure_error

SIGN_IN = "the sign-in"
SETUP_SECONDS = 900.0
"""Odoo installs modules within the request; on a small machine that takes minutes."""


class OdooSessionClient(OdooClient):
    """Calls methods with a login and a password; use it as an async context manager."""

    def __init__(self, account: OdooAccount, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """The account's `api_key` is the user's password here."""
        super().__init__(account, transport=transport)
        # the password is no key, and with a named database Odoo keeps no session
        del self._http.headers["Authorization"], self._http.headers["X-Odoo-Database"]
        self.account = account
        self._uid: int | None = None

    async def call(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: Any) -> Any:
        """The bare value that `model.method` returns; raises as the JSON-2 client does."""
        name = f"{model}.{method}"
        check_call(name, method, ids, arguments)
        await self.sign_in()
        given: list[Any] = [] if ids is None else [list(ids)]
        if method == "create":
            given.append(arguments.pop("vals_list"))
        named = in_language(self.language, arguments)
        params = {"model": model, "method": method, "args": given, "kwargs": named}
        return await self._post(
            name, f"/web/dataset/call_kw/{model}/{method}", params, is_read=method in READS
        )

    async def sign_in(self) -> int:
        """The user's id, signed in once.

        Raises:
            OdooSignInError: login or password are wrong.
            OdooDatabaseMissingError: there is no such database.
        """
        if self._uid is None:
            secret = self.account.api_key.get_secret_value()
            params = {"db": self.database, "login": self.account.login, "password": secret}
            found = await self._post(SIGN_IN, "/web/session/authenticate", params, is_read=True)
            if not found.get("uid"):
                raise OdooSignInError(self.url, self.account.login)
            self._uid = int(found["uid"])
            self.language = spoken(found.get("user_context") or {})
        return self._uid

    async def make_key(self, name: str, *, days: int) -> str:
        """A new API key of the signed-in user; Odoo shows it once and asks for the password again.

        Raises:
            OdooRefusedError: the user may not have a key for so long.
        """
        wizard = await self.call(
            "res.users.apikeys.description", "create", vals_list=[{"name": name, "duration": str(days)}]
        )
        shown = await self._confirmed(await self.call("res.users.apikeys.description", "make_key", wizard))
        return str(shown["context"]["default_key"])

    async def remove_keys(self, ids: Sequence[int]) -> None:
        """Make API keys of the signed-in user invalid."""
        await self._confirmed(await self.call("res.users.apikeys", "remove", ids))

    async def _confirmed(self, shown: dict[str, Any]) -> dict[str, Any]:
        """What Odoo shows once the password was given again, where it asks for that."""
        if shown.get("res_model") != "res.users.identitycheck":
            return shown
        context = {"password": self.account.api_key.get_secret_value()}
        answer = await self.call(shown["res_model"], "run_check", [shown["res_id"]], context=context)
        return dict(answer)

    async def _post(self, name: str, path: str, params: dict[str, Any], *, is_read: bool) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        try:
            timeout = httpx.Timeout(SETUP_SECONDS, connect=CONNECT_SECONDS)
            response = await self._http.post(path, json=body, timeout=timeout)
        except NEVER_SENT as error:
            raise OdooUnavailableError(self.url, problem_of(error)) from error
        except httpx.HTTPError as error:
            self._lost(name, problem_of(error), is_read=is_read, cause=error)
        if response.status_code == httpx.codes.NOT_FOUND:
            await self._explain_missing_page()
        answer = self._value(name, response, is_read=is_read)
        if "error" in answer:
            self._fail(name, answer["error"].get("data", {}), is_read=is_read)
        return exact(answer.get("result"))

    def _fail(self, name: str, data: dict[str, Any], *, is_read: bool) -> NoReturn:
        failure = Failure(
            kind=str(data.get("name", "")), said=str(data.get("message", "")), cause="no reason"
        )
        if name == SIGN_IN and failure.kind == "odoo.exceptions.AccessDenied":
            raise OdooSignInError(self.url, self.account.login)
        if name == SIGN_IN and failure.kind == "odoo.exceptions.AccessError":
            raise OdooDatabaseMissingError(self.url, self.database)
        known = failure_error(self, name, failure, is_read=is_read)
        if known is not None:
            raise known
        self._lost(name, failure.kind or failure.cause, is_read=is_read)
