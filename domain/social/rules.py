"""What each platform takes: one row per platform, with the day it was looked up and where."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from domain.social.post import Platform

MB = 1_000_000
FILMS = ("video/mp4", "video/quicktime")
"""Kinds of videos that the platforms take (docs.x.com: media; Instagram API: reel specifications; 2026-11)."""


@dataclass(frozen=True, kw_only=True)
class PictureRules:
    """Still pictures.

    Attributes:
        most: In one post.
        kinds: Media types that are taken; any other picture is converted to the first.
        ratios: Narrowest and widest picture, width to height.
        widest: Pixels; a wider one is made smaller.
        most_pixels: Width times height.
    """

    most: int
    kinds: tuple[str, ...]
    size_bytes: int
    alt_text: int
    ratios: tuple[Fraction, Fraction] | None = None
    widest: int | None = None
    most_pixels: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlatformRules:
    """One platform's rules.

    Attributes:
        text: Most characters, counted as the platform counts.
        answered: How the id of what can be answered looks, as a regular expression.
        answer: Most characters of an answer, where it is a comment and no post; 0: it is a post.
        needs_media: Nothing is published without a picture or video.
        needs_urls: It fetches media from a public address.
        animations: Largest animated GIF in bytes; 0: not taken as one.
        video: Largest video in bytes.
        lasts: Shortest and longest video, in seconds; None: it is not said.
        lasts_with_premium: Seconds above which a video is taken from accounts alone that pay the platform.
        documents: Largest PDF in bytes; 0: none.
        keeps: How long before its time, least and most, it takes a post that it then publishes by itself; None: never.
        cost_text, cost_link: US dollars for a post, and for one with a link.
    """

    text: int
    pictures: PictureRules
    source: str
    looked_up: date
    answered: str
    answer: int = 0
    hashtags: int | None = None
    mentions: int | None = None
    needs_media: bool = False
    needs_urls: bool = False
    animations: int = 0
    video: int = 0
    lasts: tuple[Decimal, Decimal] | None = None
    lasts_with_premium: int | None = None
    documents: int = 0
    keeps: tuple[timedelta, timedelta] | None = None
    cost_text: Decimal = Decimal(0)
    cost_link: Decimal = Decimal(0)


PUBLISHED_ON = (Platform.X, Platform.LINKEDIN, Platform.FACEBOOK, Platform.INSTAGRAM)
"""Where posts are published."""

RULES = {
    Platform.X: PlatformRules(
        text=280,
        answered=r"[0-9]{1,19}",
        pictures=PictureRules(
            most=4,
            kinds=("image/jpeg", "image/png", "image/webp"),
            size_bytes=5 * MB,
            alt_text=1000,
            widest=4096,
        ),
        animations=15 * MB,
        video=512 * MB,
        lasts=(Decimal("0.5"), Decimal(4 * 3600)),
        lasts_with_premium=140,
        cost_text=Decimal("0.015"),
        cost_link=Decimal("0.200"),
        source="docs.x.com: counting characters, media best practices, pricing",
        looked_up=date(2026, 11, 27),
    ),
    Platform.FACEBOOK: PlatformRules(
        text=63_206,
        answered=r"[0-9]{1,40}_[0-9]{1,40}",
        answer=8000,
        pictures=PictureRules(
            most=10,
            kinds=("image/jpeg", "image/png", "image/webp", "image/gif"),
            size_bytes=10 * MB,
            alt_text=1000,
        ),
        video=2000 * MB,
        # Facebook says 10 minutes; the rest is for clocks that differ. It says 75 days, other pages of its own 30.
        keeps=(timedelta(minutes=15), timedelta(days=29)),
        source="developers.facebook.com: Pages API, posts; Video API, error codes; Graph v26.0",
        looked_up=date(2026, 11, 28),
    ),
    Platform.INSTAGRAM: PlatformRules(
        text=2200,
        answered=r"1[78][0-9]{15,16}",
        answer=2200,
        pictures=PictureRules(
            most=10,
            kinds=("image/jpeg",),
            size_bytes=8 * MB,
            alt_text=1000,
            ratios=(Fraction(4, 5), Fraction(191, 100)),
            widest=1440,
        ),
        hashtags=30,
        mentions=20,
        needs_media=True,
        needs_urls=True,
        video=300 * MB,
        lasts=(Decimal(3), Decimal(15 * 60)),
        source="developers.facebook.com: Instagram API, content publishing; Graph v26.0",
        looked_up=date(2026, 11, 27),
    ),
    Platform.LINKEDIN: PlatformRules(
        text=3000,
        answered=r"urn:li:(share|ugcPost|activity):[0-9]+|urn:li:comment:\(urn:li:(activity|ugcPost):[0-9]+,[0-9]+\)",
        answer=1250,
        pictures=PictureRules(
            most=20,
            kinds=("image/jpeg", "image/png"),
            size_bytes=10 * MB,
            alt_text=4086,
            most_pixels=36_152_320,
        ),
        documents=100 * MB,
        source="learn.microsoft.com: LinkedIn Posts, Images and Documents API 202607",
        looked_up=date(2026, 11, 27),
    ),
}
