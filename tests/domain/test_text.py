import pytest
from pydantic import TypeAdapter, ValidationError

from domain.text import OneLine


@pytest.mark.parametrize("value", ["\u202e\u200b", " \u2060", "\t", "a\nb"])
def test_a_name_can_be_read(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(OneLine).validate_python(value)


@pytest.mark.parametrize("value", ["", "Caf\u00e9", "\u05e9\u05dc\u05d5\u05dd", "a\u200bb"])
def test_what_shows_something_is_a_name(value: str) -> None:
    assert TypeAdapter(OneLine).validate_python(value) == value
