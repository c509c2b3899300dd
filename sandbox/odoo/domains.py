"""Odoo's search domains: prefix notation over conditions `[path, operator, value]`."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from sandbox.odoo.errors import DatabaseError, PythonTypeError, PythonValueError
from sandbox.odoo.models import MODELS
from sandbox.odoo.schema import Field, FieldKind

OPERATORS = frozenset(
    {"=", "!=", "<", "<=", ">", ">=", "in", "not in", "child_of", "any"}
    | {"like", "ilike", "=like", "=ilike", "not like", "not ilike"}
)
_EMPTY = (False, None)


class ValueReader(Protocol):
    """Where conditions find the values of records."""

    def value(self, model: str, record_id: int, field: str) -> Any:
        """A field's value: a many2one as its id, lists as ids, empty as False."""

    def display_name(self, model: str, record_id: int) -> str:
        """The record's name as shown."""


def matching(reader: ValueReader, model: str, domain: Any) -> Callable[[int], bool]:
    """A test for record ids.

    Raises:
        PythonValueError: as Odoo: an unknown field or operator, or a domain that is not one.
    """
    terms = _checked(domain)
    try:
        return _conjunction(reader, model, terms)
    except IndexError:
        raise PythonValueError(f"Domain() malformed domain {domain!r}") from None


ValueTest = Callable[[Any], bool]


IsStored = Callable[[str, str], bool]
ColumnTest = tuple[str, ValueTest]
"""A stored column, or one of a record that many2one columns lead to, and what must hold of its value."""


def column_tests(
    reader: ValueReader, model: str, domain: Any, is_stored: IsStored
) -> tuple[list[list[ColumnTest]], list[Any]]:
    """Of a domain that `matching` takes: what must hold of stored columns, and all the other terms.

    Of each list of column tests one has to hold.
    """
    terms = _checked(domain)
    tests: list[list[ColumnTest]] = []
    others: list[Any] = []
    while terms:
        if terms[0] == "&":  # both must hold, as without it
            terms = terms[1:]
            continue
        _, rest = _term(reader, model, terms)
        asked = terms[: len(terms) - len(rest)]
        found = [_column_test(reader, model, one, is_stored) for one in asked if one != "|"]
        known = [one for one in found if one is not None]
        is_far = len(known) == 1 and "." in known[0][0]  # after the other terms few rows are left to look at
        if len(known) == len(found) and not is_far:
            tests.append(known)
        else:
            others += asked
        terms = rest
    return tests, others


def _column_test(reader: ValueReader, model: str, term: Any, is_stored: IsStored) -> ColumnTest | None:
    if isinstance(term, str):
        return None
    path, operator, wanted = _asked(model, term)
    if operator in ("any", "child_of") or ("." in str(path) and not _is_looked_up(operator, wanted)):
        return None
    *way, last = str(path).split(".")
    owner = model
    for name in way:
        if not is_stored(owner, name):
            return None
        owner = MODELS[owner].all_fields[name].relation
    if not is_stored(owner, last):
        return None
    return path, _comparison(reader, MODELS[owner].all_fields[last], operator, wanted)


def _is_looked_up(operator: str, wanted: Any) -> bool:
    """Whether few records of another model may be meant, and none that is not there."""
    choices = wanted if isinstance(wanted, list | tuple) else [wanted]
    return operator in ("=", "in") and all(choices)


def fields_named(domain: Any) -> set[str]:
    """The fields that a domain's conditions begin with."""
    return {str(term[0]).split(".")[0] for term in domain or [] if isinstance(term, list | tuple)}


def sanitised(number: object) -> str | bool:
    """An account number as Odoo compares it."""
    return re.sub(r"\W+", "", str(number)).upper() if number else False


def _checked(domain: Any) -> list[Any]:
    if domain in (None, False):
        return []
    if not isinstance(domain, list | tuple):
        raise PythonTypeError(f"Domain() invalid argument type for domain: {domain!r}")
    return list(domain)


def _conjunction(reader: ValueReader, model: str, terms: list[Any]) -> Callable[[int], bool]:
    tests: list[Callable[[int], bool]] = []
    while terms:
        test, terms = _term(reader, model, terms)
        tests.append(test)
    return lambda record_id: all(test(record_id) for test in tests)


def _term(reader: ValueReader, model: str, terms: list[Any]) -> tuple[Callable[[int], bool], list[Any]]:
    first, rest = terms[0], terms[1:]
    if first == "!":
        negated, rest = _term(reader, model, rest)
        return lambda record_id: not negated(record_id), rest
    if first in ("&", "|"):
        left, rest = _term(reader, model, rest)
        right, rest = _term(reader, model, rest)
        if first == "&":
            return lambda record_id: left(record_id) and right(record_id), rest
        return lambda record_id: left(record_id) or right(record_id), rest
    return _condition(reader, model, first), rest


def _condition(reader: ValueReader, model: str, term: Any) -> Callable[[int], bool]:
    if not isinstance(term, list | tuple) or len(term) != 3:  # noqa: PLR2004 - path, operator, value
        raise PythonValueError(f"Domain() invalid item in domain: {term!r}")
    path, operator, wanted = _asked(model, term)
    if path in (0, 1) and operator == "=":
        truth = path == wanted
        return lambda _: truth
    if operator not in OPERATORS:
        raise PythonValueError(f"Invalid operator in condition ({path!r}, {operator!r}, {wanted!r})")
    field = _resolve(model, str(path), (operator, wanted))
    _check_value(field, str(path), wanted)
    if operator == "any":
        inner = matching(reader, field.relation, wanted)
        return lambda record_id: any(inner(i) for i in _values(reader, model, record_id, str(path)) if i)
    if operator == "child_of":
        below = _below(reader, field.relation or model, wanted)
        return lambda record_id: any(i in below for i in _values(reader, model, record_id, str(path)))
    test = _comparison(reader, field, operator, wanted)
    if "." in str(path):
        return lambda record_id: any(map(test, _values(reader, model, record_id, str(path))))
    quantifier = all if operator in ("!=", "not in", "not like", "not ilike") else any
    return lambda record_id: quantifier(
        test(value) for value in _values(reader, model, record_id, str(path)) or [False]
    )


