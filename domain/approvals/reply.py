"""A reply to a request in a person's few words: `yes 123456`, `no`, `yes 123456 total: 950.00`.

One line decides, above whatever is quoted, and only when nothing about it can be meant otherwise. What it proves is
looked at elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.approvals.answer import Decision
from domain.approvals.changes import ChangesError, parse_changes
from domain.errors import RejectedError

YES = frozenset("yes ok okay approve approved ja oui si sí sì".split())  # noqa: SIM905 (a list of words)
NO = frozenset("no reject rejected refuse refused nein non".split())  # noqa: SIM905 (a list of words)
HOW_TO = (
    "write one line above everything else: yes and the six digits of your one-time code, or no; to approve with a "
    "change, put it behind the code, such as total: 950.00"
)
REQUEST_ID = re.compile(r"\bask-[0-9a-f]{12}\b", re.IGNORECASE)

LONGEST_GREETING = 30
MOST_LINES, MOST_CODES = 200, 20
_TELEPHONE = re.compile(r" ?<tel:[^>\n]{0,40}>")
"""What mail programs put behind digits that look like a telephone number."""
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GREETING = re.compile(r"[^\W\d][^\d:]*[,!]|(?:hi|hello|hey|hallo|bonjour|hola|ciao)\b[^\d:]*", re.IGNORECASE)
_QUOTE = re.compile(
    r">|_{5,}|-{2,} ?(?:original|forwarded|ursprüngliche|weitergeleitete|message|mensaje|messaggio|début"
    r"|oorspronkelijk)\b"
    r"|\*?(?:from|sent|von|gesendet|de|da|envoyé|enviado|inviato|van|verzonden)\*? ?:",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:on|am|le|el|il|op)\b.*\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|geschreven)\b.*:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"--|(?:sent (?:from|via)|get outlook|von meinem|gesendet (?:von|mit)|envoyé de|enviado desde|inviato da)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:(?P<id>ask-[0-9a-f]{12})(?![\w-])|(?P<code>[0-9]{3}[ -]?[0-9]{3})(?!\w))[\s,;.!-]*", re.IGNORECASE
)
_BARE_CODE = re.compile(r"\W*(?:code\W*)?[0-9]{3}[ -]?[0-9]{3}\W*", re.IGNORECASE)
_ANY_CODE = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}(?![0-9])")
_KEY = re.compile(r"\s*([A-Za-z][\w ]*):\s*")
_NO_SEMICOLON = re.compile(r"[,.]\s+[A-Za-z][\w ]{0,20}:\s")
"""Where a second change may begin that would be taken for the end of the first one's value."""


class UnclearReplyError(RejectedError):
    """The reply decides nothing; the message says why, and how to."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; {HOW_TO}")


@dataclass(frozen=True)
class SaidInReply:
    """What a reply says, unproven.

    Attributes:
        request_id: The request that its line names, if it names one.
    """

    decision: Decision
    code: str | None = field(default=None, repr=False)
    request_id: str | None = None
    changes: dict[str, str] = field(default_factory=dict)


def read_reply(text: str) -> SaidInReply:
    """The decision in the new text of a reply.

    Raises:
        UnclearReplyError: there is none, or more than one can be read in it.
    """
    lines = list(new_lines(text))
    filled = [number for number, line in enumerate(lines) if line]
    found = [
        number for number in filled if _is_decision(lines[number]) or _BARE_CODE.fullmatch(lines[number])
    ]
    if not found:
        raise UnclearReplyError("it holds no line that decides")
    if len(found) > 1:
        raise UnclearReplyError("it holds more than one answer, or more than one code")
    [place] = found
    before = filled[: filled.index(place)]
    if len(before) > 1 or not all(_is_greeting(lines[number]) for number in before):
        raise UnclearReplyError("its answer does not stand above everything else")
    below = lines[place + 1] if place + 1 < len(lines) else ""
    if below and not _SIGNATURE.match(below):
        raise UnclearReplyError("more words follow its answer; leave the line below it empty")
    said = _read_line(lines[place])
    if said is None:
        raise UnclearReplyError("it holds a code alone")
    return said


def is_same(said: SaidInReply, page: str) -> bool:
    """Whether the visible text of a reply's web page begins with the same answer."""
    first = [line for line in new_lines(page) if line][:2]
    try:
        return said in [_read_line(line) for line in first]
    except UnclearReplyError:
        return False


def named_requests(text: str) -> frozenset[str]:
    """The requests that a text names by their ids."""
    return frozenset(found.casefold() for found in REQUEST_ID.findall(text))


def codes_in(text: str) -> list[str]:
    """What may be codes anywhere in a reply, quoted or not."""
    return [re.sub(r"[^0-9]", "", found) for found in _ANY_CODE.findall(text)[:MOST_CODES]]


def new_lines(text: str) -> Iterator[str]:
    """The lines above what is quoted, blanks evened out."""
    written = _TELEPHONE.sub("", text.replace("\r\n", "\n")).split("\n")[:MOST_LINES]
    lines = [_BLANKS.sub(" ", line).strip() for line in written]
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if line and (_QUOTE.match(line) or _WROTE.fullmatch(line) or _WROTE.fullmatch(f"{line} {after}")):
            return
        yield line


def _is_greeting(line: str) -> bool:
    return len(line) <= LONGEST_GREETING and bool(_GREETING.fullmatch(line))


def _is_decision(line: str) -> bool:
    try:
        return _read_line(line) is not None
    except UnclearReplyError:
        return True


def _read_line(line: str) -> SaidInReply | None:
    """None for a line that is no answer at all.

    Raises:
        UnclearReplyError: it begins as one, and cannot be taken as it stands.
    """
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn"} for sign in line):
        raise UnclearReplyError("it holds signs that cannot be seen")
    word = re.match(r"[^\W\d_]+", line)
    decision = _decision(word[0]) if word else None
    if word is None or decision is None:
        return None
    given, rest = _given(line[word.end() :].lstrip(" ,.:;!-"))
    if rest and not given and not re.search(r"[0-9]", rest):
        return None  # a sentence that begins with the word: "No idea what this is"
    if rest and not (given and _KEY.match(rest) and decision is Decision.APPROVE):
        raise UnclearReplyError("what stands behind its answer cannot be read")
    code = re.sub(r"[^0-9]", "", given["code"]) if "code" in given else None
    return SaidInReply(Decision.EDIT if rest else decision, code, given.get("id"), _changes(rest))


def _given(rest: str) -> tuple[dict[str, str], str]:
    """The id and the code behind the answer's word, in either order, and what stands behind them."""
    given: dict[str, str] = {}
    while part := _PART.match(rest):
        kind = str(part.lastgroup)
        if kind in given:
            raise UnclearReplyError("it holds more than one answer, or more than one code")
        given[kind] = part[kind].casefold()
        rest = rest[part.end() :]
    return given, rest


def _changes(text: str) -> dict[str, str]:
    if _NO_SEMICOLON.search(text):
        raise UnclearReplyError("put a semicolon between its changes")
    try:
        return parse_changes("\n".join(_KEY.sub(r"\1: ", part, count=1) for part in text.split(";")))
    except ChangesError as error:
        raise UnclearReplyError(str(error)) from error


def _decision(word: str) -> Decision | None:
    word = unicodedata.normalize("NFC", word).casefold()
    if word in YES:
        return Decision.APPROVE
    return Decision.REJECT if word in NO else None
