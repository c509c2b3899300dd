"""The field declarations that the stand-in's models are made of."""

from typing import Any

from sandbox.odoo.schema import Field, FieldKind


def plain(kind: FieldKind, **more: Any) -> Field:
    """A field without relation."""
    return Field(kind, **more)


def one(relation: str, **more: Any) -> Field:
    """A many2one."""
    return Field(FieldKind.MANY2ONE, relation=relation, **more)


def lines(relation: str, inverse: str) -> Field:
    """A one2many."""
    return Field(FieldKind.ONE2MANY, relation=relation, inverse=inverse)


def many(relation: str, **more: Any) -> Field:
    """A many2many."""
    return Field(FieldKind.MANY2MANY, relation=relation, **more)


def choice(*choices: str, **more: Any) -> Field:
    """A selection."""
    return Field(FieldKind.SELECTION, choices=choices, **more)


CHAR, TEXT, HTML = plain(FieldKind.CHAR), plain(FieldKind.TEXT), plain(FieldKind.HTML)
INTEGER, FLOAT, MONETARY = plain(FieldKind.INTEGER), plain(FieldKind.FLOAT), plain(FieldKind.MONETARY)
BOOLEAN, DATE, DATETIME = plain(FieldKind.BOOLEAN), plain(FieldKind.DATE), plain(FieldKind.DATETIME)
BINARY = plain(FieldKind.BINARY)
ACTIVE = plain(FieldKind.BOOLEAN, default=True)
NAME = plain(FieldKind.CHAR, required=True, label="Name")
COMPUTED = {
    kind: plain(kind, readonly=True)
    for kind in (FieldKind.CHAR, FieldKind.MONETARY, FieldKind.INTEGER, FieldKind.BOOLEAN)
}
COMPUTED_CHAR, COMPUTED_MONEY = COMPUTED[FieldKind.CHAR], COMPUTED[FieldKind.MONETARY]
COMPUTED_INTEGER, COMPUTED_BOOLEAN = COMPUTED[FieldKind.INTEGER], COMPUTED[FieldKind.BOOLEAN]
COMPANY = one("res.company", default=1)
