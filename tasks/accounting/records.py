"""Creating a record in Odoo once: an external id written through `load()` is the guard between processes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooCallError, OdooRefusedError
from blocks.odoo.repeats import forget_reads
from domain.errors import RejectedError

EXTERNAL_IDS = "ir.model.data"
ABSENT = "External ID not found"
SAFE_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


class RecordMissingError(RejectedError):
    """The books no longer have it."""

    def __init__(self, model: str, word: str, record_id: int) -> None:
        how = "deleted or merged" if model == "res.partner" else "deleted"
        super().__init__(f"{word} {record_id} is not in Odoo any more; somebody {how} it")


def external_id(kind: str, key: str) -> str:
    """The name under which Odoo keeps the record of this effect: `fte.bill_<key>`."""
    name = key if SAFE_KEY.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"fte.{kind}_{name}"


async def find_record(client: OdooClient, model: str, name: str) -> int | None:
    """The id of the record that has this external id (`fte.bill_1`), or None.

    Raises:
        OdooRefusedError: the external id belongs to a record of another model.
    """
    module, _, xml_id = name.partition(".")
    try:
        found_model, record_id = await client.call(
            EXTERNAL_IDS, "check_object_reference", module=module, xml_id=xml_id
        )
    except OdooCallError as error:
        if ABSENT in str(error):
            return None
        raise
    if found_model != model:
        raise OdooRefusedError(f"{model}.load", f"the external id {name} belongs to a {found_model}")
    return int(record_id) or None


async def find_made_meanwhile(client: OdooClient, model: str, name: str) -> int | None:
    """The same, asked anew: another caller with this very key may have been faster than the looks before."""
    forget_reads(EXTERNAL_IDS)
    return await find_record(client, model, name)


async def read_record(
    client: OdooClient, model: str, record_id: int, fields: list[str], word: str
) -> dict[str, Any]:
    """One record as Odoo has it now, which a person calls by this word.

    Raises:
        RecordMissingError: it is not there.
    """
    found = await client.call(model, "read", [record_id], fields=fields)
    if not found:
        raise RecordMissingError(model, word, record_id)
    row: dict[str, Any] = found[0]
    return row


async def load_once(
    client: OdooClient, model: str, values: Mapping[str, str], lines: Sequence[Mapping[str, str]] = ()
) -> int:
    """The id of the one record with the external id under `id`, created now or by somebody before.

    `values` hold its first line, if it has any; `lines` are the further ones.

    Of two processes that load at the same moment Odoo lets one win; the other is told `ids: false` with
    messages, and finds the winner's record here.

    Raises:
        OdooRefusedError: Odoo refused the values; nothing was created.
    """
    try:
        rows = [list(values.values()), *([line.get(name, "") for name in values] for line in lines)]
        return (await load_all(client, model, list(values), rows))[0]
    except OdooRefusedError:
        existing = await find_record(client, model, values["id"])
        if existing is None:
            raise
        return existing


async def load_all(client: OdooClient, model: str, fields: list[str], rows: list[list[str]]) -> list[int]:
    """The ids of many records, created in one transaction: all of them or none.

    Raises:
        OdooRefusedError: Odoo refused one of them, or another process was faster; this call created nothing.
    """
    answer: dict[str, Any] = await client.call(model, "load", fields=fields, data=rows)
    if not answer["ids"]:
        said = "; ".join(str(message.get("message", "")) for message in answer["messages"])
        raise OdooRefusedError(f"{model}.load", said or "no reason given")
    return [int(record_id) for record_id in answer["ids"]]


async def remove_made(client: OdooClient, model: str, record_id: int, *, is_new: bool) -> bool:
    """Undo making a record: True if the books no longer have what was made, False if it is in use or was changed."""
    found = is_new and await client.call(model, "read", [record_id], fields=["create_date", "write_date"])
    if not found:
        return True
    if found[0]["create_date"] != found[0]["write_date"]:
        return False
    try:
        await client.call(model, "unlink", [record_id])
    except OdooRefusedError:
        return False
    return True


def named_id(many2one: Any) -> int | None:
    """The id of the record that a many2one field names; None where it is empty."""
    return int(many2one[0]) if many2one else None


def name_in(many2one: Any) -> str:
    """Its name; nothing where it is empty."""
    return str(many2one[1]) if many2one else ""


def literal(text: str) -> str:
    """Text whose `%`, `_` and backslash stand for themselves in a search."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def any_spacing(text: str) -> str:
    """A pattern for `=ilike` that finds the text however blanks, dots and dashes are set in it."""
    return "%".join(literal(sign) for sign in text)
