"""Whether a briefing is what it says: its note, its PDF, its place in the audit log, and its numbers read once more."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from domain.briefing.briefing import Briefing
from domain.briefing.layout import laid_out
from domain.briefing.part import Part
from domain.vault.folder import Folder
from tasks.actions.proof import Proof
from tasks.audit.search import Query, opened
from tasks.briefing.kept import kept_briefing, week_meant
from tasks.briefing.page import as_markdown
from tasks.briefing.print import as_pdf
from tasks.briefing.sources import SOURCES
from tasks.vault.vault import NoteMissingError, current_vault

MOST_NAMED = 10


def files_of(briefing: Briefing) -> dict[str, Any]:
    """Where a person reads it, and what of it is not known or not fresh."""
    troubles = {part.title: " ".join(part.said) for part in briefing.parts if part.standing.is_trouble}
    return {
        "week": briefing.week,
        "note": f"{briefing.name}.md",
        "pdf": f"{Folder.REPORTS}/{briefing.name}.pdf",
        "is_complete": briefing.is_complete,
        "troubles": troubles,
        "decisions": [one.model_dump() for one in briefing.decisions],
    }


async def prove_briefing(said: str = "") -> AsyncIterator[Proof]:
    """The note and the PDF of a week say what was kept of it, and the audit log stood where they say.

    Raises:
        NoBriefingError: none was made of that week.
    """
    briefing = kept_briefing(week_meant(said))
    yield _note(briefing)
    yield _pdf(briefing)
    yield _audit_record(briefing)


async def prove_numbers(said: str = "") -> AsyncIterator[Proof]:
    """Every number of a week, read again from its source, is what was kept of it.

    Raises:
        NoBriefingError: none was made of that week.
    """
    week = week_meant(said)
    kept = {part.key: part for part in kept_briefing(week).parts}
    for source in SOURCES:
        if (old := kept.get(source.key)) is not None:
            yield _same_numbers(old, source.read(week, datetime.now(UTC)))


async def prove_sources() -> AsyncIterator[Proof]:
    """Every source of the last week can be read, freshly and wholly."""
    week, now = week_meant(""), datetime.now(UTC)
    for source in SOURCES:
        part = source.read(week, now)
        said = " ".join(part.said) if part.standing.is_trouble else ""
        facts = {"standing": part.standing.value, "numbers": len(part.all_numbers)}
        yield Proof(what=part.title, holds=not part.standing.is_trouble, said=said, facts=facts)


def _note(briefing: Briefing) -> Proof:
    name = f"{briefing.name}.md"
    try:
        note = current_vault().read_root(name)
    except NoteMissingError:
        return Proof(
            what="note", holds=False, said=f"{name} is not in the Vault; make it: {_remedy(briefing)}"
        )
    there = _rows(note.body)
    wanted = _rows(as_markdown(laid_out(briefing)))
    changed = [row for row in wanted if row not in there] + [row for row in there if row not in wanted]
    said = (
        f"{name} does not say what was kept: {changed[0]}; write it again: {_remedy(briefing)}"
        if changed
        else ""
    )
    return Proof(what="note", holds=not changed, said=said, facts={"note": name, "rows": len(wanted)})


def _rows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("|")]


def _pdf(briefing: Briefing) -> Proof:
    path = f"{Folder.REPORTS}/{briefing.name}.pdf"
    try:
        content = current_vault().path(path).read_bytes()
    except FileNotFoundError:
        return Proof(
            what="PDF", holds=False, said=f"{path} is not there; write it: fte briefing pdf {briefing.week}"
        )
    is_same = content == as_pdf(laid_out(briefing), briefing.made_at)
    said = "" if is_same else f"{path} is not what was kept; write it again: fte briefing pdf {briefing.week}"
    return Proof(what="PDF", holds=is_same, said=said, facts={"file": path, "bytes": len(content)})


def _audit_record(briefing: Briefing) -> Proof:
    facts = {"sequence": briefing.audit_sequence, "hash": briefing.audit_hash}
    with opened(current_vault().root, Query()) as log:
        found = log.execute(
            "SELECT hash FROM log WHERE sequence = $at", {"at": briefing.audit_sequence}
        ).fetchone()
    holds = found is not None and found[0] == briefing.audit_hash
    said = "" if holds else "the audit log has another record there, or none; see fte audit verify"
    return Proof(what="audit log", holds=holds, said=said, facts=facts)


def _same_numbers(old: Part, new: Part) -> Proof:
    if new.standing.is_trouble and not new.all_numbers:
        return Proof(what=old.title, holds=False, said=" ".join(new.said))
    now = {number.key: number for number in new.all_numbers}
    differing = [
        f"{one.key} was {one.text}, is {now[one.key].text if one.key in now else 'gone'}"
        for one in old.all_numbers
        if one.key not in now or now[one.key].value != one.value
    ]
    said = f"changed since it was kept: {'; '.join(differing[:MOST_NAMED])}" if differing else ""
    return Proof(what=old.title, holds=not differing, said=said, facts={"numbers": len(old.all_numbers)})


def _remedy(briefing: Briefing) -> str:
    return f"fte briefing make {briefing.week}"
