"""A stand-in for a language model behind OpenAI's chat protocol: it answers, well or badly, as it is told.

`POST /_sandbox/model/behaviour` says how, with which words and after how many seconds. What it is asked for it sees by
the name of the answer's type; what that is about is data to it, as to any server.
"""

import asyncio
import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox import hostile_model
from sandbox.admin import answer
from sandbox.store import Row, Store

TITLE = re.compile(r'"title": "(\w+)"')
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
    """It does what the words may tell it to, and worse: links, mentions, payments, posts, forwards."""
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
        await asyncio.sleep(float((self._told.get("now") or {}).get("seconds", 0)))
        said: str = self._said(asked)
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
        said = {"content": told.get("content", ""), "seconds": told.get("seconds", 0)}
        self._told.put("now", {"behaviour": Behaviour(told["behaviour"]), **said})
        return answer(status="told")

    def _said(self, asked: dict[str, Any]) -> str:
        told: Row = self._told.get("now") or {"behaviour": Behaviour.OBEDIENT, "content": ""}
        behaviour = Behaviour(told["behaviour"])
        if behaviour is Behaviour.SCRIPTED:
            return str(told["content"])
        if behaviour is Behaviour.NONSENSE:
            return "Certainly! Revenue has doubled."
        kind, about = _asked_for(asked), json.loads(_question(asked))
        if kind in _MEANT:
            number = self._store.next_number("_model_asked")
            is_hostile = behaviour is Behaviour.HOSTILE
            return json.dumps(_MEANT[kind](number, about) if is_hostile else _HARMLESS[kind])
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
    return list(json.loads(_question(asked))["sentences"])


def _question(asked: dict[str, Any]) -> str:
    """The last message of the user."""
    return str(next(one["content"] for one in reversed(asked["messages"]) if one["role"] == "user"))


def _asked_for(asked: dict[str, Any]) -> str:
    """The name of the answer's type, as its schema in the instructions has it; empty: it has none."""
    told = " ".join(str(one["content"]) for one in asked["messages"] if one["role"] == "system")
    return str((TITLE.findall(told) or [""])[-1])


OTHER_WORDS = {
    " was ": " came to ",
    " are late ": " are overdue ",
    " rose to ": " grew to ",
    " fell to ": " dropped to ",
}


def _reworded(sentence: str) -> str:
    for said, other in OTHER_WORDS.items():
        sentence = sentence.replace(said, other)
    return sentence


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
_MEANT: dict[str, Callable[[int, dict[str, Any]], dict[str, Any]]] = {
    "ProposedKind": lambda number, _about: hostile_model.kind_said(number),
    "ProposedPlan": hostile_model.plan_said,
    "ProposedAnswer": hostile_model.draft_said,
    "ProposedPost": hostile_model.draft_said,
}
"""By the answer's type, what a hostile model says."""

_HARMLESS: dict[str, dict[str, Any]] = {
    "ProposedKind": {"kind": "other", "domain": "both", "priority": "normal", "why": "It says little."},
    "ProposedPlan": {"playbook": "", "steps": []},
    "ProposedAnswer": {"text": "Thank you for your message. We look into it and answer soon."},
    "ProposedPost": {"text": "A good week is behind us. Thank you!"},
}
