"""Keeping the Vault's own pages true: the Dashboard, dead letters, days that tasks are due, what was corrected."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from blocks.database import LedgerUnavailableError
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from tasks.dashboard.artifact import Artifact
from tasks.dashboard.gather import Gatherer
from tasks.dashboard.note import Written, write_dashboard
from tasks.planning.corrections import keep_corrections
from tasks.planning.cross_domain import keep_promises
from tasks.planning.letters import show_letters
from tasks.policy.handbook import read_handbook, read_written_handbook
from tasks.vault.vault import Folder, current_vault

SHOWN = (Folder.NEEDS_ACTION, Folder.PENDING_APPROVAL, Folder.DONE, Folder.DEAD_LETTERS, Folder.POSTS)
"""The folders whose notes the Dashboard lists."""


class Keeper:
    """Keeps the Dashboard for one process: as a note, and as an artifact."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._gatherer: Gatherer | None = None
        self._artifact = Artifact()
        self._state: tuple[object, ...] = ()

    async def keep(self, now: datetime) -> LookResult:
        """Bring both up to date; nothing is left for a flow.

        Done when a note came, went or changed, and each minute besides: what was written into a note, a service that is
        away and books that were read do not show in the folders.

        Raises:
            PrefectAwayError, PrefectPasswordError: the note is written, and the artifact is not.
        """
        state = (f"{now:%Y-%m-%d %H:%M}", *(folder.stat().st_mtime_ns for folder in _folders()))
        if state == self._state:
            return LookResult.NOTHING
        written = await asyncio.to_thread(self.write, now)
        self._state = () if self.is_reading else state
        await self._artifact.show(written.page, written.as_of, is_new=written.is_new)
        return LookResult.NOTHING

    @property
    def is_reading(self) -> bool:
        """Whether there are notes that were not looked into yet."""
        return self._gatherer is None or self._gatherer.unread > 0

    def write(self, now: datetime) -> Written:
        """Bring the notes up to date, as far as the ledger can be read."""
        with suppress(LedgerUnavailableError):
            show_letters()
        vault, handbook = current_vault(), _handbook()
        known = self._gatherer
        if known is None or (known.vault.root, known.zone) != (vault.root, handbook.time_zone):
            known = self._gatherer = Gatherer(vault, handbook.time_zone)
        gatherer = known
        written = write_dashboard(vault, lambda: gatherer.page(now, handbook), now, gatherer.clocks)
        with suppress(LedgerUnavailableError):
            keep_corrections(gatherer.corrected, now)
            keep_promises(gatherer.promised, now)  # what that changes is shown by the next look
        return written


def _handbook() -> Handbook:
    """For time zone and people; without a ledger nobody knows what of it is confirmed, and here nothing rests on it."""
    try:
        return read_handbook()
    except LedgerUnavailableError:
        return read_written_handbook()


def _folders() -> list[Path]:
    return [path for path in map(current_vault().path, SHOWN) if path.is_dir()]
