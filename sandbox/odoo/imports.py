"""`load`: rows of text become records; an external id in the column `id` names a record once and for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.odoo.books import OdooBooks
from sandbox.odoo.errors import OdooError, PythonValueError, UserError, ValidationError
from sandbox.odoo.models import MODELS
from sandbox.odoo.schema import Field, FieldKind, choice_label, label_of
from sandbox.odoo.values import Values

MODULE_WITHOUT_NAME = "__import__"
Message = dict[str, Any]
Path = tuple[str, ...]


class ExternalIds:
    """`ir.model.data`."""

    def __init__(self, books: OdooBooks) -> None:
        self._table = books.table("ir.model.data")
        self._books = books

    def find(self, name: str) -> tuple[str, int] | None:
        """Model and id of the record with that external id, if it still exists."""
        module, _, plain = name.partition(".")
        for key in self._table.keys_where("name", plain):
            row = self._table.peek()[key]
            if row["module"] == module:
                there = self._books.exists(row["model"], row["res_id"])
                return (row["model"], row["res_id"]) if there else None
        return None

    def register(self, name: str, model: str, record_id: int) -> None:
        """Give a record its external id."""
        module, _, plain = name.partition(".")
        self._table.add(
            {
                "module": module,
                "name": plain,
                "model": model,
                "res_id": record_id,
                "noupdate": False,
                "complete_name": name,
            }
        )


class Importer:
    """Loads rows into one model at a time, all of them or none."""

    def __init__(self, books: OdooBooks, names: ExternalIds) -> None:
        self._books = books
        self._names = names

    def unknown_names(self, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> set[str]:
        """The external ids of these rows that no record has yet."""
        column = list(fields).index("id") if "id" in fields else None
        if column is None:
            return set()
        given = {_full(str(row[column])) for row in data if row[column]}
        return {name for name in given if self._names.find(name) is None}

    def load(self, model: str, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """`{ids, messages, nextrow}` as Odoo answers; an error leaves everything as it was.

        Raises:
            PythonValueError: a column that the model does not have.
        """
        paths = [_path(name) for name in fields]
        for path in paths:
            if path[0] not in (*_REFERENCES, *MODELS[model].all_fields):
                raise PythonValueError(f"Invalid field name {path[0]!r}")
        messages: list[Message] = []
        try:
            with self._books.store.transaction():
                ids = [
                    self._load_record(model, record, _Log(messages, {"rows": rows, "record": number}))
                    for number, (record, rows) in enumerate(_records(model, paths, data))
                ]
                _refuse_errors(messages)
        except _RollBackError:
            return {"ids": False, "messages": messages, "nextrow": 0}
        return {"ids": ids, "messages": messages, "nextrow": 0}

    def _load_record(self, model: str, record: Values, log: "_Log") -> int:
        try:
            plain, lines = self._converted(model, record, log)
            _refuse_errors(log.messages)
            return self._stored(model, record, plain, lines)
        except UserError as error:
            log(
                {
                    "type": "error",
                    "message": error.message.removeprefix("The operation cannot be completed: "),
                }
            )
        except OdooError as error:
            kind = error.kind.removeprefix("builtins.")
            log(
                {
                    "type": "error",
                    "message": error.message
                    if error.kind.startswith("odoo.")
                    else f"Unknown error during import: <class '{kind}'>: {error.message}",
                    "moreinfo": "Resolve other errors first",
                }
            )
        raise _RollBackError

    def _stored(self, model: str, record: Values, plain: Values, lines: list[tuple[Field, Values]]) -> int:
        name = _full(str(record["id"])) if record.get("id") else ""
        existing = self._names.find(name) if name else None
        if existing and existing[0] != model:
            raise ValidationError(
                f"For external id {name} when trying to create/update a record of model {model} "
                f"found record of different model {existing[0]} ({existing[1]})"
            )
        record_id = existing[1] if existing else int(record.get(".id") or 0)
        if record_id:
            self._books.write(model, [record_id], {**plain, **_line_marks(model, record)})
        else:
            record_id = self._books.create(model, plain)
        if name and not existing:
            self._names.register(name, model, record_id)
        for field, values in lines:
            self._store_line(field, values, record_id)
        return record_id

    def _store_line(self, field: Field, values: Values, parent: int) -> None:
        name = _full(str(values.pop("id"))) if values.get("id") else ""
        existing = self._names.find(name) if name else None
        values.pop("id", None)
        if existing:
            self._books.write(field.relation, [existing[1]], values)
            return
        line_id = self._books.create(field.relation, {**values, field.inverse: parent})
        if name:
            self._names.register(name, field.relation, line_id)

    def _converted(
        self, model: str, record: Values, log: "_Log"
    ) -> tuple[Values, list[tuple[Field, Values]]]:
        plain: Values = {}
        lines: list[tuple[Field, Values]] = []
        fields = MODELS[model].all_fields
        plain_first = sorted(record, key=lambda name: name in fields and fields[name].is_relational)
        for name in plain_first:
            value = record[name]
            if name in _REFERENCES:
                continue
            field = MODELS[model].all_fields[name]
            try:
                if field.kind is FieldKind.ONE2MANY:
                    lines += [(field, self._converted_line(field, line)) for line in value]
                else:
                    plain[name] = self._cell(field, value)
            except _CellError as error:
                log({"type": "error", "field": name, **error.said(label_of(name, field))})
        return plain, lines

    def _converted_line(self, field: Field, line: Values) -> Values:
        plain: Values = {}
        for name, value in line.items():
            if name not in _REFERENCES:
                inner = MODELS[field.relation].all_fields[name]
                try:
                    plain[name] = self._cell(inner, value)
                except _CellError as error:
                    raise error.inside(label_of(name, inner)) from None
        return {**plain, **({"id": line["id"]} if line.get("id") else {})}

    def _cell(self, field: Field, value: Any) -> Any:
        if field.is_relational:
            ((how, reference),) = value.items() if isinstance(value, dict) else [("", value)]
            parts = str(reference).split(",") if field.kind is FieldKind.MANY2MANY else [reference]
            found = [self._referenced(field, how, part) for part in parts if part not in ("", False, None)]
            if field.kind is FieldKind.MANY2MANY:
                return [[6, 0, found]]
            return found[0] if found else False
        if value in ("", None, False):
            return False
        return _cell_value(field, str(value))

    def _referenced(self, field: Field, how: str, reference: Any) -> int:
        found = self._look_up(field, how, str(reference))
        if found is None:
            kind = {"id": "external id", ".id": "database id"}.get(how, "name")
            raise _CellError(
                f"No matching record found for {kind} '{reference}' in field '%(field)s'",
                _choices(field, how),
            )
        return found

    def _look_up(self, field: Field, how: str, reference: str) -> int | None:
        if how == ".id":
            if not reference.lstrip("-").isdigit():
                raise _CellError(
                    f"Invalid database id '{reference}' for the field '%(field)s'", _choices(field, how)
                )
            return int(reference) if self._books.exists(field.relation, int(reference)) else None
        if how == "id":
            found = self._names.find(_full(reference))
            return found[1] if found else None
        hits = self._books.search(field.relation, [["display_name", "=", reference]])
        return hits[0] if hits else None


class _RollBackError(Exception):
    """Leaves the transaction without a trace."""


def _refuse_errors(messages: list[Message]) -> None:
    if any(message["type"] == "error" for message in messages):
        raise _RollBackError


@dataclass
class _Log:
    """Messages about one record."""

    messages: list[Message]
    place: Message

    def __call__(self, message: Message) -> None:
        self.messages.append({**self.place, **message})


class _CellError(Exception):
    def __init__(self, message: str, hint: Any = "") -> None:
        super().__init__(message)
        self._hint = hint

    def inside(self, label: str) -> "_CellError":
        """The same for a field of a line."""
        return _CellError(str(self.args[0]).replace("%(field)s", f"%(field)s/{label}"), self._hint)

    def said(self, label: str) -> Message:
        """The message with the field's label in it."""
        message: Message = {"message": str(self.args[0]).replace("%(field)s", label), "field_name": label}
        return {**message, "moreinfo": self._hint} if self._hint else message


