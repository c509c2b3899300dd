"""What numbers about somebody are called."""

import re

from hypothesis import given
from hypothesis import strategies as st

from domain.briefing.keys import keys


def test_a_name_becomes_a_key_that_can_be_typed() -> None:
    assert keys({1: "Nordwind & Söhne GmbH", 2: "[[x]] | `y`", 3: "***"}) == {
        1: "nordwind-söhne-gmbh",
        2: "x-y",
        3: "unnamed",
    }


@given(st.dictionaries(st.integers(0, 99), st.text(max_size=200), max_size=20))
def test_keys_are_short_and_differ(names: dict[int, str]) -> None:
    found = keys(names)
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,50}", key) for key in found.values())
