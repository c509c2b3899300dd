"""The records of the stand-in Odoo: search, read, create, write and unlink with Odoo's checks.

What a bill computes is in `invoices`, what `load` converts in `imports`; this file knows no accounting.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sandbox.odoo import domains
from sandbox.odoo.errors import (
    AccessError,
    DatabaseError,
    InvalidFieldError,
    MissingError,
    OdooError,
    PythonKeyError,
    PythonValueError,
    UserError,
    ValidationError,
)
from sandbox.odoo.models import MODELS
from sandbox.odoo.schema import Field, FieldKind, label_of
from sandbox.odoo.values import Values, check_required, converted_plain, defaults, empty
from sandbox.store import Row, Store, StoreTable

Compute = Callable[[int], Any]
BOT_USER = 2
INVOICE_DISPLAY = ("product", "line_section", "line_subsection", "line_note")


class OdooBooks:
    """All records; `computed` and the hooks come from the models that have them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.computed: dict[tuple[str, str], Compute] = {}
        self.before_write: dict[str, Callable[[int, Values], None]] = {}
        self.after_change: dict[str, Callable[[list[int], set[str]], None]] = {}
        self.defaults: dict[str, Callable[[Values], Values]] = {}
        self.before_unlink: dict[str, Callable[[int], None]] = {}
        self.is_obeying = False
        """Whether lines change as part of their record, whose own change is announced after them."""
        self.archives: set[str] = set()

    def table(self, model: str) -> StoreTable:
        """The stored rows of a model."""
        return self.store.table(f"odoo.{model}")

    def today(self) -> date:
        """The server's day."""
        return self.store.now().date()

    def exists(self, model: str, record_id: Any) -> bool:
        """Whether there is such a record."""
        return record_id in self.table(model)

    def row(self, model: str, record_id: int) -> Row:
        """A copy of the stored row.

        Raises:
            MissingError: there is none.
        """
        row = self.table(model).get(record_id)
        if row is None:
            raise MissingError(model, record_id)
        return row

    def value(self, model: str, record_id: int, field: str) -> Any:
        """A field's value: a many2one as its id, lists as ids, empty as False."""
        if field == "id":
            return record_id
        compute = self.computed.get((model, field))
        if compute:
            return compute(record_id)
        declared = MODELS[model].all_fields[field]
        if field == "display_name":
            return self.display_name(model, record_id)
        if declared.kind is FieldKind.ONE2MANY:
            return self._inverse(declared, model, field, record_id)
        row = self.table(model).peek().get(record_id)
        if row is None:
            raise MissingError(model, record_id)
        return row.get(field, [] if declared.is_many else empty(declared))

    def display_name(self, model: str, record_id: int) -> str:
        """The record's name as shown."""
        row = self.table(model).peek().get(record_id)
        if row is None:
            raise MissingError(model, record_id)
        compute = self.computed.get((model, "display_name"))
        return str(compute(record_id) if compute else row.get("name") or f"{model},{record_id}")

    def search(
        self, model: str, domain: Any, *, order: str | None = None, active_test: bool = True
    ) -> list[int]:
        """Ids of all matching records in order."""
        found = self.found(model, domain, active_test=active_test)
        return self._sorted(model, found, order or MODELS[model].order)

    def found(self, model: str, domain: Any, *, active_test: bool = True) -> set[int]:
        """Ids of all matching records."""
        self._check_access(model, "access")
        domains.matching(self, model, domain)  # refuses what Odoo refuses
        tests, others = domains.column_tests(self, model, domain, self.is_stored)
        kept = self._kept_by(model, tests)
        if active_test and "active" in MODELS[model].fields and "active" not in domains.fields_named(domain):
            kept = kept - self.table(model).keys_by_value("active").get(False, set())
        if not others:
            return kept
        matches = domains.matching(self, model, others)
        return {key for key in kept if matches(key)}

    def read(
        self, model: str, ids: Sequence[int], fields: Sequence[str] | None, *, names: bool
    ) -> list[Values]:
        """Rows as Odoo shows them; missing ids are left out."""
        self._check_access(model, "access")
        declared = MODELS[model].all_fields
        if not fields and model == "res.partner":
            raise AccessError(_UNREADABLE)
        wanted = list(fields) if fields else list(declared)
        for field in wanted:
            if field not in declared:
                raise InvalidFieldError(model, field)
        present = [record_id for record_id in ids if self.exists(model, record_id)]
        return [
            {"id": record_id} | {field: self._shown(model, record_id, field, names=names) for field in wanted}
            for record_id in present
        ]

    def create(self, model: str, values: Values) -> int:
        """One new record."""
        self._check_access(model, "create")
        with self.store.transaction():
            values = self.defaults[model](dict(values)) if model in self.defaults else dict(values)
            plain, commands = self._checked(model, values, creating=True)
            record_id = self.table(model).add({**self._stamp(creating=True), **plain})
            self._obey(model, record_id, commands)
            self._after(model, record_id, set(values))
            return record_id

    def write(self, model: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
        """Change records."""
        self._check_access(model, "modify")
        plain, commands = self._checked(model, dict(values), creating=False)
        with self.store.transaction():
            for record_id in ids:
                if not self.exists(model, record_id):
                    raise MissingError(model, record_id)
                if model in self.before_write:
                    self.before_write[model](record_id, dict(values))
                self.table(model).update(record_id, **plain, **self._stamp(creating=False))
                self._obey(model, record_id, commands)
                self._after(model, record_id, set(values))

    def unlink(self, model: str, ids: Iterable[int]) -> None:
        """Delete records; those of some models are archived instead."""
        self._check_access(model, "delete")
        with self.store.transaction():
            for record_id in ids:
                if not self.exists(model, record_id):
                    raise MissingError(model, record_id)
                if model in self.before_unlink:
                    self.before_unlink[model](record_id)
                if model in self.archives:
                    self.table(model).update(record_id, active=False)
                    continue
                self.table(model).remove(record_id)
                self._forget_external_ids(model, record_id)

    def set_values(self, model: str, record_id: int, **values: Any) -> None:
        """Store computed values past all checks."""
        self.table(model).update(record_id, **values)

    def children(self, model: str, inverse: str, record_id: int) -> list[int]:
        """Ids of the records whose many2one points here."""
        return sorted(map(int, self.table(model).keys_where(inverse, record_id)))

    def is_stored(self, model: str, field: str) -> bool:
        """Whether the field is a column of the table, with one plain value in each row."""
        declared = MODELS[model].all_fields.get(field)
        is_plain = declared is not None and not declared.is_many and field not in ("id", "display_name")
        return is_plain and (model, field) not in self.computed

    def _kept_by(self, model: str, tests: Sequence[Sequence[domains.ColumnTest]]) -> set[int]:
        """Keys of the rows of whose columns one of each tests holds; each value that occurs is tested once."""
        kept: set[int] | None = None
        for either in tests:
            keys: set[int] = set().union(*(self._keys_by(model, column, test) for column, test in either))
            kept = keys if kept is None else kept & keys
        return {*map(int, self.table(model).peek())} if kept is None else kept

    def _keys_by(self, model: str, path: str, test: domains.ValueTest) -> set[int]:
        column, _, rest = path.partition(".")
        declared, keys = MODELS[model].all_fields[column], self.table(model).keys_by_value(column)
        if rest:
            values: Iterable[Any] = self._keys_by(declared.relation, rest, test)
        else:
            absent = empty(declared)
            values = [value for value in keys if test(absent if value is None else value)]
        return set().union(*(keys.get(value, ()) for value in values))

    def _forget_external_ids(self, model: str, record_id: int) -> None:
        names = self.table("ir.model.data")
        for key, row in names.rows().items():
            if row["model"] == model and row["res_id"] == record_id:
                names.remove(key)

    def _inverse(self, declared: Field, model: str, field: str, record_id: int) -> list[int]:
        found = self.children(declared.relation, declared.inverse, record_id)
        rows = self.table(declared.relation).peek()
        if field == "invoice_line_ids":
            found = [key for key in found if rows[key].get("display_type") in INVOICE_DISPLAY]
        if "active" in MODELS[declared.relation].fields:
            found = [key for key in found if rows[key].get("active", True)]
        if declared.relation == "ir.attachment":
            found = [key for key in found if rows[key].get("res_model") == model]
        return self._sorted(declared.relation, found, "id") if field != "line_ids" else found

    def _shown(self, model: str, record_id: int, field: str, *, names: bool) -> Any:
        declared = MODELS[model].all_fields[field]
        value = self.value(model, record_id, field)
        if declared.kind is FieldKind.MANY2ONE and value and names:
            return [value, self.display_name(declared.relation, value)]
        return value

    def _sorted(self, model: str, ids: Iterable[int], order: str) -> list[int]:
        result = sorted(ids)
        for part in reversed(order.split(",")):
            words = part.split()
            if not words or len(words) > 2 or words[-1].lower() not in (*_DIRECTIONS, words[0].lower()):  # noqa: PLR2004
                raise UserError(
                    f'Invalid "order" specified ({order}). A valid "order" specification is a comma-separated '
                    "list of valid field names (optionally followed by asc/desc for the direction)"
                )
            if words[0] not in MODELS[model].all_fields:
                raise PythonValueError(f"Invalid field {words[0]!r} on model {model!r}")
            keys = {record_id: self._sort_key(model, record_id, words[0]) for record_id in result}
            result.sort(key=keys.__getitem__, reverse=words[-1].lower() == "desc")
        return result

    def _sort_key(self, model: str, record_id: int, field: str) -> tuple[bool, Any]:
        declared = MODELS[model].all_fields[field]
        value = self.value(model, record_id, field)
        if declared.kind is FieldKind.MANY2ONE and value:
            value = self.display_name(declared.relation, value).lower()
        if declared.kind in _NUMBERS or declared.kind is FieldKind.BOOLEAN:
            return False, value or 0
        return value is False, "" if value is False else str(value).lower()

    def _checked(self, model: str, values: Values, *, creating: bool) -> tuple[Values, Values]:
        """Values to store, and the commands for lines."""
        declared = MODELS[model].all_fields
        plain: Values = {}
        commands: Values = {}
        for name, value in values.items():
            field = declared.get(name)
            if field is None:
                raise _unknown_field(model, name, creating=creating)
            if field.readonly:
                continue
            if field.kind is FieldKind.ONE2MANY:
                commands[name] = value
            else:
                plain[name] = self._converted(model, name, field, value)
        if creating:
            plain = {**defaults(declared), **plain}
        check_required(model, MODELS[model], plain, creating=creating)
        return plain, commands

    def _converted(self, model: str, name: str, field: Field, value: Any) -> Any:
        if field.kind is FieldKind.MANY2MANY:
            return self._linked(field, value)
        if value is None or value is False or value == "":
            return empty(field)
        if field.kind is FieldKind.MANY2ONE:
            return self._reference(model, name, field, value)
        if field.kind is FieldKind.SELECTION and value not in field.choices:
            raise PythonValueError(f"Wrong value for {model}.{name}: {value!r}")
        return converted_plain(field, value)

    def _reference(self, model: str, name: str, field: Field, value: Any) -> int:
        if not isinstance(value, int):
            raise DatabaseError(f'invalid input syntax for type integer: "{value}"\n')
        if not self.exists(field.relation, value):
            if model.startswith("account.move"):
                raise MissingError(field.relation, value)
            raise ValidationError(
                "The operation cannot be completed: Another model is using the record you are trying to delete."
                f"\n\nThe troublemaker is: '{MODELS[model].label}' ({model})\nThanks to the following constraint: "
                f"'{label_of(name, field)}' ({name})\nHow about archiving the record instead?"
            )
        return value

    def _linked(self, field: Field, commands: Any) -> list[int]:
        linked: list[int] = []
        for command in commands or []:
            linked = self._relinked(field, linked, command)
        for record_id in linked:
            if not self.exists(field.relation, record_id):
                raise MissingError(field.relation, record_id)
        return linked

    def _relinked(self, field: Field, linked: list[int], command: Any) -> list[int]:
        match command:
            case int():
                return [*linked, command]
            case [0, _, values]:
                return [*linked, self.create(field.relation, values)]
            case [4, record_id, *_]:
                return [*linked, record_id]
            case [5, *_]:
                return []
            case [6, _, ids]:
                return list(ids)
        raise PythonValueError(f"Wrong value for {field.relation}: {command!r}")

    def _obey(self, model: str, record_id: int, commands: Values) -> None:
        for name, given in commands.items():
            field = MODELS[model].all_fields[name]
            self.is_obeying = True
            try:
                for command in given or []:
                    self._obey_one(field, record_id, command)
            finally:
                self.is_obeying = False

    def _obey_one(self, field: Field, record_id: int, command: Any) -> None:
        match command:
            case [0, _, values]:
                self.create(field.relation, {**values, field.inverse: record_id})
            case [1, line_id, values]:
                self.write(field.relation, [line_id], values)
            case [2 | 3, line_id, *_]:
                self.unlink(field.relation, [line_id])
            case [4, line_id, *_]:
                self.write(field.relation, [line_id], {field.inverse: record_id})
            case [5, *_]:
                self.unlink(field.relation, self.children(field.relation, field.inverse, record_id))
            case _:
                raise PythonValueError(f"Wrong value for {field.relation}: {command!r}")

    def _after(self, model: str, record_id: int, named: set[str]) -> None:
        if model in self.after_change:
            self.after_change[model]([record_id], named)

    def _stamp(self, *, creating: bool) -> Values:
        now = self.store.now().strftime("%Y-%m-%d %H:%M:%S")
        stamp: Values = {"write_date": now, "write_uid": BOT_USER}
        return {**stamp, "create_date": now, "create_uid": BOT_USER} if creating else stamp

    def _check_access(self, model: str, verb: str) -> None:
        declared = MODELS[model]
        if declared.readable if verb == "access" else not declared.writers:
            return
        groups = "".join(f"\t- {group}\n" for group in declared.writers)
        raise AccessError(
            f"You are not allowed to {verb} '{declared.label}' ({model}) records.\n\n"
            f"This operation is allowed for the following groups:\n{groups}\n"
            "Contact your administrator to request access if necessary."
        )


def _unknown_field(model: str, name: str, *, creating: bool) -> OdooError:
    """Odoo names the same mistake in three ways."""
    if not creating and model in ("res.partner", "account.move"):
        return PythonKeyError(name)
    preposition = "on model" if model == "account.move.line" else "in"
    return PythonValueError(f"Invalid field {name!r} {preposition} {model!r}")


_UNREADABLE = (
    "Failed to read field res.partner.rtc_session_ids\nYou are not allowed to access 'Mail RTC session' "
    "(discuss.channel.rtc.session) records.\n\nThis operation is allowed for the following groups:\n"
    "\t- Role / Administrator\n\nContact your administrator to request access if necessary."
)
"""All fields of a partner include one that the bot may not read."""
_DIRECTIONS = ("asc", "desc")
_NUMBERS = (FieldKind.INTEGER, FieldKind.FLOAT, FieldKind.MONETARY)
