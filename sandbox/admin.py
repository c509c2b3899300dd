"""The sandbox's own side, `/_sandbox/*`: journal, faults, health and reset. Tests look from here."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.faults import Fault, FaultBook
from sandbox.journal import Filter, RequestJournal
from sandbox.store import Store


def routes(store: Store, *, reset: Callable[[], None]) -> list[Route]:
    """The admin's paths."""
    side = _AdminSide(store, reset)
    return [
        Route("/_sandbox/health", side.health, methods=["GET"]),
        Route("/_sandbox/reset", side.reset, methods=["POST"]),
        Route("/_sandbox/journal", side.list_journal, methods=["GET"]),
        Route("/_sandbox/journal", side.clear_journal, methods=["DELETE"]),
        Route("/_sandbox/faults", side.list_faults, methods=["GET"]),
        Route("/_sandbox/faults", side.add_fault, methods=["POST"]),
        Route("/_sandbox/faults", side.clear_faults, methods=["DELETE"]),
    ]


class _AdminSide:
    def __init__(self, store: Store, reset: Callable[[], None]) -> None:
        self._store = store
        self._reset = reset
        self._journal = RequestJournal(store)
        self._faults = FaultBook(store)

    async def health(self, _: Request) -> JSONResponse:
        return answer(status="ok", now=self._store.now().isoformat())

    async def reset(self, _: Request) -> JSONResponse:
        self._reset()
        return answer(status="reset")

    async def list_journal(self, request: Request) -> JSONResponse:
        try:
            wanted = Filter.model_validate(dict(request.query_params))
        except ValidationError as error:
            return refusal_of(error)
        found = self._journal.entries(wanted)
        return answer(count=len(found), entries=[entry.model_dump(mode="json") for entry in found])

    async def clear_journal(self, _: Request) -> JSONResponse:
        self._journal.clear()
        return answer(status="cleared")

    async def list_faults(self, _: Request) -> JSONResponse:
        return answer(faults=[fault.model_dump(mode="json") for fault in self._faults.faults()])

    async def add_fault(self, request: Request) -> JSONResponse:
        try:
            fault = self._faults.add(Fault.model_validate_json(await request.body()))
        except ValidationError as error:
            return refusal_of(error)
        return answer(status_code=201, fault=fault.model_dump(mode="json"))

    async def clear_faults(self, _: Request) -> JSONResponse:
        self._faults.clear()
        return answer(status="cleared")


def answer(*, status_code: int = 200, **content: Any) -> JSONResponse:
    """What the admin side says, marked as the sandbox's."""
    return JSONResponse({"sandbox": True, **content}, status_code, headers={"X-Sandbox": "demo data"})


def refusal_of(error: ValidationError) -> JSONResponse:
    """What is wrong with what was sent."""
    problems = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
    return answer(status_code=422, problems=problems)
