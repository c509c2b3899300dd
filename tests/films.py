"""Small films: their boxes are those of real ones, and their pictures nothing."""

import struct


def box(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I", len(content) + 8) + kind + content


def track(handler: bytes = b"vide", codec: bytes = b"avc1", size: tuple[int, int] = (720, 1280)) -> bytes:
    """One of the film's tracks."""
    header = box(b"tkhd", bytes(76), struct.pack(">II", size[0] << 16, size[1] << 16))
    table = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(78)))
    media = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)), box(b"minf", box(b"stbl", table)))
    return box(b"trak", header, media)


def film_bytes(
    size: int = 0, *, seconds: float = 12.5, tracks: bytes | None = None, brand: bytes = b"mp42"
) -> bytes:
    """A film of at least so many bytes."""
    lasts = struct.pack(">4xIIII", 0, 0, 1000, int(seconds * 1000))
    index = box(b"moov", box(b"mvhd", lasts, bytes(80)), track() if tracks is None else tracks)
    begin = box(b"ftyp", brand, bytes(4), b"isom") + index
    return begin + box(b"mdat", b"pictures".ljust(max(size - len(begin) - 8, 0), b"\0"))
