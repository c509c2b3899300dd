"""What others say to the Instagram account: comments on its posts, replies to them, posts in which it is tagged."""

import re
from typing import Any
from zlib import crc32

from starlette.requests import Request

from sandbox.meta.graph import inside
from sandbox.meta.seed import INSTAGRAM_ID
from sandbox.store import Row, Store

COMMENT = "id,text,timestamp"
COMMENTS = re.compile(r"comments\.limit\((\d+)\)\{((?:[^{}]|\{[^{}]*\})*)\}")
REPLIES = re.compile(r"replies\.limit\((\d+)\)\{([^{}]*)\}")
TIME = "%Y-%m-%dT%H:%M:%S+0000"


class Replies:
    """Comments by id, oldest first, and the posts of others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows = store.table("instagram_comments")
        self._visits = store.table("instagram_visits")

    def visit(self, author: str, text: str) -> Row:
        """A post of somebody else in which the account is tagged."""
        number = f"178959{self._store.next_number('instagram_posts'):011}"
        row: Row = {
            "id": number,
            "username": author,
            "caption": text,
            "timestamp": self._store.now().strftime(TIME),
            "permalink": f"/p/{number}/",
        }
        self._visits.put(number, row)
        return row

    def visits(self) -> list[Row]:
        """The posts of others, newest first."""
        return list(self._visits.rows().values())[::-1]

    def add(self, author: str, text: str, on: str) -> Row:
        """A comment on a post, or in a thread; a reply to a reply stands below the thread's first comment."""
        answered = self.rows.get(on)
        is_own = author == INSTAGRAM_ID
        row: Row = {
            "id": f"178580{self._store.next_number('instagram_comments'):011}",
            "text": text,
            "timestamp": self._store.now().strftime(TIME),
            "from": {
                "id": author if is_own else f"5{crc32(author.encode())}",
                "username": "northwindlane" if is_own else author,
            },
            "user": {"id": author} if is_own else None,
            "parent_id": (answered["parent_id"] or answered["id"]) if answered else None,
            "on": answered["on"] if answered else on,
        }
        self.rows.put(row["id"], row)
        return row

    def of(self, node: str) -> list[Row]:
        """The first comments of the threads below a post, newest first; or the replies in a thread."""
        rows = self.rows.rows().values()
        if node in self.rows:
            return [row for row in rows if row["parent_id"] == node]
        return [row for row in rows if row["on"] == node and not row["parent_id"]][::-1]

    def below(self, posts: list[Row], request: Request) -> list[Row]:
        """Posts with the comments that are asked for inside their fields."""
        asked = COMMENTS.search(request.query_params.get("fields", ""))
        if asked is None:
            return posts
        limit, fields = int(asked[1]), asked[2]
        return [
            row
            | {"comments": inside(self.threads(self.of(row["id"]), request), limit, request, asked=fields)}
            for row in posts
        ]

    def threads(self, comments: list[Row], request: Request) -> list[Row]:
        """Comments with the replies that are asked for inside their fields, and with their post's address."""
        asked = REPLIES.search(request.query_params.get("fields", ""))
        return [self._thread(row, asked, request) for row in comments]

    def _thread(self, row: Row, asked: re.Match[str] | None, request: Request) -> Row:
        media: Row = {"id": row["on"], "permalink": f"{str(request.base_url).rstrip('/')}/p/{row['on']}/"}
        replies = inside(self.of(row["id"]), int(asked[1]), request, asked=asked[2]) if asked else None
        return row | {"media": media, "replies": replies}

    def remove(self, node: str) -> None:
        """Delete a comment."""
        self.rows.remove(node)


def shown_below(store: Store, post: str) -> list[tuple[Any, str]]:
    """What people see below a post: who said what."""
    rows = store.table("instagram_comments").rows().values()
    return [(f"@{row['from']['username']}", row["text"]) for row in rows if row["on"] == post]
