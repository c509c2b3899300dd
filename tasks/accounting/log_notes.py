"""What the employee wrote into the logs of Odoo's records, where a person reads it and the employee finds it again."""

from collections.abc import Sequence
from typing import Any

from blocks.odoo.client import OdooClient
from tasks.accounting.records import literal


async def own_notes(
    client: OdooClient, saying: str, models: Sequence[str] = (), ids: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """The employee's own notes that say this, the oldest first; a customer's answer stands in the same logs.

    Args:
        client: Whose user wrote them.
        saying: A part of the text, in any case.
        models: Of the records whose logs these are; none for all.
        ids: Of these records; None for all.

    Returns:
        Per note its `model`, `res_id`, `body` and `date`.
    """
    user = (await client.call("res.users", "context_get"))["uid"]
    domain: list[Any] = [["create_uid", "=", user], ["body", "ilike", literal(saying)]]
    if models:
        domain.append(["model", "in", sorted(models)])
    if ids is not None:
        domain.append(["res_id", "in", sorted(ids)])
    found: list[dict[str, Any]] = await client.call(
        "mail.message", "search_read", domain=domain, fields=["model", "res_id", "body", "date"], order="id"
    )
    return found