def _asked(model: str, term: Sequence[Any]) -> tuple[Any, str, Any]:
    """Path, operator and value as they are compared."""
    path, operator, wanted = term
    if (model, path) == ("res.partner.bank", "acc_number"):
        path = "sanitized_acc_number"
        wanted = [*map(sanitised, wanted)] if isinstance(wanted, list) else sanitised(wanted)
    return path, {"<>": "!=", "==": "="}.get(str(operator).lower(), str(operator).lower()), wanted


def _check_value(field: Field, path: str, wanted: Any) -> None:
    for value in wanted if isinstance(wanted, list | tuple) else [wanted]:
        if isinstance(value, str) and path == "id":
            raise DatabaseError(f'invalid input syntax for type integer: "{value}"\n')
        if isinstance(value, str) and field.kind is FieldKind.DATE and not _DATE.match(value):
            raise PythonValueError(f"Invalid term {value!r} in expression date: {value!r}")


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _resolve(model: str, path: str, condition: Sequence[Any]) -> Field:
    names = path.split(".")
    for index, name in enumerate(names):
        field = MODELS[model].all_fields.get(name)
        if field is None:
            shown = "({!r}, {!r}, {!r})".format(name, *condition)
            raise PythonValueError(f"Invalid field {model}.{name} in condition {shown}")
        if index == len(names) - 1:
            return field
        if not field.relation:
            shown = "({!r}, {!r}, {!r})".format(name, *condition)
            raise PythonValueError(f"Invalid field {model}.{name} in condition {shown}")
        model = field.relation
    raise PythonValueError(f"Invalid field {path!r}")


def _values(reader: ValueReader, model: str, record_id: int, path: str) -> list[Any]:
    name, _, rest = path.partition(".")
    value = reader.value(model, record_id, name)
    many = value if isinstance(value, list) else [value]
    if not rest:
        return many
    relation = MODELS[model].all_fields[name].relation
    return [leaf for item in many if item for leaf in _values(reader, relation, item, rest)]


def _comparison(reader: ValueReader, field: Field, operator: str, wanted: Any) -> Callable[[Any], bool]:
    if field.is_relational and _has_text(wanted):
        return _named(reader, field, operator, wanted)
    if operator in ("in", "not in", "=", "!="):
        choices = wanted if isinstance(wanted, list | tuple) else [wanted]
        plain = [_comparable(field, choice) for choice in choices]
        positive = operator in ("in", "=")
        return lambda value: (_comparable(field, value) in plain) is positive
    if "like" in operator:
        return _like(operator, wanted)
    return _ordered(operator, _comparable(field, wanted))


def _has_text(wanted: Any) -> bool:
    if isinstance(wanted, list | tuple):
        return any(isinstance(item, str) for item in wanted)
    return isinstance(wanted, str)


def _named(reader: ValueReader, field: Field, operator: str, wanted: Any) -> Callable[[Any], bool]:
    name = Field(FieldKind.CHAR)
    test = _comparison(reader, name, operator, wanted)
    return lambda value: test(reader.display_name(field.relation, value) if value else False)


def _comparable(field: Field, value: Any) -> Any:
    if field.kind is FieldKind.BOOLEAN:
        return bool(value)
    if value in _EMPTY and not isinstance(value, int | float | str):
        return 0 if field.kind in (FieldKind.INTEGER, FieldKind.FLOAT, FieldKind.MONETARY) else False
    if value is False:
        return 0 if field.kind in (FieldKind.INTEGER, FieldKind.FLOAT, FieldKind.MONETARY) else False
    if field.kind is FieldKind.CHAR and value == "":
        return False
    return value


def _ordered(operator: str, wanted: Any) -> Callable[[Any], bool]:
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    test = compare[operator]

    def matches(value: Any) -> bool:
        if wanted is False or (value is False and not isinstance(wanted, int | float)):
            return False
        return test(value, wanted)

    return matches


def _like(operator: str, wanted: Any) -> Callable[[Any], bool]:
    negative, ignore_case = operator.startswith("not "), "ilike" in operator
    if not wanted:
        return lambda value: bool(value) is negative or not negative
    pattern = "".join(_pattern_parts(str(wanted)))
    compiled = re.compile(pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
    find = compiled.fullmatch if operator.startswith("=") else compiled.search
    return lambda value: (value is not False and find(str(value)) is not None) is not negative


def _pattern_parts(wanted: str) -> Iterator[str]:
    escaped = False
    for character in wanted:
        if escaped:
            yield re.escape(character)
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            yield {"%": ".*", "_": "."}.get(character, re.escape(character))


def _below(reader: ValueReader, model: str, wanted: Any) -> set[Any]:
    found = set(wanted if isinstance(wanted, list | tuple) else [wanted])
    if model == "res.partner":
        for root in list(found):
            found |= _below(reader, model, reader.value(model, root, "child_ids"))
    return found
