import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vault.names import LONGEST_NAME, UnsafeNameError, check_name, event_name, safe_name


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".hidden",
        " a",
        "a.",
        "a ",
        "con",
        "NUL.txt",
        "Com1",
        "lpt9.x.y",
        "a/b",
        "a\\b",
        "a:b",
        "a*",
        'a"',
        "a|b",
        "a\0b",
        "a\nb",
        "..",
        "x" * 121,
        "a\u0308",
        "<a>",
        "a?",
        "\ud800",
        "COM\u00b9",
    ],
)
def test_names_that_some_disk_refuses_are_refused_everywhere(name: str) -> None:
    with pytest.raises(UnsafeNameError):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["gmail-18c2f", "Miete Mai", "Bücher", "console", "com10", "a.b.c", "x" * 120]
)
def test_usual_names_are_fine(name: str) -> None:
    assert check_name(name) == name


@given(st.text())
def test_any_text_makes_a_safe_document_name(text: str) -> None:
    name = safe_name(text)
    assert check_name(name) == name
    assert name.isascii()
    assert len(name) < LONGEST_NAME - 20


def test_a_document_keeps_its_ending_and_loses_its_folders() -> None:
    assert safe_name("C:\\temp\\Rechnung Nr. 5.PDF") == "Rechnung_Nr._5.PDF"
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("nul.pdf") == "_nul.pdf"
    assert safe_name("請求書.pdf") == "document.pdf"


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_events_never_share_a_name_on_any_disk(one: str, other: str) -> None:
    assert (event_name("x", one).casefold() == event_name("x", other).casefold()) == (one == other)


def test_a_plain_event_id_stays_readable() -> None:
    assert event_name("gmail", "18c2f0a9b1d2e3f4") == "gmail-18c2f0a9b1d2e3f4"
    assert event_name("whatsapp", "wamid.HBgM") != event_name("whatsapp", "wamid.HBGm")
