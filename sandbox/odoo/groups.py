"""`formatted_read_group`: sums and counts of records by the values of their fields."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.odoo.books import Books
from sandbox.odoo.errors import PythonValueError
from sandbox.odoo.models import MODELS
from sandbox.odoo.schema import Field, Kind

COUNT = "__count"
IDS = "id:array_agg"
NUMBERS = (Kind.INTEGER, Kind.FLOAT, Kind.MONETARY)
MONTH = "month"


def grouped(
    books: Books, model: str, ids: Sequence[int], groupby: Sequence[str], aggregates: Sequence[str]
) -> list[dict[str, Any]]:
    """One row a group, in the order of the groups' values; without `groupby` one row for all.

    Raises:
        PythonValueError: an unknown field, granularity or aggregate.
    """
    names = [_group(model, spec) for spec in groupby]
    sums = [_aggregate(model, spec) for spec in aggregates]
    groups: dict[tuple[Any, ...], list[int]] = {} if groupby else {(): list(ids)}
    for record_id in ids if groupby else ():
        for key in _keys(books, model, record_id, names):
            groups.setdefault(key, []).append(record_id)
    ordered = sorted(groups.items(), key=lambda item: [(value is False, value) for value in item[0]])
    return [
        {
            **{
                spec: _shown(books, field, value)
                for spec, (_, field), value in zip(groupby, names, key, strict=True)
            },
            "__extra_domain": _extra(names, key),
            **{
                spec: value_of(books, model, members) for spec, value_of in zip(aggregates, sums, strict=True)
            },
        }
        for key, members in ordered
    ]


def _group(model: str, spec: str) -> tuple[str, Field]:
    name, _, granularity = spec.partition(":")
    field = MODELS[model].all_fields.get(name)
    if field is None:
        raise PythonValueError(f"Invalid field {name!r} on model {model!r}")
    if field.kind in (Kind.DATE, Kind.DATETIME) and not granularity:
        raise PythonValueError(f"Granularity not set on a date(time) field: {spec!r}")
    if granularity not in ("", MONTH):
        raise PythonValueError(f"the stand-in groups dates by month only, not {spec!r}")
    return name, field


def _aggregate(model: str, spec: str) -> Callable[[Books, str, list[int]], Any]:
    if spec == COUNT:
        return lambda _books, _model, members: len(members)
    if spec == IDS:
        return lambda _books, _model, members: sorted(members) or False
    name, _, method = spec.partition(":")
    field = MODELS[model].all_fields.get(name)
    if field is None:
        raise PythonValueError(f"Invalid field {name!r} on model {model!r} for {spec!r}.")
    if method != "sum" or field.kind not in NUMBERS:
        raise PythonValueError(f"Invalid aggregate method {method!r} for {spec!r}.")
    return lambda books, model, members: _sum(books, model, members, name)


def _sum(books: Books, model: str, members: list[int], name: str) -> Any:
    values = [Decimal(str(books.value(model, member, name))) for member in members]
    return float(sum(values)) if values else False


def _keys(books: Books, model: str, record_id: int, names: list[tuple[str, Field]]) -> list[tuple[Any, ...]]:
    keys: list[tuple[Any, ...]] = [()]
    for name, field in names:
        value = books.value(model, record_id, name)
        if field.kind is Kind.DATE and value:
            value = f"{value[:7]}-01"
        values = (value or [False]) if field.is_many else [value]
        keys = [(*key, one) for key in keys for one in values]
    return keys


def _shown(books: Books, field: Field, value: Any) -> Any:
    if value is False or value is None:
        return False
    if field.is_relational:
        return [value, books.display_name(field.relation, value)]
    if field.kind is Kind.DATE:
        return [value, date.fromisoformat(value).strftime("%B %Y")]
    return value


def _extra(names: list[tuple[str, Field]], key: tuple[Any, ...]) -> list[Any]:
    conditions: list[Any] = []
    for (name, field), value in zip(names, key, strict=True):
        if field.kind is Kind.DATE and value:
            conditions += [[name, ">=", value], [name, "<", _next_month(value)]]
        elif field.is_many and value is False:
            conditions.append([name, "not any", []])
        else:
            conditions.append([name, "=", value])
    return ["&"] * (len(conditions) - 1) + conditions if conditions else [[1, "=", 1]]


def _next_month(first: str) -> str:
    day = date.fromisoformat(first)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1).isoformat()
