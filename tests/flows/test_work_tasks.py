"""The loop with Odoo away: what waits, in which order it is booked, what a person sees of it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from prefect import State, tags
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import Artifact
from pydantic import SecretStr

from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from deployments.commands.status import _facts
from domain.planning.event import Event, file_event_id
from domain.policy.handbook import Handbook
from domain.reliability.backoff import OUTAGE
from flows.work_tasks import work_tasks
from tasks.approvals.decide import record_answer
from tasks.approvals.record import pending
from tasks.audit.search import Query, search_audit_log
from tasks.intake import store_event
from tasks.planning import service_recovery
from tasks.reliability import outbox
from tasks.reliability.claims import claim
from tasks.reliability.dead_letters import waiting_letters
from tasks.vault.locks import NoteBusyError
from tasks.vault.vault import Folder, Vault, current_vault, init_vault
from tests.approval_requests import answer
from tests.employee_fixture import receipt
from tests.sandbox_fixture import SandboxClient

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]

ALWAYS = 100_000
AN_HOUR = timedelta(hours=1)
VENDORS = (
    "Cloudberry Hosting Inc.",
    "Pixelforge Software LLC",
    "Paper & Pine Supplies",
    "Bluebird Insurance Group",
)
"""Known ones, whose small bills ask nobody."""


class Clock:
    """The time in the flows."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The flows' clock, and few tries of one step without pauses."""
    clock, step = Clock(), import_module("tasks.actions.step")
    monkeypatch.setattr(step, "present", clock)
    for module in (import_module("flows.work_task"), import_module("flows.work_tasks")):
        monkeypatch.setattr(module, "present", clock)
    quick = step.perform_step.with_options(retries=1, retry_delay_seconds=0)
    monkeypatch.setattr(step, "perform_step", quick)
    service_recovery._silent.clear()
    return clock


@pytest.fixture
async def odoo(sandbox: SandboxClient) -> SandboxClient:
    """The demo company connected, a Vault with handbook and playbooks."""
    init_vault(settings().vault_path)
    await connect(sandbox)
    return sandbox


async def connect(sandbox: SandboxClient) -> None:
    block = OdooCredentials(
        url=sandbox.url, database="demo", login="fte", api_key=SecretStr("sandbox-odoo-key")
    )
    await block.save("odoo", overwrite=True)


def drop(number: str) -> str:
    """A small bill of a known vendor arrives."""
    return store(receipt("Cloudberry Hosting Inc.", f"8.{number[-2:]}", number).encode(), number)


def store(content: bytes, subject: str) -> str:
    event = Event(
        id=file_event_id(content),
        source="files",
        received_at=datetime.now(UTC),
        subject=subject,
        document_name=f"{subject}.txt",
        document=content,
    )
    store_event(event, datetime.now(UTC))
    return event.id


async def run() -> State:
    state: State = await work_tasks(return_state=True)
    return state


def status(task_id: str) -> str:
    return str(current_vault().read(Folder.NEEDS_ACTION, task_id).front["status"])


def booked(odoo: SandboxClient, numbers: list[str]) -> list[str]:
    """The bills in the order in which Odoo took them, from its own journal."""
    loads = [str(entry["body"]) for entry in odoo.journal(path="account.move/load") if entry["effect"]]
    return [number for load in loads for number in numbers if number in load]


async def test_what_waited_for_odoo_is_booked_in_order_and_once(odoo: SandboxClient, clock: Clock) -> None:
    numbers = ["CBH-70031", "CBH-70012", "CBH-70023"]
    odoo.fault("refuse_before", service="odoo", times=ALWAYS)
    tasks = []
    for number in numbers:
        tasks.append(drop(number))
        assert (await run()).name == "Degraded"
        clock.now += timedelta(seconds=1)
    assert [item.key for item in outbox.waiting("odoo")] == tasks
    assert [status(task) for task in tasks] == ["later"] * 3
    assert _facts(settings())["waiting_for_services"] == {"odoo": 3}
    assert booked(odoo, numbers) == []
    odoo.clear_faults()
    clock.now += AN_HOUR
    assert (await run()).name == "Completed"
    assert booked(odoo, numbers) == numbers
    assert outbox.waiting() == []
    assert all(task in current_vault().names(Folder.DONE) for task in tasks)
    assert (await run()).name == "Completed"
    assert booked(odoo, numbers) == numbers


