"""Facebook and Instagram as tools for AI agents: posts that a person approves first.

Nothing is published by a tool: it makes a task, and the employee asks a person about exactly that text and picture.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.social.post import Platform
from domain.social.report import PlatformInsights
from domain.text import OneLine, Prose
from mcp_servers.building import Key, Tool, build, get_task_status
from mcp_servers.measuring import Days, Period, insights_of, summary_of
from mcp_servers.posting import Hashtags, answered_on, ordered_post, upload_media
from tasks.planning.task_status import TaskReport
from tasks.social.insights import SocialSummary

INSTRUCTIONS = """The Facebook page and the Instagram account of a small business, spoken for by a digital employee.
Neither tool publishes by itself: it answers `waiting_for_approval`, and a person decides about exactly this text,
picture and time. Give the person the address; `get_task_status` tells later what became of it, with the post's
address. The same call is one post, however often made. A picture or video is handed over with `upload_media`, whose
`media_id` is what `media_url` and `image_url` take, or is fetched once from a web address: the person decides about
it as it was. Instagram shows no post without a picture or video; an answer to a comment is text alone, with
`reply_to`."""

Picture = Annotated[
    OneLine | None,
    Field(max_length=2000, description="What upload_media answered, or a public web address."),
]
Time = Annotated[
    datetime | None,
    Field(
        description="Such as 2026-12-01T09:00, by the business's clocks, or with an offset. None: once approved."
    ),
]


async def post_to_facebook(
    content: Annotated[Prose, Field(max_length=70_000, description="The text.")],
    media_url: Picture = None,
    scheduled_time: Time = None,
    reply_to: Annotated[str | None, answered_on(Platform.FACEBOOK)] = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a post with a picture, a video or neither, or a comment as an answer, published by the Facebook page.

    Once it is approved, at its time.
    """
    said = {"text": content, "documents": await _documents(media_url), "at": _wall_time(scheduled_time)}
    return await ordered_post(
        "post_to_facebook", Platform.FACEBOOK, idempotency_key, reply_to=reply_to, **said
    )


async def post_to_instagram(
    content: Annotated[Prose, Field(max_length=10_000, description="The caption, at most 2,200 characters.")],
    image_url: Picture = None,
    hashtags: Hashtags = None,
    reply_to: Annotated[str | None, answered_on(Platform.INSTAGRAM)] = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a picture or video, or a reply to a comment (text alone), published on Instagram once it is approved."""
    said = {"text": content, "documents": await _documents(image_url), "hashtags": hashtags}
    return await ordered_post(
        "post_to_instagram", Platform.INSTAGRAM, idempotency_key, reply_to=reply_to, **said
    )


async def _documents(media: str | None) -> list[str]:
    """What an address shows now is kept, and the post is about the kept file alone."""
    if media is None:
        return []
    from tasks.social.media import is_address, keep_address

    return [(await keep_address(media)).document if is_address(media) else media]


def _wall_time(when: datetime | None) -> dict[str, Any] | None:
    if when is None:
        return None
    from tasks.policy.handbook import read_handbook

    if when.tzinfo is not None:
        return {"local": when.astimezone(UTC).replace(tzinfo=None).isoformat(), "zone": "UTC"}
    return {"local": when.isoformat(), "zone": read_handbook().time_zone}


async def get_facebook_insights(days: Days = 30) -> PlatformInsights:
    """How the page's own posts of the last days did on Facebook, from what is kept, with its age."""
    return insights_of(Platform.FACEBOOK, days)


async def get_instagram_insights(days: Days = 30) -> PlatformInsights:
    """How the account's own posts of the last days did on Instagram, from what is kept, with its age."""
    return insights_of(Platform.INSTAGRAM, days)


async def generate_summary(
    period: Period,
    platform: Annotated[
        Literal["facebook", "instagram", "all"],
        Field(description="all: each platform by its own definition."),
    ] = "facebook",
) -> SocialSummary:
    """How the posts of a period did: engagement, followers, kinds, best posts, times and hashtags."""
    return summary_of([] if platform == "all" else [Platform(platform)], period)


TOOLS: dict[str, tuple[Tool, ...]] = {
    "reads": (get_facebook_insights, get_instagram_insights, generate_summary, get_task_status),
    "makes": (upload_media, post_to_facebook, post_to_instagram),
}

build_server = partial(build, "meta", INSTRUCTIONS, TOOLS)
