"""LinkedIn's "little text": a reserved character that is not escaped cuts the text off, without an error."""

import re

RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
NAMED = r"@\[(?P<name>[^\[\]\n]+)\]\((?P<urn>urn:li:(?:organization|person):[\w-]+)\)"
"""A mention as LinkedIn writes it; its readers see the name, and are led to the page or person."""
MARKED = re.compile(rf"{NAMED}|https?://\S+|(?<![\w#&])#(?=[^\W_]*[^\W\d_])(?P<tag>\w+)")
"""A mention, a tag, or an address, whose `#` begins no tag."""


def little_text(text: str) -> str:
    """The commentary that shows exactly this text; hashtags stay hashtags, and mentions mentions.

    Source: learn.microsoft.com, LinkedIn marketing API, little text format, 2026-07.
    """
    out, last = [], 0
    for found in MARKED.finditer(text):
        out += [_escaped(text[last : found.start()]), _marked(found)]
        last = found.end()
    return "".join([*out, _escaped(text[last:])])


def _marked(found: re.Match[str]) -> str:
    if found["name"]:
        return f"@[{_escaped(found['name'])}]({found['urn']})"
    return "{hashtag|\\#|" + _escaped(found["tag"]) + "}" if found["tag"] else _escaped(found.group())


def shown_text(commentary: str) -> str:
    """What readers see of a commentary: the way back from `little_text`."""
    tags = re.sub(r"\{hashtag\|\\#\|((?:[^}\\]|\\.)+)\}", r"#\1", commentary)
    return re.sub(r"\\(.)", r"\1", tags)


def _escaped(text: str) -> str:
    return RESERVED.sub(lambda found: "\\" + found.group(), text)
