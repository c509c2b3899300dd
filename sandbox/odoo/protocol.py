"""Odoo on the wire: `/json/2`, `/jsonrpc` and the open paths `/web/version` and `/web/health`."""

import asyncio
import html
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.odoo.books import BOT_USER
from sandbox.odoo.errors import (
    AccessDenied,
    BadRequest,
    NoDatabaseError,
    NotFound,
    OdooError,
    PythonAttributeError,
    PythonError,
    PythonKeyError,
    PythonNameError,
    PythonTypeError,
    Unauthorized,
    UnprocessableEntity,
    UserError,
)
from sandbox.odoo.methods import Odoo, OdooCall, positional
from sandbox.odoo.models import MODELS
from sandbox.store import Store

DATABASE, LOGIN, KEY = "demo", "bot@sandbox", "sandbox-odoo-key"
VERSION = "19.0-20251216"
VERSION_INFO = [19, 0, 0, "final", 0, ""]
RACE_WINDOW_SECONDS = 0.01
"""How long a `load` of a new external id can be overtaken by another one."""
_CLOSE = {"Connection": "close"}
"""Neither of Odoo's protocols keeps connections alive."""
_NOT_FOUND_PAGE = (
    "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the "
    "requested URL was not found in the server-wide controllers.</p>\n"
)
_NO_PDF_PAGE = (
    "<!DOCTYPE html>\n<html>\n    <head>\n        <title>Odoo</title>\n    </head>\n    <body>Unable to find "
    "Wkhtmltopdf on this system. The PDF can not be created.</body>\n</html>\n"
)
_UNSUPPORTED_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>415 Unsupported Media Type</title>\n"
    "<h1>Unsupported Media Type</h1>\n<p>Request inferred type is compatible with [&#39;http&#39;]</p>\n"
)


_OVERTAKEN = {
    "rows": {"from": 0, "to": 0},
    "record": 0,
    "type": "error",
    "message": "could not serialize access due to concurrent update\n",
}
"""What the slower one of two transactions that load the same new external id is told."""


def routes(store: Store) -> list[Route]:
    """Odoo's paths."""
    server = _Server(store)
    everything = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    return [
        Route("/web/version", server.version, methods=["GET"]),
        Route("/web/health", server.health, methods=["GET"]),
        Route("/json/2/{model}/{method}", server.json_2, methods=["POST"]),
        Route("/json/2", server.no_call, methods=everything),
        Route("/json/2/{rest:path}", server.no_call, methods=everything),
        Route("/jsonrpc", server.json_rpc, methods=["POST"]),
        Route("/odoo/{page}/{record_id:int}", server.page, methods=["GET"]),
        Route("/my/invoices/{invoice_id:int}", server.portal, methods=["GET"]),
    ]


