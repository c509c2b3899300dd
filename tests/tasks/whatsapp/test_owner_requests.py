"""Requests on WhatsApp and the messages that answer them: shown in full, quoted, proven, answered once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.policy.handbook import ApprovalTimes, Handbook
from domain.policy.people import People
from tasks.approvals import by_reply
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.record import get
from tasks.vault.vault import Folder, current_vault
from tasks.whatsapp.owner_requests import answer_messages, send_requests
from tasks.whatsapp.take import take_messages
from tests.approval_requests import ask, bill
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import ANN, connect, receiver, receiver_server, write, written
from tests.worked_vault import set_up_vault

__all__ = ["receiver", "receiver_server"]
SOMEBODY = "436609999999"
RULES = Handbook(people=People.model_validate({"known": {f"+{ANN}": {"role": "owner"}}}))
ANNOUNCED = RULES.model_copy(update={"approvals": ApprovalTimes(whatsapp_template="decision_waits/en_US")})

pytestmark = pytest.mark.usefixtures("receiver")


@pytest.fixture(autouse=True)
def quiet(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number connected, a Vault; nobody goes on with a decision."""
    set_up_vault(sandbox, monkeypatch)
    connect(monkeypatch, sandbox)

    async def go_on(_request: ApprovalRequest) -> None:
        pass

    monkeypatch.setattr(by_reply, "ensure_run", go_on)


@pytest.fixture
def secret() -> str:
    enrolment, first = begin_enrolment("Ann Lee"), datetime.now(UTC) - timedelta(hours=1)
    confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(first), first)
    return enrolment.secret


async def asked(sandbox: SandboxClient, **changes: Any) -> tuple[ApprovalRequest, str]:
    """A request that was sent to the owner, who wrote before; its message."""
    write(sandbox, "Good morning")
    await take()
    request = ask(now=datetime.now(UTC), **changes)
    for _ in range(2):
        await send_requests(RULES, [request])
    return request, str(written(sandbox)[-1]["id"])


async def take() -> None:
    await take_messages(lambda: datetime.now(UTC), lambda: RULES)
    await answer_messages(lambda: RULES)


def words(sandbox: SandboxClient) -> list[str]:
    """What the business wrote, oldest first."""
    return [str(row["text"]) for row in written(sandbox) if row["sent"]["type"] == "text"]


def tasks() -> int:
    return len(current_vault().names(Folder.NEEDS_ACTION))


async def test_a_quoted_code_decides_once_and_makes_no_task(sandbox: SandboxClient, secret: str) -> None:
    request, message = await asked(sandbox)
    [shown] = words(sandbox)
    assert "1500.00" in shown
    assert "it is big" in shown
    before = tasks()
    write(sandbox, f"Yes {pyotp.TOTP(secret).now()} total: 950.00", answers=message, times=2)
    for _ in range(2):
        await take()
    decided = get(request.id)
    assert (decided.state, decided.approver, decided.channel) == (
        ApprovalState.APPROVED,
        "Ann Lee",
        "whatsapp",
    )
    assert decided.inputs["total"] == "950.00"
    [_, answer] = words(sandbox)
    assert answer.startswith("It is approved, as you changed it by Ann Lee through WhatsApp.")
    assert tasks() == before


async def test_a_no_of_the_owner_refuses_and_anybody_elses_does_not(sandbox: SandboxClient) -> None:
    request, message = await asked(sandbox)
    write(sandbox, "No", answers=message, **{"from": SOMEBODY})
    await take()
    assert get(request.id).is_open
    write(sandbox, "No", answers=message)
    await take()
    assert (get(request.id).state, get(request.id).approver) == (ApprovalState.REJECTED, f"+{ANN}")


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("yes {}", {}),
        ("yes", {"answers": True}),
        ("yes {} or no", {"answers": True}),
        ("> yes {}", {"answers": True}),
        ("yes 000000 {}", {"answers": True}),
        ("yes ID {}", {"forwarded": True}),
        ("yes ID {}", {"group": "Y2FwaV9ncm91cDo"}),
        ("", {"type": "reaction"}),
    ],
)
async def test_what_could_be_meant_otherwise_decides_nothing_and_is_answered(
    sandbox: SandboxClient, secret: str, said: str, more: dict[str, Any]
) -> None:
    request, message = await asked(sandbox)
    before = tasks()
    facts = more | ({"answers": message} if "answers" in more else {})
    facts |= {"reaction": {"message_id": message, "emoji": "👍"}} if "type" in more else {}
    write(sandbox, said.format(pyotp.TOTP(secret).now()).replace("ID", request.id), **facts)
    await take()
    assert get(request.id).is_open
    assert len(words(sandbox)) == 2
    assert tasks() == before


async def test_what_was_only_announced_is_shown_before_it_is_decided(
    sandbox: SandboxClient, secret: str
) -> None:
    request = ask(now=datetime.now(UTC))
    for _ in range(2):
        await send_requests(ANNOUNCED, [request])
    [announced] = written(sandbox)
    assert announced["sent"]["type"] == "template"
    write(sandbox, f"yes {pyotp.TOTP(secret).now()}", answers=announced["id"])
    await take()
    assert get(request.id).is_open
    assert "did not show the request in full" in words(sandbox)[-1]
    await send_requests(ANNOUNCED, [request])
    assert "1500.00" in words(sandbox)[-1]
    long = ask(
        now=datetime.now(UTC), task_id="file-2", shown_markdown="word " * 2_000, inputs=bill(number="L")
    )
    await send_requests(RULES, [long])
    assert len(words(sandbox)) == 2
