"""WhatsApp's Cloud API: one of the business's numbers.

Source: developers.facebook.com, WhatsApp Cloud API: messages, media, templates, error codes; 2026-11.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from blocks.broken_connection import problem_of
from blocks.certificates import by_proxy
from blocks.social.calls import CONNECT_SECONDS, READ_SECONDS, understood
from blocks.social.errors import (
    ContentRefusedError,
    NamedService,
    NotAuthorizedError,
    PlatformBusyError,
    PlatformUnavailableError,
    PostMissingError,
    PublicationUnknownError,
    TemporarilyBlockedError,
)
from blocks.social.graph import MEANINGS, GraphAccount, GraphClient
from blocks.whatsapp.errors import (
    AccountClosedError,
    MediaGoneError,
    MessageRefusedError,
    MessageUnseenError,
    TemplateRefusedError,
    UndeliverableError,
    WindowClosedError,
)
from domain.errors import DigitalFteError
from domain.whatsapp.channel import WHATSAPP
from domain.whatsapp.message import MediaFile
from domain.whatsapp.outgoing import MessageInputs

LARGEST_BYTES = 50_000_000
META_HOSTS = ("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net")
"""Where Meta keeps media; the token goes nowhere else."""
APPROVED = "APPROVED"
NUMBER_FIELDS = "id,display_phone_number,verified_name"


class BusinessNumber(BaseModel):
    """The business's number as customers see it."""

    id: str
    shown: str
    name: str


@dataclass(frozen=True)
class ShownTemplate:
    """A template that WhatsApp has approved; `is_plain`: only its body has gaps."""

    name: str
    language: str
    body: str
    is_plain: bool


@understood
class WhatsAppClient(GraphClient):
    """One number; use it as an async context manager."""

    platform: NamedService = WHATSAPP
    meanings: ClassVar[Mapping[int, type[DigitalFteError]]] = {
        **MEANINGS,
        **dict.fromkeys((100, 131008, 131009, 131021, 131051, 131055), MessageRefusedError),
        **dict.fromkeys((0, 131005), NotAuthorizedError),
        **dict.fromkeys((131026, 131030, 131050, 130472, 131049), UndeliverableError),
        **dict.fromkeys((131031, 131042, 131045, 133010, 368), AccountClosedError),
        **dict.fromkeys((80007, 130429, 131056), PlatformBusyError),
        **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016), TemplateRefusedError),
        131047: WindowClosedError,
        131048: TemporarilyBlockedError,
        131052: MediaGoneError,
    }

    def __init__(self, account: GraphAccount, business: str) -> None:
        super().__init__(account)
        self._business, self._account = business, account

    async def number(self) -> BusinessNumber:
        """The number that writes, with the name that customers see."""
        found = await self.node(f"/{self.account_id}", NUMBER_FIELDS, "id", "display_phone_number")
        return BusinessNumber(
            id=str(found["id"]),
            shown=str(found["display_phone_number"]),
            name=str(found.get("verified_name") or ""),
        )

    async def subscribe(self) -> None:
        """Have WhatsApp hand this business's events to the app's webhook; again changes nothing."""
        await self.send(f"/{self._business}/subscribed_apps")

    async def write(self, message: MessageInputs, key: str) -> str:
        """Send a message; its id.

        Raises:
            WindowClosedError, UndeliverableError, TemplateRefusedError, MessageRefusedError: it was not sent.
            PlatformUnavailableError, PlatformBusyError: it was not sent now.
            MessageUnseenError: nobody knows whether it was sent.
        """
        path = f"/{self.account_id}/messages"
        try:
            answer = await self._calls.change("POST", path, json=message.wire(key))
            return str(answer.body["messages"][0]["id"])
        except PublicationUnknownError as error:
            raise MessageUnseenError(WHATSAPP, str(error.__cause__ or "no whole answer came")) from error
        except (LookupError, TypeError) as error:
            raise MessageUnseenError(WHATSAPP, "the answer names no message") from error
        except ContentRefusedError as error:
            raise MessageRefusedError(WHATSAPP, str(error)) from error

    async def templates(self, name: str = "") -> list[ShownTemplate]:
        """The approved templates, or those of this name."""
        asked = {"name": name} if name else {}
        rows = self.edge(f"/{self._business}/message_templates", "name,language,status,components", **asked)
        return [
            _template(row) async for row in rows if row["status"] == APPROVED and name in ("", row["name"])
        ]

    async def content(self, file: MediaFile) -> bytes:
        """A file that a customer sent, whole and as they sent it.

        Raises:
            MediaGoneError: it is not handed out, too large, or not what the message said.
            PlatformUnavailableError: it cannot be had now.
        """
        try:
            found = (
                await self._calls.ask("GET", f"/{file.id}", params={"phone_number_id": self.account_id})
            ).body
        except (PostMissingError, MessageRefusedError) as error:
            raise MediaGoneError(WHATSAPP, str(error)) from error
        if int(found.get("file_size") or 0) > LARGEST_BYTES:
            raise MediaGoneError(WHATSAPP, f"it has more than {LARGEST_BYTES // 1_000_000} MB")
        content = await self._downloaded(str(found["url"]))
        if wrong := [
            one for one in (file.sha256, str(found.get("sha256") or "")) if one and not _fits(content, one)
        ]:
            raise MediaGoneError(WHATSAPP, f"it is not the file that was sent: its digest is not {wrong[0]}")
        return content

    async def _downloaded(self, address: str) -> bytes:
        self._check_host(address)
        content = bytearray()
        headers = {"Authorization": f"Bearer {self._account.access_token}"}
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with (
                httpx.AsyncClient(timeout=timeout, **by_proxy(address)) as client,
                client.stream("GET", address, headers=headers) as answer,
            ):
                if answer.is_client_error and answer.status_code != httpx.codes.UNAUTHORIZED:
                    raise MediaGoneError(WHATSAPP, f"HTTP {answer.status_code}")
                if not answer.is_success:
                    raise PlatformUnavailableError(WHATSAPP, f"a file: HTTP {answer.status_code}")
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > LARGEST_BYTES:
                        raise MediaGoneError(WHATSAPP, f"it has more than {LARGEST_BYTES // 1_000_000} MB")
        except httpx.HTTPError as error:
            raise PlatformUnavailableError(WHATSAPP, f"a file: {problem_of(error)}") from error
        return bytes(content)

    def _check_host(self, address: str) -> None:
        """The token is shown to Meta alone, over TLS; a stand-in's own address is as good as its API's."""
        parts, api = urlsplit(address), urlsplit(self._account.api_url)
        if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
            return
        host = parts.hostname or ""
        is_metas = any(host == one or host.endswith(f".{one}") for one in META_HOSTS)
        if parts.scheme != "https" or not is_metas or parts.port not in (None, 443) or "@" in parts.netloc:
            raise MediaGoneError(WHATSAPP, f"it is at {host or 'no host'}, which is none of Meta's")


def _fits(content: bytes, sha256: str) -> bool:
    digest = hashlib.sha256(content).digest()
    return sha256.lower() == digest.hex() or sha256 == base64.b64encode(digest).decode()


def _template(row: Mapping[str, Any]) -> ShownTemplate:
    parts = {str(one.get("type")).upper(): one for one in row.get("components", [])}
    body = str(parts.get("BODY", {}).get("text") or "")
    others = [one for kind, one in parts.items() if kind != "BODY"]
    is_plain = bool(body) and not any(
        "{{" in str(one) or one.get("format", "TEXT") != "TEXT" for one in others
    )
    return ShownTemplate(str(row["name"]), str(row["language"]), body, is_plain)
