"""What every call of every server passes: its turn, news of its progress, one sentence where it fails, its record.

A server has nothing of its own for these. The record goes to the audit log: what orders something before its answer,
what only reads within seconds, many in one line.
"""

import asyncio
import functools
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import httpx
import pydantic
from fastmcp.exceptions import PromptError, ResourceError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext

from blocks.settings import HANDBOOK, settings
from domain.audit.event import AuditEvent, AuditStatus
from domain.errors import DigitalFteError, TransientError
from domain.refused_values import refusals
from mcp_servers.loading import call_begins, loaded, spent

P = ParamSpec("P")
T = TypeVar("T")

SOURCE = "mcp"
"""Who orders, in the record of an order and of a call."""
SERVICE = "agents"
"""Whose turns all servers and processes of this installation share."""
TURN_SECONDS = 0.5
"""So long a call waits for its turn; an agent has its answer within five seconds."""
TURNS_AT_ONCE = 10
"""A server takes so many turns for its next calls: each taking syncs the disk, which costs more than many reads."""
TOLD_SECONDS, WHOLE_SECONDS = 1.0, 5.0
GATHERED_SECONDS, MOST_GATHERED = 5.0, 100
"""Reads are written down after so long, or so many."""
OTHERS_SECONDS = 4.0
"""So long a tool that only reads waits for a service of others."""
LONGEST_NAME = 80


class OwnFilesError(TransientError):
    """This machine keeps the employee from its own files."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"the employee's own files cannot be used ({error.strerror or type(error).__name__}: {error.filename}); a "
            "person has to mend disk space or rights; the same call may then be made again and books nothing twice"
        )


class SilentServiceError(TransientError):
    """A service takes the question and does not answer."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} has not answered within {OTHERS_SECONDS:g} seconds; nothing was changed: ask again later"
        )


async def answered_soon(asked: Awaitable[T], service: str) -> T:
    """What a service of others says, or that it says nothing.

    Raises:
        SilentServiceError: no answer in time.
    """
    try:
        async with asyncio.timeout(OTHERS_SECONDS):
            return await asked
    except TimeoutError as error:
        raise SilentServiceError(service) from error


