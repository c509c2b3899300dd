"""The posts of one account on X, as the API shows them."""

import html
import re
from datetime import datetime
from typing import Any

from domain.social.x_text import has_link, links_in
from sandbox.past import PastPost
from sandbox.store import Row, Store

OWN_ID = "1700000000000000001"
EPOCH_MS = 1288834974657
"""Snowflake ids count milliseconds from here."""

SHORT = "https://t.co/"


class Timeline:
    """Posts by id, newest last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._posts = store.table("x_posts")

    def add(
        self, *, author: str, text: str, answers: str | None = None, media: list[str] | None = None
    ) -> Row:
        """Publish now."""
        kind = "picture" if media else "link" if has_link(text) else "text"
        return self._put(self._store.now(), author, text, answers, media or [], kind=kind, is_past=False)

    def add_past(self, post: PastPost, answers: str | None) -> Row:
        """What the account itself published a while ago."""
        media = [f"18{post.number:017}"] if post.kind in ("picture", "video") else []
        return self._put(post.made_at, OWN_ID, post.text, answers, media, kind=post.kind, is_past=True)

    def _put(
        self, at: datetime, author: str, text: str, answers: str | None, media: list[str], **facts: Any
    ) -> Row:
        """A post; links become short ones, and one more stands for the media."""
        post_id = str(
            ((int(at.timestamp() * 1000) - EPOCH_MS) << 22) + self._store.next_number("x_ids") % 4096
        )
        shown, links = _shortened(text, post_id)
        if media:
            short = f"{SHORT}{_base36(int(post_id))[-9:]}m"
            media_link = {"url": short, "expanded_url": f"https://x.com/{author}/status/{post_id}/photo/1"}
            shown = f"{shown} {short}".strip()
            links = [*links, {**media_link, "media_key": media_key(media[0], facts["kind"])}]
        row = {
            "id": post_id,
            "author_id": author,
            "said": text,
            "text": html.escape(shown, quote=False),
            "urls": links,
            "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "answers": answers,
            "media": media,
            **facts,
        }
        self._posts.put(post_id, row)
        return row

    def get(self, post_id: str) -> Row | None:
        """One post."""
        return self._posts.get(post_id)

    def remove(self, post_id: str) -> None:
        """Delete it."""
        self._posts.remove(post_id)

    def of(self, author: str, *, start: datetime | None = None) -> list[Row]:
        """An author's posts since then, newest first."""
        rows = [row for row in self._posts.rows().values() if row["author_id"] == author]
        if start is not None:
            rows = [row for row in rows if datetime.fromisoformat(row["created_at"]) >= start]
        return sorted(rows, key=lambda row: -int(row["id"]))

    def mentioning(self, username: str, *, since_id: int = 0) -> list[Row]:
        """Posts that name the account, newest first."""
        named = re.compile(rf"@{re.escape(username)}\b", re.IGNORECASE)
        rows = [
            row
            for row in self._posts.rows().values()
            if int(row["id"]) > since_id and named.search(row["said"])
        ]
        return sorted(rows, key=lambda row: -int(row["id"]))

    def all(self) -> list[Row]:
        """Every post, oldest first."""
        return sorted(self._posts.rows().values(), key=lambda row: int(row["id"]))


def shown(row: Row, fields: set[str]) -> dict[str, Any]:
    """A post with the fields that were asked for."""
    answer: dict[str, Any] = {"id": row["id"], "text": row["text"], "edit_history_tweet_ids": [row["id"]]}
    if "created_at" in fields:
        answer["created_at"] = row["created_at"]
    if "author_id" in fields:
        answer["author_id"] = row["author_id"]
    if "entities" in fields and row["urls"]:
        answer["entities"] = {"urls": [_placed(row["text"], link) for link in row["urls"]]}
    if "referenced_tweets" in fields and row["answers"]:
        answer["referenced_tweets"] = [{"type": "replied_to", "id": row["answers"]}]
    if "attachments" in fields and row["media"]:
        answer["attachments"] = {"media_keys": [media_key(media, row["kind"]) for media in row["media"]]}
    return answer


def media_key(media: str, kind: str) -> str:
    """X's name of a file of a post."""
    return f"{7 if kind == 'video' else 3}_{media}"


def _placed(text: str, link: dict[str, Any]) -> dict[str, Any]:
    start = text.find(link["url"])
    return {"start": start, "end": start + len(link["url"]), "display_url": link["expanded_url"][8:], **link}


def _shortened(text: str, post_id: str) -> tuple[str, list[dict[str, Any]]]:
    """X adds `http://` to an address that is written without."""
    links: list[dict[str, Any]] = []
    shown, last = "", 0
    for start, end in links_in(text) if "." in text else ():
        written, short = text[start:end], f"{SHORT}{_base36(int(post_id) + len(links))[-10:]}"
        whole = written if "://" in written else f"http://{written}"
        links.append({"url": short, "expanded_url": whole})
        shown, last = f"{shown}{text[last:start]}{short}", end
    return shown + text[last:], links


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits
