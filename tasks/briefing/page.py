"""The briefing as a note: `CEO_Briefing_YYYY-MM-DD.md` at the Vault's root."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from domain.briefing.briefing import Briefing
from domain.briefing.part import Standing
from domain.markdown import shown_inline
from domain.times import shown_time
from domain.vault.note import Note
from tasks.vault.vault import current_vault

if TYPE_CHECKING:
    from jinja2 import Template

FIRST_PAGE = (
    "money.revenue",
    "money.expenses",
    "money.profit",
    "money.cash",
    "money.overdue",
    "money.lowest_cash",
)
"""The numbers that the first page says in sentences."""


def write_page(briefing: Briefing) -> str:
    """Write the note, over an older one of the week; its name."""
    name = f"{briefing.name}.md"
    note = Note.parse(as_markdown(briefing))
    front = {"type": "briefing", "week": briefing.week, "complete": briefing.is_complete}
    current_vault().save_root(name, note.with_front(**front))
    return name


def as_markdown(briefing: Briefing) -> str:
    """The whole briefing."""
    return _template().render(briefing=briefing, summary=summary(briefing)).strip() + "\n"


def summary(briefing: Briefing) -> list[str]:
    """The first page: the week's most important numbers, and what of it is not known."""
    known = {number.key: number for number in briefing.numbers}
    lines = []
    for key in FIRST_PAGE:
        if (number := known.get(key)) and number.value is not None:
            change = f" ({number.change_text} to the week before)" if number.change_text else ""
            lines.append(f"{number.label}: **{number.text}**{change}.")
    lines += [f"{finding}" for part in briefing.parts for finding in part.findings]
    words = {Standing.MISSING: "is missing", Standing.STALE: "is not fresh", Standing.PARTIAL: "is not whole"}
    lines += [
        f"{part.title} {words[part.standing]}: {' '.join(part.said)}"
        for part in briefing.parts
        if part.standing.is_trouble
    ]
    return lines


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # noqa: S701 (Markdown, not HTML; foreign text comes through `md`)
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters |= {"md": shown_inline, "time": shown_time}
    return environment.get_template("briefing.md")
