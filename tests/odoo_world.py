"""One Odoo for a test, three ways: a recording of a real server, the sandbox, or a live server.

Live tests run when ODOO_URL, ODOO_DB and ODOO_KEY are set; with ODOO_RECORD=1 they also write the recordings
(see tests/recordings/odoo/README.md).
"""

import asyncio
import json
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount, OdooClient
from blocks.odoo.rpc import Failure, OdooRpcClient
from domain.accounting.bill import BillInputs

RECORDINGS = Path(__file__).parent / "recordings" / "odoo"
OLDER_RECORDINGS = RECORDINGS.parent / "odoo_older"
RECORDED_URL = "http://odoo.example"
CHANGES = ("load", "action_post", "js_assign_outstanding_line")
SECRET_PLACE = 2
"""Where the key stands in every request over JSON-RPC that has one."""
RECORD_AGAIN = "record it again: see tests/recordings/odoo/README.md"


def live_modes(*also_needed: str) -> list[str]:
    """`live` where a server is given."""
    return ["live"] if all(name in os.environ for name in ("ODOO_URL", *also_needed)) else []


def plain_transport() -> httpx.AsyncHTTPTransport:
    """To an address that is not encrypted: nobody's certificate is read, which takes 30 ms."""
    return httpx.AsyncHTTPTransport(verify=False)


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on and keeps what was asked and answered; never a header or a traceback."""

    def __init__(self) -> None:
        self.exchanges: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The real answer."""
        async with httpx.AsyncHTTPTransport(trust_env=False) as inner:
            answer = await inner.handle_async_request(request)
            content = await answer.aread()
        kind = answer.headers.get("Content-Type", "")
        self.exchanges.append(
            {
                "path": request.url.raw_path.decode(),
                "sent": json.loads(request.content or b"{}"),
                "status": answer.status_code,
                "type": kind,
                "answer": _without_traceback(json.loads(content)) if "json" in kind else content.decode(),
            }
        )
        return httpx.Response(answer.status_code, headers={"Content-Type": kind}, content=content)


class Player(httpx.AsyncBaseTransport):
    """Answers as the recording does: each exchange once, equal requests in their order."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        self.unused = list(exchanges)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer to exactly this request."""
        path, sent = request.url.raw_path.decode(), json.loads(request.content or b"{}")
        for index, exchange in enumerate(self.unused):
            if (exchange["path"], exchange["sent"]) == (path, sent):
                del self.unused[index]
                return _response(exchange)
        raise AssertionError(f"the recording has no answer to {path} {json.dumps(sent)}; {RECORD_AGAIN}")


class Severed(httpx.AsyncBaseTransport):
    """Cuts the line at the n-th change (0 is the first): before it reaches Odoo, or after Odoo did it."""

    def __init__(self, inner: httpx.AsyncBaseTransport, *, at: int, after: bool) -> None:
        self.inner = inner
        self.left = at
        self.after = after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, or a broken line."""
        is_change = request.url.path.rpartition("/")[2] in CHANGES
        if is_change and self.left == 0:
            self.left -= 1
            if self.after:
                await self.inner.handle_async_request(request)
            raise httpx.ReadError("the line was cut")
        self.left -= is_change
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the real line."""
        await self.inner.aclose()


class SeveredRpc(OdooRpcClient):
    """The same over JSON-RPC."""

    def __init__(self, account: OdooAccount, *, at: int, after: bool) -> None:
        super().__init__(account)
        self.left = at
        self.after = after

    def _ask_now(self, service: str, method: str, request: Sequence[Any], *, is_read: bool) -> Any:
        is_change = service == "object" and request[4] in CHANGES
        if is_change and self.left == 0:
            self.left -= 1
            if self.after:
                super()._ask_now(service, method, request, is_read=is_read)
            return Failure(kind="", said="", cause="ReadError")
        self.left -= is_change
        return super()._ask_now(service, method, request, is_read=is_read)


class RecordingRpc(OdooRpcClient):
    """Asks an older server and keeps what was asked and answered; never the key."""

    def __init__(self, account: OdooAccount, exchanges: list[dict[str, Any]]) -> None:
        super().__init__(account)
        self.exchanges = exchanges

    def _ask_now(self, service: str, method: str, request: Sequence[Any], *, is_read: bool) -> Any:
        answer = super()._ask_now(service, method, request, is_read=is_read)
        kept = asdict(answer) if isinstance(answer, Failure) else answer
        kind = "failure" if isinstance(answer, Failure) else "answer"
        self.exchanges.append({"sent": _without_key(service, method, request), kind: kept})
        return answer


