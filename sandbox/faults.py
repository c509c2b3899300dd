"""Faults on request: what goes wrong on the wire, for which requests, how many times."""

import re
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, field_validator

from sandbox.store import Store


class FaultKind(StrEnum):
    """What goes wrong. The first three happen before the effect, the others after it.

    During a latency the request is in the journal already, with the fault's name; during the one after
    the effect also with its effect. That is the moment to kill a client.
    """

    LATENCY = "latency"
    STATUS = "status"
    REFUSE_BEFORE = "refuse_before"
    DROP_AFTER_EFFECT = "drop_after_effect"
    LATENCY_AFTER_EFFECT = "latency_after_effect"
    STATUS_AFTER_EFFECT = "status_after_effect"
    TRUNCATE = "truncate"
    WRONG_JSON = "wrong_json"


class Fault(BaseModel, extra="forbid"):
    """One rule; path and body are regular expressions searched in the path and the raw body."""

    id: int = 0
    kind: FaultKind
    service: str | None = None
    method: str | None = None
    path: str | None = None
    body: str | None = None
    skip: int = Field(default=0, ge=0, description="let this many matching requests pass first")
    times: int = Field(default=1, ge=1, description="then apply to this many")
    seconds: float = Field(default=0.0, ge=0, description="for both latencies: how long")
    status: int = Field(default=503, description="for status kinds: 429, 500, 503, ...")
    retry_after: int | str | None = Field(
        default=None, description="for status kinds: the Retry-After header"
    )
    clock_ahead_seconds: float = Field(
        default=0.0, description="of the answer's Date; negative: the clock is behind"
    )
    content: str | None = Field(default=None, description="for status kinds and wrong_json: the body to send")

    @field_validator("path", "body")
    @classmethod
    def _must_compile(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return value

    def matches(self, seen: "SeenRequest") -> bool:
        """Whether a request is one of those this rule is about."""
        return (
            self.service in (None, seen.service)
            and self.method in (None, seen.method)
            and re.search(self.path or "", seen.path) is not None
            and re.search(self.body or "", seen.body) is not None
        )


class SeenRequest(BaseModel):
    """The part of a request that rules look at."""

    service: str
    method: str
    path: str
    body: str


class FaultBook:
    """The rules in force, kept across restarts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = store.table("_faults")

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        key = self._table.add(fault.model_dump(mode="json"))
        return fault.model_copy(update={"id": key})

    def faults(self) -> list[Fault]:
        """The rules that still have something to do."""
        return [Fault.model_validate({**row, "id": key}) for key, row in self._table.peek().items()]

    def clear(self) -> None:
        """Let everything work again."""
        for key in list(self._table.peek()):
            self._table.remove(key)

    def take(self, seen: SeenRequest) -> Fault | None:
        """The first rule that applies to this request; uses up one of its times."""
        with self._store.transaction():
            for fault in self.faults():
                if not fault.matches(seen):
                    continue
                if fault.skip:
                    self._table.update(fault.id, skip=fault.skip - 1)
                    continue
                self._use_up(fault)
                return fault
        return None

    def _use_up(self, fault: Fault) -> None:
        if fault.times == 1:
            self._table.remove(fault.id)
        else:
            self._table.update(fault.id, times=fault.times - 1)


def status_body(fault: Fault) -> Any:
    """What a failing front server says: JSON for 429, a proxy's page for the rest."""
    if fault.content is not None:
        return fault.content
    if fault.status == 429:  # noqa: PLR2004 - Too Many Requests
        return '{"error": {"code": 429, "message": "Too many requests", "status": "RESOURCE_EXHAUSTED"}}'
    return f"<html><head><title>{fault.status}</title></head><body><h1>{fault.status}</h1></body></html>"
