"""The field declarations that the stand-in's models are made of."""

from typing import Any

from sandbox.odoo.schema import Field, Kind


def plain(kind: Kind, **more: Any) -> Field:
    """A field without relation."""
    return Field(kind, **more)


def one(relation: str, **more: Any) -> Field:
    """A many2one."""
    return Field(Kind.MANY2ONE, relation=relation, **more)


def lines(relation: str, inverse: str) -> Field:
    """A one2many."""
    return Field(Kind.ONE2MANY, relation=relation, inverse=inverse)


def many(relation: str, **more: Any) -> Field:
    """A many2many."""
    return Field(Kind.MANY2MANY, relation=relation, **more)


def choice(*choices: str, **more: Any) -> Field:
    """A selection."""
    return Field(Kind.SELECTION, choices=choices, **more)


CHAR, TEXT, HTML = plain(Kind.CHAR), plain(Kind.TEXT), plain(Kind.HTML)
INTEGER, FLOAT, MONETARY = plain(Kind.INTEGER), plain(Kind.FLOAT), plain(Kind.MONETARY)
BOOLEAN, DATE, DATETIME = plain(Kind.BOOLEAN), plain(Kind.DATE), plain(Kind.DATETIME)
BINARY = plain(Kind.BINARY)
ACTIVE = plain(Kind.BOOLEAN, default=True)
NAME = plain(Kind.CHAR, required=True, label="Name")
COMPUTED = {
    kind: plain(kind, readonly=True) for kind in (Kind.CHAR, Kind.MONETARY, Kind.INTEGER, Kind.BOOLEAN)
}
COMPUTED_CHAR, COMPUTED_MONEY = COMPUTED[Kind.CHAR], COMPUTED[Kind.MONETARY]
COMPUTED_INTEGER, COMPUTED_BOOLEAN = COMPUTED[Kind.INTEGER], COMPUTED[Kind.BOOLEAN]
COMPANY = one("res.company", default=1)
