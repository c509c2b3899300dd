"""Whether each thing that stands outside has its record in the audit log, and what went wrong on the wire."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from deployments.sandbox_blocks import DEMO_X_ACCOUNT
from tasks.audit.log import audit_log
from tests.business_days import OWNERS_NUMBER
from tests.business_month import Month
from tests.business_month_count import OUR_WORDS, PLATFORMS
from tests.sandbox_fixture import sent
from tests.whatsapp_world import written

EFFECTS_MAIL: Final = re.compile(r"<fte\.[0-9a-f]{32}@")
"""The Message-ID of a mail that is an effect; those to the owner about a request are none."""


def unaudited(month: Month, there: set[tuple[str, str]]) -> Iterator[str]:
    """What is in the books, in public or in a mailbox, was not there before, and no record of a success names."""
    named = set(_named())
    yield from (
        f"{what} {key} has no record in the audit log"
        for what, key in outside(month)
        if key not in named and (what, key) not in there
    )


def outside(month: Month) -> Iterator[tuple[str, str]]:
    """Each thing that the employee made outside, by the id that its service gave it."""
    odoo = month.sandbox.odoo
    for kind in ("in_invoice", "out_invoice"):
        domain = [["move_type", "=", kind], ["state", "=", "posted"]]
        for row in odoo("account.move", "search_read", domain=domain, fields=["name"]):
            yield "entry", str(row["id"])
    for mail in sent(month.sandbox):
        if EFFECTS_MAIL.match(str(mail["Message-ID"])):
            yield "mail", str(mail["Message-ID"])
    for platform in PLATFORMS:
        for row in month.sandbox.http.get(f"/_sandbox/{platform}/posts").json()["posts"]:
            if _is_ours(row):
                yield f"{platform} post", str(row["id"])
    yield from (("message", row["id"]) for row in written(month.sandbox) if row["to"] != OWNERS_NUMBER)


def _is_ours(row: dict[str, Any]) -> bool:
    """Others write on the same pages."""
    return row.get("author_id") == DEMO_X_ACCOUNT or OUR_WORDS in json.dumps(row)


def _named() -> Iterator[str]:
    """Every value in the receipts of the successes."""
    for path in audit_log().files():
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["status"] == "success":
                yield from _values(record["details"].get("receipt"))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _values(inner)
    elif value is not None:
        yield str(value)


def faults(month: Month) -> Counter[str]:
    """The requests that a fault met, by its kind."""
    kinds = (entry["fault"] for entry in month.sandbox.journal() if entry["fault"])
    return Counter(kinds)
