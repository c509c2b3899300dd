"""The document of a request, shown on the page of its run: pictures of its pages, or its text."""

import asyncio
import base64
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterIdempotencyKey,
)
from prefect.settings import PREFECT_UI_URL

from blocks import documents
from blocks.prefect_server import prefect_asked, prefect_client
from domain.approvals.render import DocumentPage, attachments, pictures_shown
from domain.approvals.request import ApprovalRequest
from domain.errors import RejectedError
from domain.mail.classify import body_of
from domain.mail.forwarded import MAX_DEPTH, forwarded_in
from domain.mail.html_text import is_web_page, read_page
from domain.mail.parse import is_mail, is_readable, parse_mail
from domain.markdown import shown_block, shown_inline
from tasks.approvals.runs import run_keys
from tasks.flow_runs.artifacts import create_artifact, find_artifact, update_artifact
from tasks.vault.vault import current_vault

KEY = "document"
"""Of the artifact."""

ERASED = "The copy of the document was erased"

MOST_PAGES = 5
MOST_FILES = 5
MOST_PARTS = 12
"""Pages, texts and headings of one document; a picture of a page takes up to 200 kB."""
MOST_SMALL, SMALL_SIDE = 4, 480
"""Pictures in the form itself and their pixels; each takes up to 40 kB."""

log = logging.getLogger(__name__)


async def show_document(request: ApprovalRequest, run_id: str) -> DocumentPage | None:
    """Put the request's documents, or the pictures of a post, on the page of its run, once.

    Returns:
        Where a person sees it; None when the request has no document, or the Prefect server does not answer.
    """
    names = attachments(request.inputs)
    if not names:
        return None
    try:
        async with prefect_client() as client:
            run = UUID(run_id)
            found = await find_artifact(client, run, KEY) or await _make(client, run, names)
    except httpx.HTTPError as error:
        log.warning("the document of %s is not shown: %s", request.id, error)
        return None
    pictures = await asyncio.to_thread(_small_pictures, pictures_shown(request.shown))
    return DocumentPage(f"{PREFECT_UI_URL.value()}/artifacts/artifact/{found}", pictures)


def _small_pictures(names: list[str]) -> dict[str, str]:
    """The first pictures of a post, small enough for the form; what cannot be shown is linked alone."""
    small = {}
    for name in names[:MOST_SMALL]:
        with suppress(RejectedError):
            [picture] = documents.page_pictures(current_vault().document(name), 1, SMALL_SIDE)
            small[name] = _address_of(picture)
    return small


async def _make(client: PrefectClient, run: UUID, names: list[str]) -> UUID:
    markdown = await asyncio.to_thread(lambda: "\n\n".join(map(render_document, names[:MOST_FILES])))
    return await create_artifact(client, run, KEY, markdown, "The document that is decided on")


async def erase_copies(requests: Sequence[ApprovalRequest], today: date) -> int:
    """Put a sentence in the place of the documents on the pages of these requests' runs.

    Returns:
        How many there were.

    Raises:
        PrefectAwayError: the Prefect server does not answer; what it shows is as it was.
        PrefectPasswordError: it refused the password.
    """
    runs = FlowRunFilter(
        idempotency_key=FlowRunFilterIdempotencyKey(any_=[key for each in requests for key in run_keys(each)])
    )
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[KEY]))
    with prefect_asked():
        async with prefect_client() as client:
            found = await client.read_artifacts(artifact_filter=wanted, flow_run_filter=runs)
            shown = [artifact for artifact in found if not str(artifact.data).startswith(ERASED)]
            for artifact in shown:
                await update_artifact(client, artifact.id, f"{ERASED} on {today}.\n")
    return len(shown)


def render_document(document: str) -> str:
    """Markdown: the document's name in the Vault, then what it looks like; or why it cannot be shown."""
    try:
        content = current_vault().document(document)
        parts = list(islice(_parts(document, content), MOST_PARTS))
    except RejectedError as error:
        parts = [shown_inline(f"It cannot be shown here: {error}")]
    return "\n\n".join([f"In the Vault: {shown_inline(document)}", *parts]) + "\n"


def _parts(name: str, content: bytes) -> Iterator[str]:
    if is_mail(name, content):
        yield from _mail_parts(content, depth=0)
    elif documents.is_film(content):
        yield f"A video of {len(content) / 1e6:.1f} MB; it is watched in the Vault."
    elif _is_text(content):
        text = documents.decode_text(content)
        is_page = is_web_page(Path(name).suffix.lower(), content.lstrip()[:100])
        yield shown_block(read_page(text).text if is_page else text)
    else:
        yield from _pictures(content)


def _mail_parts(content: bytes, depth: int) -> Iterator[str]:
    """The mail's text, its files, and the mails that it forwards."""
    mail = parse_mail(content)
    yield shown_block(
        f"Subject: {mail.facts.subject}\nFrom: {mail.facts.sender_address}\n\n{body_of(mail.facts)}"
    )
    files = (file for file in mail.attachments if is_readable(file.name, file.content_type))
    for file in islice(files, MOST_FILES):
        yield f"## {shown_inline(file.name)}"
        try:
            yield from _parts(file.name, file.content)
        except RejectedError as error:
            yield shown_inline(f"It cannot be shown here: {error}")
    if depth < MAX_DEPTH:
        for forwarded in forwarded_in(content):
            yield "## Forwarded mail"
            yield from _mail_parts(forwarded, depth + 1)


def _is_text(content: bytes) -> bool:
    return b"\x00" not in content and b"%PDF-" not in content[:1024]


def _pictures(content: bytes) -> Iterator[str]:
    for number, page in enumerate(documents.page_pictures(content, MOST_PAGES), start=1):
        yield f"![Page {number}]({_address_of(page)})"


def _address_of(picture: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
