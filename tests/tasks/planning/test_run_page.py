"""The page of a run is written once for a plan that is over in a moment, and now and then for others."""

import asyncio
import time
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.planning.plan_page import PlanProgress
from domain.planning.triage import triage
from domain.policy.handbook import Handbook
from tasks.planning import run_page
from tasks.planning.prepare import Prepared
from tasks.planning.run_page import RunPage


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands on the page of the run, the newest last."""
    pages: list[str] = []

    async def create(_client: Any, _run: UUID, _key: str, markdown: str, _description: str) -> UUID:
        pages.append(markdown)
        return uuid4()

    async def update(_client: Any, _artifact: UUID, markdown: str) -> None:
        pages.append(markdown)

    async def tag(_run: UUID, **_words: Any) -> None:
        pass

    monkeypatch.setattr(run_page, "create_artifact", create)
    monkeypatch.setattr(run_page, "update_artifact", update)
    monkeypatch.setattr(run_page, "prefect_client", lambda: nullcontext(SimpleNamespace(update_flow_run=tag)))
    monkeypatch.setattr(run_page, "flow_run", SimpleNamespace(get_id=lambda: str(uuid4())))
    monkeypatch.setattr(run_page, "render_no_plan", ", ".join)
    return pages


def page(*problems: str) -> RunPage:
    return RunPage(Prepared("file-1", triage("receipt", "", None, Handbook()), None, problems=[*problems]))


async def test_a_plan_that_is_over_in_a_moment_is_written_once_and_nobody_waits(shown: list[str]) -> None:
    of_run, begun = page("the last"), time.monotonic()
    of_run.show(PlanProgress())
    await asyncio.sleep(0)
    assert shown == []
    of_run.show(PlanProgress())
    await of_run.settle()
    assert shown == ["the last"]
    assert time.monotonic() - begun < run_page.SHOWN_AFTER_SECONDS


async def test_a_plan_that_goes_on_is_shown_while_it_does(
    shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_page, "SHOWN_AFTER_SECONDS", 0.01)
    of_run = page("it goes on")
    for count in (1, 2):
        of_run.show(PlanProgress())
        assert of_run._writing is not None
        await asyncio.wait_for(of_run._writing, 30)
        assert len(shown) == count
    of_run.show(PlanProgress())
    await of_run.settle()
    assert len(shown) == 3
    of_run.show(PlanProgress())
    await of_run.settle()
    assert len(shown) == 4, "what is shown after the end is written, too"
