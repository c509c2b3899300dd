"""The page with charts: one file that needs no other, and in which no foreign word is more than a word."""

import base64
import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blocks.settings import settings
from domain.dashboard.services import service_name
from domain.health.charts import health_charts
from domain.health.page import WINDOWS, HealthPage, percent, seconds_words, share_words
from domain.health.spell import standing_word
from domain.markdown import visible
from domain.reliability.outage import in_words
from domain.times import shown_there
from tasks.health.kept import KEPT, machine_since
from tasks.reliability.waiting import spells

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "health.html"


def write_html(page: HealthPage, zone: str = "UTC") -> Path:
    """Write the page into the state folder; where it lies.

    Raises:
        LedgerUnreadableError: nobody knows how everything was.
    """
    path = settings().state / NAME
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(html(page, zone), encoding="utf-8")
    beside.chmod(0o600)
    beside.replace(path)
    return path


def html(page: HealthPage, zone: str = "UTC") -> str:
    """The page itself."""
    from tasks.reporting.charts import draw  # matplotlib takes half a second
    from tasks.reporting.style import as_svg

    charts = [
        {
            "title": chart.title,
            "said": chart.said,
            "svg": base64.b64encode(as_svg(draw(chart)).encode()).decode(),
        }
        for chart in health_charts(
            spells(page.now - KEPT), machine_since(page.now - timedelta(days=1)), page.now
        )
    ]
    environment = _environment()
    clocks = ZoneInfo(zone)
    environment.filters["there"] = lambda moment: shown_there(moment.astimezone(clocks))
    return environment.get_template(NAME).render(page=page, charts=charts, windows=list(WINDOWS))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_visible,
    )
    made.filters |= {
        "name": service_name,
        "share": share_words,
        "percent": percent,
        "seconds": seconds_words,
        "length_words": in_words,
        "word": standing_word,
    }
    return made


def _visible(value: object) -> object:
    """What nobody sees could turn words round."""
    return visible(value) if type(value) is str else value
