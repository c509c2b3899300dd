"""Values of the stand-in Odoo's fields: what is stored where nothing was said, and what Odoo makes of what was."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.odoo.errors import PythonTypeError, PythonValueError, ValidationError
from sandbox.odoo.schema import Field, FieldKind, Model, label_of

Values = dict[str, Any]


def empty(field: Field) -> Any:
    """What Odoo answers for a field without a value."""
    if field.kind is FieldKind.INTEGER:
        return 0
    if field.kind in (FieldKind.FLOAT, FieldKind.MONETARY):
        return 0.0
    return False


def defaults(declared: Mapping[str, Field]) -> Values:
    """The stored fields of a new record."""
    return {
        name: field.default if field.default is not None else [] if field.is_many else empty(field)
        for name, field in declared.items()
        if not field.readonly and field.kind is not FieldKind.ONE2MANY
    }


def check_required(model: str, declared: Model, plain: Values, *, creating: bool) -> None:
    """Refuse a record without its mandatory fields, in Odoo's words."""
    for name, field in declared.fields.items():
        if field.required and not plain.get(name) and (creating or name in plain):
            raise ValidationError(
                "The operation cannot be completed: " + declared.required_message
                if declared.required_message
                else "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n\n"
                f"Model: {declared.label} ({model})\nField: {label_of(name, field)} ({name})\n"
            )


def _in_digits(value: float, digits: int | None) -> float:
    if digits is None:
        return value
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def converted_plain(field: Field, value: Any) -> Any:
    """A value as the field keeps it, or the error that Python gives Odoo."""
    try:
        if field.kind is FieldKind.DATE:
            return datetime.strptime(str(value)[:10], "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - a day
        if field.kind in (FieldKind.FLOAT, FieldKind.MONETARY):
            return _in_digits(float(value), field.digits)
        if field.kind is FieldKind.INTEGER:
            return int(value)
    except ValueError as error:
        raise PythonValueError(str(error)) from error
    except TypeError as error:
        raise PythonTypeError(str(error)) from error
    if field.kind is FieldKind.BOOLEAN:
        return bool(value)
    return str(value)
