"""Every secret of every block is a canary, and what answers repeats whatever it is sent, in all places for reasons."""

import asyncio
import base64
import json
import logging
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from prefect.blocks.core import Block
from pydantic import SecretStr

from blocks.gmail.credentials import GmailCredentials
from blocks.language_model import LanguageModel, Provider
from blocks.notifications import OwnerNotifications
from blocks.odoo.client import OdooProtocol
from blocks.odoo.credentials import OdooCredentials
from blocks.social import oauth
from blocks.social.credentials import (
    LinkedInCredentials,
    MetaCredentials,
    PlatformCredentials,
    XCredentials,
)
from blocks.social.media_host import MediaHost
from blocks.whatsapp.credentials import WhatsAppCredentials
from domain.social.published import Piece, PublicAccount

STATUSES = (400, 401, 403, 422, 500)


class Parrot(BaseHTTPRequestHandler):
    """Answers with what it was sent, as each service says its reasons; hands out tokens as long as it is told to."""

    status, hands_out = 400, False

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode(errors="replace")
        if self.hands_out and "oken" in self.path:
            tokens = {
                "access_token": "canary-issued-0123",
                "refresh_token": "canary-again-0123",
                "expires_in": 3600,
            }
            return self._say(200, tokens | {"token_type": "bearer", "scope": "https://mail.google.com/"})
        said = f"{self.path} {sent} {' '.join(self.headers.values())}"
        login = self.headers.get("authorization", "")
        if login.startswith("Basic "):
            said += base64.b64decode(login.removeprefix("Basic ")).decode()
        error = {"message": said, "error_user_msg": said, "type": said, "code": 1, "data": {"message": said}}
        error["data"]["name"] = "odoo.exceptions.UserError"  # type: ignore[index]
        body = {"jsonrpc": "2.0", "id": 1, "error": error, "message": said, "detail": said, "title": said}
        if self.path.partition("?")[0].endswith("token"):
            body |= {"error": "invalid_client", "error_description": said}
        return self._say(200 if "jsonrpc" in self.path else self.status, body)

    def _say(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 (the library's names)

    def log_message(self, *_said: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def parrot() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def platform(kind: type[PlatformCredentials], url: str) -> PlatformCredentials:
    secrets = {"client_secret": "canary-client-secret", "access_token": "canary-access-token"}
    secrets |= {"refresh_token": "canary-refresh-token"}
    more = {"instagram_id": "1", "instagram_name": "@a"} if kind is MetaCredentials else {}
    block = kind.unconnected(
        "client", secrets.pop("client_secret"), **secrets, **more, **kind.addresses_at(url)
    )
    return block.speaking_as(PublicAccount(id="urn:li:organization:1", name="@a"))


BLOCKS: dict[type[Block], Callable[[str], list[Block]]] = {
    OdooCredentials: lambda url: [
        OdooCredentials(
            url=url, database="d", login="l", api_key=SecretStr("canary-odoo-key"), protocol=protocol
        )
        for protocol in OdooProtocol
    ],
    GmailCredentials: lambda url: [
        GmailCredentials(
            client_id="client",
            client_secret=SecretStr("canary-google-secret"),
            refresh_token=SecretStr("canary-google-refresh"),
            token_url=f"{url}/token",
            api_url=url,
        )
    ],
    XCredentials: lambda url: [platform(XCredentials, url)],
    LinkedInCredentials: lambda url: [platform(LinkedInCredentials, url)],
    MetaCredentials: lambda url: [platform(MetaCredentials, url)],
    WhatsAppCredentials: lambda url: [
        WhatsAppCredentials(
            access_token=SecretStr("canary-whatsapp-token"),
            app_secret=SecretStr("canary-app-secret"),
            verify_token=SecretStr("canary-verify-token"),
            phone_number_id="1",
            business_account_id="2",
            number="+1",
            name="n",
            api_url=url,
        )
    ],
    MediaHost: lambda url: [
        MediaHost(
            public_url=url, bucket_url=url, access_key="key", secret_key=SecretStr("canary-storage-secret")
        )
    ],
    LanguageModel: lambda url: [
        LanguageModel(
            provider=Provider.COMPATIBLE,
            model="m",
            api_key=SecretStr("canary-model-key"),
            base_url=f"{url}/v1",
        )
    ],
    OwnerNotifications: lambda url: [
        OwnerNotifications(
            urls=[SecretStr(f"json://user:canary-password@{url.partition('//')[2]}/canary-path")]
        )
    ],
}


def calls(block: Any) -> list[Callable[[Any], Awaitable[Any]]]:
    """A read and a change of each, with its client."""
    match block:
        case OdooCredentials():
            return [
                lambda odoo: odoo.call("res.partner", "search_read", domain=[], fields=["id"]),
                lambda odoo: odoo.call("res.partner", "write", [1], vals={}),
            ]
        case GmailCredentials():
            return [
                lambda gmail: gmail.profile(),
                lambda gmail: gmail.send(b"x"),
                lambda gmail: gmail.raws(["1"]),
            ]
        case WhatsAppCredentials():
            return [lambda whatsapp: whatsapp.number(), lambda whatsapp: whatsapp.templates()]
        case PlatformCredentials():
            piece = Piece(text="a", stage="1")
            return [
                lambda client: client.publish(piece),
                lambda client: client.read("1"),
                lambda client: anext(client.recent(datetime(2026, 1, 1, tzinfo=UTC))),
                lambda client: anext(client.mentions("")),
            ]
    return []


async def tried(block: Any) -> list[BaseException]:
    """What everything that the block can be asked for raises."""
    if isinstance(block, OwnerNotifications):
        return [await raised(block.send("t", "b", "info"))]
    if isinstance(block, MediaHost):
        return [await raised(block.try_out())]
    if isinstance(block, LanguageModel):
        return [await raised(block.ask("i", "q", str)), await raised(block.try_out())]
    errors = []
    for call in calls(block):
        async with block.client() as client:
            errors.append(await raised(call(client)))
    if isinstance(block, PlatformCredentials) and not Parrot.hands_out:
        errors.append(await raised(oauth.renewed(block.app, "canary-refresh-token")))
    return errors


async def raised(work: Awaitable[Any]) -> BaseException:
    try:
        async with asyncio.timeout(60):
            return AssertionError(f"it answered {await work!r}")
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        return error


def test_no_block_with_a_secret_is_left_out() -> None:
    def kinds(of: type[Block]) -> Iterator[type[Block]]:
        for each in of.__subclasses__():
            yield each
            yield from kinds(each)

    ours = {kind for kind in kinds(Block) if kind.__module__.startswith("blocks.")}
    with_secrets = {kind for kind in ours if "SecretStr" in str(kind.model_fields)}
    assert with_secrets - {PlatformCredentials} == set(BLOCKS)


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
async def test_no_credential_is_in_an_error_its_traceback_or_a_log(
    parrot: str, kind: type[Block], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    told = []
    for block in BLOCKS[kind](parrot):
        told.append(repr(block))
        for status in STATUSES:
            waits = kind is GmailCredentials and status >= 500  # Google's library does, for a token
            for hands_out in (True,) if waits else (False, True):
                monkeypatch.setattr(Parrot, "status", status)
                monkeypatch.setattr(Parrot, "hands_out", hands_out)
                for error in await tried(block):
                    assert not isinstance(error, AssertionError | AttributeError | TypeError), error
                    told.append("".join(traceback.format_exception(error)))
    told += [record.getMessage() for record in caplog.records]
    leaks = [text for text in told if "canary" in text.replace("test_canaries", "")]
    assert leaks == []
