"""LinkedIn's "little text": a reserved character that is not escaped cuts the text off, without an error."""

import re

RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
HASHTAG = re.compile(r"https?://\S+|(?<![\w#&])#(?=[^\W_]*[^\W\d_])(\w+)")
"""A tag, or an address, whose `#` begins no tag."""


def little_text(text: str) -> str:
    """The commentary that shows exactly this text; hashtags stay hashtags.

    Source: learn.microsoft.com, LinkedIn marketing API, little text format, 2026-07.
    """
    out, last = [], 0
    for tag in HASHTAG.finditer(text):
        out.append(_escaped(text[last : tag.start()]))
        word = tag.group(1)
        out.append("{hashtag|\\#|" + _escaped(word) + "}" if word else _escaped(tag.group()))
        last = tag.end()
    return "".join([*out, _escaped(text[last:])])


def shown_text(commentary: str) -> str:
    """What readers see of a commentary: the way back from `little_text`."""
    tags = re.sub(r"\{hashtag\|\\#\|((?:[^}\\]|\\.)+)\}", r"#\1", commentary)
    return re.sub(r"\\(.)", r"\1", tags)


def _escaped(text: str) -> str:
    return RESERVED.sub(lambda found: "\\" + found.group(), text)
