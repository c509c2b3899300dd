"""A file for X: handed over in pieces, then prepared there; the chunked upload of API v2, which tweepy lacks.

Source: docs.x.com, media: chunked upload; X's OpenAPI document 2.166; 2026-11.
"""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from pydantic import AwareDatetime, BaseModel

from blocks.social.preparing import Preparation, Progress, persistently, prepared
from blocks.social.x_answers import problem_in
from domain.social.post import Media

CHUNK_BYTES = 4_000_000
SOON_OVER = timedelta(minutes=10)
"""An upload that X keeps no longer than this is not worth going on with."""


class Send(Protocol):
    """A call of the upload; repeating one publishes nothing."""

    def __call__(self, method: str, path: str, **sent: Any) -> Awaitable[dict[str, Any]]:
        """The answer's body."""
        ...


class XUpload(BaseModel):
    """An upload that X has begun.

    Attributes:
        until: When X forgets it.
        pieces: How many are there.
        is_whole: X has them all, and prepares the file.
    """

    media_id: str
    until: AwareDatetime
    pieces: int = 0
    is_whole: bool = False


async def uploaded(send: Send, media: Media, content: bytes, progress: Progress) -> str:
    """Hand over what is missing, wait until X has prepared it, and describe it; its media id."""
    session = _kept(progress) or await _begun(send, media, len(content))
    for number, start in list(enumerate(range(0, len(content), CHUNK_BYTES)))[session.pieces :]:
        piece = content[start : start + CHUNK_BYTES]
        await _append(send, session.media_id, number, piece, media.kind)
        session.pieces = number + 1
        progress.keep(session.model_dump_json(), start + len(piece))
    if session.is_whole or await _finalized(send, session, progress):
        await prepared(progress.platform, partial(_preparation, send, session.media_id))
    if media.alt_text:
        text = {"id": session.media_id, "metadata": {"alt_text": {"text": media.alt_text}}}
        await send("POST", "/2/media/metadata", json=text)
    return session.media_id


def _kept(progress: Progress) -> XUpload | None:
    """What an earlier try began, if X still has it."""
    if not progress.session:
        return None
    session = XUpload.model_validate_json(progress.session)
    return session if datetime.now(UTC) < session.until - SOON_OVER else None


async def _begun(send: Send, media: Media, size: int) -> XUpload:
    asked = {"media_type": media.kind, "total_bytes": size, "media_category": _category(media)}
    begun = (await send("POST", "/2/media/upload/initialize", json=asked))["data"]
    lasts = timedelta(seconds=begun.get("expires_after_secs", 0))
    return XUpload(media_id=str(begun["id"]), until=datetime.now(UTC) + lasts)


async def _append(send: Send, media_id: str, number: int, piece: bytes, kind: str) -> None:
    """One piece; X puts one that is sent again in the place of itself."""
    path, files = f"/2/media/upload/{media_id}/append", {"media": ("media", piece, kind)}
    await persistently(partial(send, "POST", path, data={"segment_index": str(number)}, files=files))


async def _finalized(send: Send, session: XUpload, progress: Progress) -> bool:
    """Say that it is whole; whether X prepares it for a while."""
    done = await send("POST", f"/2/media/upload/{session.media_id}/finalize")
    session.is_whole = True
    progress.keep(session.model_dump_json(), progress.sent_bytes)
    return "processing_info" in done.get("data", {})


async def _preparation(send: Send, media_id: str) -> Preparation:
    answer = await send("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media_id})
    info = answer.get("data", {}).get("processing_info", {"state": "succeeded"})
    failed = info.get("state") == "failed"
    return Preparation(
        is_done=info.get("state") == "succeeded",
        problem=(problem_in(info.get("error")) or "it could not be prepared") if failed else "",
        again_seconds=float(info.get("check_after_secs", 1)),
    )


def _category(media: Media) -> str:
    if media.is_video:
        return "tweet_video"
    return "tweet_gif" if media.is_animated else "tweet_image"
