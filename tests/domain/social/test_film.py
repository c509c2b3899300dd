"""What an MP4 film says of itself, and what is none."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.social.film import BrokenFilmError, film_in
from tests.films import box, film_bytes, track

FILM = film_bytes(2000)
SOUND = track(b"soun", b"mp4a")
BEGINNING = b"\0\0\0\x18ftypmp42".ljust(24, b"\0")


def test_a_film_says_how_large_it_is_and_how_long_it_lasts() -> None:
    film = film_in(film_bytes(tracks=SOUND + track(codec=b"hvc1", size=(1080, 1920)), seconds=61.25))
    assert (film.width, film.height, film.codec, film.seconds) == (1080, 1920, "hvc1", Decimal("61.25"))


def test_a_film_may_have_large_boxes_and_a_last_one_without_its_size() -> None:
    index, pictures = FILM.index(b"moov") - 4, FILM.index(b"mdat") - 4
    large = struct.pack(">I4sQ", 1, b"free", 16 + 5) + bytes(5)
    open_end = bytes(4) + FILM[pictures + 4 :]
    assert film_in(FILM[:index] + large + FILM[index:pictures] + open_end).seconds == Decimal("12.5")


def test_a_film_in_fragments_does_not_say_how_long_it_lasts() -> None:
    assert film_in(film_bytes(seconds=0, tracks=track() + box(b"mvex"))).seconds is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\0\0\x18ftypmp42" + bytes(400), "no index"),
        (BEGINNING + box(b"mdat", bytes(400)), "no index"),
        (FILM[: FILM.index(b"mdat") - 4], "no pictures and no sound in it"),
        (FILM[:-1], "ends too early"),
        (film_bytes(tracks=SOUND), "only sound"),
        (film_bytes(tracks=b""), "only sound or nothing"),
        (film_bytes(tracks=track(codec=b"apcn")), "coded as apcn, not as H.264 or H.265"),
        (film_bytes(seconds=0), "lasts no time"),
        (film_bytes(tracks=box(b"trak", box(b"tkhd", bytes(84)))), "trak has no mdia"),
        (BEGINNING + box(b"mdat", bytes(9)) + box(b"moov", track(), box(b"mvhd")), "or is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_begins_like_a_film_and_is_none_is_said(content: bytes, said: str) -> None:
    with pytest.raises(BrokenFilmError, match=said):
        film_in(content)


@given(st.integers(0, len(FILM) - 1), st.binary(max_size=12))
def test_whatever_is_damaged_is_a_film_or_is_said(place: int, damage: bytes) -> None:
    try:
        film_in(FILM[:place] + damage + FILM[place + len(damage) :])
    except BrokenFilmError:
        return


@given(st.integers(0, len(FILM) - 1))
def test_a_film_that_is_cut_off_is_said(length: int) -> None:
    with pytest.raises(BrokenFilmError):
        film_in(FILM[:length])
