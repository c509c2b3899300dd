"""JSON Schemas as far as playbooks are checked by them: what stands for a name in a value, and of which types it is.

A part of a schema is looked at beside its `root`, in which `$defs` defines what it refers to.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
ANY: Schema = {}


def dereferenced(root: Schema, schema: Schema) -> Schema:
    """What a reference leads to; what is none stays as it is."""
    name = schema.get("$ref")
    if name is None:
        return schema
    found: Schema = root.get("$defs", {}).get(str(name).rpartition("/")[2], ANY)
    return found


def part_with_definitions(root: Schema, schema: Schema) -> Schema:
    """A part of a schema that keeps what is defined beside it."""
    return (
        {**dereferenced(root, schema), "$defs": root["$defs"]}
        if "$defs" in root
        else dereferenced(root, schema)
    )


def _choices(root: Schema, schema: Schema) -> Iterator[Schema]:
    schema = dereferenced(root, schema)
    for one in schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or ():
        yield from _choices(root, one)
    if not {"anyOf", "oneOf", "allOf"} & schema.keys():
        yield schema


def part_of(root: Schema, schema: Schema, part: str) -> Schema | None:
    """What a name inside a value stands for; `ANY` where that is not known, None where it stands for nothing."""
    for one in _choices(root, schema):
        if part in one.get("properties", {}):
            found: Schema = one["properties"][part]
            return found
        if one.get("type") == "array" and part.isdecimal():
            items: Schema = one.get("items", ANY)
            return items
        if not one or ("properties" not in one and one.get("type", "object") == "object"):
            return ANY
    return None


def types_of(root: Schema, schema: Schema) -> set[str]:
    """The JSON types that a value may have, `null` aside; empty: not known."""
    kinds: set[str] = set()
    for one in _choices(root, schema):
        said = one.get("type") or ("object" if "properties" in one else None)
        if said is None:
            return set()
        kinds |= {said} if isinstance(said, str) else set(said)
    if {"number", "integer"} & kinds:
        kinds |= {"number", "integer", "string"}  # an amount travels as text
    if "string" in kinds and len(kinds) == 1:
        kinds |= {"number", "integer"} if _is_amount(root, schema) else set()
    return kinds - {"null"}


def _is_amount(root: Schema, schema: Schema) -> bool:
    return any("pattern" in one for one in _choices(root, schema))


def spoken_types(kinds: set[str]) -> str:
    """The types as a person calls them."""
    words = {"array": "a list", "object": "a record", "string": "text", "boolean": "yes or no"}
    plain = kinds - {"string"} if {"number", "integer"} & kinds else kinds
    return " or ".join(sorted({words.get(kind, "a number") for kind in plain}))