class _Server:
    def __init__(self, store: Store) -> None:
        self._odoo = Odoo(store)

    async def version(self, _: Request) -> Response:
        return _json({"version_info": VERSION_INFO, "version": VERSION})

    async def health(self, request: Request) -> Response:
        asked = request.query_params.get("db_server_status")
        content = json.dumps({"status": "pass", **({"db_server_status": True} if asked else {})})
        return Response(content, 200, {**_CLOSE, "Cache-Control": "no-store"}, "application/json")

    async def page(self, request: Request) -> Response:
        return record_page(self._odoo, request)

    async def portal(self, request: Request) -> Response:
        """An invoice for who has its link; like a server without wkhtmltopdf this one makes no PDF."""
        token = request.query_params.get("access_token", "")
        if not token or token != self._odoo.portal_token(request.path_params["invoice_id"]):
            return HTMLResponse(_NOT_FOUND_PAGE, 404)
        if request.query_params.get("report_type") == "pdf":
            return HTMLResponse(_NO_PDF_PAGE, 422)
        return HTMLResponse("<!doctype html><title>Invoice</title>")

    async def no_call(self, request: Request) -> Response:
        if not _names_database(request):
            return HTMLResponse(_NOT_FOUND_PAGE, 404)
        return _refusal(NotFound("Did you mean POST /json/2/<model>/<method>?"))

    async def json_2(self, request: Request) -> Response:
        if not _names_database(request):
            return HTMLResponse(_NOT_FOUND_PAGE, 404)
        content = await request.body()
        if content and request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            return HTMLResponse(_UNSUPPORTED_PAGE, 415)
        model, method = request.path_params["model"], request.path_params["method"]
        try:
            _check_key(request)
            body = _parsed(content)
            call = OdooCall(model, _ids(body.pop("ids", None)), body.pop("context", None) or {})
            value = await self._run(call, method, body)
        except OdooError as error:
            return _refusal(error)
        return _json(value)

    async def json_rpc(self, request: Request) -> Response:
        body = json.loads(await request.body())
        envelope = {"jsonrpc": "2.0", "id": body.get("id")}
        params = body.get("params", {})
        try:
            value = await self._rpc(params["service"], params["method"], params["args"])
        except OdooError as error:
            about = error.body()
            said = {"code": 0, "message": "Odoo Server Error", "data": about}
            return _json({**envelope, "error": said})
        return _json(envelope if value is None else {**envelope, "result": value})

    async def _run(self, call: OdooCall, method: str, arguments: Mapping[str, Any]) -> Any:
        if method == "load" and {"fields", "data"} <= arguments.keys():
            importer = self._odoo.importer
            unknown = importer.unknown_names(arguments["fields"], arguments["data"])
            await asyncio.sleep(RACE_WINDOW_SECONDS)
            overtaken = unknown - importer.unknown_names(arguments["fields"], arguments["data"])
            if overtaken:
                return {"ids": False, "messages": [_OVERTAKEN for _ in overtaken], "nextrow": 0}
        return self._odoo.call(call, method, arguments)

    async def _rpc(self, service: str, method: str, arguments: list[Any]) -> Any:
        if service == "common":
            return _common(method, arguments)
        if service != "object":
            raise PythonKeyError(service)
        if method not in ("execute", "execute_kw"):
            raise PythonNameError(f"Method not available {method}")
        database, uid, password, model, name, *rest = arguments
        _check_database(database)
        if (uid, password) != (BOT_USER, KEY):
            raise AccessDenied("Access Denied")
        if model not in MODELS:
            raise UserError(f"Object {model} doesn't exist")
        given = list(rest[0]) if method == "execute_kw" and rest else list(rest)
        named = dict(rest[1]) if method == "execute_kw" and len(rest) > 1 else {}
        try:
            return await self._execute(model, name, given, named)
        except NotFound as error:
            raise PythonAttributeError(error.message) from error
        except UnprocessableEntity as error:
            raise PythonTypeError(f"BaseModel.{name}() {error.message}") from error

    async def _execute(self, model: str, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        context = named.pop("context", None) or {}
        takes_ids = self._odoo.takes_ids(name)
        ids = _ids(given.pop(0) if given else named.pop("ids", None)) if takes_ids else []
        call = OdooCall(model, ids, context)
        arguments = positional(self._odoo.method(call, name), given, named)
        single = name == "create" and isinstance(arguments.get("vals_list"), Mapping)
        value = await self._run(call, name, arguments)
        return value[0] if single else value


def _common(method: str, arguments: list[Any]) -> Any:
    if method == "version":
        return {
            "server_version": VERSION,
            "server_version_info": VERSION_INFO,
            "server_serie": "19.0",
            "protocol_version": 1,
        }
    if method in ("login", "authenticate"):
        _check_database(arguments[0])
        return BOT_USER if list(arguments[1:3]) == [LOGIN, KEY] else False
    raise PythonError(f"Method not found: {method}")


def _check_database(name: str) -> None:
    if name != DATABASE:
        raise NoDatabaseError(
            f'connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "{name}" does not exist\n'
        )


def _names_database(request: Request) -> bool:
    return request.headers.get("x-odoo-database", DATABASE) == DATABASE


def _check_key(request: Request) -> None:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise Unauthorized("User not authenticated, use an API Key with a Bearer Authorization header.")
    if key.strip() != KEY:
        raise Unauthorized("Invalid apikey")


def _parsed(content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    try:
        body = json.loads(content)
    except ValueError as error:
        raise BadRequest(f"could not parse the body as json: {error}") from error
    return dict(body) if isinstance(body, dict) else {}


def _ids(given: Any) -> list[int]:
    if given in (None, False):
        return []
    return [given] if isinstance(given, int) else list(given)


def _json(value: Any, status: int = 200, **headers: str) -> Response:
    content = json.dumps(value)
    return Response(content, status, {**_CLOSE, **headers}, "application/json; charset=utf-8")


def _refusal(error: OdooError) -> Response:
    extra = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}
    return _json(error.body(), error.status, **extra)


MODELS_OF_PAGES = {
    "action-account.action_account_form": "account.account",
    "action-account.action_move_journal_line": "account.move",
    "action-account.action_move_in_invoice_type": "account.move",
    "action-account.action_move_out_invoice_type": "account.move",
    "action-account.action_account_payments": "account.payment",
    "action-product.product_normal_action_sell": "product.product",
    "contacts": "res.partner",
}
FIELDS = {
    "account.account": ("code", "account_type"),
    "account.move": (
        "partner_id",
        "ref",
        "invoice_date",
        "state",
        "currency_id",
        "amount_total",
        "payment_state",
    ),
    "account.payment": ("partner_id", "date", "state", "currency_id", "amount"),
    "product.product": ("default_code", "list_price"),
    "res.partner": ("email", "phone", "vat"),
}


def record_page(odoo: Odoo, request: Request) -> Response:
    """A record under its address in Odoo's web client."""
    model = MODELS_OF_PAGES.get(request.path_params["page"])
    if model is None:
        return HTMLResponse("<!doctype html><title>Sandbox</title><p>There is no such page.", 404)
    names = ["display_name", *FIELDS[model]]
    try:
        found = odoo.call(OdooCall(model, [request.path_params["record_id"]]), "read", {"fields": names})
    except OdooError:
        found = []
    if not found:
        return HTMLResponse("<!doctype html><title>Sandbox</title><p>There is no such record.", 404)
    return HTMLResponse(_page(found[0], names[1:]))


def _page(record: dict[str, Any], names: list[str]) -> str:
    title = html.escape(str(record["display_name"]))
    rows = "".join(
        f"<tr><th align=left>{name.removesuffix('_id').replace('_', ' ')}<td>{html.escape(_shown(record[name]))}"
        for name in names
    )
    return (
        f"<!doctype html><title>{title}</title><p>Sandbox: stand-in Odoo<h1>{title}</h1><table>{rows}</table>"
    )


def _shown(value: Any) -> str:
    if value is False:
        return ""
    return str(value[1] if isinstance(value, list | tuple) else value)
