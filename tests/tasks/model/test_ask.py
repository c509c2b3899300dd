"""A question to the model: within the limit of money, and told in the audit log without its words."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from blocks.language_model import ModelAwayError, ModelNonsenseError, ModelRefusedError, ModelSilentError
from domain.errors import DigitalFteError
from tasks.audit.log import audit_log
from tasks.model.propose import ask_model
from tasks.model.spending import ModelOverBudgetError, reserve_usd, settle_usd, spent_usd
from tests.audit_records import verified
from tests.model_stand_in import stand_in, tell
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
ASKED = ("Reword each sentence.", '{"sentences": ["Cedar owes 5.00 USD."]}')
PRICED: dict[str, Any] = {"input_usd": Decimal(10), "output_usd": Decimal(100)}


class Reworded(BaseModel):
    sentences: list[str]


def clock() -> datetime:
    return NOW


def told() -> list[dict[str, Any]]:
    return [json.loads(line) for path in audit_log().files() for line in path.read_text().splitlines()]


async def test_a_call_is_told_with_its_cost_and_without_its_words(sandbox: SandboxClient) -> None:
    answer = await ask_model(stand_in(sandbox, **PRICED), "test", ASKED, Reworded, clock=clock)
    assert answer.sentences == ["Cedar owes 5.00 USD."]
    (record,) = told()
    assert (record["action"], record["status"], record["resource"]) == (
        "model.asked",
        "success",
        "sandbox-model",
    )
    details = record["details"]
    cost = (10 * Decimal(details["tokens_read"]) + 100 * Decimal(details["tokens_written"])) / 1_000_000
    assert Decimal(details["usd"]) == cost == spent_usd(NOW) > 0
    assert len(details["answer_sha256"]) == len(record["payload_hash"]) == 64
    written = " ".join(path.read_text() for path in audit_log().folder.rglob("*.jsonl"))
    assert "Cedar" not in written
    assert "sandbox-model-key" not in written
    assert verified(audit_log()).value == "intact"


async def test_a_call_that_could_cost_too_much_is_not_made(sandbox: SandboxClient) -> None:
    model = stand_in(sandbox, **PRICED, daily_limit_usd=Decimal("0.5"))
    with pytest.raises(ModelOverBudgetError, match=r"limit of 0\.5 USD"):
        await ask_model(model, "test", ASKED, Reworded, clock=clock)
    assert sandbox.journal(service="model") == []
    assert spent_usd(NOW) == 0


async def test_a_limit_of_nothing_asks_nothing(sandbox: SandboxClient) -> None:
    with pytest.raises(ModelOverBudgetError):
        await ask_model(stand_in(sandbox, daily_limit_usd=Decimal(0)), "test", ASKED, Reworded, clock=clock)
    assert sandbox.journal(service="model") == []


Trouble = Callable[[SandboxClient], None]
FREE: list[tuple[Trouble, type[DigitalFteError]]] = [
    (lambda box: box.fault("status", service="model", status=500), ModelAwayError),
    (lambda box: box.fault("status", service="model", status=400), ModelRefusedError),
]
CHARGED: list[tuple[Trouble, type[DigitalFteError]]] = [
    (lambda box: box.fault("drop_after_effect", service="model"), ModelSilentError),
    (lambda box: tell(box, "nonsense"), ModelNonsenseError),
]


@pytest.mark.parametrize(("trouble", "kind"), FREE)
async def test_what_is_surely_not_charged_costs_nothing(
    sandbox: SandboxClient, trouble: Trouble, kind: type[DigitalFteError]
) -> None:
    trouble(sandbox)
    with pytest.raises(kind):
        await ask_model(stand_in(sandbox, **PRICED), "test", ASKED, Reworded, clock=clock)
    assert spent_usd(NOW) == 0
    (record,) = told()
    assert (record["status"], record["details"]["usd_at_most"]) == ("failure", "0")
    assert record["error"]


@pytest.mark.parametrize(("trouble", "kind"), CHARGED)
async def test_what_may_be_charged_counts_as_its_most(
    sandbox: SandboxClient, trouble: Trouble, kind: type[DigitalFteError]
) -> None:
    trouble(sandbox)
    with pytest.raises(kind):
        await ask_model(stand_in(sandbox, **PRICED), "test", ASKED, Reworded, clock=clock)
    assert spent_usd(NOW) > Decimal("0.8")
    (record,) = told()
    assert (record["status"], Decimal(record["details"]["usd_at_most"])) == ("unknown", spent_usd(NOW))
    with pytest.raises(ModelOverBudgetError):
        await ask_model(stand_in(sandbox, **PRICED), "test", ASKED, Reworded, clock=clock)


async def test_tokens_that_nobody_counted_cost_the_most(sandbox: SandboxClient) -> None:
    message = {"role": "assistant", "content": '{"sentences": []}'}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    said = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    sandbox.fault("wrong_json", service="model", content=json.dumps(said))
    answer = await ask_model(stand_in(sandbox, **PRICED), "test", ASKED, Reworded, clock=clock)
    assert answer == Reworded(sentences=[])
    assert spent_usd(NOW) > Decimal("0.8")


def test_what_was_spent_a_day_ago_is_forgotten() -> None:
    settle_usd(reserve_usd(Decimal(1), Decimal(1), NOW), Decimal("0.25"))
    assert spent_usd(NOW + timedelta(hours=23)) == Decimal("0.25")
    assert spent_usd(NOW + timedelta(hours=24)) == 0
    reserve_usd(Decimal(1), Decimal(1), NOW + timedelta(hours=24))


def test_many_at_once_keep_the_limit() -> None:
    def reserve(_: int) -> None:
        with suppress(ModelOverBudgetError):
            reserve_usd(Decimal("0.3"), Decimal(1), NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reserve, range(16)))
    assert spent_usd(NOW) == Decimal("0.9")
