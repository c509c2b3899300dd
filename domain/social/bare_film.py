"""A film's file without what is in it beside its pictures and its sound; nothing is coded anew and nothing moves.

Blanked: where, when and with what it was taken, words, a smaller picture of it, tracks of anything else (a camera's
record of places, subtitles, timecode), room that nobody uses. Kept: what a player needs. What the coded pictures
themselves hold is not looked at.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from domain.social.film import Box, BrokenFilmError, boxes, handler_of, numbers, one

_WHOLE: Final = ""
_KEPT: Final = {
    _WHOLE: frozenset({"ftyp", "styp", "pdin", "moov", "mdat", "moof", "mfra", "sidx", "ssix"}),
    "moov": frozenset({"mvhd", "iods", "trak", "mvex"}),
    "trak": frozenset({"tkhd", "tapt", "edts", "mdia"}),
    "mdia": frozenset({"mdhd", "hdlr", "elng", "minf"}),
    "minf": frozenset({"vmhd", "smhd", "hdlr", "dinf", "stbl"}),
    "moof": frozenset({"mfhd", "traf"}),
    "traf": frozenset({"tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio", "senc"}),
}
"""What is needed of each box that is gone into; the others are kept whole."""
_TIMED: Final = frozenset({"mvhd", "tkhd", "mdhd"})
"""They say when it was taken."""
_SEEN: Final = frozenset({"vide", "soun"})
_SPHERE: Final = UUID("ffcc8263-f855-4a93-8814-587a02521fdd").bytes
"""Of a track: it is shown as a sphere (Google's spherical video, version 1)."""


class _Span(NamedTuple):
    start: int
    end: int
    is_kind: bool = False


def bare_film(content: bytes) -> bytes | None:
    """The film alone, each byte of it in its place; None: it cannot be told apart.

    Sources: ISO/IEC 14496-12; developer.apple.com, QuickTime file format; 2026-11.
    """
    try:
        spans = sorted(_beside(content, Box(_WHOLE, 0, 0, len(content))))
    except BrokenFilmError:
        return None
    return b"".join(_blanked(content, spans))


def _blanked(content: bytes, spans: Iterable[_Span]) -> Iterator[memoryview | bytes]:
    view, done = memoryview(content), 0
    for span in spans:
        start = max(span.start, done)
        if start < span.end:
            yield view[done:start]
            yield b"free" if span.is_kind else bytes(span.end - start)
            done = span.end
    yield view[done:]


def _beside(content: bytes, place: Box) -> Iterator[_Span]:
    """What stands in a box beside what is needed."""
    for box in boxes(content, place.start, place.end):
        is_other = box.kind == "trak" and handler_of(content, one(content, box, "mdia")) not in _SEEN
        if is_other:
            yield from _samples(content, box)
        if is_other or not (box.kind in _KEPT[place.kind] or _is_sphere(content, place, box)):
            yield _Span(box.begins + 4, box.begins + 8, is_kind=True)
            yield _Span(box.start, box.end)
        elif box.kind in _KEPT:
            yield from _beside(content, box)
        elif box.kind in _TIMED:
            (version,) = numbers(content, box.start, ">B")
            yield _Span(box.start + 4, box.start + (20 if version == 1 else 12))


def _is_sphere(content: bytes, place: Box, box: Box) -> bool:
    return (place.kind, box.kind) == ("trak", "uuid") and content.startswith(_SPHERE, box.start)


def _samples(content: bytes, track: Box) -> Iterator[_Span]:
    """Where the pieces of a track lie.

    Raises:
        BrokenFilmError: it is not told, or they are not where a film's pieces are.
    """
    whole = list(boxes(content, 0, len(content)))
    if any(box.kind == "moof" for box in whole):
        raise BrokenFilmError("it is in fragments, and has more in it than pictures and sound")
    data = [box for box in whole if box.kind == "mdat"]
    starts = [box.start for box in data]
    for start, length in _chunks(content, _down(content, track, "mdia", "minf", "stbl")):
        where = bisect_right(starts, start) - 1
        if length and (where < 0 or start + length > data[where].end):
            raise BrokenFilmError("a part of it lies elsewhere")
        yield _Span(start, start + length)


def _chunks(content: bytes, table: Box) -> Iterator[tuple[int, int]]:
    """Where each chunk begins, and its bytes."""
    kinds = {box.kind for box in boxes(content, table.start, table.end)}
    far = "co64" in kinds
    places, form = ("co64", ">Q") if far else ("stco", ">I")
    starts = [start for (start,) in _rows(content, one(content, table, places), form)]
    sizes = one(content, table, "stsz")
    (every,) = numbers(content, sizes.start + 4, ">I")
    each = [] if every else [size for (size,) in _rows(content, sizes, ">I", skip=4)]
    runs = [(first, count) for first, count, _ in _rows(content, one(content, table, "stsc"), ">III")]
    done = 0
    for (first, count), (until, _) in pairwise([*runs, (len(starts) + 1, 0)]):
        for start in starts[first - 1 : until - 1]:
            yield start, count * every or sum(each[done : done + count])
            done += count


def _rows(content: bytes, box: Box, form: str, skip: int = 0) -> Iterator[tuple[int, ...]]:
    """The rows of a table, as many as it says it has."""
    begin = box.start + 8 + skip
    (count,) = numbers(content, begin - 4, ">I")
    end = begin + count * struct.calcsize(form)
    if end > box.end:
        raise BrokenFilmError("it ends too early, or is damaged")
    return struct.iter_unpack(form, memoryview(content)[begin:end])


def _down(content: bytes, box: Box, *kinds: str) -> Box:
    for kind in kinds:
        box = one(content, box, kind)
    return box
