"""The one place where models are asked: the first that answers, within one limit of time and money for all."""

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from blocks.language_model import LanguageModel, ModelSilentError
from domain.errors import DigitalFteError
from tasks.audit.log import audit_log
from tasks.clock import present
from tasks.model.propose import ModelQuestion, ask_models, proposal
from tasks.model.spending import ModelOverBudgetError, reserve_usd
from tasks.vault.vault import current_vault, init_vault
from tests.model_stand_in import connect, stand_in, tell
from tests.sandbox_fixture import SandboxClient

PRICED: dict[str, Any] = {"input_usd": Decimal(10), "output_usd": Decimal(100)}
AWAY = {"base_url": "http://127.0.0.1:9/v1", "model": "away"}


class Reworded(BaseModel):
    sentences: list[str]


QUESTION = ModelQuestion(
    "test", ("polish", {"longest": 9}), {"sentences": ["Cedar owes 5.00 USD."]}, Reworded, 60.0
)


@pytest.fixture(autouse=True)
def _vault() -> None:
    init_vault(current_vault().root)


def calls() -> list[tuple[str, str]]:
    lines = [json.loads(line) for path in audit_log().files() for line in path.read_text().splitlines()]
    return [(one["resource"], one["status"]) for one in lines if one["action"] == "model.asked"]


def first_of(sandbox: SandboxClient) -> list[tuple[LanguageModel, str]]:
    """Models that are of no help, and how their call is told."""
    wrong = stand_in(sandbox, api_key="wrong", model="sandbox-model")
    return [
        (stand_in(sandbox, **AWAY), "failure"),
        (wrong, "failure"),
        (stand_in(sandbox, **PRICED, model="sandbox-model", daily_limit_usd=Decimal("0.1")), ""),
    ]


async def test_the_next_one_is_asked_where_one_is_of_no_help_and_each_call_is_told(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (model, told) in enumerate(first_of(sandbox)):
        connect(monkeypatch, model, stand_in(sandbox))
        proposed = await ask_models(QUESTION)
        assert proposed is not None, number
        assert proposed.said.sentences == ["Cedar owes 5.00 USD."]
        told_now = [(model.model, told)] if told else []
        assert calls()[-len(told_now) - 1 :] == [*told_now, ("sandbox-model", "success")]


async def test_one_that_talks_nonsense_is_followed_by_the_next(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, stand_in(sandbox), stand_in(sandbox))
    sandbox.fault("wrong_json", service="model", content='{"choices": "none"}')
    assert await proposal(QUESTION) is not None
    assert [status for _, status in calls()] == ["unknown", "success"]


async def test_what_all_of_them_cost_keeps_within_the_first_ones_limit(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stand_in(sandbox, **PRICED | AWAY, daily_limit_usd=Decimal(2))
    second = stand_in(sandbox, **PRICED, daily_limit_usd=Decimal(1000))
    connect(monkeypatch, first, second)
    reserve_usd(Decimal("1.5"), Decimal(2), present())
    with pytest.raises(ModelOverBudgetError, match="limit of 2 USD"):
        await ask_models(QUESTION)
    assert await proposal(QUESTION) is None
    assert sandbox.journal(service="model") == []


async def test_slow_ones_share_the_time_that_a_person_waits(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(sandbox, "obedient", seconds=1)
    connect(monkeypatch, stand_in(sandbox), stand_in(sandbox))
    limits: list[float] = []
    real = LanguageModel.ask

    async def watched(model: LanguageModel, *asked: Any) -> Any:
        limits.append(model.time_limit_seconds)
        return await real(model, *asked)

    monkeypatch.setattr(LanguageModel, "ask", watched)
    with pytest.raises(ModelSilentError):
        await ask_models(ModelQuestion("test", ("polish", {"longest": 9}), QUESTION.data, Reworded, 0.4))
    assert len(limits) == 2
    assert sum(limits) <= 0.4 + 0.1


async def test_without_one_and_without_its_prompt_there_is_no_proposal(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch)
    assert await ask_models(QUESTION) is None
    connect(monkeypatch, stand_in(sandbox))
    (current_vault().root / "Templates/Prompts/polish.md").unlink()
    assert await proposal(QUESTION) is None
    with pytest.raises(DigitalFteError, match="polish"):
        await ask_models(QUESTION)
