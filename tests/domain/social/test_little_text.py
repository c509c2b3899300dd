"""LinkedIn's little text."""

from hypothesis import given
from hypothesis import strategies as st

from domain.social.little_text import little_text, shown_text


def test_what_would_cut_the_text_is_escaped_and_hashtags_stay() -> None:
    assert little_text("Save 20% (today) @home * #Sale_2026!") == (
        r"Save 20% \(today\) \@home \* {hashtag|\#|Sale\_2026}!"
    )
    assert little_text("C# and #1 are no hashtags") == r"C\# and \#1 are no hashtags"


@given(st.text(st.sampled_from("ab1 \\|{}@[]()<>#*_~é\n"), max_size=60))
def test_readers_see_what_was_written(text: str) -> None:
    assert shown_text(little_text(text)) == text


def test_the_end_of_an_address_is_no_hashtag() -> None:
    text = "See https://a.example/page?x=#two_parts #news"
    assert little_text(text) == r"See https://a.example/page?x=\#two\_parts {hashtag|\#|news}"
    assert shown_text(little_text(text)) == text


def test_a_mention_is_one_and_what_only_looks_like_it_is_text() -> None:
    text = "With @[Alder_Street Books](urn:li:organization:1900002) and @[nobody](https://a.example)"
    assert little_text(text) == (
        r"With @[Alder\_Street Books](urn:li:organization:1900002) and \@\[nobody\]\(https://a.example\)"
    )
    assert shown_text(little_text(text)) == text
