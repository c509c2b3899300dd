"""What a file of a post is by its bytes, never by its name; a damaged one is refused in words."""

import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blocks.documents import is_film
from blocks.picture_worker import FORMATS
from domain.errors import RejectedError
from domain.social.film import BrokenFilmError, film_in

if TYPE_CHECKING:
    from PIL.Image import Image

VIDEO_BRANDS = {b"qt  ": "video/quicktime"}
MOST_PIXELS = 80_000_000
MOST_FRAMES, MOST_FRAME_PIXELS = 350, 300_000_000
"""Of an animation, and of all its frames together: our own bound on what a look through it may cost."""
ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
"""Their frames are shown one after the other; what a telephone's JPEG or a TIFF brings beside its picture is not."""
SIDEWAYS = range(5, 9)
"""Values of EXIF's orientation."""
FILM_USE = "save it as an MP4 film (H.264) again"
SMALLER = "make it smaller"
TOO_EARLY = "its content is damaged or ends too early"
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, RuntimeError)
"""What Pillow and its decoders answer damaged pictures with."""
LAST_BYTES = 2048
"""Of a PDF; its end stands there."""
ENDINGS = {
    "image/": frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif"}),
    "video/": frozenset({".mp4", ".m4v", ".mov", ".webm"}),
    "application/": frozenset({".pdf"}),
}
"""What a name's ending promises; a picture in another format than that is none the worse."""
USE = "use a JPEG, PNG, WebP or GIF picture, an MP4 video or a PDF"


class NoMediaError(RejectedError):
    """The file is none that can be published."""

    def __init__(self, name: str, problem: str, remedy: str = USE) -> None:
        super().__init__(f"{name} cannot be published: {problem}; {remedy}")


@dataclass(frozen=True)
class MediaKind:
    """Its type, and what its content tells; pixels as it is shown."""

    name: str
    width: int = 0
    height: int = 0
    is_animated: bool = False
    seconds: Decimal | None = None


def kind_of_file(name: str, content: bytes) -> MediaKind:
    """What it is.

    Raises:
        NoMediaError: it is damaged, no picture, video or PDF, or its name says another kind.
    """
    kind = _kind_in(name, content)
    ending = Path(name).suffix.casefold()
    said = next((sort for sort, endings in ENDINGS.items() if ending in endings), "")
    if said and not kind.name.startswith(said):
        remedy = f"give it the right ending, or use another file; {USE}"
        raise NoMediaError(name, f"its name ends in {ending}, and its content is {kind.name}", remedy)
    return kind


def _kind_in(name: str, content: bytes) -> MediaKind:
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-LAST_BYTES:]:
            raise NoMediaError(name, TOO_EARLY)
        return MediaKind("application/pdf")
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return MediaKind("video/webm")
    if is_film(content):
        return _film_kind(name, content)
    return _picture_kind(name, content)


def _film_kind(name: str, content: bytes) -> MediaKind:
    try:
        film = film_in(content)
    except BrokenFilmError as error:
        raise NoMediaError(name, str(error), FILM_USE) from error
    kind = VIDEO_BRANDS.get(content[8:12], "video/mp4")
    return MediaKind(kind, film.width, film.height, seconds=film.seconds)


def _picture_kind(name: str, content: bytes) -> MediaKind:
    from PIL import Image, UnidentifiedImageError  # here: only pictures need it
    from pillow_heif import register_heif_opener

    register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _check_size(name, picture)
            frames = _frames(name, picture)
            width, height = picture.size[::-1] if turned(picture) in SIDEWAYS else picture.size
            picture.verify()
            kind = Image.MIME.get(picture.format or "", "")
    except UnidentifiedImageError as error:
        raise NoMediaError(name, "its content is no picture, video or PDF") from error
    except Image.DecompressionBombError as error:
        raise NoMediaError(name, "it has more pixels than can be looked at", SMALLER) from error
    except DAMAGED as error:
        raise NoMediaError(name, TOO_EARLY) from error
    if kind != "image/png":  # `verify` has looked at all of it
        _look_through(name, content, frames)
    return MediaKind(kind, width, height, frames > 1)


def turned(picture: "Image") -> Any:
    """How it was held, in EXIF's numbers; 1: upright. A PNG is shown as it is, and its EXIF found by unpacking it."""
    from PIL import ExifTags

    return 1 if picture.format == "PNG" else picture.getexif().get(ExifTags.Base.Orientation, 1)


def _check_size(name: str, picture: "Image") -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise NoMediaError(name, f"it has {picture.width:,} x {picture.height:,} pixels", SMALLER)


def _frames(name: str, picture: "Image") -> int:
    """How many are shown one after the other; 1: it stands still."""
    frames = int(getattr(picture, "n_frames", 1)) if picture.format in ANIMATED else 1
    if frames > 1 and (frames > MOST_FRAMES or frames * picture.width * picture.height > MOST_FRAME_PIXELS):
        size = f"{frames:,} frames of {picture.width:,} x {picture.height:,} pixels"
        raise NoMediaError(name, f"it has {size}", "make it shorter or smaller, or save it as an MP4 video")
    return frames


def _look_through(name: str, content: bytes, frames: int) -> None:
    """Decode every frame, a JPEG at an eighth of its size: only so a picture that ends too early shows."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            picture.draft("L", (1, 1))
            for number in range(frames):
                picture.seek(number)
                picture.load()
    except (*DAMAGED, Image.DecompressionBombError) as error:
        raise NoMediaError(name, TOO_EARLY) from error
