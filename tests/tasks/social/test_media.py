"""What a file is by its bytes, and what cannot be published, in a sentence."""

import io
from typing import Any

import pytest
from PIL import Image
from pillow_heif import register_heif_opener
from reportlab.pdfgen import canvas

from tasks.social.media import NoMediaError, media_in
from tests.films import film_bytes

register_heif_opener()


def picture(form: str, frames: int = 1) -> bytes:
    # noise: what every format has to write in full
    first, *others = [Image.effect_noise((200, 150), 90 + number) for number in range(frames)]
    written, more = io.BytesIO(), {"save_all": True, "append_images": others} if others else {}
    first.convert("RGB").save(written, form, **more)
    return written.getvalue()


def document() -> bytes:
    written = io.BytesIO()
    page = canvas.Canvas(written)
    page.drawString(100, 700, "Open on Saturday")
    page.save()
    return written.getvalue()


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
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_name_promises_and_the_bytes_are_not_is_said(content: bytes, name: str, said: str) -> None:
    with pytest.raises(NoMediaError, match=f"{name} cannot be published: {said}"):
        media_in(content, name)


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
