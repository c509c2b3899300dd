"""`Dashboard.md`: written when what it shows has changed, and only then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from blocks.settings import DASHBOARD
from domain.dashboard.page import Dashboard
from domain.times import shown_there
from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note
from tasks.dashboard.render import note_text
from tasks.vault.locks import locked
from tasks.vault.vault import NoteMissingError, Vault


@dataclass(frozen=True)
class Written:
    """The page that stands in the note, since when it is so, and whether it was written just now."""

    page: Dashboard
    as_of: str
    is_new: bool


def write_dashboard(vault: Vault, gather: Callable[[], Dashboard], now: datetime, zone: tzinfo) -> Written:
    """Write the note as everything is now; of several writers each gathers in its turn, so none writes old facts.

    An unchanged page is not touched: it keeps the time at which it changed last.
    """
    with locked(vault.root, DASHBOARD):
        page, kept = gather(), _kept(vault)
        since = str(kept.front.get("as_of")) if kept else ""
        if kept and kept.render() == note_text(page, since):
            return Written(page, since, is_new=False)
        as_of = shown_there(now.astimezone(zone))
        vault.save_root(DASHBOARD, Note.parse(note_text(page, as_of)))
        return Written(page, as_of, is_new=True)


def _kept(vault: Vault) -> Note | None:
    try:
        return vault.read_root(DASHBOARD)
    except (NoteMissingError, BrokenNoteError):
        return None
