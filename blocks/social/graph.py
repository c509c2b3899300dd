"""Meta's Graph API: what its platforms and WhatsApp share, and what its errors mean.

Source: developers.facebook.com, Graph API v26.0: error handling, rate limits, secure requests; Instagram API: error
codes; 2026-11.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Self

import httpx

from blocks.social.calls import AccountCalls, PlatformAnswer, asked_until, named, pages
from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    MediaRefusedError,
    NamedService,
    NotAuthorizedError,
    PermissionMissingError,
    PlatformBusyError,
    PlatformUnavailableError,
    PostMissingError,
    PublicationUnknownError,
    ReadRefusedError,
    TemporarilyBlockedError,
    quoted,
)
from domain.errors import DigitalFteError, TransientError

GRAPH_URL = "https://graph.facebook.com"
GRAPH_VERSION = "v26.0"
PAGE = 100

MEANINGS: dict[int, type[DigitalFteError]] = {
    10: PermissionMissingError,
    100: ContentRefusedError,
    102: NotAuthorizedError,
    190: NotAuthorizedError,
    324: MediaRefusedError,
    368: TemporarilyBlockedError,
    506: DuplicateRefusedError,
    9004: MediaRefusedError,
    36000: MediaRefusedError,
    36001: MediaRefusedError,
    36003: MediaRefusedError,
    **dict.fromkeys((4, 9, 17, 32, 613, 80001, 80002), PlatformBusyError),
    **dict.fromkeys(range(200, 300), PermissionMissingError),
}
"""By `code`."""
CLOSER: dict[int, type[DigitalFteError]] = {
    33: PostMissingError,
    6000: MediaRefusedError,
    1363019: PlatformUnavailableError,
    1363022: MediaRefusedError,
    1363023: MediaRefusedError,
    1363030: PlatformUnavailableError,
    1363042: PermissionMissingError,
    1390008: TemporarilyBlockedError,
    **dict.fromkeys((2207003, 2207008, 2207020, 2207027, 2207032, 2207053), PlatformUnavailableError),
    2207004: MediaRefusedError,
    2207005: MediaRefusedError,
    2207009: MediaRefusedError,
    2207026: MediaRefusedError,
    2207042: PlatformBusyError,
    2207050: TemporarilyBlockedError,
    2207051: TemporarilyBlockedError,
    2207052: MediaRefusedError,
}
"""By `error_subcode`, which says more than the code; what was not fetched in time, or is not ready, is tried again."""
WRONG_OFFSET = 1363037
"""The subcode of a video's piece that is not the one that is wanted."""
UNCERTAIN = frozenset({-1, 1, 2, 131000, 131016})
"""Codes that say that something went wrong, and not whether it happened."""


@dataclass(frozen=True)
class GraphAccount:
    """Where Graph is, the token for it, and the page or Instagram account that speaks."""

    api_url: str
    access_token: str
    id: str
    version: str = GRAPH_VERSION
    app_secret: str = ""

    @property
    def videos_url(self) -> str:
        """Where videos are handed over: Meta has a host of its own for them."""
        return f"{self.api_url.replace('//graph.', '//graph-video.')}/{self.version}"

    @property
    def proof(self) -> dict[str, str]:
        """Shows that a call with the token comes from the app itself, whose secret nobody else has."""
        if not self.app_secret:
            return {}
        key, token = self.app_secret.encode(), self.access_token.encode()
        return {"appsecret_proof": hmac.new(key, token, hashlib.sha256).hexdigest()}


class OffsetError(TransientError):
    """A piece of a video has arrived already.

    Attributes:
        start, end: The bytes that are wanted next.
    """

    def __init__(self, platform: NamedService, said: str, error: dict[str, Any]) -> None:
        super().__init__(f"{platform.title} wants another piece of the video ({said})")
        data = error["error_data"]
        data = json.loads(data) if isinstance(data, str) else data
        self.start, self.end = int(data["start_offset"]), int(data["end_offset"])


