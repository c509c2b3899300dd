"""Check against Odoo: the installation, or that what was done for a task or a document is really there, once.

Exit status 0 when everything holds, 1 when something does not; every finding is one line of JSON.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from blocks.settings import settings
from deployments.environment import apply_environment
from domain.accounting.residual import differences_from_odoo
from domain.errors import DigitalFteError
from domain.planning.event import file_event_id
from mcp_servers.health import look_at_health
from tasks.actions.connected import check_connected, connected_books
from tasks.actions.proof import Proof, prove


def main() -> int:
    """0 when everything holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "task",
        nargs="?",
        help="a task's id such as order-0123456789abcdef, or the file that was dropped; without: the installation",
    )
    asked = parser.parse_args()
    apply_environment(settings())
    return asyncio.run(_verify(_task_id(asked.task)))


def _task_id(said: str | None) -> str | None:
    document = Path(said) if said else None
    return file_event_id(document.read_bytes()) if document and document.is_file() else said


async def _verify(task_id: str | None) -> int:
    holds = True
    try:
        async for proof in _task(task_id) if task_id else _installation():
            holds = holds and proof.holds
            print(json.dumps(proof.model_dump(mode="json"), ensure_ascii=False))
    except DigitalFteError as error:
        holds = False
        print(json.dumps({"holds": False, "said": str(error)}, ensure_ascii=False))
    return 0 if holds else 1


async def _task(task_id: str) -> AsyncIterator[Proof]:
    await check_connected()
    for proof in await prove(task_id):
        yield proof


async def _installation() -> AsyncIterator[Proof]:
    health = await look_at_health()
    facts = health.model_dump(mode="json", exclude={"problems"})
    yield Proof(what="connection", holds=not health.problems, said="; ".join(health.problems), facts=facts)
    if health.problems:
        return
    books = await connected_books()
    yield Proof(what="books read from Odoo", holds=not books.origin.problem, said=books.origin.problem)
    wrong = [line.line_id for line, _rebuilt in differences_from_odoo(books.ledger)]
    said = (
        f"open amounts are not Odoo's on journal items {wrong[:20]}; is a draft set off against them?"
        if wrong
        else ""
    )
    yield Proof(what="open amounts are Odoo's own", holds=not wrong, said=said)


if __name__ == "__main__":
    sys.exit(main())
