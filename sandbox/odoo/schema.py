"""What a model and a field are, and how people read their names."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any


class FieldKind(StrEnum):
    """Odoo's field types."""

    CHAR = "char"
    TEXT = "text"
    HTML = "html"
    INTEGER = "integer"
    FLOAT = "float"
    MONETARY = "monetary"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    BINARY = "binary"
    SELECTION = "selection"
    MANY2ONE = "many2one"
    ONE2MANY = "one2many"
    MANY2MANY = "many2many"


@dataclass(frozen=True)
class Field:
    """One field."""

    kind: FieldKind
    relation: str = ""
    inverse: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    readonly: bool = False
    label: str = ""
    default: Any = None
    digits: int | None = None

    @property
    def is_many(self) -> bool:
        """Whether its value is a list of records."""
        return self.kind in (FieldKind.ONE2MANY, FieldKind.MANY2MANY)

    @property
    def is_relational(self) -> bool:
        """Whether its value is made of records."""
        return self.kind is FieldKind.MANY2ONE or self.is_many


@dataclass(frozen=True)
class Model:
    """One model."""

    label: str
    fields: dict[str, Field]
    order: str = "id"
    readable: bool = True
    writers: tuple[str, ...] = ()
    required_message: str = ""

    @cached_property
    def all_fields(self) -> dict[str, Field]:
        """Its own fields and those that every model has."""
        return {**MAGIC, **self.fields}

    @property
    def writable(self) -> bool:
        """Whether the demo's bot may change records; else `writers` names the groups that may."""
        return not self.writers


def label_of(name: str, field: Field) -> str:
    """The field's name as people read it."""
    return (
        field.label
        or _LABELS.get(name)
        or name.removesuffix("_ids").removesuffix("_id").replace("_", " ").title()
    )


def choice_label(choice: str) -> str:
    """A selection's value as people read it."""
    return _CHOICE_LABELS.get(choice) or choice.replace("_", " ").title()


_CHOICE_LABELS = {
    "entry": "Journal Entry",
    "out_invoice": "Customer Invoice",
    "out_refund": "Customer Credit Note",
    "in_invoice": "Vendor Bill",
    "in_refund": "Vendor Credit Note",
    "out_receipt": "Sales Receipt",
    "in_receipt": "Purchase Receipt",
    "cancel": "Cancelled",
}
_LABELS = {
    "is_company": "Is a Company",
    "price_unit": "Unit Price",
    "tax_ids": "Taxes",
    "invoice_line_ids": "Invoice lines",
    "line_ids": "Journal Items",
    "vat": "Tax ID",
    "email": "Email",
}


MAGIC = {
    "id": Field(FieldKind.INTEGER, readonly=True, label="ID"),
    "display_name": Field(FieldKind.CHAR, readonly=True),
    "create_date": Field(FieldKind.DATETIME, readonly=True),
    "write_date": Field(FieldKind.DATETIME, readonly=True),
    "create_uid": Field(FieldKind.MANY2ONE, relation="res.users", readonly=True),
    "write_uid": Field(FieldKind.MANY2ONE, relation="res.users", readonly=True),
}
