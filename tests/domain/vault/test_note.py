from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath

import pytest

from domain.vault.note import Note
from domain.vault.plain import UnwritableValueError

HAND_MADE = """---
# Above all
id: gmail-1   # from the server
total: 12.50
zip: 0012
when: 2026-01-02
at: 2026-01-02T10:00:00Z
answer: yes
people:
  - "a"
  - 'b'
flow: [1, 2]   # short
nested: {a: 1}
text: |
  two
  lines
# the last word
---

# Title

body
"""


class Colour(StrEnum):
    RED = "red"


def test_an_unchanged_note_is_the_same_to_the_byte() -> None:
    for text in (HAND_MADE, HAND_MADE.replace("\n", "\r\n"), "\ufeff" + HAND_MADE, HAND_MADE.rstrip("\n")):
        assert Note.parse(text).render() == text


def test_a_change_keeps_comments_order_quotes_and_unknown_keys() -> None:
    changed = Note.parse(HAND_MADE).with_front(status="done", id="gmail-2").render()
    assert "id: gmail-2   # from the server\n" in changed
    assert "status: done\n" in changed
    assert changed == HAND_MADE.replace("gmail-1", "gmail-2").replace(
        "word\n---\n", "word\nstatus: done\n---\n"
    )
    assert Note.parse(changed).front["zip"] == "0012"


def test_a_change_keeps_windows_line_ends_and_the_byte_order_mark() -> None:
    changed = Note.parse("\ufeff" + HAND_MADE.replace("\n", "\r\n")).with_front(status="done").render()
    assert changed.startswith("\ufeff---\r\n# Above all\r\n")
    assert "\n" not in changed.replace("\r\n", "")


def test_a_change_keeps_the_way_lists_are_indented() -> None:
    flush = "---\na:\n- 1\n- 2\n---\n"
    assert Note.parse(flush).with_front(b=1).render() == "---\na:\n- 1\n- 2\nb: 1\n---\n"
    assert Note.parse("---\na:\n  - 1\n---\n").with_front(b=1).render() == "---\na:\n  - 1\nb: 1\n---\n"


def test_remarks_survive_where_nothing_else_was() -> None:
    assert Note.parse("---\n# later\n---\n").with_front(a=1).render() == "---\n# later\na: 1\n---\n"


def test_a_note_without_front_matter_has_an_empty_one() -> None:
    note = Note.parse("just text\n---\nmore\n---\n")
    assert (dict(note.front), note.body) == ({}, "just text\n---\nmore\n---\n")
    assert note.with_front(a=1).render() == "---\na: 1\n---\njust text\n---\nmore\n---\n"


def test_a_new_note_whose_body_looks_like_front_matter_stays_a_body() -> None:
    assert Note.parse(Note.new({}, "---\na: 1\n---\n").render()).body == "---\na: 1\n---\n"


def test_exact_values_become_text() -> None:
    note = Note.new(
        {
            "total": Decimal("1000.10"),
            "day": date(2026, 1, 2),
            "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
            "where": PurePosixPath("a/b"),
            "colour": Colour.RED,
            "id": 1234567890123456789,
            "tiny": 1e-9,
            "list": (1, 2),
        }
    )
    assert dict(note.front) == {
        "total": "1000.10",
        "day": "2026-01-02",
        "at": "2026-01-02T03:04:00+00:00",
        "where": "a/b",
        "colour": "red",
        "id": "1234567890123456789",
        "tiny": "1e-09",
        "list": [1, 2],
    }
    assert "total: '1000.10'\n" in note.render()
    assert "day: 2026-01-02\n" in note.render()
    assert "id: '1234567890123456789'\n" in note.render()


def test_what_other_editors_take_for_numbers_is_quoted() -> None:
    rendered = Note.new({"a": "0012", "b": "yes", "c": "0x1F", "d": "12:30", "e": "1_000", "f": "~"}).render()
    assert rendered == "---\na: '0012'\nb: 'yes'\nc: '0x1F'\nd: '12:30'\ne: '1_000'\nf: '~'\n---\n"


def test_a_hand_written_amount_keeps_its_cents() -> None:
    front = Note.parse("---\ntotal: 1234567890.10\n---\n").front
    assert Decimal(str(front["total"])) == Decimal("1234567890.10")


def test_the_same_list_twice_is_written_out_twice() -> None:
    shared = ["x"]
    note = Note.new({"a": shared, "b": shared})
    assert Note.parse(note.render()) == note
    assert "&" not in note.render()


def test_a_change_does_not_reach_back_into_the_first_note() -> None:
    first = Note.parse("---\na: {b: 1}\n---\n")
    second = first.with_front(c=2)
    second.front["a"]["b"] = 5
    assert first.render() == "---\na: {b: 1}\n---\n"
    assert "{b: 5}" in second.render()


def test_truth_and_one_are_different() -> None:
    note = Note.parse("---\na: 1\n---\n")
    note.front["a"] = True
    assert note.render() == "---\na: true\n---\n"


def test_keys_can_be_taken_away() -> None:
    assert (
        Note.parse("---\na: 1 # x\nb: 2\n---\nbody").without_front("a", "zz").render()
        == "---\nb: 2\n---\nbody"
    )


def test_a_body_added_below_an_open_end_begins_on_its_own_line() -> None:
    assert Note.parse("---\na: 1\n---").with_body("text").render() == "---\na: 1\n---\ntext"


def test_what_cannot_be_stored_as_text_is_marked() -> None:
    note = Note.new({"subject": "bad \ud800 surrogate"}, "and \x00 here")
    assert note.front["subject"] == "bad \ufffd surrogate"
    assert note.body == "and \ufffd here"


@pytest.mark.parametrize("front", [{"a": object()}, {"a": b"x"}, {"two\nlines": 1}, {"": 1}])
def test_what_has_no_plain_form_is_refused(front: dict[str, object]) -> None:
    with pytest.raises(UnwritableValueError):
        Note.new(front)


def test_a_group_that_holds_itself_is_refused() -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    with pytest.raises(UnwritableValueError):
        Note.new(loop)


@pytest.mark.parametrize("front", [{"a": list(range(6_000))}, {"a": "x" * 140_000}, {"a": [{}] * 2_000}])
def test_what_could_not_be_read_again_is_not_written(front: dict[str, object]) -> None:
    with pytest.raises(UnwritableValueError, match="into the body"):
        Note.new(front).render()
