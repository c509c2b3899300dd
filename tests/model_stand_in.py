"""A language model that the tests can tell how to answer."""

from typing import Any

import pytest
from pydantic import SecretStr

from blocks.language_model import LanguageModel, Provider
from tasks.model import propose
from tests.sandbox_fixture import SandboxClient


def stand_in(sandbox: SandboxClient, **changed: Any) -> LanguageModel:
    """The sandbox's, as a person would connect it."""
    fields: dict[str, Any] = {
        "provider": Provider.COMPATIBLE,
        "model": "sandbox-model",
        "api_key": SecretStr("sandbox-model-key"),
        "base_url": f"{sandbox.url}/v1",
        "time_limit_seconds": 20,
    }
    return LanguageModel(**(fields | changed))


def connect(monkeypatch: pytest.MonkeyPatch, *models: LanguageModel) -> None:
    """Have these be the connected ones, in this order."""

    async def saved() -> list[LanguageModel]:
        return list(models)

    monkeypatch.setattr(propose, "saved_models", saved)


def tell(sandbox: SandboxClient, behaviour: str, content: str = "", seconds: float = 0) -> None:
    """How it answers from now on, and after how long."""
    told = {"behaviour": behaviour, "content": content, "seconds": seconds}
    sandbox.http.post("/_sandbox/model/behaviour", json=told).raise_for_status()
