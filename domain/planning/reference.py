"""References and conditions of a playbook: text of its author, read before any value is known.

A value is a literal or exactly one reference, and a condition compares references with literals. What a reference
stands for is data: it is put in whole and never read again, so `{{ task.secret }}` as a customer's name is a name.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

REFERENCE = re.compile(r"^\{\{\s*([\w.]+)\s*\}\}$")
"""A value is a literal or exactly one reference; text from a mail is data here and never a template."""
_COMPARED = re.compile(
    r"^\{\{\s*(?P<left>[\w.]+)\s*\}\}(?:\s*(?P<sign>==|!=|<=|>=|<|>|not in\b|in\b)\s*(?P<right>.+))?$"
)
_QUOTED = re.compile(r"""^(["'])(.*)\1$""")
_LIST = re.compile(r"^\[(.*)\]$")
_WORDS = {"true": True, "yes": True, "false": False, "no": False, "empty": None}
CONDITION_FORM = (
    'write one reference and one value, such as "{{ steps.find.balance }} > 100"; '
    "signs are == != < <= > >= in not in"
)


_COMPARES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Lookup(Protocol):
    """Finds what a path such as `steps.find.partner_id` stands for; raises when it stands for nothing."""

    def __call__(self, path: str, /) -> Any:
        """The value."""


class ConditionError(ValueError):
    """A condition that nobody can decide, or a group that is none."""


def referenced(value: Any) -> str | None:
    """The path that a value refers to; None for a literal."""
    found = REFERENCE.match(value) if isinstance(value, str) else None
    return found[1] if found else None


def references_in(value: Any) -> Iterator[str]:
    """Every path that an author's value refers to, however deep it stands."""
    path = referenced(value)
    if path:
        yield path
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from references_in(item)


def filled(value: Any, look: Lookup) -> Any:
    """The author's value with every reference replaced by what it stands for; that is not looked into."""
    path = referenced(value)
    if path:
        return look(path)
    if isinstance(value, Mapping):
        return {key: filled(item, look) for key, item in value.items()}
    return [filled(item, look) for item in value] if isinstance(value, list) else value


def filled_inputs(inputs: Mapping[str, Any], look: Lookup) -> dict[str, Any]:
    """A step's inputs; `from` takes all values of a group, which the others stand over.

    Raises:
        ConditionError: `from` names no group.
    """
    taken = look(str(inputs["from"])) if "from" in inputs else {}
    if not isinstance(taken, Mapping):
        raise ConditionError(f"from: {inputs['from']} is no group of names and values")
    return dict(taken) | {key: filled(value, look) for key, value in inputs.items() if key != "from"}


@dataclass(frozen=True)
class Condition:
    """One comparison; without a sign it asks whether there is something."""

    left: str
    sign: str = ""
    right: Any = None

    @property
    def paths(self) -> list[str]:
        """What it refers to."""
        return [self.left, *references_in(self.right)]

    def holds(self, look: Lookup) -> bool:
        """Whether it does.

        Raises:
            ConditionError: its two sides cannot be compared.
        """
        left, right = look(self.left), filled(self.right, look)
        if not self.sign:
            return bool(left)
        if self.sign.endswith("in"):
            return _is_among(left, right) is (self.sign == "in")
        if self.sign in {"==", "!="}:
            return _same(left, right) is (self.sign == "==")
        first, second = _ordered(left, right)
        return bool(_COMPARES[self.sign](first, second))


def condition_of(text: str) -> Condition:
    """Read a condition as its author wrote it.

    Raises:
        ConditionError: it is none.
    """
    found = _COMPARED.match(text.strip())
    if found is None or "{{" in (found["right"] or "").lstrip()[2:]:
        raise ConditionError(f"'{text}' is no condition; {CONDITION_FORM}")
    return Condition(found["left"], found["sign"] or "", _literal(found["right"] or ""))


def _literal(text: str) -> Any:
    text = text.strip()
    if REFERENCE.match(text):
        return text
    if quoted := _QUOTED.match(text):
        return quoted[2]
    if items := _LIST.match(text):
        return [_literal(item) for item in items[1].split(",") if item.strip()]
    return _WORDS.get(text.casefold(), text)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _same(left: Any, right: Any) -> bool:
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first == second
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right or (left in ("", []) and right is None)
    return str(left).strip().casefold() == str(right).strip().casefold()


def _is_among(left: Any, right: Any) -> bool:
    if not isinstance(right, list):
        raise ConditionError("'in' needs a list on its right, such as [open, late]")
    return any(_same(left, one) for one in right)


def _ordered(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as numbers, or both as days written YYYY-MM-DD."""
    numbers = _number(left), _number(right)
    if None not in numbers:
        return numbers
    days = [str(one) for one in (left, right) if re.match(r"^\d{4}-\d\d-\d\d", str(one))]
    if len(days) == 2:  # noqa: PLR2004 (both sides)
        return days[0], days[1]
    raise ConditionError(f"'{left}' and '{right}' cannot be compared by size; compare numbers or days")
