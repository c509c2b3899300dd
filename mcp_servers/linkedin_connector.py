"""LinkedIn as tools for AI agents: posts that a person approves first.

Nothing is published by a tool: it makes a task, and the employee asks a person about exactly that text and those files.
"""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from domain.social.post import Platform
from domain.social.report import PlatformInsights
from domain.text import Prose
from mcp_servers.building import Key, Tool, build, get_task_status
from mcp_servers.measuring import Days, Period, insights_of, summary_of
from mcp_servers.posting import Hashtags, MediaIds, answered_on, ordered_post, upload_media
from tasks.planning.task_status import TaskReport
from tasks.social.insights import SocialSummary

INSTRUCTIONS = """LinkedIn, as the page or person of a small business, spoken for by a digital employee.
`post_to_linkedin` never publishes by itself: it answers `waiting_for_approval`, and a person decides about exactly this
text and these files. Give the person the address; `get_task_status` tells later what became of it, with the post's
address. The same call is one post, however often made. Files (pictures, or one PDF) are handed over with `upload_media`
first; what it answers as `media_id` is what `post_to_linkedin` takes."""


async def post_to_linkedin(
    content: Annotated[Prose, Field(max_length=20_000, description="The text, at most 3,000 characters.")],
    media_ids: MediaIds = None,
    hashtags: Hashtags = None,
    reply_to: Annotated[str | None, answered_on(Platform.LINKEDIN)] = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a post with its pictures or PDF, or a comment as an answer, published on LinkedIn once it is approved."""
    said = {"text": content, "documents": media_ids, "hashtags": hashtags, "reply_to": reply_to}
    return await ordered_post("post_to_linkedin", Platform.LINKEDIN, idempotency_key, **said)


async def get_linkedin_statistics(days: Days = 30) -> PlatformInsights:
    """How the page's own posts of the last days did on LinkedIn, from what is kept, with its age."""
    return insights_of(Platform.LINKEDIN, days)


async def generate_summary(
    period: Period,
    platform: Annotated[
        Literal["linkedin", "all"], Field(description="all: each platform by its own definition.")
    ] = "linkedin",
) -> SocialSummary:
    """How the posts of a period did: engagement, followers, kinds, best posts, times and hashtags."""
    return summary_of([] if platform == "all" else [Platform.LINKEDIN], period)


TOOLS: dict[str, tuple[Tool, ...]] = {
    "reads": (get_linkedin_statistics, generate_summary, get_task_status),
    "makes": (upload_media, post_to_linkedin),
}

build_server = partial(build, "linkedin", INSTRUCTIONS, TOOLS)
