"""What briefings are set with: the note, the mail and the PDF; they show a layout and compute nothing."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from domain.markdown import shown_inline
from domain.times import shown_time

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent
BARE_AMPERSAND = re.compile(r"&amp;(?!#?\w+;)")


def foreign(text: str) -> str:
    """Foreign text in the note; "Cedar & Finch" reads as it is where it is edited, too."""
    return BARE_AMPERSAND.sub("&", shown_inline(text))


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
    environment.filters |= {"md": foreign, "address": address, "time": shown_time}
    return environment.get_template(name)
