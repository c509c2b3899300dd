"""How the employee worked in a week, from its own records."""

from datetime import datetime

from domain.briefing.operations import operations
from domain.briefing.part import Part
from domain.briefing.worked import Worked
from domain.vault.folder import Folder
from domain.week import Week
from tasks.briefing.recorded import Sources
from tasks.vault.vault import current_vault


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
    )
    return operations(found, week, now).checked(read.checks)