class GraphClient:
    """One page, account or number; use it as an async context manager.

    Attributes:
        meanings: What an error's code means here.
    """

    platform: NamedService
    meanings: ClassVar[Mapping[int, type[DigitalFteError]]] = MEANINGS

    def __init__(self, account: GraphAccount) -> None:
        self.account_id, self.videos_url = account.id, account.videos_url
        headers = {"Authorization": f"Bearer {account.access_token}"}
        refused = partial(refuse, self.platform, meanings=self.meanings)
        address = f"{account.api_url}/{account.version}"
        self._calls = AccountCalls(self.platform, address, headers, refuse=refused, params=account.proof)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._calls.aclose()

    async def node(self, path: str, fields: str, *needed: str, **asked: Any) -> dict[str, Any]:
        """A node with these fields; those that are needed have to be there.

        Raises:
            PlatformUnavailableError: one is not.
        """
        answer = await self._calls.ask("GET", path, params={"fields": fields, **asked})
        return {**answer.body, **{name: answer[name] for name in needed}}

    async def edge(self, path: str, fields: str, **asked: Any) -> AsyncIterator[dict[str, Any]]:
        """The nodes of an edge."""
        async for page in self.edge_pages(path, fields, **asked):
            for row in page:
                yield row

    async def edge_pages(self, path: str, fields: str, **asked: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """The same page by page."""
        asked = {"limit": PAGE, **asked}
        for _ in pages(self.platform):
            page = await self.node(path, fields, "data", **asked)
            yield page["data"]
            after = after_of(page)
            if not after:
                return
            asked["after"] = after

    async def inside(
        self, node: dict[str, Any], edge: str, fields: str, **asked: str
    ) -> AsyncIterator[dict[str, Any]]:
        """The nodes of an edge that was asked for inside a node's fields, and those of its further pages."""
        first = node.get(edge, {"data": []})
        for row in first["data"]:
            yield row
        if after := after_of(first):
            with suppress(PostMissingError):  # deleted since it was listed
                async for row in self.edge(f"/{node['id']}/{edge}", fields, after=after, **asked):
                    yield row

    async def make(self, path: str, **sent: Any) -> str:
        """Make a node that the public does not see; its id."""
        return str((await self.send(path, **sent))["id"])

    async def send(self, path: str, **sent: Any) -> PlatformAnswer:
        """A call that changes nothing for the public."""
        return await self._calls.ask("POST", path, **sent)

    async def change(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """Change what the public sees; what Graph answers."""
        return (await self._calls.change("POST", path, data=form)).body

    async def show(self, path: str, form: dict[str, str]) -> str:
        """Make a node that the public sees; its id."""
        answer = await self.change(path, form)
        if made := named(answer.get("id")):
            return made
        raise PublicationUnknownError(self.platform, f"POST {path}", "the answer names no id")

    async def delete(self, post_id: str) -> None:
        """Delete a post; one that is gone stays gone."""
        try:
            await self._calls.change("DELETE", f"/{post_id}")
        except PostMissingError:
            return


def refuse(
    platform: NamedService, answer: httpx.Response, meanings: Mapping[int, type[DigitalFteError]] = MEANINGS
) -> None:
    """Raise what an answer means; return where it says nothing certain (5xx, codes 1 and 2, a page of a proxy)."""
    error = _error(answer)
    said = quoted(error.get("error_user_msg") or error.get("message") or f"HTTP {answer.status_code}")
    code = int(error.get("code", 0))
    too_many = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
    if not too_many and (answer.is_server_error or not error or code in UNCERTAIN):
        return
    if int(error.get("error_subcode", 0)) == WRONG_OFFSET:
        raise OffsetError(platform, said, error)
    kind = CLOSER.get(int(error.get("error_subcode", 0))) or meanings.get(code, ContentRefusedError)
    if too_many or kind is PlatformBusyError:
        raise PlatformBusyError(platform, said, free_again(answer.headers))
    if kind is ContentRefusedError and answer.request.method == "GET":
        raise ReadRefusedError(platform, said)
    raise kind(platform, said)


def free_again(headers: httpx.Headers) -> datetime | None:
    """When calls are taken again, by what the answer says of the budget, or else asks for; None: it does not say."""
    try:
        used = json.loads(headers.get("x-business-use-case-usage", "{}"))
        wait = max(int(one["estimated_time_to_regain_access"]) for rows in used.values() for one in rows)
    except (ValueError, KeyError, TypeError, AttributeError):
        wait = 0
    return datetime.now(UTC) + timedelta(minutes=wait) if wait else asked_until(headers)


def after_of(page: dict[str, Any]) -> str:
    """Where the next page of an edge begins; empty: there is none."""
    paging = page.get("paging", {})
    return str(paging["cursors"]["after"]) if "next" in paging else ""


def moment(text: str) -> datetime:
    """A time as Graph writes it: 2026-11-27T09:00:00+0000."""
    return datetime.fromisoformat(text)


def _error(answer: httpx.Response) -> dict[str, Any]:
    try:
        error = json.loads(answer.content)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}