class PlayingRpc(RecordingRpc):
    """Answers as the recording of an older server does, each exchange once."""

    def _ask_now(self, service: str, method: str, request: Sequence[Any], **_: bool) -> Any:
        sent = _without_key(service, method, request)
        for index, exchange in enumerate(self.exchanges):
            if exchange["sent"] == sent:
                del self.exchanges[index]
                return Failure(**exchange["failure"]) if "failure" in exchange else exchange["answer"]
        raise AssertionError(f"the recording has no answer to {json.dumps(sent)}; {RECORD_AGAIN}")


@dataclass
class OdooWorld:
    """An Odoo and the words that make this test's records its own."""

    mode: str
    account: OdooAccount
    token: str
    transport: Callable[[], httpx.AsyncBaseTransport]

    def client(self) -> OdooClient:
        """A client of the bot."""
        return self._client()

    def _client(self, **changed: Any) -> OdooClient:
        """By the protocol under test."""
        if self.is_older:
            return self.rpc_client(**changed)
        return OdooClient(self.account.model_copy(update=changed), transport=self.transport())

    @property
    def is_older(self) -> bool:
        """Whether it is a live server before Odoo 19."""
        return self.mode == "live" and os.environ.get("ODOO_PROTOCOL") == "jsonrpc"

    @property
    def posted_twice(self) -> str:
        """What Odoo says to posting what is posted, as a pattern."""
        return "must be in draft|is already posted" if self.is_older else "must be in draft"

    def rpc_client(self, **changed: Any) -> OdooClient:
        """A client of the bot that speaks the protocol of older servers."""
        return OdooRpcClient(self.rpc_account(**changed))

    def rpc_account(self, **changed: Any) -> OdooAccount:
        """The bot's account with the login that protocol needs."""
        login = {"sandbox": "bot@sandbox"}.get(self.mode) or os.environ.get("ODOO_LOGIN", "bot@fte.local")
        return self.account.model_copy(update={"login": login, **changed})

    def severed(self, *, at: int, after: bool) -> OdooClient:
        """A client whose line is cut at the n-th change."""
        if self.is_older:
            return SeveredRpc(self.rpc_account(), at=at, after=after)
        return OdooClient(self.account, transport=Severed(self.transport(), at=at, after=after))

    @asynccontextmanager
    async def locked_until(self, day: date) -> AsyncIterator[None]:
        """No entry may be booked up to that day; in a recording it is so already."""
        await self._lock(day.isoformat())
        try:
            yield
        finally:
            await self._lock(None)

    @asynccontextmanager
    async def without_payment_accounts(self) -> AsyncIterator[None]:
        """Payment methods have no account, as in a fresh Odoo; in a recording it is so already."""
        if self.mode == "recorded":
            yield
            return
        model = "account.payment.method.line"
        async with self._admin() as admin:
            lines = await admin.call(
                model, "search_read", domain=[["journal_id", "!=", False]], fields=["payment_account_id"]
            )
            await admin.call(model, "write", [row["id"] for row in lines], vals={"payment_account_id": False})
            try:
                yield
            finally:
                for row in lines:
                    account = row["payment_account_id"][0]
                    await admin.call(model, "write", [row["id"]], vals={"payment_account_id": account})

    def reader(self) -> OdooClient:
        """A client of a user without rights in accounting."""
        return self.other_user(os.environ["ODOO_READER_KEY"] if self.mode == "live" else "recorded")

    async def _lock(self, day: str | None) -> None:
        if self.mode == "recorded":
            return
        async with self._admin() as admin:
            found = await admin.call("res.users", "search_read", domain=[], fields=["company_id"], limit=1)
            company = found[0]["company_id"][0]
            await admin.call("res.company", "write", [company], vals={"fiscalyear_lock_date": day or False})

    def _admin(self) -> OdooClient:
        key = SecretStr(os.environ["ODOO_ADMIN_KEY"])
        return self._client(api_key=key, login="admin")

    def other_user(self, key: str) -> OdooClient:
        """A client with another key."""
        return self._client(api_key=SecretStr(key), login="reader@fte.local")

    def other_database(self, name: str) -> OdooClient:
        """A client that asks for another database."""
        return self._client(database=name)

    async def debt(self, client: OdooClient, amount: float = 500.0, *, move_type: str = "out_invoice") -> int:
        """A posted invoice or bill of a partner of this test's own, made by hand."""
        partner = await client.call("res.partner", "create", vals_list=[{"name": f"Larch {self.token}"}])
        line = {"name": "Boards", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}
        values = {
            "move_type": move_type,
            "partner_id": partner[0],
            "invoice_date": "2026-11-10",
            "invoice_date_due": "2026-12-10",
            "invoice_line_ids": [[0, 0, line]],
        }
        ids: list[int] = await client.call("account.move", "create", vals_list=[values])
        await client.call("account.move", "action_post", ids)
        return ids[0]

    def bill(self, **changed: Any) -> BillInputs:
        """A small bill of a vendor of this test's own."""
        values: dict[str, Any] = {
            "vendor": f"Cedar Paper {self.token} Inc.",
            "number": f"CP-{self.token}",
            "issued_on": date(2026, 11, 10),
            "due_on": date(2026, 12, 10),
            "currency": "USD",
            "net": Decimal("100.00"),
            "tax": Decimal("0.00"),
            "total": Decimal("100.00"),
            "category": "Office supplies",
        }
        return BillInputs(**{**values, **changed})


