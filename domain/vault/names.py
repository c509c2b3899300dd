"""Names that every disk keeps as they are: Linux, macOS and Windows."""

import re
import unicodedata
from hashlib import sha256

from domain.errors import RejectedError

LONGEST_NAME = 120
LONGEST_ENDING = 8
LONGEST_STEM = 60
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?\Z", re.IGNORECASE
)
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


class UnsafeNameError(RejectedError):
    """A name that some disk would refuse or change."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name[:LONGEST_NAME]!r} cannot be a file's name: {problem}; choose another")


def check_name(name: str) -> str:
    """The name itself, without .md, if every disk keeps it as it is.

    The rules are Windows' (Naming Files, Paths, and Namespaces), the strictest in use.

    Raises:
        UnsafeNameError: some disk would refuse or change it.
    """
    problem = _problem(name)
    if problem:
        raise UnsafeNameError(name, problem)
    return name


def _problem(name: str) -> str | None:
    checks = (
        (not name, "it is empty"),
        (len(name.encode("utf-8", "replace")) > LONGEST_NAME, f"it is longer than {LONGEST_NAME} bytes"),
        (_FORBIDDEN.search(name), 'it holds a control character or one of < > : " / \\ | ? *'),
        (name.startswith((".", " ")), "it begins with a dot or a space"),
        (name.endswith((".", " ")), "it ends in a dot or a space"),
        (_DEVICES.match(name), "Windows keeps this name for a device"),
        (unicodedata.normalize("NFC", name) != name, "its accents are not in composed form"),
    )
    return next((problem for wrong, problem in checks if wrong), None)


def safe_name(name: str) -> str:
    """A safe file name made from any text, its ending kept: for documents, not for identities."""
    flat = (
        unicodedata.normalize("NFKD", name.replace("\\", "/").rsplit("/", 1)[-1])
        .encode("ascii", "ignore")
        .decode()
    )
    stem, dot, ending = _UNUSUAL.sub("_", flat).rpartition(".")
    ending = ending.strip("_-")
    if not dot or len(ending) > LONGEST_ENDING:
        stem, ending = f"{stem}.{ending}", ""
    stem = stem.strip("._-")[:LONGEST_STEM].strip("._-") or "document"
    stem = f"_{stem}" if _DEVICES.match(stem) else stem
    return f"{stem}.{ending}" if ending else stem


def event_name(source: str, identity: str) -> str:
    """The note's name of an event, e.g. `gmail-18c2f`; two identities never share a file.

    An identity with capitals or unusual characters is told apart by its digest, because Windows and macOS
    hold `aB` and `Ab` for one name.
    """
    if _PLAIN.fullmatch(identity):
        return check_name(f"{source}-{identity}")
    readable = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")[:40]
    digest = sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return check_name("-".join(part for part in (source, readable, digest) if part))
