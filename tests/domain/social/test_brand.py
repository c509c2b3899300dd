"""Colours that everybody can read."""

import pytest

from domain.social.brand import Brand, UnreadableColoursError, check_colours, contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#abcdef", "#abcdef", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


def test_colours_too_much_alike_are_refused_with_what_to_change() -> None:
    check_colours(Brand())
    with pytest.raises(UnreadableColoursError, match=r"brand\.text #777777 .* contrast of 4\.48"):
        check_colours(Brand(text="#777777", background="#ffffff", accent="#000000"))
    with pytest.raises(UnreadableColoursError, match=r"brand\.accent"):
        check_colours(Brand(accent="#12304b"))
