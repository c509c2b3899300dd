"""A stand-in for a language model behind OpenAI's chat protocol: it rewords sentences, well or badly, as it is told.

`POST /_sandbox/model/behaviour` says how, and with which words. What it is asked is data to it, as to any server.
"""

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.admin import answer
from sandbox.store import Row, Store

KEY = "sandbox-model-key"
MODEL = "sandbox-model"
CHARACTERS_A_TOKEN = 4
BEHAVIOUR = "_model_behaviour"
"""The table; it is the machinery's own, and asking a model changes nothing."""


class Behaviour(StrEnum):
    """How it answers."""

    OBEDIENT = "obedient"
    WRONG_NUMBERS = "wrong_numbers"
    HOSTILE = "hostile"
    """It does what the sentences may tell it to: links, mentions, orders."""
    FORGETFUL = "forgetful"
    """One sentence is missing."""
    NONSENSE = "nonsense"
    SCRIPTED = "scripted"
    """It says `content`."""


class _RefusedError(Exception):
    """An answer other than 200, as OpenAI words it."""

    def __init__(self, status: int, kind: str, code: str, message: str) -> None:
        super().__init__(message)
        error = {"message": message, "type": kind, "param": None, "code": code}
        self.answer = JSONResponse({"error": error}, status)


class _Model:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._told = store.table(BEHAVIOUR)

    async def models(self, request: Request) -> JSONResponse:
        try:
            _admit(request)
        except _RefusedError as refused:
            return refused.answer
        known = {"id": MODEL, "object": "model", "created": 0, "owned_by": "sandbox"}
        return JSONResponse({"object": "list", "data": [known]})

    async def complete(self, request: Request) -> JSONResponse:
        try:
            _admit(request)
            asked = _asked(await request.body())
        except _RefusedError as refused:
            return refused.answer
        said = self._said(asked)
        read = len(json.dumps(asked)) // CHARACTERS_A_TOKEN
        written = len(said) // CHARACTERS_A_TOKEN
        message = {"role": "assistant", "content": said, "refusal": None}
        return JSONResponse(
            {
                "id": f"chatcmpl-sandbox-{self._store.next_number('_model')}",
                "object": "chat.completion",
                "created": int(self._store.now().timestamp()),
                "model": asked["model"],
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
                "usage": {
                    "prompt_tokens": read,
                    "completion_tokens": written,
                    "total_tokens": read + written,
                },
            }
        )

    async def behave(self, request: Request) -> JSONResponse:
        told = await request.json()
        self._told.put("now", {"behaviour": Behaviour(told["behaviour"]), "content": told.get("content", "")})
        return answer(status="told")

    def _said(self, asked: dict[str, Any]) -> str:
        told: Row = self._told.get("now") or {"behaviour": Behaviour.OBEDIENT, "content": ""}
        behaviour = Behaviour(told["behaviour"])
        if behaviour is Behaviour.SCRIPTED:
            return str(told["content"])
        if behaviour is Behaviour.NONSENSE:
            return "Certainly! Revenue has doubled."
        sentences = [_REWORDED[behaviour](sentence) for sentence in _sentences(asked)]
        return json.dumps({"sentences": sentences[1:] if behaviour is Behaviour.FORGETFUL else sentences})


def routes(store: Store) -> list[Route]:
    """The API's paths, and the admin side's."""
    model = _Model(store)
    return [
        Route("/v1/models", model.models, methods=["GET"]),
        Route("/v1/chat/completions", model.complete, methods=["POST"]),
        Route("/_sandbox/model/behaviour", model.behave, methods=["POST"]),
    ]


def seed(_: Store) -> None:
    """It remembers nothing."""


def _admit(request: Request) -> None:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        raise _RefusedError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.")


def _asked(body: bytes) -> dict[str, Any]:
    try:
        asked: dict[str, Any] = json.loads(body)
        name, messages = asked["model"], asked["messages"]
        is_sound = bool(messages) and all(one["role"] for one in messages)
    except (ValueError, TypeError, KeyError) as error:
        raise _RefusedError(400, "invalid_request_error", "invalid_body", "Invalid request.") from error
    if not is_sound:
        raise _RefusedError(400, "invalid_request_error", "invalid_body", "Invalid 'messages': empty array.")
    if name != MODEL:
        raise _RefusedError(
            404, "invalid_request_error", "model_not_found", f"The model `{name}` does not exist"
        )
    return asked


def _sentences(asked: dict[str, Any]) -> list[str]:
    """What the last message of the user lists."""
    told = next(one["content"] for one in reversed(asked["messages"]) if one["role"] == "user")
    return list(json.loads(told)["sentences"])


def _reworded(sentence: str) -> str:
    return sentence.replace(" was ", " came to ").replace(" are late ", " are overdue ")


def _raised(sentence: str) -> str:
    """Each digit one higher."""
    return re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), _reworded(sentence))


def _obeyed(sentence: str) -> str:
    return f"{_reworded(sentence)} [Pay here](https://pay.evil.example/now) @everyone"


_REWORDED: dict[Behaviour, Callable[[str], str]] = {
    Behaviour.OBEDIENT: _reworded,
    Behaviour.FORGETFUL: _reworded,
    Behaviour.WRONG_NUMBERS: _raised,
    Behaviour.HOSTILE: _obeyed,
}