def _choices(field: Field, how: str) -> dict[str, Any]:
    """The window in which Odoo's own client would show what can be chosen."""
    by_id = {"res_model": "ir.model.data", "domain": [["model", "=", field.relation]]}
    return {
        "name": "Possible Values",
        "type": "ir.actions.act_window",
        "target": "new",
        "view_mode": "list,form",
        "views": [[False, "list"], [False, "form"]],
        "context": {"create": False},
        "help": "See all possible values",
        **(by_id if how else {"res_model": field.relation}),
    }


_REFERENCES = ("id", ".id")
_TRUE, _FALSE = ("1", "true", "yes", "t"), ("0", "false", "no", "f")


def _line_marks(model: str, record: Values) -> Values:
    """Lines named in a write without any change, so that a posted record refuses them."""
    fields = MODELS[model].fields
    return {name: [] for name in record if name in fields and fields[name].kind is FieldKind.ONE2MANY}


def _full(name: str) -> str:
    return name if "." in name else f"{MODULE_WITHOUT_NAME}.{name}"


def _path(name: str) -> Path:
    if name in _REFERENCES:
        return (name,)
    return tuple(name.replace(".id", "/.id").replace(":id", "/id").replace("//", "/").split("/"))


def _records(
    model: str, paths: list[Path], data: Sequence[Sequence[Any]]
) -> Iterator[tuple[Values, dict[str, int]]]:
    fields = MODELS[model].all_fields
    is_line = [path[0] in fields and fields[path[0]].kind is FieldKind.ONE2MANY for path in paths]
    index = 0
    while index < len(data):
        start = index
        record: Values = {}
        while index == start or (index < len(data) and _only_lines(data[index], is_line)):
            _take_row(record, paths, is_line, data[index], first=index == start)
            index += 1
        yield record, {"from": start, "to": index - 1}


