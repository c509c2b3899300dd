"""What an MP4 or QuickTime film says of itself: its boxes are read, nothing is decoded.

Source: ISO/IEC 14496-12, ISO base media file format (moov, mvhd, trak, tkhd, mdia, hdlr, stsd).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.errors import RejectedError

TAKEN = frozenset({"avc1", "avc3", "hvc1", "hev1"})
"""Codecs, as `stsd` names them: H.264 and H.265."""
HEADER, LONG_HEADER = 8, 16
MOST_BOXES = 10_000
"""In one place; more are no film."""


class BrokenFilmError(RejectedError):
    """It begins like a film, and is none that can be played; the message says why."""


@dataclass(frozen=True)
class Film:
    """A film that can be played, as far as its boxes tell.

    Attributes:
        seconds: None: it is in fragments, which do not say it at the beginning.
    """

    width: int
    height: int
    codec: str
    seconds: Decimal | None


@dataclass(frozen=True)
class Box:
    """One of the boxes that a film consists of.

    Attributes:
        begins: Where its size stands, before its kind.
        start: Where its content begins.
    """

    kind: str
    begins: int
    start: int
    end: int


def film_in(content: bytes) -> Film:
    """What the film in these bytes is.

    Raises:
        BrokenFilmError: it cannot be played.
    """
    whole = {box.kind: box for box in boxes(content, 0, len(content))}
    if "moov" not in whole:
        raise BrokenFilmError(
            "it has no index (moov), so nothing can play it: its recording was never finished"
        )
    if "mdat" not in whole:
        raise BrokenFilmError("it has no pictures and no sound in it")
    for track in inside(content, whole["moov"], "trak"):
        media = one(content, track, "mdia")
        if handler_of(content, media) == "vide":
            return _film(content, whole["moov"], track, media)
    raise BrokenFilmError("it has no pictures, only sound or nothing at all")


def _film(content: bytes, moov: Box, track: Box, media: Box) -> Film:
    table = one(content, one(content, one(content, media, "minf"), "stbl"), "stsd")
    codec = text_at(content, table.start + 12)
    if codec not in TAKEN:
        raise BrokenFilmError(
            f"its pictures are coded as {codec.strip() or 'nothing'}, not as H.264 or H.265"
        )
    width, height = numbers(content, one(content, track, "tkhd").end - 8, ">II")
    seconds = _seconds(content, one(content, moov, "mvhd"))
    if not seconds and not list(inside(content, moov, "mvex")):
        raise BrokenFilmError("it lasts no time at all")
    return Film(width >> 16, height >> 16, codec, seconds or None)


def _seconds(content: bytes, box: Box) -> Decimal:
    (version,) = numbers(content, box.start, ">B")
    is_long = version == 1
    scale, duration = numbers(content, box.start + (20 if is_long else 12), ">IQ" if is_long else ">II")
    return (Decimal(duration) / Decimal(scale)).quantize(Decimal("0.001")) if scale else Decimal(0)


def boxes(content: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes that stand there one after the other.

    Raises:
        BrokenFilmError: one of them is damaged.
    """
    for _ in range(MOST_BOXES):
        if end - start < HEADER:
            return
        size, kind = numbers(content, start, ">I4s")
        header = HEADER
        if size == 1:
            (size,) = numbers(content, start + HEADER, ">Q")
            header = LONG_HEADER
        size = size or end - start  # 0: to the end
        if size < header or start + size > end:
            raise BrokenFilmError("it ends too early, or is damaged")
        yield Box(kind.decode("latin-1"), start, start + header, start + size)
        start += size
    raise BrokenFilmError("it has too many parts")


def handler_of(content: bytes, media: Box) -> str:
    """What a track's samples are: `vide`, `soun` or something else."""
    return text_at(content, one(content, media, "hdlr").start + 8)


def inside(content: bytes, box: Box, kind: str) -> Iterator[Box]:
    """The boxes of a kind that a box consists of."""
    return (within for within in boxes(content, box.start, box.end) if within.kind == kind)


def one(content: bytes, box: Box, kind: str) -> Box:
    """The first of them.

    Raises:
        BrokenFilmError: there is none.
    """
    for first in inside(content, box, kind):
        return first
    raise BrokenFilmError(f"its index is damaged: {box.kind.strip()} has no {kind}")


def text_at(content: bytes, start: int) -> str:
    """The four letters that stand there."""
    return content[start : start + 4].decode("latin-1")


def numbers(content: bytes, start: int, form: str) -> tuple[Any, ...]:
    """The numbers that stand there.

    Raises:
        BrokenFilmError: it ends before.
    """
    try:
        return struct.unpack_from(form, content, start)
    except struct.error as error:
        raise BrokenFilmError("it ends too early, or is damaged") from error
