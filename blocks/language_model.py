"""A language model that speaks OpenAI's chat protocol: OpenAI's own, a hosted one, or a server of one's own.

It is asked one question at a time for an answer of a stated type, within a time limit, and never again by itself. What
it says is a proposal: whoever asks checks it. pydantic-ai, of the extra `model`, is imported when it is asked.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar, cast

import httpx
from prefect.blocks.core import Block
from pydantic import BaseModel, Field, SecretStr, field_validator

from blocks.addresses import web_address
from blocks.broken_connection import problem_of
from blocks.certificates import is_public, trusted
from blocks.own_secrets import hide_own_secrets_async
from blocks.prefect_server import prefect_asked, saved_block
from domain.errors import ContractError, DigitalFteError, RejectedError, TransientError, UnknownOutcomeError

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.exceptions import ModelAPIError
    from pydantic_ai.models.openai import OpenAIChatModel

NAME = "model"
NAMES = (NAME, f"{NAME}-2", f"{NAME}-3")
"""Of the blocks, in the order in which they are asked: the first that answers is listened to."""
OPENAI_URL = "https://api.openai.com/v1"
CONNECT = "fte connect model"
MOST_OUTPUT_TOKENS = 8_000
"""Of one answer, with what the model thinks before it."""
LARGEST_ANSWER_BYTES = 1_000_000
"""Many times what those tokens take; what follows is not read."""
MILLION = Decimal(1_000_000)

T = TypeVar("T", bound=BaseModel)


class Provider(StrEnum):
    """Who serves the model: the list prices that are known, and the small ways in which servers differ."""

    OPENAI = "openai"
    COMPATIBLE = "openai-compatible"
    """Any other server with OpenAI's chat protocol: vLLM, Ollama, llama.cpp, LM Studio, a gateway."""


class ModelExtraMissingError(RejectedError):
    """The extra `model` is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "what speaks to a language model is not installed; install it: uv sync --extra model "
            "(elsewhere pip install 'digital-fte[model]')"
        )


class ModelPriceUnknownError(RejectedError):
    """Nobody knows what the model costs, so no limit could hold."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"nobody knows what a token of {model} costs, so the spend limit could not hold; name the prices: "
            f"{CONNECT} --input-price 0.25 --output-price 2 (dollars for a million tokens; 0 for a server of your own)"
        )


class ModelRefusedError(RejectedError):
    """It answers, and does not take the key, the model's name or the question."""

    def __init__(self, model: str, said: str) -> None:
        super().__init__(
            f"the language model {model} refused the question ({said}); look at it, then {CONNECT}"
        )


class ModelAwayError(TransientError):
    """It cannot be reached, is busy or is out of order: nothing was said, and nothing is charged."""

    def __init__(self, model: str, problem: str) -> None:
        super().__init__(f"the language model {model} is away ({problem})")


class ModelSilentError(UnknownOutcomeError):
    """It was asked, and no whole answer came in time; the question may be charged."""

    def __init__(self, model: str, problem: str) -> None:
        super().__init__(f"the language model {model} did not answer ({problem})")


class ModelNonsenseError(ContractError):
    """Its answer is none of the stated type."""

    def __init__(self, model: str) -> None:
        super().__init__(f"the language model {model} did not answer what it was asked")


class TokenCount(NamedTuple):
    """How many were read and written."""

    read: int
    written: int


class ModelAnswer(NamedTuple, Generic[T]):
    """What the model said, and how much it read and wrote for it."""

    said: T
    tokens: TokenCount


