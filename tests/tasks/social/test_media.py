"""What a file is by its bytes, and what cannot be published, in a sentence."""

import io
import tracemalloc
import zlib
from typing import Any

import pytest
from PIL import Image
from pillow_heif import register_heif_opener
from reportlab.pdfgen import canvas

from domain.social.post import Platform
from tasks.social.media import fitted, media_in, media_of
from tasks.social.media_kind import NoMediaError
from tasks.vault.vault import current_vault
from tests.films import box, film_bytes

register_heif_opener()


def picture(form: str, frames: int = 1) -> bytes:
    # noise: what every format has to write in full
    first, *others = [Image.effect_noise((200, 150), 90 + number).convert("RGB") for number in range(frames)]
    written, more = io.BytesIO(), {"save_all": True, "append_images": others} if others else {}
    first.save(written, form, **more)
    return written.getvalue()


def document() -> bytes:
    written = io.BytesIO()
    page = canvas.Canvas(written)
    page.drawString(100, 700, "Open on Saturday")
    page.save()
    return written.getvalue()


def gif(width: int, height: int, frames: int) -> bytes:
    """An animation of which each frame changes one point: nearly no bytes, and many pixels."""
    sides = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    point = b"\0\0\0\0" + (1).to_bytes(2, "little") * 2 + b"\0\x02\x02\x44\x01\0"
    frame = b"!\xf9\x04\x04\x01\0\0\0," + point
    return b"GIF89a" + sides + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def png(width: int, height: int) -> bytes:
    """A picture that says it has so many pixels, and does not bring them."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    parts = (head, b"IDAT" + zlib.compress(bytes(1000)), b"IEND")
    written = (
        (len(part) - 4).to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


WHOLE: dict[str, bytes] = {
    "a.jpg": picture("JPEG"),
    "a.png": picture("PNG"),
    "a.gif": picture("GIF"),
    "b.gif": picture("GIF", frames=3),
    "a.webp": picture("WEBP"),
    "a.heic": picture("HEIF"),
    "a.pdf": document(),
    "a.mp4": film_bytes(4000),
    "a.mov": film_bytes(4000, brand=b"qt  "),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_taken_and_one_that_ends_too_early_is_said(name: str) -> None:
    content = WHOLE[name]
    assert media_in(content, name).size_bytes == len(content)
    for part in (0.5, 0.95):
        with pytest.raises(NoMediaError, match=f"{name} cannot be published: .*too early"):
            media_in(content[: int(len(content) * part)], name)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"no picture at all", "a.jpg", "its content is no picture, video or PDF; use a JPEG"),
        (WHOLE["a.pdf"], "a.mp4", "its name ends in .mp4, and its content is application/pdf; give it"),
        (WHOLE["a.mp4"], "A.JPG", "its name ends in .jpg, and its content is video/mp4"),
        (WHOLE["a.jpg"], "a.pdf", "its name ends in .pdf, and its content is image/jpeg"),
        (b"\0\0\0\x18ftypmp42" + bytes(400), "a.mp4", "it has no index"),
        (picture("AVIF").replace(b"iloc", b"free"), "a.avif", "its content is damaged"),
        (png(9_000, 9_000), "a.png", "it has 9,000 x 9,000 pixels; make it smaller"),
        (png(20_000, 20_000), "a.png", "it has more pixels than can be looked at; make it smaller"),
        (gif(100, 100, 10_000), "a.gif", "it has 10,000 frames of 100 x 100 pixels; make it shorter"),
        (gif(8_000, 8_000, 300), "a.gif", "it has 300 frames of 8,000 x 8,000 pixels; make it shorter"),
        (picture("DDS"), "a.jpg", "its content is no picture, video or PDF"),
        (picture("EPS"), "a.jpg", "its content is no picture, video or PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_name_promises_and_the_bytes_are_not_is_said(content: bytes, name: str, said: str) -> None:
    with pytest.raises(NoMediaError, match=f"{name} cannot be published: {said}"):
        media_in(content, name)


def test_a_picture_that_a_telephone_keeps_beside_the_one_that_is_seen_makes_no_animation() -> None:
    facts = media_in(picture("MPO", frames=2), "a.jpg")
    assert (facts.kind, facts.is_image, facts.width) == ("image/mpo", True, 200)
    assert media_in(picture("GIF", frames=2), "a.gif").is_animated


@pytest.mark.parametrize("name", ["a.png", "picture", "a.scan"])
def test_a_picture_of_another_format_than_its_name_says_is_none_the_worse(name: str) -> None:
    assert media_in(WHOLE["a.jpg"], name).kind == "image/jpeg"


def test_a_film_s_size_and_length_are_known() -> None:
    facts: Any = media_in(WHOLE["a.mov"], "a.mov")
    assert (facts.kind, facts.width, facts.height, str(facts.seconds)) == (
        "video/quicktime",
        720,
        1280,
        "12.500",
    )


@pytest.mark.parametrize("again", [False, True])
def test_a_large_film_without_its_place_costs_two_copies_of_it_at_most(*, again: bool) -> None:
    content = film_bytes(20_000_000) + box(b"uuid", b"SECRET".ljust(40))
    media = media_of(current_vault().attach(content, "film.mp4"))
    if again:
        fitted(media, Platform.X)
    tracemalloc.start()
    try:
        assert fitted(media, Platform.X).document.endswith("-film-alone.mp4")
        assert tracemalloc.get_traced_memory()[1] < 2.2 * len(content)
    finally:
        tracemalloc.stop()
