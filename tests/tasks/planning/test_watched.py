"""A watcher that is not at work, and what it left lying, are found."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from blocks.settings import settings
from domain.reliability.look import Look, LookResult
from tasks.actions.proof import Proof
from tasks.planning.watched import prove_file_watcher
from tasks.reliability.looks import record_look
from tasks.vault.vault import Folder, current_vault, init_vault


def looked(hours_ago: float = 0, problem: str | None = None) -> None:
    """A look at Inbox/ that is on record."""
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    record_look(Look("Inbox", 5, at, None if problem else LookResult.NOTHING, problem))


async def wrong(findings: AsyncIterator[Proof]) -> str:
    return "; ".join([one.said async for one in findings if not one.holds])


async def test_a_folder_that_nobody_looks_into_is_found() -> None:
    init_vault(settings().vault_path)
    assert await wrong(prove_file_watcher()) == "it is not looked at: fte up"
    looked(hours_ago=1)
    assert await wrong(prove_file_watcher()) == "it is not looked at: fte up"
    looked(problem="Inbox/ holds what cannot be read: a.pdf")
    assert "holds what cannot be read" in await wrong(prove_file_watcher())
    looked()
    assert await wrong(prove_file_watcher()) == ""


async def test_what_still_lies_in_the_folder_is_found() -> None:
    init_vault(settings().vault_path)
    looked()
    left = current_vault().path(Folder.INBOX) / "left.txt"
    left.write_text("Total: $12.50")
    assert await wrong(prove_file_watcher()) == "", "it was dropped just now"
    old = datetime.now(UTC).timestamp() - 3600
    os.utime(left, (old, old))
    assert "left.txt still lies in Inbox/" in await wrong(prove_file_watcher())
