import pytest
from pydantic import TypeAdapter, ValidationError

from domain.text import OneLine, Prose


@pytest.mark.parametrize("value", ["\u202e\u200b", " \u2060", "\t", "a\nb"])
def test_a_name_can_be_read(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(OneLine).validate_python(value)


@pytest.mark.parametrize("value", ["", "Caf\u00e9", "\u05e9\u05dc\u05d5\u05dd", "a\u200bb"])
def test_what_shows_something_is_a_name(value: str) -> None:
    assert TypeAdapter(OneLine).validate_python(value) == value


@pytest.mark.parametrize("value", [" ", "\u202e\u200b", "\n\t\n"])
def test_a_text_of_blanks_alone_says_nothing(value: str) -> None:
    with pytest.raises(ValidationError, match="shows nothing that a person could read"):
        TypeAdapter(Prose).validate_python(value)


def test_a_text_may_have_several_lines() -> None:
    assert TypeAdapter(Prose).validate_python("12 Elm Street\n\nPortland") == "12 Elm Street\n\nPortland"
