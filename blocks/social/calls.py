"""A platform's API over httpx: what a lost answer and the statuses that all platforms share mean."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import wraps
from typing import Any, TypeVar

import httpx

from blocks.broken_connection import problem_of
from blocks.certificates import by_proxy
from blocks.own_secrets import hide_own_secrets_async
from blocks.social.errors import (
    NamedService,
    NotAuthorizedError,
    PlatformBusyError,
    PlatformUnavailableError,
    PostMissingError,
    PublicationUnknownError,
)
from domain.errors import DigitalFteError
from domain.reliability.backoff import seconds_asked

READ_SECONDS, WRITE_SECONDS, CONNECT_SECONDS = 20.0, 60.0, 10.0
WHOLE_SECONDS = 180.0
"""For a whole answer, however slowly it comes; what hands a file over is bounded by each piece alone."""
MOST_PAGES = 200
"""Of one list; a platform that has more to tell of what we ask repeats itself."""
SEEN_BY_THE_PUBLIC = frozenset({"publish", "delete"})
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What taking an answer apart raises that is not as the platform documents it."""
AnyClient = TypeVar("AnyClient", bound=type)

Refuse = Callable[[httpx.Response], None]
"""Raises what a status other than 2xx means; returns where that says nothing certain (5xx and the like)."""


@dataclass(frozen=True)
class PlatformAnswer:
    """A whole answer with status 2xx; no body is an empty one."""

    platform: NamedService
    headers: Mapping[str, str]
    body: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """A part that has to be there: an answer without it is no empty one.

        Raises:
            PlatformUnavailableError: it is not there.
        """
        if name not in self.body:
            raise PlatformUnavailableError(self.platform, f"the answer has no {name}")
        return self.body[name]


def pages(platform: NamedService) -> Iterator[int]:
    """The numbers of a list's pages.

    Raises:
        PlatformUnavailableError: the list does not end.
    """
    yield from range(MOST_PAGES)
    raise PlatformUnavailableError(platform, f"a list has more than {MOST_PAGES} pages")


def named(value: object) -> str:
    """The id that an answer names; empty: it names none."""
    return str(value) if isinstance(value, str) or type(value) is int else ""


def understood(client: AnyClient) -> AnyClient:
    """A client whose methods say in the platform's errors that an answer is not as documented."""
    for name, method in list(vars(client).items()):
        if name.startswith("_"):
            continue
        if inspect.iscoroutinefunction(method):
            setattr(client, name, _understood_once(method))
        elif inspect.isasyncgenfunction(method):
            setattr(client, name, _understood_each(method))
    return client


def _understood_once(method: Any) -> Any:
    @wraps(method)
    async def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await method(self, *args, **kwargs)
        except UNREADABLE as error:
            problem = f"an answer is not as documented: {type(error).__name__}"
            if method.__name__ in SEEN_BY_THE_PUBLIC:
                raise PublicationUnknownError(self.platform, method.__name__, problem) from error
            raise PlatformUnavailableError(self.platform, f"{method.__name__}: {problem}") from error

    return called


def _understood_each(method: Any) -> Any:
    @wraps(method)
    async def called(self: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            async for row in method(self, *args, **kwargs):
                yield row
        except UNREADABLE as error:
            problem = f"an answer is not as documented: {type(error).__name__}"
            raise PlatformUnavailableError(self.platform, f"{method.__name__}: {problem}") from error

    return called


class AccountCalls:
    """One account's calls."""

    def __init__(
        self,
        platform: NamedService,
        api_url: str,
        headers: Mapping[str, str],
        *,
        refuse: Refuse,
        params: Mapping[str, str] | None = None,
    ) -> None:
        self._platform, self._refuse = platform, refuse
        self._http = httpx.AsyncClient(
            base_url=api_url,
            headers=headers,
            params=params,
            timeout=httpx.Timeout(WRITE_SECONDS, connect=CONNECT_SECONDS),
            **by_proxy(api_url),
            event_hooks={"response": [hide_own_secrets_async]},
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(self, method: str, path: str, **sent: Any) -> PlatformAnswer:
        """A call whose repetition changes nothing in public: a lost answer is only a failure.

        Raises:
            PlatformUnavailableError: no whole answer came.
        """
        if method == "GET":
            sent = {"timeout": httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS), **sent}
        return await self._call(method, path, sent, lambda problem: self._away(f"{path}: {problem}"))

    async def change(self, method: str, path: str, **sent: Any) -> PlatformAnswer:
        """A call that the public sees: a lost answer leaves it open whether it happened.

        Raises:
            PublicationUnknownError: no whole answer came.
            PlatformUnavailableError: there was no connection, so nothing was sent.
        """

        def lost(problem: str) -> DigitalFteError:
            return PublicationUnknownError(self._platform, f"{method} {path}", problem)

        return await self._call(method, path, sent, lost)

    async def _call(
        self, method: str, path: str, sent: dict[str, Any], lost: Callable[[str], DigitalFteError]
    ) -> PlatformAnswer:
        patience = None if {"content", "files"} & sent.keys() else WHOLE_SECONDS
        try:
            async with asyncio.timeout(patience):
                answer = await self._answered(method, path, sent)
        except TimeoutError as error:
            raise lost(f"no whole answer in {WHOLE_SECONDS:.0f} s") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._away("no connection") from error
        except httpx.HTTPError as error:
            raise lost(problem_of(error)) from error
        if not answer.is_success:
            self._refuse(answer)
            raise lost(f"HTTP {answer.status_code}")
        try:
            return PlatformAnswer(
                self._platform, answer.headers, dict(answer.json()) if answer.content else {}
            )
        except (ValueError, TypeError) as error:
            raise lost("the answer is not whole") from error

    async def _answered(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
        """A read whose kept connection was closed meanwhile is sent once more."""
        try:
            return await self._http.request(method, path, **sent)
        except httpx.RemoteProtocolError:
            if method != "GET":
                raise
        return await self._http.request(method, path, **sent)

    def _away(self, problem: str) -> PlatformUnavailableError:
        return PlatformUnavailableError(self._platform, problem)


def refuse_alike(
    platform: NamedService, status: int, said: str, headers: Mapping[str, str], until: datetime | None = None
) -> None:
    """Raise what a status means on every platform; return for any other.

    Args:
        platform: Who answered.
        status: HTTP's.
        said: The platform's own sentence.
        headers: Of the answer; a `Retry-After` says when calls are taken again, where `until` does not.
        until: What the platform's own header says of that.
    """
    match status:
        case 429:
            raise PlatformBusyError(platform, said, until or asked_until(headers))
        case 401:
            raise NotAuthorizedError(platform, said)
        case 404:
            raise PostMissingError(platform, said)


def asked_until(headers: Mapping[str, str]) -> datetime | None:
    """When calls are taken again, by the answer's `Retry-After`; None: it does not say."""
    now = datetime.now(UTC)
    seconds = seconds_asked(headers.get("retry-after", ""), now)
    return None if seconds is None else now + timedelta(seconds=seconds)


async def time_there(platform: NamedService, api_url: str) -> datetime | None:
    """What time a platform's server says it is, by the `Date` of whatever it answers; None: it does not say.

    Nothing is read, so nothing is charged.

    Raises:
        PlatformUnavailableError: it does not answer.
    """
    patience = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        async with httpx.AsyncClient(timeout=patience, **by_proxy(api_url)) as http:
            said = (await http.head(api_url)).headers.get("date", "")
    except httpx.HTTPError as error:
        raise PlatformUnavailableError(platform, problem_of(error)) from error
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
