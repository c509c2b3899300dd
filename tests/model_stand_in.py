"""A language model that the tests can tell how to answer."""

from typing import Any

from pydantic import SecretStr

from blocks.language_model import LanguageModel, Provider
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


def tell(sandbox: SandboxClient, behaviour: str, content: str = "") -> None:
    """How it answers from now on."""
    told = {"behaviour": behaviour, "content": content}
    sandbox.http.post("/_sandbox/model/behaviour", json=told).raise_for_status()
