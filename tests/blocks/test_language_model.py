"""A model that speaks OpenAI's protocol: what it answers, refuses or leaves unanswered, and what that may cost."""

import asyncio
import subprocess
import sys
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from blocks.language_model import (
    LanguageModel,
    ModelAwayError,
    ModelExtraMissingError,
    ModelNonsenseError,
    ModelPriceUnknownError,
    ModelRefusedError,
    ModelSilentError,
    Provider,
    TokenCount,
)
from tests.model_stand_in import stand_in, tell
from tests.sandbox_fixture import SandboxClient

ASKED = ("Reword each sentence.", '{"sentences": ["Revenue was 5.00 USD."]}')


class Reworded(BaseModel):
    sentences: list[str]


@pytest.mark.parametrize("provider", list(Provider))
async def test_an_answer_has_the_type_that_was_asked_for(sandbox: SandboxClient, provider: Provider) -> None:
    model = stand_in(sandbox, provider=provider)
    answer = await model.ask(*ASKED, Reworded)
    assert answer.said == Reworded(sentences=["Revenue came to 5.00 USD."])
    assert answer.tokens.read > 0 < answer.tokens.written
    (asked,) = sandbox.journal(service="model")
    assert asked["path"] == "/v1/chat/completions"
    assert asked["effect"] is False


async def test_the_server_says_whether_it_has_the_model_and_takes_the_key(sandbox: SandboxClient) -> None:
    await stand_in(sandbox).try_out()
    for changed in ({"model": "other"}, {"api_key": SecretStr("wrong")}, {"base_url": f"{sandbox.url}/web"}):
        with pytest.raises(ModelRefusedError, match="fte connect model"):
            await stand_in(sandbox, **changed).try_out()
    with pytest.raises(ModelAwayError):
        await stand_in(sandbox, base_url="http://127.0.0.1:9/v1").try_out()


@pytest.mark.parametrize("changed", [{"model": "other"}, {"api_key": SecretStr("wrong")}])
async def test_a_wrong_name_or_key_is_refused(sandbox: SandboxClient, changed: dict[str, Any]) -> None:
    with pytest.raises(ModelRefusedError) as refused:
        await stand_in(sandbox, **changed).ask(*ASKED, Reworded)
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_one_that_is_busy_is_asked_once(sandbox: SandboxClient, status: int) -> None:
    sandbox.fault("status", service="model", status=status, retry_after=1, times=9)
    with pytest.raises(ModelAwayError, match=str(status)):
        await stand_in(sandbox).ask(*ASKED, Reworded)
    assert len(sandbox.journal(service="model")) == 1


async def test_one_that_cannot_be_reached_is_away() -> None:
    model = LanguageModel(model="m", base_url="http://127.0.0.1:9/v1", provider=Provider.COMPATIBLE)
    with pytest.raises(ModelAwayError):
        await model.ask(*ASKED, Reworded)


async def test_one_that_is_slow_is_not_waited_for(sandbox: SandboxClient) -> None:
    sandbox.fault("latency", service="model", seconds=2)
    with pytest.raises(ModelSilentError):
        await stand_in(sandbox, time_limit_seconds=0.5).ask(*ASKED, Reworded)


@pytest.mark.parametrize("kind", ["refuse_before", "drop_after_effect", "truncate"])
async def test_a_lost_answer_may_be_charged(sandbox: SandboxClient, kind: str) -> None:
    sandbox.fault(kind, service="model")
    with pytest.raises(ModelSilentError):
        await stand_in(sandbox).ask(*ASKED, Reworded)
    assert len(sandbox.journal(service="model")) == 1


async def test_an_answer_that_does_not_end_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n"
        )
        with suppress(ConnectionError):
            while sent < 300_000_000:
                writer.write(bytes(100_000))
                await writer.drain()
                sent += 100_000
        writer.close()

    async with await asyncio.start_server(endless, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        model = LanguageModel(model="m", base_url=f"http://127.0.0.1:{port}/v1", provider=Provider.COMPATIBLE)
        with pytest.raises(ModelSilentError):
            await model.ask(*ASKED, Reworded)
    assert sent < 100_000_000


@pytest.mark.parametrize(
    "content", ['{"result": [1, 2', "[]", "null", '{"choices": []}', '{"choices": [{}]}', "<html>"]
)
async def test_what_is_no_answer_is_nonsense(sandbox: SandboxClient, content: str) -> None:
    sandbox.fault("wrong_json", service="model", content=content)
    with pytest.raises(ModelNonsenseError):
        await stand_in(sandbox).ask(*ASKED, Reworded)
    assert len(sandbox.journal(service="model")) == 1


@pytest.mark.parametrize("content", ["Certainly!", '{"sentences": 5}', "[]", ""])
async def test_an_answer_of_another_type_is_nonsense(sandbox: SandboxClient, content: str) -> None:
    tell(sandbox, "scripted", content)
    with pytest.raises(ModelNonsenseError):
        await stand_in(sandbox).ask(*ASKED, Reworded)
    assert len(sandbox.journal(service="model")) == 1


def test_prices_are_those_that_were_named_else_the_list_s_and_nothing_on_this_machine() -> None:
    tokens = TokenCount(1_000_000, 500_000)
    named = LanguageModel(model="m", input_usd=Decimal(2), output_usd=Decimal(8))
    assert named.price_usd(tokens) == 6
    assert LanguageModel(model="gpt-4o-mini").price_usd(tokens) == Decimal("0.45")
    assert LanguageModel(model="m", base_url="http://127.0.0.1:11434/v1").price_usd(tokens) == 0
    unknown = LanguageModel(model="m", provider=Provider.COMPATIBLE, base_url="https://models.example/v1")
    with pytest.raises(ModelPriceUnknownError, match="--input-price"):
        unknown.price_usd(tokens)


async def test_without_the_extra_nobody_is_asked(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pydantic_ai", None)
    with pytest.raises(ModelExtraMissingError, match="uv sync --extra model"):
        await stand_in(sandbox).ask(*ASKED, Reworded)
    assert sandbox.journal(service="model") == []


def test_nothing_of_the_extra_is_loaded_before_a_model_is_asked() -> None:
    code = "import sys, flows.weekly_audit; print({'pydantic_ai', 'openai', 'httpx2'} & sys.modules.keys() or 'none')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "none"


@pytest.mark.parametrize("address", ["", "models.example", "ftp://models.example/v1", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="looks like"):
        LanguageModel(model="m", base_url=address)
