"""The waiting run: it shows, asks again, takes the one decision, and ends by its name."""

import asyncio
import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import Artifact
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import ValidationError
from typer.testing import CliRunner

from blocks.database import transaction
from blocks.settings import settings
from deployments.commands import audit
from domain.approvals.request import ApprovalState
from domain.audit.event import AuditEvent
from domain.policy.handbook import Handbook
from tasks.approvals.decide import record_answer
from tasks.approvals.form import ApprovalForm
from tasks.approvals.record import get, row_of
from tasks.approvals.runs import NEUTRAL_INPUT, RunStatus, ensure_run, show_late_results
from tasks.audit.log import audit_log
from tasks.planning.suggestions import suggest
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook
from tasks.reliability import effect_ledger
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import answer, ask, ask_now, begin_approved, bill
from tests.flows.approval_runs import deploy, execute, resume, run_id, show
from tests.like_decisions import at, decide
from tests.ports import free_port

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture(autouse=True)
def vault() -> None:
    settings().vault_path.mkdir(parents=True)
    shutil.copy("Vault/Company_Handbook.md", settings().vault_path)


def note(folder: str, request_id: str) -> Path:
    return settings().vault_path / folder / f"{request_id}.md"


async def artifacts(run: UUID) -> list[Artifact]:
    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        return await client.read_artifacts(artifact_filter=wanted)


async def form_text(run_id: UUID, request_id: str, number: int) -> str:
    """What the form shows above its first field, as Prefect's page makes it of the field's description."""
    async with get_client() as client:
        schema = await client.read_flow_run_input(run_id, f"suspended-{request_id}-{number}-schema")
    return re.sub(r"\n(?!\n)", " ", json.loads(schema)["properties"]["decision"]["description"])


async def test_an_answer_in_the_form_decides_and_a_bad_one_asks_again() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    assert run.state_name == "Suspended"
    assert run.name.endswith(": 1500.00 USD, Harbor Street Offices")
    assert set(run.tags) == {"sandbox", "approvals", "accounting", "bill", "waits-for-you"}
    assert note("Pending_Approval", request.id).exists()
    assert await resume(run.id, decision="perhaps") == "REJECT"
    assert await resume(run.id, decision="edit", approver="Ann", changes="total: lots") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Suspended"
    shown = await form_text(run.id, request.id, 1)
    assert "not taken" in shown
    assert ": 1500.00 USD, Harbor Street Offices" in shown
    assert "\n | Vendor | Harbor Street Offices |\n | Total | 1500.00 |\n" in shown
    assert await resume(run.id, decision="edit", approver="Ann", changes="total: 900.00") == "ACCEPT"
    ended = await execute(run.id)
    assert ended.state_name == "Approved"
    assert "waits-for-you" not in ended.tags
    [left] = await artifacts(run.id)
    assert "approved, as edited" in str(left.data)
    assert "| By | Ann |" in str(left.data)
    assert get(request.id).inputs["total"] == "900.00"
    assert get(request.id).channel == "ui"
    assert note("Done", request.id).exists()


async def test_the_document_is_on_the_runs_page_once_and_linked_in_the_form() -> None:
    await deploy()
    kept = current_vault().attach(b"Office rent\nTotal: $1,500.00", "rent.txt")
    run = await show(ask_now(inputs=bill(document=kept)))
    assert await resume(run.id, decision="edit", approver="Ann", changes="total: lots") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Suspended"
    [document] = await artifacts(run.id)
    assert "Total: $1,500.00" in str(document.data)
    form = await form_text(run.id, run.parameters["request_id"], 1)
    assert form.count(f"/artifacts/artifact/{document.id})") == 2


async def test_an_erasure_reaches_the_document_on_the_runs_page_now_or_when_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    await deploy()
    kept = current_vault().attach(b"Doctor's bill\nTotal: $1,500.00", "doctor.txt")
    requests = [ask_now(inputs=bill(document=kept)), ask_now(inputs=bill(document=kept, number="HSO-2"))]
    other = ask_now(inputs=bill(document=current_vault().attach(b"Rent", "rent.txt"), number="HSO-3"))
    runs = [(await show(request)).id for request in (*requests, other)]
    event_id = audit_log().append(
        AuditEvent(
            action="files.event_stored",
            status="success",
            resource=requests[0].task_id,
            private={"subject": "Doctor's bill"},
        ),
        datetime.now(UTC),
    )
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        away = await asyncio.to_thread(CliRunner().invoke, audit.app, ["erase", event_id])
    assert isinstance(away.exception, audit.CopiesRemainError)
    assert "the private content is erased, but copies of the document may remain" in str(away.exception)
    assert requests[1].id in str(away.exception)
    assert [await pages(run) for run in runs] == [["Doctor's bill"], ["Doctor's bill"], ["Rent"]]
    again = await asyncio.to_thread(CliRunner().invoke, audit.app, ["erase", event_id])
    assert again.output == "Erased, with 2 copies of documents on the Prefect server.\n"
    assert [await pages(run) for run in runs] == [["erased"], ["erased"], ["Rent"]]
    assert "Doctor" not in "".join(path.read_text() for path in audit_log().private.iterdir())
    assert await resume(runs[0], decision="edit", approver="Ann", changes="total: lots") == "ACCEPT"
    await execute(runs[0])
    assert await pages(runs[0]) == ["erased"]  # asked again, the run does not copy it anew
    nothing = await asyncio.to_thread(CliRunner().invoke, audit.app, ["erase", event_id])
    assert isinstance(nothing.exception, audit.NoPrivateContentError)


async def pages(run: UUID) -> list[str]:
    """What each artifact of the run shows, by its word."""
    words = ("Doctor's bill", "Rent", "erased")
    return [word for artifact in await artifacts(run) for word in words if word in str(artifact.data)]