def clear_errors(
    tool: Callable[P, Awaitable[T]], refusal: type[Exception] = ToolError
) -> Callable[P, Awaitable[T]]:
    """Have a tool or resource say what went wrong in one sentence."""

    @functools.wraps(tool)
    async def answering(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await tool(*args, **kwargs)
        except (DigitalFteError, OSError, httpx.HTTPError) as error:
            raise refusal(_sentence(error)) from error

    return answering


def _sentence(error: Exception) -> str:
    if isinstance(error, httpx.HTTPError):
        from blocks.prefect_server import PrefectLostError, PrefectPasswordError, is_password_refused

        return str(PrefectPasswordError() if is_password_refused(error) else PrefectLostError())
    is_ours = isinstance(error, DigitalFteError)  # some are missing files, too
    return str(error if is_ours or not isinstance(error, OSError) else OwnFilesError(error))


class ToolCalls(Middleware):
    """The way of each call of one server."""

    def __init__(self, server: str, orders: Iterable[str]) -> None:
        """`orders`: the tools that do more than read."""
        self._server, self._orders = server, frozenset(orders)
        self._gathered: list[dict[str, Any]] = []
        self._writing = asyncio.Lock()
        self._later: asyncio.Task[None] | None = None
        self._is_late = False
        self._turns = 0

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Call a tool."""
        message = context.message
        return await self._passed(context, call_next, message.name, message.arguments or {})

    async def on_read_resource(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Read a resource."""
        return await self._passed(context, call_next, "resources/read", {"uri": str(context.message.uri)})

    async def on_get_prompt(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Fill in a prompt."""
        message = context.message
        return await self._passed(
            context, call_next, "prompts/get", {"name": message.name, **(message.arguments or {})}
        )

    async def _passed(
        self,
        context: MiddlewareContext[Any],
        call_next: CallNext[Any, Any],
        name: str,
        arguments: dict[str, Any],
    ) -> Any:
        call_begins()
        record: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "agent": _agent(context),
            "tool": name[:LONGEST_NAME],
            "arguments": _digest(arguments),
            "outcome": "failed",
        }
        telling = asyncio.create_task(_told_each_second(context, name))
        try:
            await self._check_records()
            await self._turn()
            answer = await call_next(context)
            record |= {"outcome": "answered"} | _task_in(answer)
        except ValidationError as error:
            record["outcome"] = "refused"
            if isinstance(error.__cause__, pydantic.ValidationError):
                raise ToolError(_wrong_words(error.__cause__)) from error
            raise
        except (ToolError, ResourceError, PromptError):
            record["outcome"] = "refused"
            raise
        finally:
            telling.cancel()
            record["milliseconds"] = round(spent() * 1000)
            await self._keep(record, at_once=name in self._orders)
        return answer

    @asynccontextmanager
    async def kept(self, _server: Any) -> AsyncIterator[None]:
        """Inside, the server is at work; at its end all its calls are written down."""
        try:
            yield
        finally:
            async with self._writing:
                if self._later:
                    self._later.cancel()
            with suppress(DigitalFteError):
                await self._write()

    async def _turn(self) -> None:
        """Wait a little for a turn among all agents; a ledger that cannot be asked is told by the tool itself."""
        from domain.reliability.rate_limits import RateLimitedError

        if self._turns:
            self._turns -= 1
            return
        try:
            await loaded("tasks.reliability.rate_limits")
            from tasks.reliability.rate_limits import wait_turn

            await wait_turn(SERVICE, TURNS_AT_ONCE, patience_seconds=TURN_SECONDS)
        except RateLimitedError as error:
            wait = f"{error.retry_after:.0f}"
            raise ToolError(
                f"too many calls at once; nothing was done: ask again in {wait} seconds"
            ) from error
        except DigitalFteError:
            return
        self._turns = TURNS_AT_ONCE - 1

    async def _check_records(self) -> None:
        """What could not be written down keeps further calls from being answered."""
        if self._is_late:
            try:
                await self._write()
            except DigitalFteError as error:
                raise ToolError(str(error)) from error

    async def _keep(self, record: dict[str, Any], *, at_once: bool) -> None:
        if not (settings().vault_path / HANDBOOK).exists():
            return  # no employee, no log; every tool says so
        self._gathered.append(record)
        if self._later is None or self._later.done():
            self._later = asyncio.create_task(self._write_later())
        if at_once or len(self._gathered) >= MOST_GATHERED:
            with suppress(
                DigitalFteError
            ):  # `_check_records` tells the next call; this one's effect is on record
                await asyncio.shield(self._write())  # a client that gives up leaves no half a record

    async def _write_later(self) -> None:
        await asyncio.sleep(GATHERED_SECONDS)
        with suppress(DigitalFteError):
            await self._write()

    async def _write(self) -> None:
        async with self._writing:
            calls = self._gathered[:MOST_GATHERED]
            if not calls:
                return
            self._is_late = True
            await asyncio.to_thread(_append, self._server, calls)
            del self._gathered[: len(calls)]
            self._is_late = bool(self._gathered)
        if self._is_late:
            await self._write()


def _append(server: str, calls: list[dict[str, Any]]) -> None:
    from tasks.audit.log import audit_log

    event = AuditEvent(
        action="mcp.calls",
        status=AuditStatus.INFO,
        actor=SOURCE,
        details={"server": server, "calls": calls},
    )
    audit_log().append(event, datetime.now(UTC))


async def _told_each_second(context: MiddlewareContext[Any], name: str) -> None:
    """A client that asked for progress hears that the call is under way."""
    seconds = 0.0
    while context.fastmcp_context:
        await asyncio.sleep(TOLD_SECONDS)
        seconds += TOLD_SECONDS
        said = f"{name} is under way; its answer comes within {WHOLE_SECONDS:g} seconds"
        await context.fastmcp_context.report_progress(min(seconds, WHOLE_SECONDS), WHOLE_SECONDS, said)


def _agent(context: MiddlewareContext[Any]) -> str:
    """How the client named itself: a claim, no proof."""
    inside = context.fastmcp_context
    asked = inside.session.client_params if inside and inside.request_context else None
    return f"{asked.client_info.name} {asked.client_info.version}"[:LONGEST_NAME] if asked else "unnamed"


def _digest(arguments: dict[str, Any]) -> str:
    plain = json.dumps(arguments, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()


def _task_in(answer: Any) -> dict[str, str]:
    found = getattr(answer, "structured_content", None) or {}
    return {name: str(found[name]) for name in ("task_id", "status") if found.get(name)}


def _wrong_words(error: pydantic.ValidationError) -> str:
    return f"{'; '.join(refusals(error))}. Nothing was done: correct it and ask again"
