"""What was expected of each source's rows, and what came of it, as a page."""

from domain.briefing.briefing import Briefing
from tasks.briefing.templates import template


def checks_page(briefing: Briefing) -> str:
    """Markdown: every expectation of every frame behind the week's numbers, and the rows that fail."""
    return template("checks.md").render(briefing=briefing).strip() + "\n"
