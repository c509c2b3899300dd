"""Numbers in words are found in six languages, and other words are none."""

import pytest

from domain.number_words import NUMBER_WORDS

NUMBERS = [
    *("two", "twelve", "nineteen", "thirty-four", "hundred", "thousands", "million", "dozens"),
    *(
        "zwei",
        "zwölf",
        "siebzehn",
        "dreissig",
        "vierundzwanzig",
        "einundzwanzig",
        "zweihundertfünfzigtausend",
    ),
    *("eintausend", "siebzig", "hunderte", "zwölftausend", "millionen"),
    *("deux", "douze", "dix-sept", "quatre-vingts", "cents", "mille", "centaines"),
    *("doce", "veintidós", "dieciséis", "doscientos", "quinientos", "mil", "millones", "treinta"),
    *("dodici", "ventidue", "ventotto", "trecento", "duemila", "milione", "quarantasei"),
    *("twaalf", "eenentwintig", "tweehonderd", "vijfendertig", "duizend", "tweeënveertig"),
]
OTHERS = [
    *(
        "one",
        "once",
        "due",
        "ein",
        "eine",
        "een",
        "un",
        "uno",
        "sei",
        "otto",
        "often",
        "weighten",
        "tenor",
        "content",
    ),
    *(
        "attend",
        "treten",
        "eten",
        "vieren",
        "achten",
        "achtung",
        "dosen",
        "zwischen",
        "vierbeiner",
        "elfenbein",
    ),
    *("mileage", "milk", "centre", "percent", "twofold"),
]


@pytest.mark.parametrize("word", NUMBERS)
def test_a_number_in_words_is_found_whole(word: str) -> None:
    found = NUMBER_WORDS.findall(f"we made {word} euros")
    assert found
    assert "-".join(found) == word or found[0] in word.split("-")


@pytest.mark.parametrize("word", OTHERS)
def test_another_word_is_none(word: str) -> None:
    assert NUMBER_WORDS.findall(f"our {word} is open") == []


@pytest.mark.parametrize("part", ["ein", "zwei", "einund", "due", "een", "twee", "trecento"])
def test_a_hostile_word_is_looked_at_once(part: str) -> None:
    assert NUMBER_WORDS.findall(part * 50_000 + "x") == []