def recorded_world(name: str) -> OdooWorld:
    """The Odoo of a recording."""
    kept = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    player = Player(kept["exchanges"])
    return OdooWorld("recorded", _account(RECORDED_URL, "books", "recorded"), kept["token"], lambda: player)


def sandbox_world(url: str) -> OdooWorld:
    """The stand-in."""
    account = _account(url, "demo", "sandbox-odoo-key")
    return OdooWorld("sandbox", account, secrets.token_hex(4), plain_transport)


def live_world(recorder: Recorder) -> OdooWorld:
    """The server that the environment names."""
    account = _account(os.environ["ODOO_URL"], os.environ["ODOO_DB"], os.environ["ODOO_KEY"])
    return OdooWorld("live", account, secrets.token_hex(4), lambda: recorder)


@contextmanager
def older_world(major: str) -> Iterator[tuple[OdooWorld, OdooRpcClient]]:
    """The recording of an older server; with ODOO_RECORD=1 and ODOO_PROTOCOL=jsonrpc the live one, recorded."""
    path = OLDER_RECORDINGS / f"{major}.json"
    if os.environ.get("ODOO_RECORD") == "1" and os.environ.get("ODOO_PROTOCOL") == "jsonrpc":
        exchanges: list[dict[str, Any]] = []
        world = live_world(Recorder())
        yield world, RecordingRpc(world.rpc_account(), exchanges)
        _write_recording(path, world.token, exchanges)
        return
    kept = json.loads(path.read_text(encoding="utf-8"))
    account = _account(RECORDED_URL, f"books{major}", "recorded")
    world = OdooWorld("recorded", account, kept["token"], plain_transport)
    yield world, PlayingRpc(world.rpc_account(), kept["exchanges"])


def keep_recording(name: str, world: OdooWorld, recorder: Recorder) -> None:
    """Write what was exchanged, if that is asked for."""
    if os.environ.get("ODOO_RECORD") != "1":
        return
    _write_recording(RECORDINGS / f"{name}.json", world.token, recorder.exchanges)


def _write_recording(path: Path, token: str, exchanges: list[dict[str, Any]]) -> None:
    lines = [json.dumps(exchange, ensure_ascii=False) for exchange in exchanges]
    text = f'{{"token": "{token}", "exchanges": [\n' + ",\n".join(lines) + "\n]}"
    keys = [os.environ[name] for name in os.environ if re.fullmatch(r"ODOO_\w*KEY", name)]
    for secret in (*keys, os.environ["ODOO_URL"].partition("://")[2]):
        text = text.replace(secret, "odoo.example")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def _without_key(service: str, method: str, request: Sequence[Any]) -> list[Any]:
    """As JSON has it, so that a recording compares equal."""
    kept = ["" if index == SECRET_PLACE else part for index, part in enumerate(request)]
    asked: list[Any] = json.loads(json.dumps([service, method, kept]))
    return asked


def _account(url: str, database: str, key: str) -> OdooAccount:
    return OdooAccount(url=url, database=database, api_key=SecretStr(key))


def _response(exchange: dict[str, Any]) -> httpx.Response:
    is_json = "json" in exchange["type"]
    content = json.dumps(exchange["answer"]) if is_json else exchange["answer"]
    return httpx.Response(exchange["status"], headers={"Content-Type": exchange["type"]}, content=content)


def _without_traceback(answer: Any) -> Any:
    return {**answer, "debug": ""} if isinstance(answer, dict) and "debug" in answer else answer


def overtake(monkeypatch: pytest.MonkeyPatch, asks: str, work: Callable[[], Awaitable[object]]) -> None:
    """Another worker does this right before Odoo is asked so, once."""
    calls = OdooClient._exchange

    async def overtaken(client: OdooClient, name: str, body: bytes, *, is_read: bool) -> Any:
        if name == asks:
            monkeypatch.setattr(OdooClient, "_exchange", calls)
            await asyncio.create_task(work(), context=Context())  # which shares no reads with this one
        return await calls(client, name, body, is_read=is_read)

    monkeypatch.setattr(OdooClient, "_exchange", overtaken)