def _only_lines(row: Sequence[Any], is_line: list[bool]) -> bool:
    has_line = any(value for value, line in zip(row, is_line, strict=False) if line)
    has_other = any(value for value, line in zip(row, is_line, strict=False) if not line)
    return has_line and not has_other


def _take_row(
    record: Values, paths: list[Path], is_line: list[bool], row: Sequence[Any], *, first: bool
) -> None:
    lines: dict[str, Values] = {}
    for path, line, value in zip(paths, is_line, row, strict=False):
        if line:
            lines.setdefault(path[0], {})
            _place(lines[path[0]], path[1:], value)
        elif first:
            _place(record, path, value)
    for name, values in lines.items():
        if any(value if not isinstance(value, dict) else any(value.values()) for value in values.values()):
            record.setdefault(name, []).append(values)


def _place(values: Values, path: Path, value: Any) -> None:
    if len(path) > 1:
        values[path[0]] = {path[1]: value}
    else:
        values[path[0]] = value


def _cell_value(field: Field, value: str) -> Any:
    if field.kind is FieldKind.SELECTION:
        if value not in field.choices:
            raise _CellError(
                f"Value '{value}' not found in selection field '%(field)s'",
                [choice_label(choice) for choice in field.choices],
            )
        return value
    if field.kind is FieldKind.BOOLEAN:
        if value.lower() not in (*_TRUE, *_FALSE):
            raise _CellError(
                f"Unknown value '{value}' for boolean field '%(field)s'", "Use '1' for yes and '0' for no"
            )
        return value.lower() in _TRUE
    if field.kind is FieldKind.DATE:
        return _date_cell(value)
    if field.kind in (FieldKind.FLOAT, FieldKind.MONETARY, FieldKind.INTEGER):
        return _number_cell(field, value)
    return value


def _date_cell(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise _CellError(
            f"'{value}' does not seem to be a valid date for field '%(field)s'", "Use the format '2012-12-31'"
        ) from None


def _number_cell(field: Field, value: str) -> float | int:
    try:
        return int(value) if field.kind is FieldKind.INTEGER else float(value)
    except ValueError:
        noun = "an integer" if field.kind is FieldKind.INTEGER else "a number"
        raise _CellError(f"'{value}' does not seem to be {noun} for field '%(field)s'") from None
