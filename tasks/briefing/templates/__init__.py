"""What briefings are set with: the note, the mail and the PDF; they show a layout and compute nothing."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from domain.markdown import shown_inline

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent
BARE_AMPERSAND = re.compile(r"&amp;(?!#?\w+;)")


def foreign(text: str) -> str:
    """Foreign text in the note; "Cedar & Finch" reads as it is where it is edited, too."""
    return BARE_AMPERSAND.sub("&", shown_inline(text))


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
    environment.filters |= {"md": foreign, "address": quote}
    return environment.get_template(name)
