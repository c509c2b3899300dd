"""From a message on the telephone to a person's eyes, and from their words to the customer, as the flows run it."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.whatsapp.credentials import BLOCK, WhatsAppCredentials
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from domain.vault.folder import Folder
from flows.watch_whatsapp import watch_whatsapp
from flows.work_tasks import work_together
from tasks.approvals.decide import record_answer
from tasks.approvals.record import pending
from tasks.clock import present
from tasks.planning.messages import NoOpenMessageError, answer_message, messages_overview, prove_whatsapp
from tasks.vault.vault import current_vault
from tasks.whatsapp.take import look_for_messages
from tests.approval_requests import answer
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import access, receiver, receiver_server, write, written
from tests.worked_vault import set_up_vault

__all__ = ["receiver", "receiver_server"]
pytestmark = [
    pytest.mark.usefixtures("prefect_server", "receiver"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # Prefect leaves sockets of its own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # and tells of them late
]


@pytest.fixture(autouse=True)
async def nothing_connected() -> AsyncIterator[None]:
    """The Prefect server is that of many tests."""
    yield
    with suppress(ValueError):
        await WhatsAppCredentials.adelete(BLOCK)


async def run() -> Any:
    return await watch_whatsapp(return_state=True)


async def proofs() -> dict[str, bool]:
    return {proof.what: proof.holds async for proof in prove_whatsapp()}


async def test_a_question_is_put_before_a_person_and_their_answer_reaches_the_customer(
    sandbox: SandboxClient, receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up_vault(sandbox, monkeypatch)
    monkeypatch.setenv("FTE_WEBHOOK_PORT", receiver.split(":")[2].partition("/")[0])
    assert look_for_messages(present()) is LookResult.NOTHING
    assert (await run()).name == "NotConnected"
    assert await proofs() == {"the number is connected": False}
    await access(sandbox.url).save(BLOCK, overwrite=True)
    assert all((await proofs()).values())
    write(sandbox, "Do you open on Saturday?")
    assert look_for_messages(present()) is LookResult.WORK
    state = await run()
    assert (state.name, state.message) == ("Completed", "1 new")
    assert look_for_messages(present()) is LookResult.NOTHING
    (message,) = (await messages_overview()).open
    note = current_vault().read(Folder.NEEDS_ACTION, message.name)
    assert (note.front["kind"], note.front["status"]) == ("message", "escalated")
    assert "fte whatsapp reply" in note.render()
    with pytest.raises(NoOpenMessageError):
        await answer_message("whatsapp-none", {"text": "Yes."}, present())
    task = await answer_message(message.name, {"text": "Yes, from nine."}, present())
    assert (await messages_overview()).open == []
    await work_together([task])
    assert written(sandbox) == []
    (asked,) = pending()
    assert asked.inputs["text"] == "Yes, from nine."
    record_answer(asked.id, answer(), datetime.now(UTC), Handbook)
    await work_together([task])
    assert [row["text"] for row in written(sandbox)] == ["Yes, from nine."]
    done = current_vault().read(Folder.DONE, task)
    assert written(sandbox)[0]["id"] in done.render()
    assert (await run()).message == "0 new"
    monkeypatch.setenv("FTE_WEBHOOK_PORT", "9")
    assert not (await proofs())["the webhook is received"]
