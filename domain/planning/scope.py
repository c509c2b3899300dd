"""What a step's references can name while a playbook is unfolded, and what is not known of it yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.planning.playbook import PlaybookError


class PendingError(Exception):
    """It is not known yet."""


class LeftOutError(Exception):
    """It will never be known: what it comes from was left out."""


PENDING, LEFT_OUT = object(), object()


@dataclass
class Scope:
    """Where references are looked up: a playbook's own names and steps, those of a loop's record before them."""

    prefix: str
    names: dict[str, Any]
    outer: "Scope | None" = None
    record: str = ""
    after: tuple[str, ...] = ()
    steps: dict[str, Any] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)

    def look(self, path: str) -> Any:
        """What a reference names, the innermost first.

        Raises:
            PlaybookError: nothing is known by that name.
        """
        first, *rest = path.split(".")
        scope: Scope | None = self
        while scope is not None:
            if first == "steps" and rest and rest[0] in scope.steps:
                return _inside(scope.steps[rest[0]], rest[1:], path)
            if first in scope.names:
                return _inside(scope.names[first], rest, path)
            scope = scope.outer
        raise PlaybookError("", f"nothing is known as '{path}' for this task")

    def state(self, name: str) -> Any:
        """What a step has come to.

        Raises:
            PlaybookError: there is no such step.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.steps:
                return scope.steps[name]
            scope = scope.outer
        raise PlaybookError("", f"there is no step '{name}'")

    def ids_of(self, names: frozenset[str]) -> list[str]:
        """The ids of the steps made of these, behind which another comes."""
        found: list[str] = list(self.after)
        scope: Scope | None = self
        while scope is not None:
            found += [one for name in sorted(names) for one in scope.made.get(name, ())]
            scope = scope.outer
        return list(dict.fromkeys(found))


def _inside(value: Any, rest: Sequence[str], path: str) -> Any:
    for part in rest:
        value = _settled(value)
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            raise PlaybookError("", f"nothing is known as '{path}' for this task")
    return _settled(value)


def _settled(value: Any) -> Any:
    if value is PENDING:
        raise PendingError
    if value is LEFT_OUT:
        raise LeftOutError
    return value
