"""One content, one hash; another content, another hash."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.hashing import canonical_json, content_hash, text_hash

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
inputs = st.dictionaries(st.text(max_size=8), values, max_size=5)


@given(inputs)
def test_the_order_of_keys_does_not_matter(content: dict[str, Any]) -> None:
    turned = dict(reversed(content.items()))
    assert content_hash("a", content) == content_hash("a", turned)


@given(inputs, st.text(min_size=1, max_size=8), scalars, scalars)
def test_any_changed_value_is_another_content(
    content: dict[str, Any], key: str, one: Any, other: Any
) -> None:
    same = canonical_json(one) == canonical_json(other)
    hashes = content_hash("a", content | {key: one}), content_hash("a", content | {key: other})
    assert (hashes[0] == hashes[1]) is same


@given(inputs)
def test_another_action_is_another_content(content: dict[str, Any]) -> None:
    assert content_hash("a", content) != content_hash("b", content)


@given(inputs)
def test_storing_as_json_and_reading_back_keeps_the_hash(content: dict[str, Any]) -> None:
    import json

    assert content_hash("a", json.loads(canonical_json(content))) == content_hash("a", content)


def test_texts_and_numbers_that_look_alike_differ() -> None:
    assert len({content_hash("a", {"x": value}) for value in (1, "1", True, 1.0, "1.0", None, "")}) == 7


def test_decimals_and_dates_have_one_form() -> None:
    assert canonical_json({"b": Decimal("1E+2"), "a": date(2026, 1, 2)}) == '{"a":"2026-01-02","b":"100"}'
    assert canonical_json(datetime(2026, 1, 2, tzinfo=UTC)) == '"2026-01-02T00:00:00+00:00"'


@pytest.mark.parametrize("value", [object(), {1: "x"}, b"bytes", {"x": {1, 2}}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)


def test_what_an_editor_does_to_line_ends_is_no_change() -> None:
    assert text_hash("\na  \r\nb\n\n") == text_hash("a\nb")
    assert text_hash("a b") != text_hash("a  b")
    assert text_hash("a\n\nb") != text_hash("a\nb")
