"""Uploads in pieces: begun, appended, finalized, then prepared for a while."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.pictures import keep_picture
from sandbox.stand_in import RefusalError
from sandbox.store import Store

PROBLEMS = "https://api.twitter.com/2/problems/"
LARGEST = {"tweet_image": 5 * 1024 * 1024, "tweet_gif": 15 * 1024 * 1024, "tweet_video": 512 * 1024 * 1024}
PREPARE_SECONDS = 0.4
KEPT_SECONDS = 86_400


class UploadRefusedError(RefusalError):
    """A file that X does not take."""

    def __init__(self, said: str) -> None:
        problem = {"title": "Invalid Request", "type": f"{PROBLEMS}invalid-request", "detail": said}
        super().__init__(400, {**problem, "errors": [{"message": said}]})


class Uploads:
    """Media by id; the pieces of a picture are kept, those of others only counted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._media = store.table("x_media")

    def begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        """INIT."""
        category, size = asked.get("media_category", "tweet_image"), int(asked.get("total_bytes", 0))
        kind = str(asked.get("media_type", ""))
        if category not in LARGEST or not kind:
            raise UploadRefusedError("media_category or media_type is not valid")
        if category == "tweet_image" and kind not in {"image/jpeg", "image/png", "image/webp"}:
            raise UploadRefusedError(f"media type unrecognized: {kind} is no {category}")
        if size <= 0 or size > LARGEST[category]:
            raise UploadRefusedError(f"File size exceeds {LARGEST[category]} bytes.")
        media_id = str(1_900_000_000_000_000_000 + self._store.next_number("x_media_ids"))
        until = (self._store.now() + timedelta(seconds=KEPT_SECONDS)).isoformat()
        row = {"kind": kind, "category": category, "size": size, "pieces": {}, "ready": None, "alt_text": ""}
        self._media.put(media_id, {**row, "until": until})
        return {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": KEPT_SECONDS}

    def append(self, media_id: str, number: int, content: bytes) -> None:
        """APPEND; the same piece again replaces itself."""
        row = self._found(media_id)
        if row["category"] == "tweet_image" and str(number) not in row["pieces"]:
            keep_picture(self._store, media_id, content)
        self._media.update(media_id, pieces={**row["pieces"], str(number): len(content)})

    def finalize(self, media_id: str) -> dict[str, Any]:
        """FINALIZE: everything has to be there; animations and videos take a while."""
        row = self._found(media_id)
        got = sum(row["pieces"].values())
        if got != row["size"]:
            raise UploadRefusedError(
                f"Segments do not add up to provided total file size: {got} of {row['size']}."
            )
        wait = PREPARE_SECONDS if row["category"] != "tweet_image" else 0
        ready = self._store.now() + timedelta(seconds=wait)
        self._media.update(media_id, ready=ready.isoformat())
        return self.status(media_id)

    def status(self, media_id: str) -> dict[str, Any]:
        """STATUS."""
        row = self._found(media_id)
        answer: dict[str, Any] = {"id": media_id, "media_key": f"3_{media_id}", "size": row["size"]}
        if row["category"] != "tweet_image":
            done = self.is_ready(media_id)
            answer["processing_info"] = (
                {"state": "succeeded", "progress_percent": 100}
                if done
                else {"state": "in_progress", "check_after_secs": 1, "progress_percent": 40}
            )
        return answer

    def describe(self, media_id: str, alt_text: str) -> None:
        """Keep the text for readers who cannot see it."""
        self._found(media_id)
        self._media.update(media_id, alt_text=alt_text)

    def is_ready(self, media_id: str) -> bool:
        """Whether a post may use it."""
        row = self._media.get(media_id)
        ready = row["ready"] if row else None
        return ready is not None and datetime.fromisoformat(ready) <= self._store.now()

    def _found(self, media_id: str) -> dict[str, Any]:
        row = self._media.get(media_id)
        if row is None or datetime.fromisoformat(row["until"]) <= self._store.now():
            raise UploadRefusedError(f"The provided media id {media_id} is not found.")
        return row
