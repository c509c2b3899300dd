"""Cards by their pixels: whole, inside the margins, in the brand's colours, right in both directions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image

from blocks.settings import settings
from domain.social.brand import Brand, UnreadableColoursError
from domain.social.card import Card, CardKind, NoCardError
from domain.social.post import Media, Platform
from tasks.social.cards import FOOT, HEIGHT, MARGIN, WIDTH, FontMissingError, LogoError, store_card
from tasks.social.media import fitted
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import current_vault, init_vault

BRAND = Brand(name="Hofbäckerei", background="#000000", text="#ffffff", accent="#ffff00")
BLEED = 8
"""How far from its place JPEG leaves traces of an edge."""


@pytest.fixture(autouse=True)
def vault() -> Path:
    init_vault(settings().vault_path)
    return settings().vault_path


def card(main: str, kind: CardKind = CardKind.QUOTE, beside: str = "") -> Card:
    return Card(kind=kind, main=main, beside=beside)


def pixels(media: Media) -> np.ndarray[Any, Any]:
    with Image.open(current_vault().path(media.document)) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def inked(found: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where it is not the (black) background."""
    return found.sum(axis=2) > 120


def main_box(media: Media) -> tuple[int, int]:
    """The first and last column of the text, without mark, by-line and foot: what is white above the foot."""
    found = pixels(media)[300 : FOOT - 20]
    columns = np.flatnonzero((found.min(axis=2) > 150).any(axis=0))
    return int(columns[0]), int(columns[-1])


def is_inside(media: Media) -> bool:
    ink, edge = inked(pixels(media)), MARGIN - BLEED
    return not (ink[:, :edge].any() or ink[:, -edge:].any() or ink[:40].any() or ink[-40:].any())


@pytest.mark.parametrize(
    "made",
    [
        card("Brot ist das wärmste aller Wörter.", beside="Ein altes Sprichwort"),
        card("42 %", CardKind.STATISTIC, "kommen innerhalb einer Woche wieder"),
        card("1,204,500.50 EUR", CardKind.STATISTIC, "raised"),
        card("Brot gehört in Leinen.", CardKind.TIP, "Tipp"),
        card("Ja."),
        card("$x_2^3$ kostet 5 $", beside="\\frac{1}{2}"),
        card("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungsverfahren " * 3),
    ],
)
def test_a_card_is_a_picture_that_every_platform_takes_as_it_is(made: Card) -> None:
    media = store_card(made, BRAND)
    assert (media.kind, media.width, media.height) == ("image/jpeg", WIDTH, HEIGHT)
    assert all(fitted(media, platform) == media for platform in Platform)
    assert is_inside(media)
    found = pixels(media)
    assert found[5, 5].max() < 10
    assert ((found[:, :, 0] > 240) & (found[:, :, 1] > 240) & (found[:, :, 2] < 40)).sum() > 500
    assert (found.min(axis=2) > 240).sum() > 500


@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcdefgäöüßWM-.,", min_size=1, max_size=60), min_size=1, max_size=90))
def test_any_text_is_inside_its_margins_or_refused(words: list[str]) -> None:
    try:
        media = store_card(card(" ".join(words), beside="W" * 40), BRAND)
    except NoCardError as error:
        assert "no room" in str(error)  # noqa: PT017 (either is right)
        assert len(" ".join(words)) > 300
    else:
        assert is_inside(media)
        ink = inked(pixels(media))
        assert not ink[FOOT - 40 : FOOT - BLEED - 3].any()


def test_a_longer_text_has_smaller_letters_and_is_shown_whole() -> None:
    heights = []
    for text in ("Bread.", "Bread is what people come for. " * 5, "Bread is what people come for. " * 18):
        rows = (pixels(store_card(card(text), BRAND))[300 : FOOT - 20].min(axis=2) > 150).any(axis=1)
        starts = np.flatnonzero(np.diff(rows.astype(int)) == 1)
        heights.append(rows.sum() / max(len(starts), 1))
    assert heights[0] > heights[1] > heights[2]
    with pytest.raises(NoCardError, match="3,719 characters, and no room"):
        store_card(card("Bread is what people come for. " * 120), BRAND)


def test_text_from_the_right_stands_at_the_right_and_its_letters_join() -> None:
    left, right = main_box(store_card(card("Bread"), BRAND))
    assert left < MARGIN + 20
    assert right < WIDTH / 2
    left, right = main_box(store_card(card("لحم"), BRAND))
    assert left > WIDTH / 2
    assert right > WIDTH - MARGIN - 20
    apart_left, apart_right = main_box(store_card(card("ل\u200cح\u200cم"), BRAND))
    assert right - left < apart_right - apart_left


def test_the_first_letter_of_text_from_the_right_is_the_rightmost() -> None:
    alone, followed = (pixels(store_card(card(text), BRAND))[300 : FOOT - 20] for text in ("א", "אmmmm"))
    at_the_right = slice(WIDTH - MARGIN - 40, WIDTH)
    assert inked(alone)[:, at_the_right].any()
    assert np.array_equal(inked(alone)[:, at_the_right], inked(followed)[:, at_the_right])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\u200b", "empty"),
        ("Hurra 🎉", "party popper"),
        ("ein Herz ❤️", "variation selector"),
        ("1\ufe0f\u20e3", "emoji"),
        ("नमस्ते", "no sign for devanagari"),
        ("漢字", "no sign for cjk"),
    ],
)
def test_what_would_be_shown_wrongly_is_refused(text: str, said: str) -> None:
    with pytest.raises(NoCardError, match=said):
        store_card(card(text), BRAND)
    assert list((settings().vault_path / "Attachments").glob("*.jpg")) == []


def test_a_sign_of_text_that_the_font_has_is_shown() -> None:
    assert is_inside(store_card(card("✓ ★ ❤ → € ½"), BRAND))


def test_the_same_card_is_the_same_file_and_tells_what_it_shows() -> None:
    made = card("Brot & Wörter", beside="Anna")
    first, second = store_card(made, BRAND), store_card(made, BRAND)
    assert first == second
    assert first.alt_text == "“Brot & Wörter” Anna"


def test_the_logo_stands_in_the_lower_right_corner(vault: Path) -> None:
    Image.new("RGBA", (600, 300), "#ff0000").save(vault / "Attachments" / "logo.png")
    media = store_card(card("Brot"), BRAND.model_copy(update={"logo": "Attachments/logo.png"}))
    found = pixels(media)
    rows, columns = np.nonzero((found[:, :, 0] > 200) & (found[:, :, 1] < 60))
    assert (columns.min(), columns.max()) == (
        pytest.approx(WIDTH - MARGIN - 220, abs=3),
        pytest.approx(WIDTH - MARGIN, abs=3),
    )
    assert rows.min() > FOOT
    assert is_inside(media)


def test_a_brand_that_cannot_be_used_is_said(vault: Path) -> None:
    (vault / "Attachments" / "text.png").write_text("no picture")
    wrong: list[tuple[dict[str, str], type[Exception], str]] = [
        ({"text": "#222222"}, UnreadableColoursError, "brand.text"),
        ({"font": "Comic Sans of Nowhere"}, FontMissingError, "brand.font"),
        ({"logo": "Attachments/no.png"}, LogoError, "is not in the Vault"),
        ({"logo": "Attachments/text.png"}, LogoError, "is no picture"),
        ({"logo": "../logo.png"}, OutsideVaultError, "out of the Vault"),
    ]
    for change, error, said in wrong:
        with pytest.raises(error, match=said):
            store_card(card("Brot"), BRAND.model_copy(update=change))
