"""Comments on LinkedIn's posts, and the notifications that tell a page of them."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.store import Row, Store

ACTIVITY = re.compile(r"urn:li:(?:share|ugcPost|activity):([0-9]+)")
COMMENT = re.compile(r"urn:li:comment:\(urn:li:activity:([0-9]+),([0-9]+)\)")
ASKED_FOR = re.compile(r"List\(([A-Z_,]+)\)")
RANGE = re.compile(r"\(start:(\d+),end:(\d+)\)")
LONGEST = 1250


class LinkedInComments:
    """Comments by their URN, and posts elsewhere that name the page, oldest first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.rows = store.table("linkedin_comments")
        self._told = store.table("linkedin_notifications")

    def add(self, actor: str, text: str, on: str) -> Row:
        """A comment on a post, or in the thread of another; a post is one activity, whatever its URN is."""
        inside = COMMENT.fullmatch(on)
        activity = inside[1] if inside else ACTIVITY.sub(r"\1", on)
        number, now = str(7_000_000_000_000_000_000 + self._store.next_number("linkedin_ids")), self._now()
        row: Row = {
            "actor": actor,
            "commentUrn": f"urn:li:comment:(urn:li:activity:{activity},{number})",
            "created": {"actor": actor, "time": now},
            "lastModified": {"actor": actor, "time": now},
            "id": number,
            "message": {"attributes": [], "text": text},
            "object": f"urn:li:activity:{activity}",
            **({"parentComment": on} if inside else {}),
        }
        self.rows.put(row["commentUrn"], row)
        return row

    def tell(self, page: str, row: Row, *, decorated: bool = True) -> None:
        """Notify the page of a comment; not every notification carries the comment's text."""
        comment = {"entity": row["commentUrn"], "owner": row["actor"], "text": row["message"]["text"]}
        told = {"comment": comment | {"object": row["object"]}} if decorated else None
        short = row["commentUrn"].replace("(urn:li:", "(")
        self._notify(page, "COMMENT" if row["actor"] != page else "ADMIN_COMMENT", short, row["object"], told)

    def name(self, page: str, author: str, text: str) -> Row:
        """A post elsewhere that names the page."""
        urn = f"urn:li:share:{7_000_000_000_000_000_000 + self._store.next_number('linkedin_ids')}"
        share = {"entity": urn, "owner": author, "text": text}
        self._notify(page, "SHARE_MENTION", urn, urn, {"share": share})
        return share | {"id": urn}

    def _notify(self, page: str, action: str, activity: str, post: str, told: Row | None) -> None:
        number = self._store.next_number("linkedin_notifications")
        row = {
            "action": action,
            "generatedActivity": activity,
            "lastModifiedAt": self._now(),
            "notificationId": number,
            "organizationalEntity": page,
            "sourcePost": post,
            **({"decoratedGeneratedActivity": told} if told else {}),
        }
        self._told.put(number, row)

    def notifications(self, request: Request) -> dict[str, Any]:
        """What a page is told, newest first."""
        asked = request.query_params
        actions = ASKED_FOR.fullmatch(asked.get("actions", ""))
        span = RANGE.fullmatch(asked.get("timeRange", ""))
        wanted = actions[1].split(",") if actions else []
        start, end = (int(span[1]), int(span[2])) if span else (0, self._now())
        rows = [
            row
            for row in self._told.rows().values()
            if row["organizationalEntity"] == asked.get("organizationalEntity")
            and row["action"] in wanted
            and start <= row["lastModifiedAt"] <= end
        ]
        return paged(rows[::-1], request)

    def of(self, on: str) -> list[Row]:
        """Those on a post, or in one thread."""
        activity = _activity(on)
        return [
            row
            for row in self.rows.rows().values()
            if (row.get("parentComment") == on) or ("parentComment" not in row and row["object"] == activity)
        ]

    def one(self, on: str, number: str) -> Row | None:
        """A comment by its post and its number."""
        return self.rows.get(f"urn:li:comment:({_activity(on)},{number})")

    def is_in_a_thread(self, urn: str) -> bool:
        """Whether a comment answers another one."""
        return "parentComment" in (self.rows.get(urn) or {})

    def _now(self) -> int:
        return int(self._store.now().timestamp() * 1000)


def _activity(post: str) -> str:
    return ACTIVITY.sub(r"urn:li:activity:\1", post)


def paged(rows: list[Row], request: Request) -> dict[str, Any]:
    """A page of what a finder finds."""
    start, count = (
        int(request.query_params.get(name, usual)) for name, usual in (("start", "0"), ("count", "10"))
    )
    paging = {"start": start, "count": count, "total": len(rows), "links": []}
    return {"elements": rows[start : start + count], "paging": paging}


def created(row: Row) -> JSONResponse:
    """The answer to a new comment."""
    return JSONResponse(row, 201, headers={"x-restli-id": row["id"]})
