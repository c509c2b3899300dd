"""Makes pictures of a document's first pages, for a person, in a process of its own with bounded time and memory.

Run through `bounded.py` as `page_worker.py MAX_PAGES MAX_PIXELS SIDE`, a PDF or a picture on standard input; the answer
is a JSON list of JPEGs, base64, on standard output. It imports nothing of ours. Whatever fails ends the process.
"""

import base64
import io
import itertools
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

DOTS_PER_INCH, JPEG_QUALITY = 120, 60
SCALED = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
"""Modes in which a picture is made smaller as it is; 54 million pixels with transparency take 220 MB."""
PAGED = frozenset({"TIFF"})
"""Kinds of picture that have pages; further pictures of others are an animation, or a camera's own."""


def pages_of_pdf(content: bytes, side: int) -> "Iterator[Image]":
    """The pages as they are printed; one of unusual size is drawn no larger than a screen."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            dots = min(DOTS_PER_INCH, 72 * side / max(float(page.width), float(page.height), 1.0))
            yield page.to_image(resolution=dots).original
            page.close()


def pages_of_picture(content: bytes, max_pixels: int, side: int) -> "Iterator[Image]":
    """The picture's pages, upright as the camera held it; the size is known before anything is unpacked."""
    from PIL import Image as Pictures
    from PIL import ImageOps, ImageSequence
    from pillow_heif import register_heif_opener

    register_heif_opener()
    with Pictures.open(io.BytesIO(content)) as picture:
        for page in ImageSequence.Iterator(picture) if picture.format in PAGED else [picture]:
            if page.width * page.height > max_pixels:
                raise ValueError("more pixels than are shown")
            small = page if page.mode in SCALED else page.convert("RGBA")
            small.thumbnail((side, side))  # at once: a JPEG is not even unpacked larger
            yield ImageOps.exif_transpose(small)


def jpeg_of(page: "Image", side: int) -> bytes:
    """The page on white, no larger than this many pixels."""
    from PIL import Image as Pictures

    layers = page.convert("RGBA")
    shown = Pictures.alpha_composite(Pictures.new("RGBA", layers.size, "white"), layers).convert("RGB")
    shown.thumbnail((side, side))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def main(arguments: list[str]) -> None:
    """Answer one request."""
    max_pages, max_pixels, side = map(int, arguments)
    content = sys.stdin.buffer.read()
    is_pdf = b"%PDF-" in content[:1024]
    pages = pages_of_pdf(content, side) if is_pdf else pages_of_picture(content, max_pixels, side)
    shown = [base64.b64encode(jpeg_of(page, side)).decode() for page in itertools.islice(pages, max_pages)]
    sys.stdout.write(json.dumps(shown))


if __name__ == "__main__":
    main(sys.argv[1:])
