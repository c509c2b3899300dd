"""The briefing as a mail: words for who reads plain text, and a page with its charts inside it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.briefing.briefing import Briefing
from domain.briefing.layout import Layout, laid_out
from tasks.briefing.page import as_markdown
from tasks.briefing.pictures import pictures
from tasks.briefing.print import write_pdf
from tasks.briefing.templates import template
from tasks.vault.vault import current_vault


class BriefingMail(NamedTuple):
    """What a mail is made from; `pictures` are PNG by the Content-ID that the page names them with."""

    subject: str
    text: str
    html: str
    pictures: dict[str, bytes]


def as_mail(briefing: Briefing) -> BriefingMail:
    """The whole briefing as a mail."""
    layout = laid_out(briefing)
    found = pictures(layout)
    cids = {key: f"{key}@{layout.name}" for key in found}
    subject = _subject(layout)
    html = template("briefing.html").render(briefing=layout, cids=cids, subject=subject)
    return BriefingMail(
        subject, as_markdown(layout), html, {cids[key]: content for key, content in found.items()}
    )


def ordered_mail(briefing: Briefing, to: Sequence[str]) -> dict[str, Any]:
    """The mail as `mail.send_email` takes it: its charts kept in the Vault, the PDF beside it.

    Args:
        briefing: What is told.
        to: Addresses.
    """
    vault, found = current_vault(), as_mail(briefing)
    pdf = write_pdf(briefing)
    return {
        "to": list(to),
        "subject": found.subject,
        "text": found.text,
        "html": found.html,
        "attachments": [str(pdf.relative_to(vault.root))],
        "pictures": {
            cid: vault.attach(content, f"{cid.partition('@')[0]}.png")
            for cid, content in found.pictures.items()
        },
    }


def _subject(layout: Layout) -> str:
    mark = "[Sandbox] " if layout.is_sandbox else ""
    waits = len(layout.decisions)
    decisions = f", {waits} {'decision' if waits == 1 else 'decisions'} needed" if waits else ""
    return f"{mark}CEO Briefing: {layout.days}{decisions}"
