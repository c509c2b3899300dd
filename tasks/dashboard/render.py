"""The Dashboard as Markdown: in the Vault its lines lead to notes, in Prefect's UI to runs."""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from domain.dashboard.money import LATE, OWED
from domain.dashboard.page import Dashboard
from domain.markdown import shown_in_link
from domain.planning.triage import TaskDomain
from domain.vault.overview import Item, OverviewSection

if TYPE_CHECKING:
    from jinja2 import Template

DOMAINS = (TaskDomain.PERSONAL, TaskDomain.BUSINESS, TaskDomain.BOTH)
_UNSAFE = re.compile(r"[<>|%#?^\\\[\]`]")
"""What ends or changes an address in a link, or a cell of a table."""
_ESCAPED = re.compile(r"\\(.)")


def note_text(page: Dashboard, as_of: str) -> str:
    """The note `Dashboard.md`."""
    return _rendered(page, as_of, _note_link)


def artifact_text(page: Dashboard, as_of: str, runs: Mapping[str, str]) -> str:
    """The artifact.

    Args:
        page: What it shows.
        as_of: When that changed last.
        runs: Where a person sees what a note is about, by the note's place or its task's id.
    """
    text = _rendered(page, as_of, partial(_run_link, runs))
    return text.partition("\n---\n")[2].lstrip("\n")


def _rendered(page: Dashboard, as_of: str, link: Callable[[Item], str]) -> str:
    text = _template().render(
        page=page,
        as_of=as_of,
        link=link,
        count=_count,
        domains=DOMAINS,
        late=LATE,
        owed=OWED,
    )
    return text.rstrip("\n") + "\n"


def _note_link(item: Item) -> str:
    address = f"{_safe(item.place)}.md" if item.place else item.url
    return f"[{item.title}](<{address}>)" if address else item.title


def _run_link(runs: Mapping[str, str], item: Item) -> str:
    here = item.url.startswith("#")  # the headings of an artifact are no anchors
    address = runs.get(item.place) or runs.get(item.task) if here or not item.url else item.url
    if address:
        title = _ESCAPED.sub(r"\1", item.title)
        return f"[{shown_in_link(title)}](<{address}>)"
    return f"{item.title} (`{_safe(item.place)}.md`)" if item.place else item.title


def _safe(place: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found[0]), place)


def _count(section: OverviewSection) -> str:
    return "null" if section.count is None else str(section.count)


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    environment = Environment(  # noqa: S701 (Markdown, not HTML; foreign text comes through `one_line`)
        loader=FileSystemLoader(folder), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("dashboard.md")