@pytest.mark.usefixtures("odoo")
async def test_the_audit_log_says_what_the_week_is_looked_back_on_by() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    task = drop("CBH-70041")
    await run()
    told = {row["action"]: row for row in search_audit_log(settings().vault_path, Query(text=task))}
    received = datetime.fromisoformat(told["files.event_stored"]["details"]["received"])
    assert before <= received <= datetime.now(UTC)
    done = told["task.done"]
    assert (done["domain"], done["details"]["priority"]) == ("business", "normal")


@pytest.mark.long
async def test_what_came_before_odoo_was_connected_is_booked_once_it_is(
    odoo: SandboxClient, clock: Clock
) -> None:
    await OdooCredentials.adelete("odoo")
    task = drop("CBH-70041")
    assert (await run()).name == "Degraded"
    [delay] = current_vault().read(Folder.NEEDS_ACTION, task).front["delays"]
    assert (status(task), waits_for_odoo()) == ("later", [task])
    assert "fte connect odoo" in delay
    assert "done by itself" in delay
    for _day in range(10):  # nobody gives it up meanwhile
        clock.now += timedelta(days=1)
        assert (await run()).name == "Degraded"
    assert (status(task), waits_for_odoo()) == ("later", [task])
    await connect(odoo)
    clock.now += AN_HOUR
    assert (await run()).name == "Completed"
    assert booked(odoo, ["CBH-70041"]) == ["CBH-70041"]
    assert task in current_vault().names(Folder.DONE)


def waits_for_odoo() -> list[str]:
    return [item.key for item in outbox.waiting("odoo")]


QUESTION = "res.users/context_get"


async def test_a_service_that_is_away_is_asked_one_cheap_question_and_what_waits_is_done_once_it_answers(
    odoo: SandboxClient, clock: Clock
) -> None:
    odoo.fault("status", service="odoo", times=ALWAYS)
    drop("CBH-70041")
    await run()
    odoo.clear_journal()
    drop("CBH-70042")
    assert (await run()).name == "Degraded"
    asked = [entry["path"] for entry in odoo.journal(service="odoo")]
    assert len(asked) == 1, "nothing is due, and the new bill stands behind what waits"
    assert asked[0].endswith(QUESTION)
    odoo.clear_faults()
    clock.now += timedelta(seconds=1)
    assert (await run()).name == "Completed"
    assert booked(odoo, ["CBH-70041", "CBH-70042"]) == ["CBH-70041", "CBH-70042"]


@pytest.mark.long
async def test_a_service_that_answers_the_question_and_does_nothing_else_is_left_alone(
    odoo: SandboxClient, clock: Clock
) -> None:
    odoo.fault("status", service="odoo", path="res.partner|account", times=ALWAYS)
    drop("CBH-70046")
    await run()
    (item,) = outbox.waiting()
    for _ in range(20):
        clock.now += timedelta(seconds=5)
        await run()
    tried = odoo.journal(service="odoo", path="res.partner|account")
    assert len(tried) < 20, "far fewer than if every answer to the question set it to work again"
    assert outbox.waits(item.id)
    odoo.clear_faults()
    clock.now += AN_HOUR
    await run()
    assert booked(odoo, ["CBH-70046"]) == ["CBH-70046"]


@pytest.mark.long
async def test_what_is_independent_is_done_side_by_side_and_each_vendor_s_in_order(
    odoo: SandboxClient, clock: Clock
) -> None:
    odoo.fault("refuse_before", service="odoo", times=ALWAYS)
    numbers = {vendor: [f"X{place}-7{number}" for number in range(3)] for place, vendor in enumerate(VENDORS)}
    for number in range(3):
        for vendor, theirs in numbers.items():
            store(receipt(vendor, f"3.{number}0", theirs[number]).encode(), theirs[number])
            await run()
    every = [number for theirs in numbers.values() for number in theirs]
    assert len(outbox.waiting("odoo")) == len(every)
    odoo.clear_faults()
    odoo.fault("latency", service="odoo", path="account.move/load", seconds=0.2, times=ALWAYS)
    clock.now += timedelta(seconds=1)
    assert (await run()).name == "Completed"
    taken = booked(odoo, every)
    assert sorted(taken) == sorted(every)
    for theirs in numbers.values():
        assert [number for number in taken if number in theirs] == theirs


@pytest.mark.usefixtures("clock")
async def test_a_bill_that_odoo_fails_keeps_no_other_vendor_s_waiting(odoo: SandboxClient) -> None:
    odoo.fault("status", service="odoo", path="account.move/load", body="CBH-70055", times=ALWAYS)
    stuck = drop("CBH-70055")
    await run()
    behind = drop("CBH-70056")
    beside = store(receipt(VENDORS[1], "3.10", "X1-70057").encode(), "X1-70057")
    await run()
    assert (current_vault().find(beside), current_vault().find(behind)) == (Folder.DONE, Folder.NEEDS_ACTION)
    assert [item.key for item in outbox.waiting()] == [stuck, behind]


