"""A fetched page or feed as readable text, taken out in a process of its own with bounded time and memory."""

import subprocess
from email.message import Message
from pathlib import Path

from blocks.documents import Worker, run_worker, why_it_ended
from blocks.web_file import Fetched
from domain.errors import RejectedError
from domain.web.page import PageText
from domain.web.watched import PageKind

WEB_WORKER = Worker(Path(__file__).parent / "web_worker.py", 20, 900_000_000)
READ_SECONDS = 40
"""A page of 5 MB takes some 3 seconds; another process may be at work beside it."""
MARKUP = ("text/html", "application/xhtml+xml", "text/plain", "")
FEEDS = ("xml", "json", "text/plain", "text/html", "")
"""Many servers hand out their feeds under a type of pages."""


class UnreadablePageError(RejectedError):
    """There is no text in what an address hands out."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address} cannot be read: {problem}")


def page_text(found: Fetched, kind: PageKind) -> PageText:
    """What can be read of it.

    Raises:
        UnreadablePageError: it is of another type, has no text, or takes more work than a page is worth.
    """
    about = Message()
    about["content-type"] = found.headers.get("content-type", "")
    media = about.get_content_type() if about["content-type"] else ""
    wanted = FEEDS if kind is PageKind.FEED else MARKUP
    if not any(media == one or (one and media.endswith(one)) for one in wanted):
        raise UnreadablePageError(found.address, f"it hands out {media[:60]}, which is no {kind.noun}")
    charset = about.get_content_charset() or ""
    try:
        done = run_worker(
            WEB_WORKER, (kind.value, found.address, charset[:40]), found.content, seconds=READ_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadablePageError(
            found.address, f"reading it took more than {READ_SECONDS} seconds"
        ) from error
    if done.returncode != 0:
        raise UnreadablePageError(found.address, why_it_ended(done))
    text = PageText.model_validate_json(done.stdout)
    if not text.paragraphs and kind is not PageKind.FEED:
        raise UnreadablePageError(found.address, "no text is found on it, so it may be made by a script")
    return text
