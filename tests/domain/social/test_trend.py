"""Which trends fit what a business speaks about."""

import pytest

from domain.social.trend import Trend, fitting


@pytest.mark.parametrize(
    ("trend", "topic"),
    [
        (Trend(name="#GardenShow"), "garden"),
        (Trend(name="Roses in November"), "ROSES"),
        (Trend(name="Chelsea", category="Garden design"), "garden design"),
    ],
)
def test_a_trend_fits_a_topic_whose_words_it_has(trend: Trend, topic: str) -> None:
    assert fitting([trend], ["boats", topic]) == [(trend, topic)]


@pytest.mark.parametrize("topic", ["art", "garden shows", "", "#"])
def test_a_part_of_a_word_and_a_topic_without_words_fit_nothing(topic: str) -> None:
    assert not fitting([Trend(name="#GardenShow parts")], [topic])
