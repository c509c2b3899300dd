"""Files as text: PDFs, pictures, mails and plain text become lines; hostile ones become an error, never a hang.

PDFs and pictures are opened in a process of their own with bounded time and memory (`pdf_worker.py`,
`picture_worker.py`, `page_worker.py`). Nothing here knows what a receipt is.
"""

import base64
import getpass
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blocks.file_lock import taken
from domain.errors import RejectedError
from domain.receipts.found import Line

MAX_BYTES = 25_000_000
MAX_PAGES, MAX_SCANNED_PAGES = 10, 5
MAX_PIXELS = 64_000_000
"""A telephone's largest picture; ten million are enough for a page of a PDF."""
PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
"""Of pictures in the container of films (ISO/IEC 23008-12, annex B)."""
SCREEN_SIDE = 1_400
"""Pixels; enough to read small print on a screen, and a page of text becomes some 150 kB."""
PAGE_PIXELS = 10_000_000
PDF_SECONDS, OCR_SECONDS = 30, 180
QUEUE_SECONDS = 600
"""How long a picture waits for others: one is read at a time on a machine, because each takes up to 1.2 GB."""
_BLOCKS = Path(__file__).parent
_LOOK_SECONDS = 0.1
_TEXT_WORDS = 3
"""A PDF with fewer words is a scan."""


OF_OURS = ("PREFECT_", "FTE_", "ODOO_")
"""Variables that a process which reads what came from outside is not told: passwords are among them."""


@dataclass(frozen=True)
class Worker:
    """A script that opens documents, with the processor seconds of all its threads and the bytes it may take."""

    script: Path
    cpu_seconds: int
    memory_bytes: int


PDF_WORKER = Worker(_BLOCKS / "pdf_worker.py", 15, 900_000_000)
PAGE_WORKER = Worker(_BLOCKS / "page_worker.py", 20, 900_000_000)
PICTURE_WORKER = Worker(_BLOCKS / "picture_worker.py", 240, 3_000_000_000)
"""A page takes about 5 seconds; 1.13 GB were used at the peak."""


class OcrFailedError(RejectedError):
    """The picture could not be read in the time and memory it may take."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"needs a person: the picture could not be read ({problem})")


class PicturesQueueError(RejectedError):
    """Other pictures were read all the time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"needs a person: other pictures were being read for {seconds:g} seconds; "
            "drop this one again when they are done"
        )


class EmptyDocumentError(RejectedError):
    """A file without content."""

    def __init__(self) -> None:
        super().__init__("needs a person: the file is empty; copy it again, or ask for it again")


class NothingWrittenError(RejectedError):
    """A picture on which no text was found."""

    def __init__(self) -> None:
        super().__init__(
            "needs a person: no text was found on the picture; take it again, nearer and with light"
        )


class DocumentTooLargeError(RejectedError):
    """More than will be read."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(
            f"needs a person: the document has {size:,} {what}, more than the {limit:,} that are read; "
            "drop a smaller copy"
        )


class EncryptedPdfError(RejectedError):
    """A PDF that wants a password."""

    def __init__(self) -> None:
        super().__init__(
            "needs a person: the PDF is locked with a password; save it without one and drop it again"
        )


class BrokenDocumentError(RejectedError):
    """A file that is not what it says it is."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(f"needs a person: this {kind} cannot be opened ({problem}); ask for it again")


class UnreadFormatError(RejectedError):
    """A file that is no document, picture or text."""

    def __init__(self) -> None:
        super().__init__(
            "needs a person: a file of this kind is not read; save what is in it as a PDF, and drop that"
        )


@dataclass(frozen=True, slots=True)
class PdfContent:
    """A PDF's embedded XML files and its text with positions; no lines means it is a scan.

    `has_drawn_head`: the first page's head has pictures or drawings, which may say what the text does not.
    """

    xml: tuple[bytes, ...]
    lines: tuple[Line, ...]
    pages: int
    has_drawn_head: bool


def is_film(content: bytes) -> bool:
    """Whether it is an MP4, QuickTime or WebM film; a telephone's HEIC picture begins alike and is none."""
    is_container = content[4:8] == b"ftyp" and content[8:12] not in PICTURE_BRANDS
    return is_container or content.startswith(b"\x1a\x45\xdf\xa3")


def read_bytes(path: Path) -> bytes:
    """The file's content.

    Raises:
        DocumentTooLargeError: before anything is read.
        BrokenDocumentError: it is gone, or no file.
        EmptyDocumentError: there is nothing in it.
    """
    missing = BrokenDocumentError("document", f"there is no file {path.name}")
    if not path.is_file():  # a pipe would be waited for without end
        raise missing
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentTooLargeError("bytes", size, MAX_BYTES)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise missing from error
    if not content.strip():
        raise EmptyDocumentError
    return content


