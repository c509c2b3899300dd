"""Reads one picture in a process of its own, where a hostile file can spend neither our time nor memory.

Run through `bounded.py` as `picture_worker.py MAX_PAGES MAX_PIXELS`, the file on standard input; the answer is JSON on
standard output: each recognised line with its box and page, the paper turned upright. It imports nothing of ours. The
models lie inside rapidocr's wheel: nothing is fetched.
"""

import io
import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.Image import Image

THREADS = 2
LONG_SIDE, SHORT_SIDE = 2_600, 1_000
"""Pictures are brought between these: larger is only slower, smaller is read worse."""
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "HEIF", "AVIF")
STEEP = 1.5
"""A line of text whose box is so many times higher than wide stands on its side."""


class TooManyPixelsError(Exception):
    """A page is larger than will be unpacked."""


def pages_of(content: bytes, max_pages: int, max_pixels: int) -> "Iterator[Image]":
    """The picture's pages, upright as the camera held it; each page's size is known before it is unpacked."""
    from PIL import Image as Pictures
    from PIL import ImageSequence
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Pictures.MAX_IMAGE_PIXELS = (
        None  # each page is measured here, and Pillow's own error does not say its size
    )
    with Pictures.open(io.BytesIO(content), formats=FORMATS) as picture:
        for number, page in enumerate(ImageSequence.Iterator(picture)):
            if number == max_pages or (number and picture.format != "TIFF"):
                return
            if page.width * page.height > max_pixels:
                raise TooManyPixelsError(page.width * page.height)
            yield prepared(page)


def prepared(page: "Image") -> "Image":
    """The page turned as its EXIF says, on white where it is transparent, its greys spread, at a readable size."""
    from PIL import Image as Pictures
    from PIL import ImageOps

    page.draft("L", (LONG_SIDE, LONG_SIDE))
    upright = ImageOps.exif_transpose(page)
    if "A" in upright.getbands() or "transparency" in upright.info:
        layers = upright.convert("RGBA")
        upright = Pictures.alpha_composite(Pictures.new("RGBA", layers.size, "white"), layers)
    grey = upright.convert("L")
    factor = max(1.0, SHORT_SIDE / max(min(grey.size), 1))
    factor = min(factor, LONG_SIDE / max(*grey.size, 1))
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    if size != grey.size:
        grey = grey.resize(size, Pictures.Resampling.LANCZOS)
    return ImageOps.autocontrast(grey, cutoff=(1, 1))


def let_threads_sleep() -> None:
    """Threads that wait for each other sleep; onnxruntime lets them spin, for a fifth of a page's processor time."""
    from rapidocr.inference_engine.onnxruntime.main import OrtInferSession

    usual = OrtInferSession._init_sess_opts  # noqa: SLF001 (rapidocr hands no such option on)

    def options(cfg: Any) -> Any:
        made = usual(cfg)
        made.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return made

    OrtInferSession._init_sess_opts = staticmethod(options)  # type: ignore[method-assign]  # noqa: SLF001 (on purpose)


class PictureReader:
    """The text detection, direction and recognition models, loaded once for all pages."""

    def __init__(self) -> None:
        import cv2
        from rapidocr import RapidOCR

        cv2.setNumThreads(THREADS)
        let_threads_sleep()
        self.reader = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.max_side_len": LONG_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": min(THREADS, os.cpu_count() or 1),
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, page: "Image", number: int) -> list[list[Any]]:
        """Every line of one page: text, x0, y0, x1, y1, page, how sure it was read."""
        import numpy as np

        pixels = np.stack([np.asarray(page)] * 3, axis=-1)
        found = self.detected(pixels)
        quarters = self.quarter_turns(*found) if found else 0
        if quarters:
            pixels = np.ascontiguousarray(np.rot90(pixels, quarters))
            found = self.detected(pixels)
        if not found:
            return []
        crops, boxes = found
        read = self.reader.recognize_txt(crops)
        level = straightened(boxes)
        return [
            [text, *box, number, round(float(score), 3)]
            for text, score, box in zip(read.txts or (), read.scores, level, strict=True)
            if text.strip() and score >= self.reader.text_score
        ]

    def detected(self, pixels: Any) -> tuple[list[Any], Any] | None:
        """The pieces of the page that hold text, and their corners; None where there is none."""
        from rapidocr.main import RapidOCRError

        try:
            crops, found = self.reader.detect_and_crop(pixels, {})
        except RapidOCRError:
            return None
        return crops, found.boxes

    def quarter_turns(self, crops: "Sequence[Any]", boxes: Any) -> int:
        """How often the page has to be turned to the left by 90 degrees to stand upright."""
        sizes = [(math.dist(box[0], box[1]), math.dist(box[0], box[3])) for box in boxes]
        steep = [high >= STEEP * wide for wide, high in sizes]
        weights = [max(size) for size in sizes]
        on_side = sum(w for w, one in zip(weights, steep, strict=True) if one) > sum(weights) / 2
        chosen = [index for index, one in enumerate(steep) if one == on_side]
        _, directions = self.reader.cls_and_rotate([crops[index] for index in chosen])
        heads = 0.0
        for index, (label, score) in zip(chosen, directions.cls_res or (), strict=True):
            heads += weights[index] * score * (1 if label == "180" else -1)
        return (1 if on_side else 0) + (2 if heads > 0 else 0)


def straightened(boxes: Any) -> list[list[float]]:
    """The boxes of a skewed page as they would lie on a straight one."""
    import numpy as np

    corners = np.asarray(boxes, dtype=float)
    along = corners[:, 1] - corners[:, 0]
    lengths = np.hypot(along[:, 0], along[:, 1])
    angles = np.arctan2(along[:, 1], along[:, 0])
    long = lengths >= np.median(lengths)
    slope = float(np.median(angles[long]))
    turn = np.array([[math.cos(slope), -math.sin(slope)], [math.sin(slope), math.cos(slope)]])
    level = corners @ turn
    low, high = level.min(axis=1), level.max(axis=1)
    # A line's own box is tighter than the bounds of its corners: its middle and height are kept.
    heights = np.hypot(*(corners[:, 3] - corners[:, 0]).T)
    middles = level[:, :, 1].mean(axis=1)
    return [
        [
            round(float(value), 1)
            for value in (low[i, 0], middles[i] - heights[i] / 2, high[i, 0], middles[i] + heights[i] / 2)
        ]
        for i in range(len(corners))
    ]


def read(content: bytes, max_pages: int, max_pixels: int) -> dict[str, Any]:
    """All lines of all pages, or why there are none."""
    lines: list[list[Any]] = []
    reader: PictureReader | None = None
    try:
        for number, page in enumerate(pages_of(content, max_pages, max_pixels)):
            reader = reader or PictureReader()
            lines += reader.lines(page, number)
    except TooManyPixelsError as error:
        return {"pixels": error.args[0]}
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        return {"broken": str(error)[:160] or type(error).__name__}
    return {"lines": lines}


def main(arguments: list[str]) -> None:
    """Answer one request."""
    answer = read(sys.stdin.buffer.read(), int(arguments[0]), int(arguments[1]))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
