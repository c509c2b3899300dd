"""Odoo's refusals with the HTTP status and the exception name that Odoo 19 puts on the wire."""

from typing import Any, ClassVar


class OdooError(Exception):
    """An error as Odoo answers it: `name`, `message`, `arguments`, `context`, `debug`."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "builtins.Exception"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def arguments(self) -> list[Any]:
        """The exception's arguments; an HTTP error carries its status too."""
        return [self.message, self.status] if self.kind.startswith("werkzeug.") else [self.message]

    def body(self) -> dict[str, Any]:
        """The error object."""
        trace = (
            "Traceback (most recent call last):\n"
            '  File "/usr/lib/python3/dist-packages/odoo/http.py", line 2271, in _serve_db\n'
            f"{self.kind}: {self.message}\n"
        )
        return {
            "name": self.kind,
            "message": self.message,
            "arguments": self.arguments,
            "context": {},
            "debug": trace,
        }


class UserError(OdooError):
    """What was asked makes no sense in the record's state."""

    status = 422
    kind = "odoo.exceptions.UserError"


class ValidationError(UserError):
    """A constraint."""

    status = 422
    kind = "odoo.exceptions.ValidationError"


class AccessError(UserError):
    """The user may not do that."""

    status = 403
    kind = "odoo.exceptions.AccessError"


class AccessDenied(UserError):  # noqa: N818 - Odoo's own name
    """Wrong login over JSON-RPC."""

    status = 403
    kind = "odoo.exceptions.AccessDenied"


class MissingError(UserError):
    """A record that is not there was needed."""

    status = 404
    kind = "odoo.exceptions.MissingError"

    def __init__(self, model: str, record_id: object) -> None:
        super().__init__(
            f"Record does not exist or has been deleted.\n(Record: {model}({record_id},), User: 2)"
        )


class PythonValueError(OdooError):
    """An uncaught ValueError: invalid field, selection, date."""

    kind = "builtins.ValueError"


class PythonTypeError(OdooError):
    """An uncaught TypeError."""

    kind = "builtins.TypeError"


class PythonError(OdooError):
    """A plain exception."""


class PythonNameError(OdooError):
    """An unknown name."""

    kind = "builtins.NameError"


class PythonAttributeError(OdooError):
    """An attribute that is not there."""

    kind = "builtins.AttributeError"


class NoDatabaseError(OdooError):
    """PostgreSQL has no database of that name."""

    kind = "psycopg2.OperationalError"


class PythonKeyError(OdooError):
    """An uncaught KeyError."""

    kind = "builtins.KeyError"


class DatabaseError(OdooError):
    """PostgreSQL refused the value."""

    kind = "psycopg2.errors.InvalidTextRepresentation"


class InvalidFieldError(PythonValueError):
    """A field that the model does not have."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(f"Invalid field {field!r} on {model!r}")


class Unauthorized(OdooError):  # noqa: N818 - werkzeug's own name
    """No key or a wrong one."""

    status = 401
    kind = "werkzeug.exceptions.Unauthorized"


class NotFound(OdooError):  # noqa: N818 - werkzeug's own name
    """Unknown model, method or path."""

    status = 404
    kind = "werkzeug.exceptions.NotFound"


class BadRequest(OdooError):  # noqa: N818 - werkzeug's own name
    """A body that is not JSON."""

    status = 400
    kind = "werkzeug.exceptions.BadRequest"


class UnprocessableEntity(OdooError):  # noqa: N818 - werkzeug's own name
    """Arguments that the method does not take."""

    status = 422
    kind = "werkzeug.exceptions.UnprocessableEntity"
