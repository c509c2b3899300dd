"""X's counting and dividing of texts."""

from hypothesis import given
from hypothesis import strategies as st

from domain.social.x_text import LONGEST, has_link, thread_of, weighted_length

TEXTS = st.text(st.sampled_from("abc .!?\n日😀éß#@/:xhttps"), max_size=1500)


def test_a_link_counts_23_and_an_emoji_or_a_cjk_character_2() -> None:
    counted = {
        "see https://example.com/a/very/long/path?with=much&more=1": 27,
        "\N{GRINNING FACE}" * 3: 6,
        "\u65e5\u672c\u8a9e": 6,
        "e\u0301": 1,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467": 2,
        "\u0645\u0631\u062d\u0628\u0627": 5,
    }
    assert {text: weighted_length(text) for text in counted} == counted


def test_a_bare_domain_is_a_link_too() -> None:
    assert has_link("our shop is at example.com")
    assert not has_link("no link. None at all")


def test_a_thread_is_divided_at_sentence_ends() -> None:
    sentences = [f"{word} {'is told here ' * 12}at length." for word in ("First", "Second", "Third")]
    assert thread_of(" ".join(sentences)) == tuple(sentences)


def test_a_text_that_fits_is_one_post() -> None:
    text = "a" * LONGEST
    assert thread_of(text) == (text,)
    assert len(thread_of(text + "b")) > 1


@given(TEXTS)
def test_no_word_is_lost_and_every_part_fits(text: str) -> None:
    parts = thread_of(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(weighted_length(part) <= LONGEST for part in parts)
