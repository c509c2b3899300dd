"""Files as text: PDFs, pictures, mails and plain text become lines; hostile ones become an error, never a hang.

PDFs are opened in a process of their own with bounded time and memory (`pdf_worker.py`). Pictures are read by
Tesseract where it is installed. Nothing here knows what a receipt is.
"""

import base64
import io
import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import RejectedError
from domain.receipts.found import Line

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 25_000_000
MAX_PAGES, MAX_SCANNED_PAGES = 10, 3
MAX_PIXELS = 40_000_000
OCR_LONG_SIDE, OCR_SHORT_SIDE = 3_200, 1_000
"""Pictures are brought between these before they are read: larger is only slower, smaller is unreadable."""
PDF_SECONDS, OCR_SECONDS = 30, 60
_MIN_WORD_CONFIDENCE = 20
_TEXT_WORDS = 3
"""A PDF with fewer words is a scan."""


class OcrMissingError(RejectedError):
    """A picture arrived and there is no engine to read it."""

    def __init__(self) -> None:
        super().__init__("needs a person: no OCR engine; install tesseract-ocr to have pictures read")


class OcrFailedError(RejectedError):
    """The OCR engine could not read this picture."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"needs a person: the picture could not be read ({problem})")


class DocumentTooLargeError(RejectedError):
    """More than will be read."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(
            f"needs a person: the document has {size:,} {what}, more than the {limit:,} that are read"
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


@dataclass(frozen=True, slots=True)
class PdfContent:
    """A PDF's embedded XML files and its text with positions; no lines means it is a scan."""

    xml: tuple[bytes, ...]
    lines: tuple[Line, ...]
    pages: int


def read_bytes(path: Path) -> bytes:
    """The file's content.

    Raises:
        DocumentTooLargeError: before anything is read.
        BrokenDocumentError: it is gone, or no file.
    """
    missing = BrokenDocumentError("document", f"there is no file {path.name}")
    if not path.is_file():  # a pipe would be waited for without end
        raise missing
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentTooLargeError("bytes", size, MAX_BYTES)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise missing from error


def decode_text(content: bytes) -> str:
    """Plain text in the encoding it shows to have: a byte-order mark, UTF-8, else Windows-1252.

    Raises:
        BrokenDocumentError: the bytes are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise BrokenDocumentError("text file", "it holds binary data")
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
    words = answer["words"]
    lines = tuple(Line(text, x0, y0, x1, y1, page) for text, x0, y0, x1, y1, page in words)
    return PdfContent(
        xml=tuple(base64.b64decode(one) for one in answer["xml"]),
        lines=lines if len(lines) >= _TEXT_WORDS else (),
        pages=answer["pages"],
    )


def read_scanned_pdf(content: bytes) -> list[Line]:
    """The text of a PDF's pages as pictures.

    Raises:
        OcrMissingError: no OCR engine.
    """
    _require_ocr()
    answer = _ask_worker("images", content, MAX_SCANNED_PAGES)
    pictures = [_opened(base64.b64decode(one)) for one in answer["images"]]
    return [line for page, picture in enumerate(pictures) for line in _recognised(picture, page)]


def read_image(content: bytes) -> list[Line]:
    """The text of a picture, word by word with its place.

    Raises:
        OcrMissingError: no OCR engine.
        DocumentTooLargeError: more pixels than are read.
        BrokenDocumentError: no picture.
    """
    picture = _opened(content)
    _require_ocr()
    return _recognised(picture, 0)


def _ask_worker(what: str, content: bytes, max_pages: int) -> dict[str, Any]:
    """Have the PDF opened in its own process and take its answer."""
    worker = Path(__file__).with_name("pdf_worker.py")
    command = [sys.executable, "-I", str(worker), what, str(max_pages), str(MAX_PIXELS // 4)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PDF_SECONDS, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as error:
        raise BrokenDocumentError("PDF", f"reading it took more than {PDF_SECONDS} seconds") from error
    if done.returncode != 0:
        raise BrokenDocumentError(
            "PDF", _last_line(done.stderr) or "it asks for more work than a receipt is worth"
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer.get("encrypted"):
        raise EncryptedPdfError
    return answer


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:160] if lines else ""


def _require_ocr() -> str:
    command = shutil.which("tesseract")
    if command is None:
        raise OcrMissingError
    return command


def _opened(content: bytes) -> "Image":
    """The picture, upright and grey; its size is known before a pixel is unpacked."""
    from PIL import Image as Pictures
    from PIL import ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Pictures.DecompressionBombWarning)
        try:
            picture = Pictures.open(
                io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
            )
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                raise DocumentTooLargeError("pixels", pixels, MAX_PIXELS)
            picture.draft("L", (OCR_LONG_SIDE, OCR_LONG_SIDE))
            upright = ImageOps.exif_transpose(picture)
            return ImageOps.autocontrast(upright.convert("L"))
        except Pictures.DecompressionBombError as error:
            raise DocumentTooLargeError("pixels", MAX_PIXELS * 2, MAX_PIXELS) from error
        except (OSError, ValueError, SyntaxError) as error:
            raise BrokenDocumentError("picture", str(error)[:160]) from error


def _recognised(picture: "Image", page: int) -> list[Line]:
    """Every word Tesseract is half-way sure of, in the picture's own coordinates."""
    import pytesseract

    pytesseract.pytesseract.tesseract_cmd = _require_ocr()
    try:
        data = pytesseract.image_to_data(
            _resized(picture), config="--psm 4", output_type=pytesseract.Output.DICT, timeout=OCR_SECONDS
        )
    except pytesseract.TesseractError as error:
        raise OcrFailedError(str(error.message)[:160]) from error
    except RuntimeError as error:  # pytesseract's way to say that the time is over
        raise OcrFailedError(f"it took more than {OCR_SECONDS} seconds") from error
    return _words(data, page)


def _words(data: dict[str, Sequence[Any]], page: int) -> list[Line]:
    columns = ("text", "conf", "left", "top", "width", "height")
    words: list[Line] = []
    for text, sure, left, top, width, height in zip(*(data[name] for name in columns), strict=True):
        if str(text).strip() and float(sure) >= _MIN_WORD_CONFIDENCE:
            words.append(Line(str(text).strip(), left, top, left + width, top + height, page))
    return words


def _resized(picture: "Image") -> "Image":
    longest, shortest = max(picture.size), min(picture.size)
    factor = (
        OCR_LONG_SIDE / longest if longest > OCR_LONG_SIDE else max(1.0, OCR_SHORT_SIDE / max(shortest, 1))
    )
    factor = min(factor, OCR_LONG_SIDE / max(longest, 1))
    if abs(factor - 1) < 0.05:  # noqa: PLR2004 - not worth a copy
        return picture
    return picture.resize((max(1, round(picture.width * factor)), max(1, round(picture.height * factor))))
