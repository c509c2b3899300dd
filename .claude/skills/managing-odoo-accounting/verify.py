"""Check against Odoo: the installation, or that what was done for a task or a document is really there, once.

Every finding is one line of JSON; the exit status is 0 only when everything holds, see references/errors.md.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

from deployments.skill_scripts import verify
from domain.accounting.ageing import differences_from_odoo
from domain.planning.event import file_event_id
from mcp_servers.health import look_at_health
from tasks.actions.connected import connected_account, connected_books
from tasks.actions.proof import Proof
from tasks.planning.task_proof import prove_task

NAME = "a task's id such as order-0123456789abcdef, or the file that was dropped"


async def _named(said: str) -> AsyncIterator[Proof]:
    await connected_account()
    async for proof in prove_task(_task_id(said)):
        yield proof


def _task_id(said: str) -> str:
    document = Path(said)
    return file_event_id(document.read_bytes()) if document.is_file() else said


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
    sys.exit(verify(__doc__, _installation, _named, name=NAME))
