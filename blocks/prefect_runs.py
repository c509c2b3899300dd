"""What the Prefect server keeps of runs that have ended, asked without importing Prefect."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from blocks.certificates import trusted
from blocks.prefect_login import prefect_login
from blocks.prefect_server import REFUSALS, PrefectAwayError, PrefectPasswordError

PAGE = 200
MOST_RUNS = 4000
"""Runs that are read at most, the newest."""
SECONDS = 10.0
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
FAILURES = frozenset({"FAILED", "CRASHED"})


@dataclass(frozen=True)
class EndedRun:
    """A run that began and has ended."""

    id: str
    flow: str
    name: str
    begun_at: datetime
    has_failed: bool
    lasted: timedelta
    url: str


def ended_runs(since: datetime, until: datetime) -> list[EndedRun]:
    """The runs that began from one moment on and before another, and have ended; the newest first.

    Raises:
        PrefectAwayError: the Prefect server does not answer in time, or nobody knows where it is.
        PrefectPasswordError: it refused the password.
    """
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        raise PrefectAwayError("its address is not known here")
    try:
        with httpx.Client(
            base_url=address, verify=trusted(address), trust_env=False, timeout=SECONDS, auth=prefect_login()
        ) as client:
            client.headers.update(_csrf(client))
            flows = {one["id"]: one["name"] for one in _pages(client, "/flows/filter", {})}
            found = list(_pages(client, "/flow_runs/filter", _wanted(since, until)))
    except httpx.HTTPStatusError as error:
        if error.response.status_code in REFUSALS:
            raise PrefectPasswordError from error
        raise PrefectAwayError(f"status {error.response.status_code}") from error
    except (httpx.HTTPError, ValueError) as error:
        raise PrefectAwayError(type(error).__name__) from error
    return [_run(one, flows) for one in found if one.get("end_time")]


def _wanted(since: datetime, until: datetime) -> dict[str, Any]:
    begun = {"after_": since.isoformat(), "before_": (until - timedelta(microseconds=1)).isoformat()}
    return {
        "flow_runs": {"start_time": begun, "state": {"type": {"any_": list(ENDS)}}},
        "sort": "START_TIME_DESC",
    }


def _pages(client: httpx.Client, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for offset in range(0, MOST_RUNS, PAGE):
        answer = client.post(path, json={**body, "limit": PAGE, "offset": offset})
        page = answer.raise_for_status().json()
        yield from page
        if len(page) < PAGE:
            return


def _csrf(client: httpx.Client) -> dict[str, str]:
    """What a live server wants to see with each question; another one has no such thing."""
    me = uuid4().hex
    answer = client.get("/csrf-token", params={"client": me})
    if answer.status_code in REFUSALS:
        answer.raise_for_status()
    if not answer.is_success:
        return {}
    return {"Prefect-Csrf-Token": answer.json()["token"], "Prefect-Csrf-Client": me}


def _run(found: dict[str, Any], flows: dict[str, str]) -> EndedRun:
    begun, ended = (datetime.fromisoformat(found[name]) for name in ("start_time", "end_time"))
    return EndedRun(
        id=found["id"],
        flow=flows.get(found["flow_id"], "unknown"),
        name=found["name"],
        begun_at=begun,
        has_failed=found["state_type"] in FAILURES,
        lasted=ended - begun,
        url=f"{os.environ.get('PREFECT_UI_URL', '')}/runs/flow-run/{found['id']}",
    )
