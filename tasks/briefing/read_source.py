"""Reading one source of a briefing, as a task run of Prefect's; `sources` is the table, without Prefect."""

import asyncio
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from domain.briefing.part import Part, missing
from domain.errors import DigitalFteError
from domain.week import Week
from tasks.briefing.sources import BriefingSource


@task(cache_policy=NO_CACHE)
async def read_source(source: BriefingSource, week: Week, now: datetime) -> Part:
    """One source's part of the week."""
    try:
        return await asyncio.to_thread(source.read, week, now)
    except DigitalFteError as error:
        return missing(source.key, source.title, source.name, f"It could not be read: {error}.")
