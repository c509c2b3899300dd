"""Edits are text, one value a line, and only to what is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.changes import ChangesError, allowed_changes, parse_changes, read_changes
from domain.approvals.note import read_answer
from domain.vault.note import Note


def test_values_stay_what_was_typed() -> None:
    typed = "total: 1e3\npaid: yes\nissued_on: 2026-01-05\nnumber: 007\nnote:\n"
    assert parse_changes(typed) == {
        "total": "1e3",
        "paid": "yes",
        "issued_on": "2026-01-05",
        "number": "007",
        "note": "",
    }


def test_a_text_may_have_several_lines() -> None:
    assert parse_changes("text: |\n  one\n  two\n") == {"text": "one\ntwo\n"}


def test_a_tag_makes_nothing_but_text() -> None:
    assert parse_changes("a: !!python/name:os.system x") == {"a": "x"}


def test_nothing_written_is_no_change() -> None:
    assert parse_changes("  \n") == {}


@pytest.mark.parametrize(
    "typed",
    [
        "just words",
        "- a\n- b",
        "a: [1, 2]",
        "a: {b: 1}",
        "x" * 30_000,
        "a: *b",
        "{" * 5000,
        "- " * 5000,
        "? " * 5000,
        "a: 1\n--- \nb: 2",
    ],
)
def test_what_is_no_list_of_lines_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ChangesError, match="changes:"):
        parse_changes(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        changes = parse_changes(typed)
    except ChangesError:
        return
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in changes.items())


def test_front_matter_values_become_text() -> None:
    assert read_changes({"total": 950.5, "paid": True, "note": None}) == {
        "total": "950.5",
        "paid": "True",
        "note": "",
    }


def test_a_key_may_be_written_as_the_request_shows_it() -> None:
    assert allowed_changes({"issued_on": "1"}, {"Issued on": "2"}) == {"issued_on": "2"}
    for key in ("Vendor tax number", "vendor VAT", " vendor_vat"):
        assert allowed_changes({"vendor_vat": "1"}, {key: "2"}) == {"vendor_vat": "2"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"totl": "2"}, "'totl' cannot be changed here; you may change total"),
        ({"total": "1"}, "change nothing"),
        ({"due_on": ""}, "change nothing"),
    ],
)
def test_an_unknown_key_or_no_change_is_refused(changes: dict[str, str], said: str) -> None:
    with pytest.raises(ChangesError, match=said):
        allowed_changes({"total": "1"} | ({"due_on": None} if "due_on" in changes else {}), changes)


def test_a_colon_or_a_hash_in_a_line_is_the_persons_own() -> None:
    typed = "text: Open today: come in #garden\nat: 2026-12-24 09:00\n"
    assert parse_changes(typed) == {"text": "Open today: come in #garden", "at": "2026-12-24 09:00"}
    assert parse_changes("text: |\n  One #garden: a\n\n  Two\n") == {"text": "One #garden: a\n\nTwo\n"}


@pytest.mark.parametrize("typed", ["text: 'Open' #garden", "text: >\n  a\n# b"])
def test_nothing_is_left_out_as_a_comment(typed: str) -> None:
    with pytest.raises(ChangesError, match="would be left out"):
        parse_changes(typed)


@pytest.mark.parametrize(
    "front", ["changes:\n  text: Open #garden\n", "changes: text #garden\n", "changes:\n  a: 'b' # c\n"]
)
def test_nothing_is_left_out_of_a_note_as_a_comment(front: str) -> None:
    said = read_answer(Note.parse(f"---\n{front}---\n").front, approved=True, mover="Ann")
    assert "would be left out" in (said.problem or "")
