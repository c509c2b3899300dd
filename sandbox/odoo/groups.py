"""`formatted_read_group`: sums and counts of records by the values of their fields."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.odoo.books import OdooBooks
from sandbox.odoo.errors import PythonValueError
from sandbox.odoo.models import MODELS
from sandbox.odoo.schema import Field, FieldKind
from sandbox.odoo.values import empty

COUNT = "__count"
NUMBERS = (FieldKind.INTEGER, FieldKind.FLOAT, FieldKind.MONETARY)
MONTH, DAY = "month", "day"
DECIMALS = 6
"""More than any amount or quantity has: a sum of so many is exact where it is rounded to them."""


@dataclass(frozen=True)
class Group:
    """By what records are grouped; `path` leads over many2one fields."""

    path: str
    field: Field
    granularity: str


def grouped(
    books: OdooBooks, model: str, ids: set[int], groupby: Sequence[str], aggregates: Sequence[str]
) -> list[dict[str, Any]]:
    """One row a group, in the order of the groups' values; without `groupby` one row for all.

    Raises:
        PythonValueError: an unknown field, granularity or aggregate.
    """
    names = [_group(model, spec) for spec in groupby]
    sums = [_aggregate(model, spec) for spec in aggregates]
    groups = _groups(books, model, ids, names)
    ordered = sorted(groups.items(), key=lambda item: [(value is False, value) for value in item[0]])
    return [
        {
            **{
                spec: _shown(books, group, value)
                for spec, group, value in zip(groupby, names, key, strict=True)
            },
            "__extra_domain": _extra(names, key),
            **{
                spec: value_of(books, model, members) for spec, value_of in zip(aggregates, sums, strict=True)
            },
        }
        for key, members in ordered
    ]


def _groups(
    books: OdooBooks, model: str, ids: set[int], names: Sequence[Group]
) -> Mapping[tuple[Any, ...], Collection[int]]:
    """The records of each group; where they are grouped by one column, by its index."""
    if not names:
        return {(): ids}
    if len(names) == 1 and not names[0].granularity and books.is_stored(model, names[0].path):
        absent = empty(names[0].field)
        columns: dict[tuple[Any, ...], set[int]] = {}
        for value, keys in books.table(model).keys_by_value(names[0].path).items():
            if members := ids & keys:
                columns.setdefault((absent if value is None else value,), set()).update(members)
        return columns
    groups: dict[tuple[Any, ...], list[int]] = {}
    for record_id in ids:
        for key in _keys(books, model, record_id, names):
            groups.setdefault(key, []).append(record_id)
    return groups


def _group(model: str, spec: str) -> Group:
    path, _, granularity = spec.partition(":")
    *steps, name = path.split(".")
    for step in steps:
        if _field(model, step).kind is not FieldKind.MANY2ONE:
            raise PythonValueError(f"Only many2one path is accepted for the {spec!r} groupby spec")
        model = _field(model, step).relation
    field = _field(model, name)
    if field.kind in (FieldKind.DATE, FieldKind.DATETIME) and not granularity:
        raise PythonValueError(f"Granularity not set on a date(time) field: {spec!r}")
    if granularity not in ("", MONTH, DAY):
        raise PythonValueError(f"the stand-in groups dates by month and day only, not {spec!r}")
    return Group(path, field, granularity)


def _field(model: str, name: str) -> Field:
    field = MODELS[model].all_fields.get(name)
    if field is None:
        raise PythonValueError(f"Invalid field {name!r} on model {model!r}")
    return field


def _aggregate(model: str, spec: str) -> Callable[[OdooBooks, str, Collection[int]], Any]:
    if spec == COUNT:
        return lambda _books, _model, members: len(members)
    name, _, method = spec.partition(":")
    if "." in name:
        raise PythonValueError(f"Invalid {spec!r}, this dot notation is not supported")
    field = MODELS[model].all_fields.get(name)
    if field is None:
        raise PythonValueError(f"Invalid field {name!r} on model {model!r} for {spec!r}.")
    if method == "array_agg":
        if field.is_many or name == "display_name":
            raise PythonValueError(f"Cannot convert {model}.{name} to SQL because it is not stored")
        return lambda books, model, members: _column(books, model, sorted(members), field, name)
    if method != "sum" or field.kind not in NUMBERS:
        raise PythonValueError(f"Invalid aggregate method {method!r} for {spec!r}.")
    return lambda books, model, members: _sum(books, model, members, name)


def _column(books: OdooBooks, model: str, members: Sequence[int], field: Field, name: str) -> Sequence[Any]:
    """As PostgreSQL has it: what is empty is no `False`, but nothing; numbers and yes-or-no are never empty."""
    if name == "id":
        return members
    nothing = empty(field) if field.kind in (*NUMBERS, FieldKind.BOOLEAN) else None
    return [value or nothing for value in _values(books, model, members, name)]


def _sum(books: OdooBooks, model: str, members: Collection[int], name: str) -> Any:
    if not members:
        return False
    return round(math.fsum(value or 0.0 for value in _values(books, model, members, name)), DECIMALS)


def _values(books: OdooBooks, model: str, members: Iterable[int], name: str) -> Iterator[Any]:
    if books.is_stored(model, name):
        rows = books.table(model).peek()
        return (rows[member].get(name) for member in members)
    return (books.value(model, member, name) for member in members)


def _keys(books: OdooBooks, model: str, record_id: int, groups: Sequence[Group]) -> list[tuple[Any, ...]]:
    keys: list[tuple[Any, ...]] = [()]
    for group in groups:
        value = _value(books, model, record_id, group.path)
        if group.granularity == MONTH and value:
            value = f"{value[:7]}-01"
        values = (value or [False]) if group.field.is_many else [value]
        keys = [(*key, one) for key in keys for one in values]
    return keys


def _value(books: OdooBooks, model: str, record_id: int, path: str) -> Any:
    name, _, rest = path.partition(".")
    value = books.value(model, record_id, name)
    return _value(books, _field(model, name).relation, value, rest) if rest and value else value


def _shown(books: OdooBooks, group: Group, value: Any) -> Any:
    if value is False or value is None:
        return False
    if group.field.is_relational:
        return [value, books.display_name(group.field.relation, value)]
    if group.field.kind is FieldKind.DATE:
        return [
            value,
            date.fromisoformat(value).strftime("%B %Y" if group.granularity == MONTH else "%d %b %Y"),
        ]
    return value


def _extra(groups: list[Group], key: tuple[Any, ...]) -> list[Any]:
    conditions: list[Any] = []
    for group, value in zip(groups, key, strict=True):
        if group.field.kind is FieldKind.DATE and value:
            conditions += _inside(group.path, [[">=", value], ["<", _next(value, group.granularity)]])
        elif group.field.is_many and value is False:
            conditions.append([group.path, "not any", []])
        else:
            conditions += _inside(group.path, [["=", value]])
    return ["&"] * (len(conditions) - 1) + conditions if conditions else [[1, "=", 1]]


def _inside(path: str, tests: list[list[Any]]) -> list[Any]:
    first, _, rest = path.partition(".")
    if not rest:
        return [[first, *test] for test in tests]
    inner = _inside(rest, tests)
    return [[first, "any", ["&"] * (len(inner) - 1) + inner]]


def _next(first: str, granularity: str) -> str:
    day = date.fromisoformat(first)
    if granularity == DAY:
        return (day + timedelta(days=1)).isoformat()
    return date(day.year + day.month // 12, day.month % 12 + 1, 1).isoformat()
