"""Whether each process of `fte up` runs and answers, and starting one of them anew: what an agent sees and proves."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import psutil
from pydantic import BaseModel

from blocks.settings import Settings, settings
from deployments.environment import api_url
from deployments.listening import PATIENT_SECONDS, is_healthy
from deployments.processes import SupervisedProcess, is_at_work, read_pid_file, services, stop_family
from domain.errors import RejectedError, TransientError
from tasks.actions.proof import Proof

STILL = (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED, psutil.STATUS_DEAD)
WAIT_SECONDS, LOOK_SECONDS = 90.0, 0.2


class NotAtWorkError(TransientError):
    """There is nothing to be proven or started anew."""

    def __init__(self) -> None:
        super().__init__("the employee is not at work: a person runs 'fte up'")


class NoSuchServiceError(RejectedError):
    """No process is called so."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no service {name!r}; there are {', '.join(known)}")


class NotBackError(TransientError):
    """It was ended, and did not come back."""

    def __init__(self, found: "ServiceStanding") -> None:
        super().__init__(f"{found.name} does not answer again yet; the reason is in {found.log}")


class ServiceStanding(BaseModel, frozen=True):
    """One process of the employee."""

    name: str
    pid: int | None
    since: datetime | None
    holds: bool
    said: str
    log: str


class Running(BaseModel):
    """All of them."""

    mode: str
    at_work: bool
    services: list[ServiceStanding]


def health_addresses(here: Settings) -> dict[str, str]:
    """Where a service says that it is well; the runner listens nowhere."""
    return {
        "server": f"{api_url(here)}/health",
        "sandbox": f"{here.sandbox_url}/_sandbox/health",
        "webhooks": f"{here.receiver_url}/health",
        "mcp": f"http://127.0.0.1:{here.mcp_port}/health",
    }


async def running() -> Running:
    """How all processes stand."""
    here = settings()
    return Running(mode=here.mode.value, at_work=is_at_work(here), services=_standings(here))


async def prove_running() -> AsyncIterator[Proof]:
    """Each process runs and answers.

    Raises:
        NotAtWorkError: nobody started them.
    """
    here = settings()
    if not is_at_work(here):
        raise NotAtWorkError
    for one in _standings(here):
        yield _proof(one)


async def prove_one(name: str) -> AsyncIterator[Proof]:
    """The same of one of them.

    Raises:
        NotAtWorkError: nobody started it.
        NoSuchServiceError: none is called so.
    """
    here = settings()
    if not is_at_work(here):
        raise NotAtWorkError
    yield _proof(_standing(here, _service(here, name)))


async def started_anew(name: str) -> Running:
    """End one process, which `fte up` then starts again, and wait until it answers.

    Raises:
        NotAtWorkError: nobody would start it again.
        NoSuchServiceError: none is called so.
        NotBackError: it does not answer again.
    """
    here = settings()
    service = _service(here, name)
    if not is_at_work(here):
        raise NotAtWorkError
    before = _standing(here, service)
    if before.pid:
        stop_family(before.pid)
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := _standing(here, service)).holds or found.pid == before.pid:
        if time.monotonic() > deadline:
            raise NotBackError(found)
        await asyncio.sleep(LOOK_SECONDS)
    return await running()


def _service(here: Settings, name: str) -> SupervisedProcess:
    known = {service.name: service for service in services(here, {})}
    if name not in known:
        raise NoSuchServiceError(name, list(known))
    return known[name]


def _standings(here: Settings) -> list[ServiceStanding]:
    return [_standing(here, service) for service in services(here, {})]


def _standing(here: Settings, service: SupervisedProcess) -> ServiceStanding:
    process, said = _process(here, service), ""
    if process is None:
        said = "it does not run"
    elif process.status() in STILL:
        said = f"its process {process.pid} stands still"
    elif service.name in (at := health_addresses(here)) and not is_healthy(at[service.name], PATIENT_SECONDS):
        said = f"it does not answer at {at[service.name]}"
    return ServiceStanding(
        name=service.name,
        pid=process.pid if process else None,
        since=datetime.fromtimestamp(process.create_time(), UTC) if process else None,
        holds=not said,
        said=said,
        log=str(service.log),
    )


def _process(here: Settings, service: SupervisedProcess) -> psutil.Process | None:
    """The child of `fte up` with this service's command."""
    up = read_pid_file(here)
    if up is None or not up.alive:
        return None
    for child in psutil.Process(up.pid).children():
        try:
            if child.cmdline()[1:] == service.command[1:]:
                return child
        except psutil.Error:
            continue
    return None


def _proof(one: ServiceStanding) -> Proof:
    facts = {"pid": str(one.pid or ""), "since": str(one.since or ""), "log": os.path.relpath(one.log)}
    return Proof(what=one.name, holds=one.holds, said=one.said, facts=facts)
