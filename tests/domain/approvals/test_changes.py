"""Edits are text, one value a line, and only to what is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.changes import ChangesError, apply_changes, parse_changes, read_changes


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
        "a: b: c",
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


def test_only_named_values_change() -> None:
    assert apply_changes({"total": "1", "vendor": "A"}, {"total": "2"}) == {"total": "2", "vendor": "A"}
    assert apply_changes({"total": "1"}, {"total": ""}) == {"total": None}


def test_a_key_may_be_written_as_the_request_shows_it() -> None:
    assert apply_changes({"issued_on": "1"}, {"Issued on": "2"}) == {"issued_on": "2"}
    for key in ("Vendor tax number", "vendor VAT", " vendor_vat"):
        assert apply_changes({"vendor_vat": "1"}, {key: "2"}) == {"vendor_vat": "2"}


@pytest.mark.parametrize(
    ("changes", "said"), [({"totl": "2"}, "known are total"), ({"total": "1"}, "change nothing")]
)
def test_an_unknown_key_or_no_change_is_refused(changes: dict[str, str], said: str) -> None:
    with pytest.raises(ChangesError, match=said):
        apply_changes({"total": "1"}, changes)
