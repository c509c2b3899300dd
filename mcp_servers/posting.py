"""What the servers of the platforms share: files for a post, and the order for one."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from domain.planning.order import AS_SAID, Order
from domain.social.post import Platform
from domain.social.rules import RULES
from domain.text import OneLine
from mcp_servers.building import ordered
from mcp_servers.calls import SOURCE
from tasks.planning.task_status import TaskReport
from tasks.social.post_notes import keep_agents_post
from tasks.vault.vault import current_vault

MediaIds = Annotated[
    list[OneLine] | None, Field(max_length=20, description="What upload_media answered, in order.")
]
Hashtags = Annotated[list[OneLine] | None, Field(max_length=30, description="Put after the text.")]


def answered_on(platform: Platform) -> Any:
    """How an agent names what is answered there."""
    said = "Id of the post or comment that is answered: reply_to of a mention's task."
    return Field(pattern=rf"^({RULES[platform].answered})$", description=said)


class UploadedMedia(BaseModel):
    """A file that is kept for posts."""

    media_id: str
    kind: str
    width: int
    height: int
    size_bytes: int


async def upload_media(
    file_path: Annotated[
        OneLine,
        Field(
            min_length=1, max_length=1000, description="A file of this machine, or its place in the Vault."
        ),
    ],
) -> UploadedMedia:
    """Keep a picture, GIF, video or PDF for a post. It is handed over only with a post that a person has approved."""
    from tasks.social.media import keep_file

    path = Path(file_path)
    media = keep_file(path if path.is_absolute() else current_vault().path(file_path))
    return UploadedMedia(
        media_id=media.document, **media.model_dump(include={"kind", "width", "height", "size_bytes"})
    )


async def ordered_post(tool: str, platform: Platform, key: str | None, **said: Any) -> TaskReport:
    """Have a person asked about a post, which has a note in Posts/ like any other; what is empty was not said."""
    post = {"platform": platform.value} | {name: value for name, value in said.items() if value}
    make = partial(Order, source=SOURCE, action=f"{platform.value}.publish", inputs={AS_SAID: post})

    async def connected() -> None:
        from tasks.social.access import platform_access

        await platform_access(platform)

    report = await ordered(tool, post, key=key, make=make, connected=connected)
    keep_agents_post(report.task_id, post, tool)
    return report