def decode_text(content: bytes) -> str:
    """Plain text in the encoding it shows to have: a byte-order mark, UTF-8, else Windows-1252.

    Raises:
        UnreadFormatError: the bytes are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise UnreadFormatError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def lines_of_text(text: str) -> list[Line]:
    """One line of text, one line."""
    return [Line(line) for line in text.splitlines()]


def read_pdf(content: bytes) -> PdfContent:
    """A PDF's embedded XML and text.

    Raises:
        EncryptedPdfError: it wants a password.
        BrokenDocumentError: broken, or more work than a receipt is worth.
    """
    answer = _ask_worker("text", content, MAX_PAGES)
    if not answer["pages"]:
        raise BrokenDocumentError("PDF", "it has no pages")
    words = answer["words"]
    lines = tuple(Line(text, x0, y0, x1, y1, page) for text, x0, y0, x1, y1, page in words)
    return PdfContent(
        xml=tuple(base64.b64decode(one) for one in answer["xml"]),
        lines=lines if len(lines) >= _TEXT_WORDS else (),
        pages=answer["pages"],
        has_drawn_head=answer["has_drawn_head"],
    )


def read_scanned_pdf(content: bytes) -> list[Line]:
    """The text of a PDF's pages as pictures.

    Raises:
        NothingWrittenError: no text on any page.
    """
    answer = _ask_worker("images", content, MAX_SCANNED_PAGES)
    return read_image(base64.b64decode(answer["pages_as_tiff"]))


def read_letterhead(content: bytes) -> list[Line]:
    """What a person sees on the head of a PDF's first page, with its place in points as in `read_pdf`.

    Raises:
        BrokenDocumentError: drawing it is more work than a receipt is worth.
        NothingWrittenError: there is none.
        OcrFailedError: it took too long or too much memory.
        PicturesQueueError: too many others came before it.
    """
    answer = _ask_worker("letterhead", content, 1)
    seen = read_image(base64.b64decode(answer["head_as_tiff"]))
    return [_in_points(line, answer["points"]) for line in seen]


def _in_points(line: Line, points: float) -> Line:
    x0, y0, x1, y1 = (points * (edge or 0.0) for edge in (line.x0, line.y0, line.x1, line.y1))
    return replace(line, x0=x0, y0=y0, x1=x1, y1=y1)


def read_image(content: bytes) -> list[Line]:
    """The text of a picture or of a TIFF's pages, line by line with its place on the upright paper.

    Raises:
        NothingWrittenError: there is none.
        DocumentTooLargeError: more pixels than are read.
        BrokenDocumentError: no picture.
        OcrFailedError: it took too long or too much memory.
        PicturesQueueError: too many others came before it.
    """
    try:
        with _turn() as turn:
            done = run_worker(
                PICTURE_WORKER, (MAX_SCANNED_PAGES, MAX_PIXELS), content, seconds=OCR_SECONDS, kept_open=turn
            )
    except subprocess.TimeoutExpired as error:
        raise OcrFailedError(f"it took more than {OCR_SECONDS} seconds") from error
    if done.returncode != 0:
        raise OcrFailedError(why_it_ended(done))
    answer: dict[str, Any] = json.loads(done.stdout)
    if "pixels" in answer:
        raise DocumentTooLargeError("pixels", answer["pixels"], MAX_PIXELS)
    if "broken" in answer:
        raise BrokenDocumentError("picture", answer["broken"])
    if not answer["lines"]:
        raise NothingWrittenError
    return [Line(*line) for line in answer["lines"]]


def page_pictures(content: bytes, most: int, side: int = SCREEN_SIDE) -> list[bytes]:
    """The first pages of a PDF or a picture as JPEGs of at most `side` pixels, for a person to look at.

    Raises:
        BrokenDocumentError: it is neither, locked, broken, or more work than a look is worth.
        DocumentTooLargeError: before anything is drawn.
    """
    if len(content) > MAX_BYTES:
        raise DocumentTooLargeError("bytes", len(content), MAX_BYTES)
    try:
        done = run_worker(PAGE_WORKER, (most, MAX_PIXELS, side), content, seconds=PDF_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise BrokenDocumentError("document", f"drawing it took more than {PDF_SECONDS} seconds") from error
    if done.returncode != 0:
        raise BrokenDocumentError("document", why_it_ended(done))
    return [base64.b64decode(page) for page in json.loads(done.stdout)]


def _ask_worker(what: str, content: bytes, max_pages: int) -> dict[str, Any]:
    """Have the PDF opened in its own process and take its answer."""
    try:
        done = run_worker(PDF_WORKER, (what, max_pages, PAGE_PIXELS), content, seconds=PDF_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise BrokenDocumentError("PDF", f"reading it took more than {PDF_SECONDS} seconds") from error
    if done.returncode != 0:
        raise BrokenDocumentError("PDF", why_it_ended(done))
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer.get("encrypted"):
        raise EncryptedPdfError
    return answer


@contextmanager
def _turn() -> Iterator[int]:
    """This picture's turn among all processes of this user on this machine: the descriptor of the lock."""
    path = Path(tempfile.gettempdir()) / f"digital-fte-{getpass.getuser()}.picture"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    deadline = time.monotonic() + QUEUE_SECONDS
    try:
        while not taken(descriptor):
            if time.monotonic() > deadline:
                raise PicturesQueueError(QUEUE_SECONDS)
            time.sleep(_LOOK_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def run_worker(
    worker: Worker,
    arguments: tuple[object, ...],
    content: bytes,
    *,
    seconds: float,
    kept_open: int | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Have the worker answer; it holds the lock too, so that its turn lasts as long as it does, whoever ends first."""
    bounds = (worker.cpu_seconds, worker.memory_bytes)
    script = (_BLOCKS / "bounded.py", *bounds, worker.script, *arguments)
    command = [sys.executable, "-I", *map(str, script)]
    shared = (kept_open,) if kept_open is not None and sys.platform != "win32" else ()
    return subprocess.run(  # noqa: S603 - our own file
        command,
        input=content,
        capture_output=True,
        timeout=seconds,
        check=False,
        pass_fds=shared,
        env={name: value for name, value in os.environ.items() if not name.startswith(OF_OURS)},
    )


def why_it_ended(done: subprocess.CompletedProcess[bytes]) -> str:
    """In words, why a worker gave no answer."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    if lines:
        return lines[-1][:160]
    if done.returncode < 0:
        return f"its reading was ended by signal {-done.returncode}: too much work, or somebody stopped it"
    return "it asks for more work than a receipt is worth"
