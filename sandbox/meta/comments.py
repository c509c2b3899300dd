"""What others say on a page: comments on its posts and in their threads, visitors' posts, posts that name it."""

import re
from datetime import datetime
from typing import Any
from zlib import crc32

from starlette.requests import Request

from sandbox.meta.graph import form_of, inside, missing, page_of, problem
from sandbox.meta.seed import PAGE, PAGE_ID
from sandbox.store import Row, Store

COMMENT = "id,created_time,from,message"
LONGEST = 8000
NESTED = re.compile(r"comments\.filter\(stream\)\.since\((\d+)\)\.limit\((\d+)\)\{([^}]*)\}")
TIME = "%Y-%m-%dT%H:%M:%S+0000"


class MetaComments:
    """Comments by id, oldest first, and the posts of others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows = store.table("facebook_comments")
        self.visits = store.table("facebook_visits")

    def visit(self, asked: dict[str, Any]) -> Row:
        """A post of somebody else: on the page, or `elsewhere` and naming it."""
        where = "109" if asked.get("elsewhere") else PAGE_ID
        row = self._said(asked["author"], asked["text"], f"{where}_{self._number()}")
        self.visits.put(row["id"], row)
        return row

    def add(self, author: Any, text: str, on: str) -> Row:
        """A comment on a post, or in the thread of another comment."""
        parent = self.rows.get(on)
        post = parent["post"] if parent else on
        row = self._said(author, text, f"{post.rpartition('_')[2]}_{self._number()}")
        row |= {"post": post, "parent": {"id": on} if parent else None}
        self.rows.put(row["id"], row)
        return row

    def of(self, on: str, since: int = 0) -> list[Row]:
        """Those on a post with all threads, or in one thread."""
        return _of(list(self.rows.rows().values()), on, since)

    def with_comments(self, rows: list[Row], request: Request) -> list[Row]:
        """Posts with the comments that are asked for inside their fields."""
        asked = NESTED.search(request.query_params.get("fields", ""))
        if asked is None:
            return rows
        since, limit, fields = int(asked[1]), int(asked[2]), asked[3]
        said = list(self.rows.rows().values())
        return [
            row | {"comments": inside(_of(said, row["id"], since), limit, request, asked=fields)}
            for row in rows
        ]

    async def create(self, request: Request) -> Row:
        """The page's own comment."""
        form, on = await form_of(request), request.path_params["id"]
        text = str(form.get("message", ""))
        if on in self.rows and self.rows[on]["parent"]:
            raise problem(100, "(#100) A reply cannot be made to a reply")
        if not text or len(text) > LONGEST:
            raise problem(100, "(#100) Param message is missing or too long")
        with self._store.transaction():
            return {"id": self.add(PAGE, text, on)["id"]}

    async def read(self, request: Request) -> Row:
        """The comments on a post or in a thread, oldest first."""
        since = int(request.query_params.get("since") or 0)
        return page_of(self.of(request.path_params["id"], since), request, usual=COMMENT)

    def _said(self, author: Any, text: str, name: str) -> Row:
        known = {"id": author["id"], "name": author["name"]} if isinstance(author, dict) else None
        return {
            "id": name,
            "from": known or {"id": f"5{crc32(author.encode())}", "name": author},
            "message": text,
            "created_time": self._store.now().strftime(TIME),
            "permalink_url": f"/northwindlane/posts/{name}",
            "parent": None,
        }

    def _number(self) -> str:
        return f"123{self._store.next_number('facebook_comments'):012}"


def _of(comments: list[Row], on: str, since: int) -> list[Row]:
    return [
        row
        for row in comments
        if on in (row["post"], (row["parent"] or {}).get("id"))
        and datetime.strptime(row["created_time"], "%Y-%m-%dT%H:%M:%S%z").timestamp() >= since
    ]


def found(node: str, *tables: Any) -> Row:
    """The row of that id in one of the tables."""
    for table in tables:
        if node in table:
            return dict(table[node])
    raise missing(node)
