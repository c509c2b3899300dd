"""How an action is carried out: one `Performer` each, made of functions that take a client of its service.

An action of another service (a post, a mail) is one more `Performer` with that service's client: what it looks up,
does, reads and undoes are functions beside the service's other tasks, and nothing else here changes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from domain.errors import ContractError

Client = TypeVar("Client")
Inputs = TypeVar("Inputs", bound=BaseModel)
Facts = TypeVar("Facts", bound=BaseModel)

Receipt = Mapping[str, Any]
"""What was done, as JSON values: kept in the ledger, and enough to read the result again and to undo it."""


class EvidenceMissingError(ContractError):
    """What was read back does not show what was asked for."""

    def __init__(self, action: str, problems: list[str]) -> None:
        super().__init__(f"{action}: read back, {'; '.join(problems)}; a person must look")


def plain(result: BaseModel) -> dict[str, Any]:
    """A result as JSON values."""
    return result.model_dump(mode="json")


def kept(facts: type[Facts]) -> Callable[[Any, Receipt, Any], Awaitable[Facts]]:
    """The reading of what stands nowhere but in its receipt."""

    async def read(_client: Any, receipt: Receipt, _inputs: Any) -> Facts:
        return facts.model_validate(receipt)

    return read


async def no_client() -> AbstractAsyncContextManager[None]:
    """Of what needs no service beside the Vault and the ledger."""
    return nullcontext()


@dataclass(frozen=True)
class Performer(Generic[Client, Inputs, Facts]):
    """The doing side of one action.

    Attributes:
        name: The action's, in the catalogue.
        connect: A client of the service, closed after use.
        do: Does it, or finishes what an earlier call with this key began, so that reconciling and repeating are one
            thing; what it returns is kept as the receipt.
        read: What a receipt names, as the service has it now.
        problems: What keeps these facts from being evidence of these inputs; none: they are.
        check: Refuses (`RejectedError`) what cannot be done, before a person is asked, and says what the policy must
            know: fields of `domain.policy.facts.Facts`. None: nobody is paid, and there is nothing to look at.
        recalls: Whether `check` as a rule asks the service nothing, so that its good end says nothing about it.
        undo: Whether it could be undone. None: it never can.
        complete: Makes the action's inputs of what an agent said (the catalogue's `said`).
        tell: What the service will make of it, in words for the person who is asked.
        untouched: Whether nothing was ever handed over under a key, by our own record, so that a try that failed
            leaves nothing to look for. None: what failed is always looked for.
        others: One sentence if the same thing is there a second time.
        shown: A receipt or facts as JSON values.
    """

    name: str
    connect: Callable[[], Awaitable[AbstractAsyncContextManager[Client]]]
    do: Callable[[Client, Inputs, str], Awaitable[BaseModel]]
    read: Callable[[Client, Receipt, Inputs], Awaitable[Facts]]
    problems: Callable[[Inputs, Facts], list[str]]
    check: Callable[[Client, Inputs, str], Awaitable[dict[str, Any] | None]] | None = None
    recalls: bool = False
    undo: Callable[[Client, str, Receipt], Awaitable[bool]] | None = None
    complete: Callable[[Client, Any], Awaitable[BaseModel]] | None = None
    tell: Callable[[Client, Inputs], Awaitable[dict[str, str]]] | None = None
    untouched: Callable[[str], bool] | None = None
    others: Callable[[Client, Inputs, Facts], Awaitable[str]] | None = None
    shown: Callable[[Any], dict[str, Any]] = plain

    @asynccontextmanager
    async def with_one_client(self) -> AsyncIterator[Self]:
        """The same, with one client for all that is asked inside; it is opened when it is first needed."""
        async with AsyncExitStack() as stack:
            opened: list[Client] = []

            async def connect() -> AbstractAsyncContextManager[Client]:
                if not opened:
                    opened.append(await stack.enter_async_context(await self.connect()))
                return nullcontext(opened[0])

            yield replace(self, connect=connect)

    async def look(self, key: str, inputs: Inputs) -> dict[str, Any]:
        """What the policy must know.

        Raises:
            RejectedError: it cannot be done, so no person needs to be asked.
        """
        if self.check is None:
            return {"payee_known": True}
        async with await self.connect() as client:
            return {"payee_known": True} | (await self.check(client, inputs, key) or {})

    async def perform(self, key: str, inputs: Inputs) -> dict[str, Any]:
        """Do it, or finish what an earlier call with this key began. Returns a JSON receipt."""
        async with await self.connect() as client:
            return self.shown(await self.do(client, inputs, key))

    async def read_back(self, receipt: Receipt, inputs: Inputs) -> dict[str, Any]:
        """The result as the service has it now.

        Raises:
            EvidenceMissingError: it is not there as it should be.
        """
        async with await self.connect() as client:
            return self.shown(await self._evidence(client, receipt, inputs))

    async def prove(self, receipt: Receipt, inputs: Inputs) -> tuple[dict[str, Any], str]:
        """The same, and a sentence if it is there a second time."""
        async with await self.connect() as client:
            facts = await self._evidence(client, receipt, inputs)
            again = await self.others(client, inputs, facts) if self.others else ""
            return self.shown(facts), again

    async def compensate(self, key: str, receipt: Receipt) -> bool:
        """Undo it; False when this action cannot be undone."""
        if self.undo is None:
            return False
        async with await self.connect() as client:
            return await self.undo(client, key, receipt)

    async def completed(self, said: BaseModel) -> dict[str, Any]:
        """The inputs that the service makes of what an agent said."""
        if self.complete is None:
            return plain(said)
        async with await self.connect() as client:
            return plain(await self.complete(client, said))

    async def preview(self, inputs: Inputs) -> dict[str, str]:
        """What will become of it, for the person who is asked."""
        if self.tell is None:
            return {}
        async with await self.connect() as client:
            return await self.tell(client, inputs)

    async def _evidence(self, client: Client, receipt: Receipt, inputs: Inputs) -> Facts:
        facts = await self.read(client, receipt, inputs)
        problems = self.problems(inputs, facts)
        if problems:
            raise EvidenceMissingError(self.name, problems)
        return facts


AnyPerformer = Performer[Any, Any, Any]


@dataclass(frozen=True)
class Reader(Generic[Client, Inputs]):
    """The reading side of one look of the catalogue: it changes nothing.

    Attributes:
        name: The read's, in the catalogue.
        connect: A client of the service, closed after use.
        read: What the service says now.
    """

    name: str
    connect: Callable[[], Awaitable[AbstractAsyncContextManager[Client]]]
    read: Callable[[Client, Inputs], Awaitable[BaseModel]]


AnyReader = Reader[Any, Any]


def readers_by_name(*readers: AnyReader) -> dict[str, AnyReader]:
    """A service's readers by their reads' names."""
    return {reader.name: reader for reader in readers}


def by_name(*performers: AnyPerformer) -> dict[str, AnyPerformer]:
    """A service's performers by their actions' names."""
    return {performer.name: performer for performer in performers}
