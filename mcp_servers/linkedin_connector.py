"""LinkedIn as tools for AI agents: posts that a person approves first.

Nothing is published by a tool: it makes a task, and the employee asks a person about exactly that text and those files.
"""

from functools import partial
from typing import Annotated

from pydantic import Field

from domain.social.post import Platform
from domain.text import Prose
from mcp_servers.building import Key, Tool, build, get_task_status
from mcp_servers.posting import Hashtags, MediaIds, ordered_post, upload_media
from tasks.planning.task_status import TaskReport

INSTRUCTIONS = """LinkedIn, as the page or person of a small business, spoken for by a digital employee.
`post_to_linkedin` never publishes by itself: it answers `waiting_for_approval`, and a person decides about exactly this
text and these files. Give the person the address; `get_task_status` tells later what became of it, with the post's
address. The same call is one post, however often made. Files (pictures, or one PDF) are handed over with `upload_media`
first; what it answers as `media_id` is what `post_to_linkedin` takes."""


async def post_to_linkedin(
    content: Annotated[Prose, Field(max_length=20_000, description="The text, at most 3,000 characters.")],
    media_ids: MediaIds = None,
    hashtags: Hashtags = None,
    idempotency_key: Key = None,
) -> TaskReport:
    """Have a post with its pictures or PDF published on LinkedIn once a person has approved it."""
    said = {"text": content, "documents": media_ids, "hashtags": hashtags}
    return await ordered_post("post_to_linkedin", Platform.LINKEDIN, idempotency_key, **said)


TOOLS: dict[str, tuple[Tool, ...]] = {
    "reads": (get_task_status,),
    "makes": (upload_media, post_to_linkedin),
}

build_server = partial(build, "linkedin", INSTRUCTIONS, TOOLS)
