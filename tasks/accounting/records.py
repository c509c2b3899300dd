"""Creating a record in Odoo once: an external id written through `load()` is the guard between processes."""

from typing import Any

from blocks.odoo.client import OdooClient
from blocks.odoo.errors import OdooCallError, OdooRefusedError

ABSENT = "External ID not found"


async def find_record(client: OdooClient, model: str, name: str) -> int | None:
    """The id of the record that has this external id (`fte.bill_1`), or None.

    Raises:
        OdooRefusedError: the external id belongs to a record of another model.
    """
    module, _, xml_id = name.partition(".")
    try:
        found_model, record_id = await client.call(
            "ir.model.data", "check_object_reference", module=module, xml_id=xml_id
        )
    except OdooCallError as error:
        if ABSENT in str(error):
            return None
        raise
    if found_model != model:
        raise OdooRefusedError(f"{model}.load", f"the external id {name} belongs to a {found_model}")
    return int(record_id) or None


async def load_once(client: OdooClient, model: str, fields: list[str], rows: list[list[str]]) -> int:
    """The id of the one record with the external id in the first field, created now or by somebody before.

    Of two processes that load at the same moment Odoo lets one win; the other is told `ids: false` with
    messages, and finds the winner's record here.

    Raises:
        OdooRefusedError: Odoo refused the values; nothing was created.
    """
    answer: dict[str, Any] = await client.call(model, "load", fields=fields, data=rows)
    if answer["ids"]:
        return int(answer["ids"][0])
    existing = await find_record(client, model, rows[0][0])
    if existing is None:
        raise _refusal(model, answer)
    return existing


async def load_all(client: OdooClient, model: str, fields: list[str], rows: list[list[str]]) -> list[int]:
    """The ids of many records, created in one transaction: all of them or none.

    Raises:
        OdooRefusedError: Odoo refused one of them, or another process was faster; this call created nothing.
    """
    answer: dict[str, Any] = await client.call(model, "load", fields=fields, data=rows)
    if not answer["ids"]:
        raise _refusal(model, answer)
    return [int(record_id) for record_id in answer["ids"]]


def _refusal(model: str, answer: dict[str, Any]) -> OdooRefusedError:
    said = "; ".join(str(message.get("message", "")) for message in answer["messages"])
    return OdooRefusedError(f"{model}.load", said or "no reason given")


def literal(text: str) -> str:
    """Text whose `%`, `_` and backslash stand for themselves in a search."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def any_spacing(text: str) -> str:
    """A pattern for `=ilike` that finds the text however blanks, dots and dashes are set in it."""
    return "%".join(literal(sign) for sign in text)
