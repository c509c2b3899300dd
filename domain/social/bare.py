"""A picture's file without what is in it beside the picture, and with each of its points as it was.

Left out: where, when and with what it was taken, a smaller picture of itself, words, what stands behind its end.
Kept: colours, the way its points are coded, and frames.
"""

import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

_BEGINS, _SOI, _EOI, _SOS = 0xFF, 0xD8, 0xD9, 0xDA
_STANDING_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_APPLICATIONS, _COMMENT = range(0xE0, 0xF0), 0xFE
_KEPT_APPLICATIONS: Final = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND"
_PNG_KEPT = frozenset(
    {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_HAS_MORE = 0x08 | 0x04
"""Of VP8X: EXIF and XMP follow."""


def bare_picture(content: bytes, kind: str) -> bytes | None:
    """The picture alone; the same bytes where there is nothing else. None: it cannot be told apart.

    Sources: ITU-T T.81, annex B; PNG, third edition; developers.google.com, WebP container; 2026-11.
    """
    parts = _PARTS.get(kind)
    if parts is None:
        return None
    try:
        return b"".join(parts(content))
    except (IndexError, ValueError, struct.error):
        return None


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    start, marker = 2, _SOI
    while marker != _EOI:
        begins, marker = content[start], content[start + 1]
        if begins != _BEGINS:
            raise ValueError(start)
        end = _end_of_segment(content, start, marker)
        if not _is_beside(marker, content[start + 4 : end]):
            yield content[start:end]
        start = end


def _end_of_segment(content: bytes, start: int, marker: int) -> int:
    end = start + 2
    if marker == _EOI or marker in _STANDING_ALONE:
        return end
    end += int.from_bytes(content[end : end + 2]) or len(content)
    if marker != _SOS:
        return end
    found = _NEXT_MARKER.search(content, end)
    if found is None:
        raise ValueError(start)
    return found.start()


def _is_beside(marker: int, inside: bytes) -> bool:
    if marker in _KEPT_APPLICATIONS:
        return not inside.startswith(_KEPT_APPLICATIONS[marker])
    if marker == _APPLICATIONS.start:
        return not inside.startswith(b"JFIF\0") or len(inside) != struct.calcsize(">5sHBHHBB")
    return marker in _APPLICATIONS or marker == _COMMENT


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    start = len(_PNG)
    while True:
        size, name = struct.unpack_from(">I4s", content, start)
        end = start + 12 + size
        if name[:1].isupper() or name in _PNG_KEPT:
            yield content[start:end]
        if name == _PNG_END:
            return
        start = end


def _webp(content: bytes) -> Iterator[bytes]:
    kept = b"".join(_webp_chunks(content))
    yield b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP"
    yield kept


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    start, end = 12, 8 + struct.unpack_from("<4sI", content)[1]
    while start < end:
        name, size = struct.unpack_from("<4sI", content, start)
        chunk = content[start : start + 8 + size + size % 2]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_HAS_MORE]) + chunk[9:]
        if name in _WEBP_KEPT:
            yield chunk
        start += 8 + size + size % 2


_PARTS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}
