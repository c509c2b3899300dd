"""A film's file without what nobody sees in it, every byte of the film in its place."""

import struct
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.social.bare_film import bare_film
from domain.social.film import BrokenFilmError, film_in
from tests.films import box, track

PLACE = b"+48.2082+016.3738/SECRET"
XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
SPHERE = UUID("ffcc8263-f855-4a93-8814-587a02521fdd").bytes
TAKEN = b"SECR"
PICTURES, RECORD = b"pictures and sound", b"GPS5 SECRET record"
KEYS = b"mdtacom.apple.quicktime.location.ISO6709"
BEGIN = box(b"ftyp", b"qt  ", bytes(4), b"qt  ")


def large(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content


def open_ended(kind: bytes, *inside: bytes) -> bytes:
    return bytes(4) + box(kind, *inside)[4:]


def apple_meta() -> bytes:
    """As an iPhone writes it into moov."""
    keys = box(b"keys", bytes(4), struct.pack(">II", 1, len(KEYS) + 4), KEYS)
    said = box(b"data", struct.pack(">II", 1, 0), PLACE)
    return box(
        b"meta", box(b"hdlr", bytes(8), b"mdta", bytes(13)), keys, box(b"ilst", box(b"\0\0\0\x01", said))
    )


def udta() -> bytes:
    """As Android writes it, and QuickTime's XMP."""
    said = box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE)
    loci = box(b"loci", bytes(6), b"SECRET\0\0", bytes(12), b"earth\0\0")
    return box(b"udta", said, loci, box(b"XMP_", PLACE), box(b"meta", bytes(4), PLACE), bytes(4))


def mvhd(version: int = 0) -> bytes:
    if version:
        return box(b"mvhd", b"\1\0\0\0", TAKEN * 4, struct.pack(">IQ", 1000, 12500), bytes(80))
    return box(b"mvhd", bytes(4), TAKEN * 2, struct.pack(">II", 1000, 12500), bytes(80))


def record(starts: list[int], sizes: list[int], *, every: int = 0, far: bool = False, per: int = 1) -> bytes:
    """A track of places beside the pictures: a GoPro's, DJI's or telephone's."""
    count = len(sizes)
    places = box(
        b"co64" if far else b"stco",
        struct.pack(f">4xI{len(starts)}{'Q' if far else 'I'}", len(starts), *starts),
    )
    listed = () if every else sizes
    table = box(b"stsz", struct.pack(f">4xII{len(listed)}I", every, count, *listed))
    runs = box(b"stsc", struct.pack(">4xIIII", 1, 1, per, 1))
    stbl = box(b"stbl", box(b"stsd", struct.pack(">4xI", 1), box(b"gpmd", bytes(8))), runs, table, places)
    media = box(b"mdia", box(b"hdlr", bytes(8), b"meta", b"SECRET camera"), box(b"minf", stbl))
    return box(b"trak", box(b"tkhd", bytes(84)), media)


def film(*in_moov: bytes, behind: bytes = b"", in_track: bytes = b"", version: int = 0) -> bytes:
    pictures = track()
    whole = struct.pack(">I", len(pictures) + len(in_track)) + pictures[4:] + in_track
    data = box(b"mdat", PICTURES, RECORD)
    return BEGIN + data + box(b"moov", mvhd(version), whole, *in_moov) + behind


def at(content: bytes, what: bytes) -> int:
    return content.index(what)


RECORD_AT = len(BEGIN) + 8 + len(PICTURES)


@pytest.mark.parametrize(
    "full",
    [
        film(udta()),
        film(udta(), version=1),
        film(apple_meta()),
        film(large(b"udta", udta()[8:])),
        film(box(b"free", PLACE), large(b"skip", PLACE)),
        film(in_track=udta() + apple_meta()),
        film(behind=box(b"uuid", XMP, b"<x:xmpmeta>", PLACE)),
        film(behind=large(b"uuid", XMP, PLACE)),
        film(behind=open_ended(b"uuid", XMP, PLACE)),
        film(open_ended(b"udta", udta()[8:])),
        film(behind=box(b"sefd", PLACE) + box(b"meta", bytes(4), PLACE)),
        film(box(b"uuid", bytes(16), PLACE), in_track=box(b"uuid", bytes(16), PLACE)),
        film(box(b"udta", box(b"udta", box(b"udta", PLACE)))),
    ],
    ids=lambda _: "",
)
def test_only_the_film_is_left_and_stays_in_its_place(full: bytes) -> None:
    left = bare_film(full)
    assert left is not None
    assert (len(left), film_in(left)) == (len(full), film_in(full))
    assert at(left, PICTURES) == at(full, PICTURES)
    for hidden in (b"SECR", b"48.2082", b"xyz", b"ISO6709", b"earth"):
        assert hidden not in left.replace(RECORD, b"")
    assert bare_film(left) == left