@pytest.mark.long
async def test_a_bill_that_odoo_fails_again_and_again_frees_the_queue_and_is_escalated(
    odoo: SandboxClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "OUTAGE", replace(OUTAGE, retries=2))
    odoo.fault("status", service="odoo", path="account.move/load", body="CBH-70051", times=ALWAYS)
    stuck = drop("CBH-70051")
    await run()
    behind = drop("CBH-70052")
    await run()
    assert waiting_letters() == []
    while not waiting_letters():
        clock.now += AN_HOUR
        await run()
    assert [(letter.kind, letter.key) for letter in waiting_letters()] == [("task", stuck)]
    note = current_vault().read(Folder.NEEDS_ACTION, stuck)
    assert note.front["status"] == "escalated"
    assert "tried 3 times" in str(note.front["why"])
    assert "set status: new" in note.front["would_help"]
    assert current_vault().names(Folder.DEAD_LETTERS) == ["dead-letter-1"]
    assert current_vault().find(behind) is Folder.DONE
    assert outbox.waiting() == []
    odoo.clear_faults()
    current_vault().update(Folder.NEEDS_ACTION, stuck, lambda note: note.with_front(status="new"))
    await run()
    assert current_vault().find(stuck) is Folder.DONE
    assert (waiting_letters(), current_vault().names(Folder.DEAD_LETTERS)) == ([], [])


async def test_a_person_who_sets_a_waiting_task_to_new_has_it_worked_at_once(
    odoo: SandboxClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_recovery, "QUESTIONS", {})
    odoo.fault("status", service="odoo", times=ALWAYS)
    first, second = drop("CBH-70061"), drop("CBH-70062")
    await run()
    odoo.clear_faults()
    clock.now += timedelta(seconds=31)  # the circuit breaker lets somebody ask again; nothing is due yet
    current_vault().update(Folder.NEEDS_ACTION, second, lambda note: note.with_front(status="new"))
    await run()
    assert current_vault().find(second) is Folder.DONE
    assert [item.key for item in outbox.waiting()] == [first]


async def test_a_task_that_a_person_took_out_of_the_queue_is_left_alone(
    odoo: SandboxClient, clock: Clock
) -> None:
    odoo.fault("status", service="odoo", times=ALWAYS)
    taken = drop("CBH-70071")
    await run()
    odoo.clear_faults()
    current_vault().update(Folder.NEEDS_ACTION, taken, lambda note: note.with_front(status="mine"))
    clock.now += AN_HOUR
    await run()
    assert (status(taken), outbox.waiting()) == ("mine", [])
    assert booked(odoo, ["CBH-70071"]) == []


async def test_a_task_that_somebody_else_works_is_left_to_him(odoo: SandboxClient, clock: Clock) -> None:
    from flows.work_task import work_task

    task = drop("CBH-70081")
    claim(f"task:{task}", owner="elsewhere/b/1:1:1.00", now=clock.now, seconds=60)
    await run()
    state = await work_task(task, return_state=True)
    assert (state.name, odoo.journal(service="odoo")) == ("Elsewhere", [])
    clock.now += AN_HOUR
    assert (await work_task(task, return_state=True)).name == "Completed"
    state = await work_task(task, return_state=True)
    assert (state.name, state.message) == ("Completed", "it is no longer open")
    assert booked(odoo, ["CBH-70081"]) == ["CBH-70081"]


