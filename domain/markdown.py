"""Foreign text in Markdown that a person reads: it shows what it is instead of doing what it says."""

import re
import unicodedata
from html import unescape

SPECIAL = re.compile(
    r"[\\`*\[\]|~^]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it does nothing
    r"|\$(?!\d)|(?<=[\w.+-])@(?=\w)|==|%%"  # formulas, addresses, and what Obsidian marks or leaves out
)
SITE = re.compile(r"(www)\.", re.IGNORECASE)
LINE_START = re.compile(r"^(?:[-+=#](?=[-#\s]|$)|\d+(?=[.)](?:\s|$)))")
"""What makes a list, a heading or a rule of a line that it begins."""
ALIKE = str.maketrans("[]<>|`\\", "()\u2039\u203a\u00a6'/")
BARE_AMPERSAND = re.compile(r"&amp;(?!#?\w+;)")
LONGEST_BLOCK = 20_000


def shown_inline(text: str) -> str:
    """Foreign text on one line of Markdown, showing what it is instead of doing what it says."""
    harmless = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = SPECIAL.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), harmless)
    unlinked = SITE.sub(r"\1\\.", escaped.replace("://", "\\://"))
    return LINE_START.sub(_escaped_start, unlinked.strip())


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def said_in(shown: str) -> str:
    """The text again of which `shown_inline` made Markdown."""
    return unescape(re.sub(r"\\(.)", r"\1", shown))


def shown_legible(text: str) -> str:
    """The same; "Cedar & Finch" reads as it is also where the Markdown itself is looked at."""
    return BARE_AMPERSAND.sub("&", shown_inline(text))


def shown_in_link(text: str) -> str:
    """Foreign text as what a link is called in Prefect's UI, which shows that sign by sign: nothing in it is escaped.

    What could end the link, or begin something else in it, becomes a sign that looks like it.
    """
    return visible(text).translate(ALIKE).strip()


def shown_block(text: str) -> str:
    """Foreign text of several lines, in full, in a fence that it cannot close."""
    kept = _bounded("\n".join("".join(visible_sign(char) for char in line) for line in text.splitlines()))
    longest = max((len(run) for run in re.findall(r"`+", kept)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{kept}\n{fence}"


def shown_quote(text: str) -> str:
    """The same as a quotation: long lines are broken where they are shown, and nothing has to be scrolled to."""
    lines = _bounded(text).splitlines()
    return "\n".join(f"> {shown_inline(line)}  " if line else ">" for line in lines)


def _bounded(text: str) -> str:
    if len(text) <= LONGEST_BLOCK:
        return text
    rest = len(text) - LONGEST_BLOCK
    return f"{text[:LONGEST_BLOCK]}\n[{rest} more characters: too long to be shown, so better rejected]"


def visible(text: str) -> str:
    """A text on one line, each of its signs visible."""
    return text if text.isprintable() else "".join(map(visible_sign, text))


def visible_sign(character: str) -> str:
    """Line breaks and invisible characters (which can reorder what is read) as visible signs."""
    if character in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
        return "⏎"
    if character == "\t":
        return " "
    return "�" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} else character
