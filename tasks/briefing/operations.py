"""How the employee worked in a week, and what that did for a person, from its own records."""

from datetime import datetime

from domain.briefing.operations import operations
from domain.briefing.part import Part
from domain.briefing.productivity import Served, productivity
from domain.briefing.worked import OpenNote, Worked
from domain.vault.broken import BrokenNoteError
from domain.vault.folder import Folder
from domain.vault.overview import reason_in, title_of
from domain.week import Week
from tasks.briefing.recorded import Sources
from tasks.vault.vault import NoteMissingError, current_vault


def operations_part(week: Week, now: datetime) -> Part:
    """Each source is read by itself: one that is away leaves the numbers of the others."""
    read = Sources(week, now)
    found = Worked(
        log=read.log(),
        requests=read.requests(),
        letters=read.letters(),
        runs=read.runs(),
        beats=read.beats(),
        spells=read.spells(),
        open_notes=frozenset(current_vault().names(Folder.NEEDS_ACTION)),
        left_out=tuple(read.said),
        note=_note,
    )
    return operations(found, week, now).checked(read.checks)


def productivity_part(week: Week, now: datetime) -> Part:
    """Mails, important tasks, answers and how soon they came."""
    read = Sources(week, now)
    served = Served(log=read.log(), replies=read.replies(), left_out=tuple(read.said))
    return productivity(served, week, now).checked(read.checks)


def _note(task: str) -> OpenNote | None:
    vault = current_vault()
    folder = vault.find(task)
    if folder is None:
        return None
    try:
        note = vault.read(folder, task)
    except (NoteMissingError, BrokenNoteError):
        return OpenNote(f"{folder}/{task}", task)
    return OpenNote(f"{folder}/{task}", title_of(task, note), reason_in(note))
