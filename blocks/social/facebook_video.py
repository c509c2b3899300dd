"""A video for a page: handed over in pieces, prepared by Facebook out of sight, and published once.

Source: developers.facebook.com, Page videos (`upload_phase`), Video, Video Status, Video API error codes; Graph API
v26.0; 2026-11.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urljoin

from pydantic import BaseModel

from blocks.social.calls import PlatformAnswer
from blocks.social.errors import PlatformUnavailableError, PostMissingError, PublicationUnknownError
from blocks.social.graph import GraphClient, OffsetError, moment
from blocks.social.platform import StageState
from blocks.social.preparing import Preparation, Progress, persistently, prepared
from domain.social.post import Media
from domain.social.published import NEVER, Piece, Published

SITE = "https://www.facebook.com"
LOOK_SECONDS = 3.0
VIDEO = "id,description,permalink_url,created_time,published,status"


class VideoStatus(StrEnum):
    """How far a video is; any other word is a failure."""

    READY = "ready"
    PROCESSING = "processing"
    UPLOADING = "uploading"
    UPLOAD_COMPLETE = "upload_complete"


def is_video(node: str) -> bool:
    """Whether an id is a video's; those of posts and comments have two parts."""
    return "_" not in node


class FacebookUpload(BaseModel):
    """An upload that Facebook has begun, and the bytes that it wants next; none where both are the same."""

    video: str
    upload: str
    start: int
    end: int


async def uploaded(client: GraphClient, media: Media, content: bytes, progress: Progress) -> str:
    """Hand over what Facebook does not have of a video, in the pieces that it asks for; the ids of video and upload.

    Raises:
        PlatformUnavailableError: a piece did not arrive in several tries; nothing of it is public.
    """
    send = partial(client.send, f"{client.videos_url}/{client.account_id}/videos")
    session = await _session(send, progress, len(content))
    while session.start < session.end:
        before = session.start
        form = {"upload_phase": "transfer", "upload_session_id": session.upload, "start_offset": str(before)}
        files = {"video_file_chunk": ("chunk", content[before : session.end], media.kind)}
        try:
            answer = await persistently(partial(send, data=form, files=files))
            session.start, session.end = int(answer["start_offset"]), int(answer["end_offset"])
        except OffsetError as error:  # the piece had arrived, and the answer was lost
            session.start, session.end = error.start, error.end
        if session.start <= before:
            progress.keep("", 0)
            raise PlatformUnavailableError(client.platform, "the upload of the video does not go on")
        progress.keep(session.model_dump_json(), session.start)
    return f"{session.video}/{session.upload}"


async def _session(
    send: Callable[..., Awaitable[PlatformAnswer]], progress: Progress, size: int
) -> FacebookUpload:
    """What an earlier try began, or a new one."""
    if progress.session:
        return FacebookUpload.model_validate_json(progress.session)
    begun = await send(data={"upload_phase": "start", "file_size": str(size)})
    return FacebookUpload(
        video=str(begun["video_id"]),
        upload=str(begun["upload_session_id"]),
        start=int(begun["start_offset"]),
        end=int(begun["end_offset"]),
    )


async def finished(client: GraphClient, piece: Piece) -> str:
    """Have an uploaded video prepared with its text, out of sight; its id."""
    video, _, upload = piece.media_ids[0].partition("/")
    form = {"upload_phase": "finish", "upload_session_id": upload}
    form |= {"published": "false", "description": piece.text}
    await client.send(f"{client.videos_url}/{client.account_id}/videos", data=form)
    return video


async def state_of(client: GraphClient, video: str) -> StageState:
    """What became of a video that was handed over earlier."""
    try:
        found = await client.node(f"/{video}", "published,status", "published", "status")
    except PostMissingError:
        return StageState.GONE
    if found["published"]:
        return StageState.PUBLIC
    return StageState.USABLE if found["status"]["video_status"] in set(VideoStatus) else StageState.GONE


async def await_ready(client: GraphClient, video: str) -> None:
    """Look until Facebook has prepared it."""

    async def look() -> Preparation:
        status = (await client.node(f"/{video}", "status", "status"))["status"]["video_status"]
        is_failed = status not in set(VideoStatus)
        problem = f"it could not prepare the video: {status}" if is_failed else ""
        return Preparation(status == VideoStatus.READY, problem, LOOK_SECONDS)

    await prepared(client.platform, look)


async def publish(client: GraphClient, video: str) -> str:
    """Make it public; once more changes nothing."""
    answer = await client.change(f"/{video}", {"published": "true"})
    if answer.get("success") is not True:
        raise PublicationUnknownError(
            client.platform, f"POST /{video}", "the answer does not say that it did"
        )
    return video


async def read(client: GraphClient, video: str) -> Published:
    """A video as it is now."""
    row: dict[str, Any] = await client.node(f"/{video}", VIDEO, "id", "created_time", "published")
    return Published(
        id=str(row["id"]),
        text=row.get("description", ""),
        created_at=moment(row["created_time"]),
        url=urljoin(SITE, row.get("permalink_url", "")),
        media_count=1,
        public_from=None if row["published"] else NEVER,
    )
