"""Opens one PDF in a process of its own, where a hostile file can spend neither our time nor our memory.

Run through `bounded.py` as `pdf_worker.py text|images|letterhead MAX_PAGES MAX_PIXELS`, the file on standard input;
the answer is JSON on standard output. It imports nothing of ours. Whatever fails ends the process: the caller reports a
broken file.
"""

import base64
import io
import json
import re
import sys
from typing import Any

MAX_EMBEDDED, MAX_EMBEDDED_BYTES, MAX_WORDS = 5, 10_000_000, 20_000
RENDER_DPI, POINTS_PER_INCH = 200, 72
LETTERHEAD, SHORT_SIDE, LONG_SIDE = 0.4, 1_000, 2_600
"""The part of the first page on which a firm prints who it is, and its picture's sides in pixels."""
UNNAMED_HYPHEN = re.compile(r"(?<=\w)\x00(?=\w)")
SPACE_RATIO, WIDE_RATIO, LEAST_POINTS = 0.15, 0.25, 2
"""A gap wider than this share of the letters' size parts two words; a fixed width glues small print together."""
MOST_SHORT, SHORT = 0.45, 2
"""Where more of a page's words have one or two characters, its letters are set apart and a word's gaps are wider."""


def embedded_xml(content: bytes) -> list[str]:
    """The XML files a hybrid invoice carries, base64; none where the file's structure is damaged."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    found: list[str] = []
    try:
        attached = dict(PdfReader(io.BytesIO(content)).attachments)
    except PyPdfError:
        return found
    for name, versions in attached.items():
        for version in versions[:1]:
            if (
                name.lower().endswith(".xml")
                and len(version) <= MAX_EMBEDDED_BYTES
                and len(found) < MAX_EMBEDDED
            ):
                found.append(base64.b64encode(version).decode())
    return found


def is_encrypted(content: bytes) -> bool:
    """Whether a password is needed to read it; a damaged file is left to the reader of its pages."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        return reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED
    except (DependencyError, NotImplementedError):
        return True
    except PyPdfError:
        return False


def words_of(content: bytes, max_pages: int) -> dict[str, Any]:
    """Every word with its box, page by page, and whether the first begins with pictures or drawings."""
    import pdfplumber

    words: list[list[Any]] = []
    is_drawn = False
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        pages = len(pdf.pages)
        for number, page in enumerate(_first_and_last(pdf.pages, max_pages)):
            for word in _upright(_readable(_words(page.dedupe_chars()), page)):
                box = [round(float(word[edge]), 1) for edge in ("x0", "top", "x1", "bottom")]
                words.append([written(str(word["text"])), *box, number])
            is_drawn = is_drawn or (number == 0 and _has_drawn_head(page))
            page.close()
            if len(words) > MAX_WORDS:
                break
    return {"words": words[:MAX_WORDS], "pages": pages, "has_drawn_head": is_drawn}


def _words(page: Any) -> list[Any]:
    words: list[Any] = page.extract_words(x_tolerance_ratio=SPACE_RATIO)
    wider = page.extract_words(x_tolerance_ratio=WIDE_RATIO) if _is_set_apart(words) else words
    return words if _is_set_apart(wider) else wider


def _is_set_apart(words: list[Any]) -> bool:
    return sum(len(word["text"]) <= SHORT for word in words) > MOST_SHORT * len(words)


def written(text: str) -> str:
    """As a person sees it: the fonts of many online bills name no character for the hyphen in their numbers."""
    return UNNAMED_HYPHEN.sub("-", text).replace("\x00", "")


def _has_drawn_head(page: Any) -> bool:
    """Whether something is drawn on the page's head; a page that is shown cut off has its words elsewhere."""
    filled = page.rects if page.page_obj.resources.get("Pattern") else []
    drawn = [*page.images, *page.curves, *filled]
    return page.mediabox == page.cropbox and any(
        one["top"] < LETTERHEAD * float(page.height) for one in drawn
    )


def _first_and_last(pages: list[Any], most: int) -> list[Any]:
    """The pages of a long bill that say whose it is and what it comes to."""
    return pages if len(pages) <= most else [*pages[: most - most // 2], *pages[-(most // 2) :]]


def _readable(words: list[Any], page: Any) -> list[Any]:
    """The words that stand on the page and are large enough for a person's eyes."""
    left, top, right, bottom = page.bbox
    return [
        word
        for word in words
        if word["bottom"] - word["top"] >= LEAST_POINTS
        and left - 1 <= word["x0"] <= right
        and top - 1 <= word["top"] <= bottom
    ]


def _upright(words: list[Any]) -> list[Any]:
    """Without the small print along the margin; a page that lies on its side is kept as it is."""
    upright = [word for word in words if word["upright"]]
    return upright if 2 * len(upright) >= len(words) else words


def images_of(content: bytes, *, max_pages: int, max_pixels: int) -> dict[str, Any]:
    """The pages as one TIFF of grey pictures, base64, no larger than allowed."""
    import pdfplumber

    pictures: list[Any] = []
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages[:max_pages]:
            square_points = max(float(page.width) * float(page.height), 1.0)
            dots = min(RENDER_DPI, POINTS_PER_INCH * (max_pixels / square_points) ** 0.5)
            pictures.append(page.to_image(resolution=dots).original.convert("L"))
            page.close()
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, format="TIFF", save_all=True, append_images=pictures[1:], compression="tiff_adobe_deflate"
    )
    return {"pages_as_tiff": base64.b64encode(buffer.getvalue()).decode()}


def letterhead_of(content: bytes) -> dict[str, Any]:
    """The first page's head as a TIFF, base64, and how many points a pixel of it has."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        sides = sorted((max(float(page.width), 1.0), max(LETTERHEAD * float(page.height), 1.0)))
        dots = POINTS_PER_INCH * min(SHORT_SIDE / sides[0], LONG_SIDE / sides[1])
        picture = page.to_image(resolution=dots).original.convert("L")
    head = picture.crop((0, 0, picture.width, round(LETTERHEAD * picture.height)))
    buffer = io.BytesIO()
    head.save(buffer, format="TIFF", compression="tiff_adobe_deflate")
    return {"head_as_tiff": base64.b64encode(buffer.getvalue()).decode(), "points": POINTS_PER_INCH / dots}


def main(arguments: list[str]) -> None:
    """Answer one request."""
    what, max_pages, max_pixels = arguments[0], int(arguments[1]), int(arguments[2])
    content = sys.stdin.buffer.read()
    if is_encrypted(content):
        answer: dict[str, Any] = {"encrypted": True}
    elif what == "images":
        answer = images_of(content, max_pages=max_pages, max_pixels=max_pixels)
    elif what == "letterhead":
        answer = letterhead_of(content)
    else:
        answer = {"xml": embedded_xml(content), **words_of(content, max_pages)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
