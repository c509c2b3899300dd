"""The briefing as a note (`CEO_Briefing_YYYY-MM-DD.md`, at the root; its charts in Attachments/), and its checks."""

from collections.abc import Mapping

from domain.briefing.briefing import Briefing
from domain.briefing.layout import Layout, laid_out
from domain.vault.note import Note
from tasks.briefing.pictures import pictures
from tasks.briefing.templates import template
from tasks.vault.vault import current_vault


def write_page(briefing: Briefing) -> str:
    """Write the note, over an older one of the week; its name."""
    name, vault = f"{briefing.name}.md", current_vault()
    layout = laid_out(briefing)
    kept = {
        key: vault.attach(picture.png, f"{briefing.name}-{key.replace('.', '-')}.png")
        for key, picture in pictures(layout).items()
    }
    note = Note.parse(as_markdown(layout, kept))
    front = {"type": "briefing", "week": briefing.week, "complete": briefing.is_complete}
    vault.save_root(name, note.with_front(**front))
    return name


def as_markdown(layout: Layout, files: Mapping[str, str] | None = None, waiting: str = "") -> str:
    """The whole briefing.

    Args:
        layout: What is shown.
        files: Where the charts' pictures are, by the charts' keys; a chart without one is told in words.
        waiting: Where a reader outside the Vault finds what waits for a decision.
    """
    page = template("briefing.md").render(briefing=layout, files=files or {}, waiting=waiting)
    return page.strip() + "\n"


def checks_page(briefing: Briefing) -> str:
    """Markdown: every expectation of every frame behind the week's numbers, and the rows that fail."""
    return template("checks.md").render(briefing=briefing).strip() + "\n"