async def test_what_is_booked_later_is_shown_on_the_run_of_the_decision() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    assert await resume(run.id, decision="approve", approver="Ann") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Approved"
    [before] = await artifacts(run.id)
    assert "Nothing was done so far" in str(before.data)
    effect_ledger.finish_effect(begin_approved(request), {"name": "BILL/2026/12/0012"}, datetime.now(UTC))
    await show_late_results(request.task_id)
    [after] = await artifacts(run.id)
    assert (after.id, "Done: BILL/2026/12/0012" in str(after.data)) == (before.id, True)


async def test_a_decision_from_another_door_ends_the_run_by_its_own_name() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    assert await ensure_run(get(request.id)) is RunStatus.WAITING
    record_answer(request.id, answer("reject", approver="Bo"), datetime.now(UTC), Handbook)
    assert await ensure_run(get(request.id)) is RunStatus.RESUMED
    ended = await execute(run.id)
    assert ended.state_name == "Rejected"
    assert (get(request.id).approver, get(request.id).channel) == ("Bo", "cli")
    assert await ensure_run(get(request.id)) is RunStatus.ENDED


async def test_an_edit_that_cannot_be_judged_now_asks_again() -> None:
    await deploy()
    request = ask_now()
    (settings().vault_path / "Company_Handbook.md").write_text("---\nask_above: many\n---\n")
    run = await show(request)
    assert await resume(run.id, decision="edit", approver="Ann", changes="total: 900.00") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Suspended"
    assert "ask_above" in (get(request.id).problem or "")


async def test_a_run_that_died_before_its_form_was_stored_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tasks.approvals.runs.FORM_GRACE", timedelta(0))
    await deploy()
    request = ask_now()
    run = await show(request)
    async with get_client() as client:
        await client.delete_flow_run_input(run.id, f"suspended-{request.id}-0-schema")
    assert await ensure_run(get(request.id)) is RunStatus.STARTED
    assert run_id(request) != run.id
    assert (await execute(run_id(request))).state_name == "Suspended"
    assert await ensure_run(get(request.id)) is RunStatus.WAITING


async def test_a_request_of_which_no_form_can_be_made_fails_its_run_and_stays_open() -> None:
    await deploy()
    request = ask_now()
    with transaction() as session:  # as an older version might have stored it
        row_of(session, request.id).asked = {}
    with pytest.raises(ValidationError, match="BillInputs"):
        async with asyncio.timeout(120):
            await show(get(request.id))
    async with get_client() as client:
        assert (await client.read_flow_run(run_id(request))).state_name == "Failed"
    assert (get(request.id).is_open, get(request.id).round, get(request.id).problem) == (True, 0, None)


async def test_silence_ends_as_expired_and_not_as_rejected() -> None:
    await deploy()
    request = ask(now=datetime.now(UTC) - timedelta(hours=73), task_id="file-silent")
    ended = await show(request)
    assert ended.state_name == "Expired"
    assert get(request.id).state is ApprovalState.EXPIRED
    assert "status: expired" in note("Done", request.id).read_text()


async def test_the_answer_of_the_other_door_wins_over_a_form_that_comes_later() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    record_answer(request.id, answer("reject", approver="Bo"), datetime.now(UTC), Handbook)
    assert await resume(run.id, decision="approve", approver="Ann") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Rejected"
    assert get(request.id).approver == "Bo"


async def test_a_run_that_is_woken_without_an_answer_asks_again() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    assert await resume(run.id, **NEUTRAL_INPUT) == "ACCEPT"
    assert (await execute(run.id)).state_name == "Suspended"
    assert get(request.id).round == 1


async def test_of_several_answers_in_the_form_at_once_one_counts() -> None:
    await deploy()
    request = ask_now()
    run = await show(request)
    forms = [resume(run.id, decision="approve", approver=f"Person {number}") for number in range(4)]
    assert (await asyncio.gather(*forms)).count("ACCEPT") == 1
    assert (await execute(run.id)).state_name == "Approved"


async def test_a_second_run_for_the_same_request_steps_aside() -> None:
    await deploy()
    request = ask_now()
    first = await show(request)
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("request-approval/request-approval")
        second = await client.create_flow_run_from_deployment(
            deployment.id, parameters={"request_id": request.id}
        )
    assert (await execute(second.id)).state_name == "Elsewhere"
    assert run_id(request) == first.id


async def test_several_that_ask_at_once_start_one_run() -> None:
    await deploy()
    request = ask_now()
    statuses = await asyncio.gather(*(ensure_run(request) for _ in range(3)))
    assert set(statuses) == {RunStatus.STARTED}
    assert get(request.id).run_attempts == 1


def test_the_form_wakes_with_what_it_is_woken_with() -> None:
    assert set(ApprovalForm.model_fields) - set(NEUTRAL_INPUT) == {"changes", "code"}
    assert ApprovalForm.model_validate(NEUTRAL_INPUT).approver == ""


async def test_a_suggestion_is_accepted_in_its_form_and_its_note_is_written() -> None:
    init_vault(current_vault().root)
    read_handbook()
    before = {book.name for book in read_playbooks()}
    for number in range(3):
        decide(number, "edit")
    (request_id,) = suggest(at(24))
    await deploy()
    run = await show(get(request_id))
    assert "+      category: rent" in note("Pending_Approval", request_id).read_text()
    assert await resume(run.id, decision="approve", approver="Olga") == "ACCEPT"
    assert (await execute(run.id)).state_name == "Approved"
    (own,) = {book.name for book in read_playbooks()} - before
    assert (current_vault().root / "Playbooks" / f"{own}.md").exists()
    assert "The changed rules hold." in note("Done", request_id).read_text()
