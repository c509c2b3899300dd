"""One post on four platforms: what each takes, and what each refuses, all at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.social.dialect import publication_of, violations, warnings
from domain.social.draft import read_draft
from domain.social.post import Media, Platform, Publication, SocialPost
from domain.social.said import SocialOrder
from domain.social.schedule import WallTime

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def post(text: str = "We are open on Saturday.", **changes: Any) -> SocialPost:
    return SocialPost.model_validate({"text": text} | changes)


def picture(**changes: Any) -> Media:
    facts = {
        "document": "Attachments/a-shop.jpg",
        "sha256": "0" * 64,
        "kind": "image/jpeg",
        "size_bytes": 200_000,
        "width": 1080,
        "height": 1080,
        "alt_text": "The shop's window",
    }
    return Media.model_validate(facts | changes)


def on(platform: Platform, given: SocialPost) -> Publication:
    return publication_of(given, platform, "17", "@ours")


def refused(platform: Platform, given: SocialPost) -> list[str]:
    return violations(on(platform, given), NOW)


def test_hashtags_and_link_stand_where_each_platform_reads_them() -> None:
    given = post("News", link="https://ours.example/news", hashtags=["#Sale", "open"])
    shown = {platform: (on(platform, given).text, on(platform, given).link) for platform in Platform}
    tail = "\n\nhttps://ours.example/news\n\n#Sale #open"
    assert shown == {
        Platform.X: (f"News{tail}", None),
        Platform.LINKEDIN: (f"News{tail}", None),
        Platform.INSTAGRAM: (f"News{tail}", None),
        Platform.FACEBOOK: ("News\n\n#Sale #open", "https://ours.example/news"),
    }


def test_a_hashtag_that_the_text_has_is_not_added_again() -> None:
    assert on(Platform.X, post("Big #sale", hashtags=["Sale"])).text == "Big #sale"


def test_x_charges_by_the_post_and_more_for_a_link() -> None:
    assert on(Platform.X, post()).cost == Decimal("0.015")
    assert on(Platform.X, post("see ours.example.com")).cost == Decimal("0.200")
    long = on(Platform.X, post("A sentence of some words. " * 30))
    assert long.cost == Decimal("0.015") * len(long.parts)
    assert on(Platform.LINKEDIN, post()).cost == 0


def test_everything_that_is_wrong_is_said_at_once_with_what_to_change() -> None:
    wide = picture(document="Attachments/0123456789abcdef-banner.png", width=3000, height=600)
    large = picture(width=600, height=600, kind="image/png", size_bytes=9_000_000)
    given = post("x" * 2300 + " " + " ".join(f"#tag{n}" for n in range(31)), media=[wide, large])
    said = refused(Platform.INSTAGRAM, given)
    assert [line.partition(";")[2].strip() for line in said[:2]] == ["shorten it", "leave some out"]
    assert any("is image/png, not image/jpeg" in line for line in said)
    assert any("9.0 MB, more than 8 MB" in line for line in said)
    assert any(
        "banner.png is 3000 x 600 pixels; its width" in line and "-banner" not in line for line in said
    )
    assert any("fte connect media" in line for line in said)


@pytest.mark.parametrize(
    ("platform", "changes", "said"),
    [
        (Platform.INSTAGRAM, {}, "it takes no post without a picture or video"),
        (Platform.LINKEDIN, {"text": "x" * 3001}, "3,001 characters, 1 more than the 3,000 allowed"),
        (Platform.X, {"media": [picture()] * 5}, "it takes 4 pictures, not 5"),
        (Platform.X, {"parts": ["a" * 281, "b"]}, "part 1 of the thread has 281 characters"),
        (
            Platform.LINKEDIN,
            {"media": [picture(kind="image/gif", is_animated=True)]},
            "it takes no animations",
        ),
        (Platform.INSTAGRAM, {"media": [picture(kind="video/webm")]}, "is video/webm; save it as MP4"),
        (Platform.INSTAGRAM, {"media": [picture(kind="application/pdf")]}, "it takes no PDF documents"),
    ],
)
def test_what_a_platform_does_not_take(platform: Platform, changes: dict[str, Any], said: str) -> None:
    assert any(said in line for line in refused(platform, post(**changes)))


def test_a_time_that_has_passed_is_refused_and_one_far_ahead_is_noted() -> None:
    past = WallTime(local=datetime(2026, 11, 27, 11), zone="UTC")  # noqa: DTZ001 - wall clock
    assert "has passed; choose a later one" in refused(Platform.X, post(at=past))[0]
    later = on(Platform.X, post()).model_copy(update={"publish_at": NOW + timedelta(days=40)})
    assert warnings(later, NOW) == ["it is more than 29 days ahead"]


def test_a_good_post_is_good_everywhere() -> None:
    given = post(media=[picture()])
    for platform in Platform:
        publication = on(platform, given).model_copy(
            update={"media_urls": ("https://media.ours.example/a.jpg",)}
        )
        assert violations(publication, NOW) == []


def test_text_is_kept_without_what_nobody_sees() -> None:
    assert post("a\u202eb\u200bc\x00d e\u0301").text == "abcd \u00e9"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": " \u200b "}, "it is empty"),
        ({"link": "ours.example"}, "is no web address"),
        ({"reply_to": "17; drop"}, "pattern"),
    ],
)
def test_a_post_that_is_none_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        post(**changes)


@pytest.mark.parametrize(("platforms", "said"), [([], "at least 1 item"), (["myspace"], "Input should be")])
def test_an_order_for_no_platform_is_refused(platforms: list[str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SocialOrder.model_validate({"text": "We are open.", "platforms": platforms})


def test_a_platform_that_is_named_twice_is_published_on_once() -> None:
    order = SocialOrder.model_validate({"text": "We are open.", "platforms": ["x", "facebook", "x"]})
    assert order.platforms == (Platform.X, Platform.FACEBOOK)
    draft = read_draft({"platforms": "x, X, facebook"}, "We are open.", "UTC", NOW)
    assert (draft.said["platforms"], draft.problems) == (["x", "facebook"], [])