async def test_a_crash_before_the_move_to_done_leaves_no_note_behind(
    odoo: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> None:
        raise NoteBusyError("file-1")

    task = drop("CBH-70091")
    with monkeypatch.context() as patched:
        patched.setattr(Vault, "move", die)
        await run()
    assert (status(task), current_vault().find(task)) == ("working", Folder.NEEDS_ACTION)
    await run()
    assert current_vault().find(task) is Folder.DONE
    assert booked(odoo, ["CBH-70091"]) == ["CBH-70091"]


async def test_a_decided_task_that_two_come_to_work_at_once_is_booked_once(
    odoo: SandboxClient, clock: Clock
) -> None:
    from flows.work_task import work_task

    content = receipt("Harbor Street Offices", "2480.00", "HSO-70101").encode()
    task = store(content, "HSO-70101")
    await run()
    (request,) = pending()
    record_answer(request.id, answer(), clock.now, Handbook)
    loop, decided = await asyncio.gather(run(), work_task(task, return_state=True))
    assert loop.name in {"Completed", "Degraded"}
    assert decided.name in {"Completed", "Elsewhere"}
    assert current_vault().find(task) is Folder.DONE
    assert booked(odoo, ["HSO-70101"]) == ["HSO-70101"]


async def test_what_one_worker_handed_over_no_other_does_that_was_called_before(
    odoo: SandboxClient, clock: Clock
) -> None:
    from flows.work_task import work_task

    task = store(receipt("Harbor Street Offices", "2481.00", "HSO-70102").encode(), "HSO-70102")
    await run()
    (request,) = pending()
    record_answer(request.id, answer(), clock.now, Handbook)
    (vendor,) = odoo.odoo("res.partner", "search", domain=[["name", "=", "Harbor Street Offices"]])
    odoo.odoo("res.partner", "write", ids=[vendor], vals={"active": False})
    clock.now += timedelta(seconds=2)
    handed_over = await work_task(task, return_state=True)
    odoo.odoo("res.partner", "write", ids=[vendor], vals={"active": True})
    late = await work_task(task, return_state=True)
    assert (handed_over.name, late.name) == ("Escalated", "Escalated")
    assert (status(task), booked(odoo, ["HSO-70102"])) == ("escalated", [])
    current_vault().update(Folder.NEEDS_ACTION, task, lambda note: note.with_front(status="new"))
    await run()
    assert current_vault().find(task) is Folder.DONE
    assert booked(odoo, ["HSO-70102"]) == ["HSO-70102"]
    assert "handed_over" not in current_vault().read(Folder.DONE, task).front


async def test_a_stopped_task_that_is_new_again_waits_and_is_handed_over_no_more(odoo: SandboxClient) -> None:
    task = store(receipt("Harbor Street Offices", "2481.00", "HSO-70103").encode(), "HSO-70103")
    await run()
    for wanted, came in (("stop", "escalated"), ("new", "waiting")):
        current_vault().update(Folder.NEEDS_ACTION, task, lambda note, to=wanted: note.with_front(status=to))
        await run()
        front = current_vault().read(Folder.NEEDS_ACTION, task).front
        assert (front["status"], "handed_over" in front) == (came, came == "escalated")
    assert booked(odoo, ["HSO-70103"]) == []


async def read_page(state: State) -> tuple[list[str], list[Artifact]]:
    """The run's tags and artifacts, as its page shows them."""
    run_id = state.state_details.flow_run_id
    assert run_id
    async with get_client() as client:
        shown = await client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        )
        return (await client.read_flow_run(run_id)).tags, shown


@pytest.mark.usefixtures("odoo", "clock")
async def test_the_page_of_a_run_shows_the_plan_and_what_was_booked() -> None:
    from flows.work_task import work_task

    state = await work_task(drop("CBH-70111"), return_state=True)
    shown, [plan] = await read_page(state)
    assert set(shown) == {"sandbox", "files", "accounting", "receipt", "bill"}
    assert "Book a vendor bill in Odoo: 8.11 USD, Cloudberry Hosting Inc." in str(plan.data)
    assert "| done: [BILL/" in str(plan.data)


@pytest.mark.usefixtures("odoo", "clock")
async def test_a_step_asks_the_prefect_server_for_no_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.work_task import work_task

    asked: list[list[str]] = []
    limited = import_module("prefect.task_engine")._aconcurrency

    def slots(names: list[str], **words: Any) -> Any:
        asked.append(names)
        return limited(names=names, **words)

    monkeypatch.setattr("prefect.task_engine._aconcurrency", slots)
    with tags("sandbox"):
        state = await work_task(drop("CBH-70112"), return_state=True)
    assert asked == [[]]
    assert "sandbox" in (await read_page(state))[0]


@pytest.mark.usefixtures("odoo", "clock")
async def test_the_page_of_a_run_says_what_a_person_has_to_look_at() -> None:
    from flows.work_task import work_task

    state = await work_task(store(b"See you on Tuesday.", "hello"), return_state=True)
    _tags, [shown] = await read_page(state)
    assert (state.name, "A person has to look at this" in str(shown.data)) == ("Escalated", True)


@pytest.mark.usefixtures("clock")
async def test_the_page_of_a_run_says_why_a_step_waits(odoo: SandboxClient) -> None:
    from flows.work_task import work_task

    odoo.fault("refuse_before", service="odoo", times=ALWAYS)
    state = await work_task(drop("CBH-70121"), return_state=True)
    _tags, [plan] = await read_page(state)
    assert (state.name, "**Why**" in str(plan.data)) == ("Later", True)
