"""What briefings are set with: the note, the mail and the PDF; they show a layout and compute nothing."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from domain.markdown import shown_legible
from domain.times import shown_time

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent


def address(text: str) -> str:
    """A place in the Vault, or a picture that is its own address (`data:`)."""
    return text if text.startswith("data:") else quote(text)


@cache
def template(name: str) -> "Template":
    """One of Jinja's; in HTML all text is escaped, in Markdown foreign text comes through `md`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"md": shown_legible, "address": address, "time": shown_time}
    return environment.get_template(name)
