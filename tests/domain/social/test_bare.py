"""A picture's file without what nobody sees in it, each point as it was."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms

from domain.social.bare import bare_picture

SECRET = b"<x:xmpmeta>SECRET</x:xmpmeta>"
KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
COLOURS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawn(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((160, 120), 90).convert(mode)


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, KINDS[kind], **more)
    return written.getvalue()


def taken_somewhere(thumbnail: bytes = b"") -> bytes:
    """EXIF with a place, and a small picture of something else."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0)})
    return exif.tobytes() + thumbnail


WAYS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "in passes": {"progressive": True},
    "with marks to begin again": {"restart_marker_blocks": 2},
    "with its colours": {"icc_profile": COLOURS},
    "without loss": {"lossless": True},
}


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_only_the_picture_is_left(kind: str, way: str, mode: str) -> None:
    picture = drawn(mode if (kind, mode) != ("image/jpeg", "RGBA") else "CMYK")
    alone = saved(picture, kind, **WAYS[way])
    hidden = {"exif": taken_somewhere(saved(drawn(), "image/jpeg"))} | WAYS[way]
    hidden |= {"comment": b"SECRET"} if kind == "image/jpeg" else {}
    hidden |= {} if kind == "image/png" else {"xmp": SECRET}
    full = saved(picture, kind, **hidden) + b"PK\x03\x04 SECRET"
    assert b"SECRET" in full
    left = bare_picture(full, kind)
    assert left is not None
    assert b"SECRET" not in left
    with Image.open(io.BytesIO(left)) as seen, Image.open(io.BytesIO(alone)) as meant:
        assert (dict(seen.getexif()), seen.info.get("icc_profile")) == ({}, meant.info.get("icc_profile"))
        assert (seen.mode, seen.tobytes()) == (meant.mode, meant.tobytes())
    assert bare_picture(left, kind) == left


def test_what_cannot_be_told_apart_is_not_said_to_be_bare() -> None:
    whole = saved(drawn(), "image/jpeg")
    for kind, content in (
        ("image/gif", b"GIF89a"),
        ("image/jpeg", whole[: len(whole) // 2]),
        ("image/jpeg", b"\xff\xd8no marker"),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/webp", b"RIFF"),
    ):
        assert bare_picture(content, kind) is None