class LanguageModel(Block):
    """The model that may propose words."""

    _block_type_name: ClassVar[str] = "Language Model"
    _block_type_slug: ClassVar[str] = "model-credentials"
    _description: ClassVar[str] = (
        "A model that may propose wording; what it says is checked before it is used."
    )

    provider: Provider = Field(
        default=Provider.OPENAI, description="openai, or openai-compatible for any other."
    )
    model: str = Field(description="The model's name there, such as gpt-5-mini or qwen3:8b.", min_length=1)
    api_key: SecretStr = Field(
        default=SecretStr(""), description="Its key; empty where the server wants none."
    )
    base_url: str = Field(default=OPENAI_URL, description="Address of the API, ending in /v1.")
    daily_limit_usd: Decimal = Field(
        default=Decimal(1),
        ge=0,
        description="Dollars that it and those asked in its place may cost in 24 hours; 0: none is asked.",
    )
    time_limit_seconds: float = Field(default=60, gt=0, le=600, description="How long one answer may take.")
    input_usd: Decimal | None = Field(
        default=None, ge=0, description="Dollars for a million tokens read; empty: the provider's list price."
    )
    output_usd: Decimal | None = Field(default=None, ge=0, description="The same of tokens written.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value, "http://127.0.0.1:11434/v1")

    @property
    def is_own_machine(self) -> bool:
        """Whether the model runs on this machine, which charges nothing."""
        return not is_public(self.base_url)

    def price_usd(self, tokens: TokenCount) -> Decimal:
        """What these tokens cost.

        Raises:
            ModelPriceUnknownError: no price is named, and the provider's list does not have the model.
            ModelExtraMissingError: the extra, which has the list, is not installed.
        """
        if self.input_usd is not None and self.output_usd is not None:
            return (self.input_usd * tokens.read + self.output_usd * tokens.written) / MILLION
        if self.is_own_machine:
            return Decimal(0)
        check_extra()
        from pydantic_ai.messages import ModelResponse
        from pydantic_ai.usage import RequestUsage

        usage = RequestUsage(input_tokens=tokens.read, output_tokens=tokens.written)
        asked = ModelResponse(parts=[], usage=usage, model_name=self.model, provider_url=self.base_url)
        try:
            return asked.cost().total_price
        except (LookupError, AssertionError) as error:
            raise ModelPriceUnknownError(self.model) from error

    async def ask(self, instructions: str, question: str, kind: type[T]) -> ModelAnswer[T]:
        """Its answer to one question, which is asked once.

        Args:
            instructions: What to do with it.
            question: Data.
            kind: What the answer has to be.

        Raises:
            ModelExtraMissingError, ModelRefusedError, ModelAwayError, ModelSilentError, ModelNonsenseError: none.
        """
        check_extra()
        from pydantic_ai import Agent, PromptedOutput, UsageLimits
        from pydantic_ai.exceptions import AgentRunError, ModelAPIError

        try:
            async with asyncio.timeout(self.time_limit_seconds), self._http() as http:
                agent = Agent(
                    self._served_by(http),
                    output_type=PromptedOutput(kind),
                    instructions=instructions,
                    retries=0,
                    model_settings={
                        "max_tokens": MOST_OUTPUT_TOKENS,
                        "max_retries": 0,
                        "timeout": self.time_limit_seconds,
                    },
                )
                found = await agent.run(question, usage_limits=UsageLimits(request_limit=1))
        except TimeoutError as error:
            raise ModelSilentError(self.model, f"within {self.time_limit_seconds:g} s") from error
        except ModelAPIError as error:
            raise _told(self.model, error) from error
        except (AgentRunError, ValueError, TypeError, AttributeError, LookupError) as error:
            # openai's client and pydantic-ai, of what is no JSON, or JSON of another form than the protocol's
            raise ModelNonsenseError(self.model) from error
        usage = found.usage
        return ModelAnswer(found.output, TokenCount(usage.input_tokens, usage.output_tokens))

    async def try_out(self) -> None:
        """Look whether the server takes the key and has the model; costs nothing.

        Raises:
            ModelExtraMissingError: the extra, which has the client, is not installed.
            ModelAwayError: it does not answer, or not to the end.
            ModelRefusedError: it refuses the key, or has no such model.
        """
        check_extra()
        import httpx2

        key = self.api_key.get_secret_value()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        try:
            async with asyncio.timeout(self.time_limit_seconds), self._http() as http:
                answer = await http.get(f"{self.base_url}/models", headers=headers)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise ModelAwayError(self.model, problem_of(error)) from error
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ModelAwayError(self.model, f"HTTP {answer.status_code}")
        if not answer.is_success:
            raise ModelRefusedError(self.model, f"HTTP {answer.status_code}")
        try:
            known = [one["id"] for one in answer.json()["data"]]
        except (ValueError, TypeError, KeyError) as error:
            raise ModelRefusedError(self.model, "it is no server with OpenAI's protocol") from error
        if self.model not in known:
            raise ModelRefusedError(self.model, "the server does not have it")

    def _served_by(self, http: "httpx2.AsyncClient") -> "OpenAIChatModel":
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        key = self.api_key.get_secret_value() or "none"
        if self.provider is Provider.OPENAI:
            return OpenAIChatModel(
                self.model, provider=OpenAIProvider(base_url=self.base_url, api_key=key, http_client=http)
            )
        return OpenAIChatModel(
            self.model,
            provider=OpenAICompatibleProvider(
                self.provider.value, base_url=self.base_url, api_key=key, http_client=http
            ),
        )

    def _http(self) -> "httpx2.AsyncClient":
        import httpx2

        return httpx2.AsyncClient(
            timeout=self.time_limit_seconds,
            trust_env=not self.is_own_machine,
            verify=trusted(self.base_url),
            headers={"accept-encoding": "identity"},
            event_hooks={"response": [_bounded, hide_own_secrets_async]},
        )


async def _bounded(response: "httpx2.Response") -> None:
    """Have no more read of it than LARGEST_ANSWER_BYTES, as they come: packed ones could become many more."""
    import httpx2

    stream = cast("httpx2.AsyncByteStream", response.stream)

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in stream:
                read += len(chunk)
                if read > LARGEST_ANSWER_BYTES:
                    raise httpx2.ReadError("the answer does not end")
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()

    response.headers.pop("content-encoding", None)
    response.stream = Bounded()


async def saved_models() -> list[LanguageModel]:
    """The connected models, in the order in which they are asked; a place that is empty ends it.

    Raises:
        PrefectAwayError, PrefectPasswordError: nobody can say whether there is one.
    """
    models: list[LanguageModel] = []
    with prefect_asked():
        for name in NAMES:
            document = await saved_block(name, LanguageModel.get_block_type_slug())
            if document is None:
                break
            models.append(LanguageModel.model_validate(document.data))
    return models


def check_extra() -> None:
    """See that the extra is installed, without loading it.

    Raises:
        ModelExtraMissingError: it is not.
    """
    if find_spec("pydantic_ai") is None or find_spec("openai") is None:
        raise ModelExtraMissingError


def load_extra() -> None:
    """Load what a question needs, where it is installed, so that it takes nothing of the time of an answer."""
    with suppress(ImportError):
        import pydantic_ai.models.openai  # noqa: F401 (for what loading does)


def _told(model: str, error: "ModelAPIError") -> DigitalFteError:
    """What a failed call means: whether it may be charged, and whether it may work later."""
    from pydantic_ai.exceptions import ModelConnectionError, ModelHTTPError, ModelRequestTimeout

    match error:
        case ModelHTTPError(status_code=status):
            is_away = status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR
            return (ModelAwayError if is_away else ModelRefusedError)(model, f"HTTP {status}")
        case ModelConnectionError(phase="pool" | "connect"):
            return ModelAwayError(model, "no connection")
        case ModelConnectionError() | ModelRequestTimeout():
            return ModelSilentError(model, "no whole answer")
    return ModelNonsenseError(model)