@pytest.mark.parametrize(
    "places",
    [
        record([RECORD_AT], [len(RECORD)]),
        record([RECORD_AT], [len(RECORD)], far=True),
        record([RECORD_AT, RECORD_AT + 8], [8, len(RECORD) - 8]),
        record([RECORD_AT], [3] * 6, every=3, per=6),
        record([RECORD_AT, RECORD_AT + 9], [4, 5, 3, 6], per=2),
    ],
    ids=["one piece", "far offsets", "two chunks", "all alike", "two chunks of two"],
)
def test_a_record_of_places_beside_the_pictures_is_blank(places: bytes) -> None:
    full = film(places)
    left = bare_film(full)
    assert left is not None
    assert b"SECRET" in full
    assert b"SECRET" not in left
    assert b"GPS5" not in left
    assert b"gpmd" not in left
    assert left[:RECORD_AT] == full[:RECORD_AT]
    assert (len(left), film_in(left)) == (len(full), film_in(full))


def test_a_film_without_anything_else_and_one_that_is_shown_as_a_sphere_stay() -> None:
    plain = bare_film(film())
    assert plain is not None
    sphere = box(b"uuid", SPHERE, b"<rdf:SphericalVideo>")
    left = bare_film(film(in_track=sphere))
    assert left is not None
    assert sphere in left
    assert bare_film(film(sphere)) != film(sphere), "elsewhere it is none"


@pytest.mark.parametrize(
    "full",
    [
        film(record([RECORD_AT], [len(RECORD) + 1])),
        film(record([4], [8])),
        film(record([2**40], [8], far=True)),
        film(record([RECORD_AT], [2**32 - 1], every=2**32 - 1, per=2**32 - 1)),
        film(record([RECORD_AT], [8]).replace(b"stsz", b"stz2")),
        film(record([RECORD_AT], [8]).replace(b"stco\0\0\0\0\0\0\0\1", b"stco\0\0\0\0\xff\xff\xff\xff")),
        film(record([RECORD_AT], [8]), behind=box(b"moof", box(b"mfhd", bytes(8)))),
        film(struct.pack(">I4s", 400, b"udta")),
        film(behind=struct.pack(">I4sQ", 1, b"uuid", 2**63)),
        film(behind=struct.pack(">I4sQ", 1, b"uuid", 8)),
        film(behind=struct.pack(">I4s", 4, b"uuid")),
        film(behind=box(b"uuid", XMP, PLACE)[:-1]),
        film(behind=box(b"free") * 10_001 + box(b"uuid", XMP, PLACE)),
    ],
    ids=lambda _: "",
)
def test_what_cannot_be_told_apart_is_not_said_to_be_bare(full: bytes) -> None:
    assert bare_film(full) is None


def test_a_record_that_claims_the_same_place_often_costs_no_more_than_the_film() -> None:
    starts = [RECORD_AT] * 50_000
    left = bare_film(film(record(starts, [len(RECORD)] * 50_000, every=len(RECORD))))
    assert left is not None
    assert RECORD not in left


FULL = film(udta(), apple_meta(), record([RECORD_AT], [len(RECORD)]), behind=box(b"uuid", XMP, PLACE))


@given(st.integers(0, len(FULL) - 1), st.binary(max_size=12))
def test_whatever_is_damaged_keeps_its_length_or_is_said(place: int, damage: bytes) -> None:
    damaged = FULL[:place] + damage + FULL[place + len(damage) :]
    left = bare_film(damaged)
    if left is None:
        return
    assert len(left) == len(damaged)
    assert bare_film(left) == left
    try:
        before = film_in(damaged)
    except BrokenFilmError:
        return
    assert film_in(left) == before
