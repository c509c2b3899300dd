"""The briefing on the page of its run: the artifact `briefing` with its charts inside, and `checks`."""

import asyncio
import base64
import logging
from typing import NamedTuple
from uuid import UUID

import httpx
from prefect.runtime import flow_run
from prefect.settings import PREFECT_UI_URL

from blocks.prefect_server import prefect_client
from domain.briefing.briefing import Briefing
from domain.briefing.layout import laid_out
from tasks.approvals.runs import WAITS
from tasks.briefing.page import as_markdown, checks_page
from tasks.briefing.pictures import pictures
from tasks.flow_runs.artifacts import create_artifact, find_artifact, update_artifact

log = logging.getLogger(__name__)


class _Page(NamedTuple):
    key: str
    title: str
    markdown: str


async def show_on_run(briefing: Briefing) -> None:
    """Show both on the present flow run; a Prefect server that does not answer costs no more than that."""
    run = UUID(flow_run.get_id())
    pages = await asyncio.to_thread(_pages, briefing)
    try:
        async with prefect_client() as client:
            for page in pages:
                if found := await find_artifact(client, run, page.key):
                    await update_artifact(client, found, page.markdown)
                else:
                    await create_artifact(client, run, page.key, page.markdown, page.title)
    except httpx.HTTPError as error:
        log.warning("the run's page does not show the briefing: %s", error)


def _pages(briefing: Briefing) -> list[_Page]:
    layout = laid_out(briefing)
    inside = {key: _address_of(picture.png) for key, picture in pictures(layout).items()}
    waiting = f"{PREFECT_UI_URL.value()}/runs?tag={WAITS}"
    return [
        _Page("briefing", f"CEO Briefing: {layout.days}", as_markdown(layout, inside, waiting)),
        _Page("checks", f"What was checked: {layout.days}", checks_page(briefing)),
    ]


def _address_of(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
