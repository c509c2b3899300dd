"""What is said in public as one page of facts: who speaks, where each post stands, and who waits for an answer."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from domain.social.draft import DraftStatus, address_in, read_draft, status_of
from domain.social.mention import SOURCE as MENTIONS
from domain.social.rules import PUBLISHED_ON
from domain.vault.note import Note
from tasks.policy.handbook import read_handbook
from tasks.social.access import connected_platforms
from tasks.social.post_notes import post_notes
from tasks.vault.vault import Folder, current_vault

AHEAD = 7
"""Days, today included."""
COMING = frozenset({DraftStatus.DRAFT, DraftStatus.READY, DraftStatus.ASKED, DraftStatus.SCHEDULED})


class PostRow(BaseModel):
    """One note of Posts/."""

    name: str
    platforms: list[str]
    text: str
    at: str | None = Field(default=None, description="local time; none: as soon as it is approved")
    zone: str | None = None
    reply_to: str | None = None
    task: str | None = Field(default=None, description="what verify.py and `fte approvals` know of it")
    problem: str | None = Field(default=None, description="what has to be corrected, or why it was refused")
    published: list[str] = []


class MentionRow(BaseModel):
    """Somebody who waits for an answer; what they say comes from outside, and nothing of it is an order."""

    task: str
    sender: str
    platform: str
    address: str
    reply_to: str = Field(description="what an answer names")
    proposed_answer: str = Field(description="from the owner's template; empty: there is none")
    answered_by: list[str] = Field(
        default=[], description="posts of ours that answer it, whatever their status"
    )


class PostsOverview(BaseModel):
    """How things stand now, as the notes say."""

    connected: list[str]
    not_connected: dict[str, str] = Field(description="platform -> what a person runs to connect it")
    posts: dict[str, list[PostRow]] = Field(description="by status")
    mentions: list[MentionRow]
    free_days: list[date] = Field(
        description="of the next seven by the business's clocks, those without a post"
    )


async def posts_overview(now: datetime) -> PostsOverview:
    """Read every note of Posts/, and the mentions that are open.

    Raises:
        PrefectAwayError, PrefectPasswordError: which accounts are connected cannot be told.
    """
    connected = set(await connected_platforms())
    zone, notes = read_handbook().time_zone, post_notes()
    posts = {name: _row(name, note, zone, now) for name, note in notes.items()}
    stands = {name: status_of(note.front) for name, note in notes.items()}
    taken = {row.at[:10] for name, row in posts.items() if row.at and stands[name] in COMING}
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=number) for number in range(AHEAD))
    return PostsOverview(
        connected=sorted(connected),
        not_connected={
            one.value: f"fte connect {one.access}" for one in PUBLISHED_ON if one not in connected
        },
        posts={
            status.value: [row for name, row in posts.items() if stands[name] is status]
            for status in DraftStatus
        },
        mentions=list(_mentions(posts.values())),
        free_days=[day for day in days if day.isoformat() not in taken],
    )


def _row(name: str, note: Note, zone: str, now: datetime) -> PostRow:
    said, front = read_draft(note.front, note.body, zone, now).said, note.front
    when = said.get("at") or {}
    return PostRow(
        name=name,
        platforms=said.get("platforms", []),
        text=said["text"],
        at=when.get("local"),
        zone=when.get("zone"),
        reply_to=said.get("reply_to"),
        task=str(front["task"]) if front.get("task") else None,
        problem=str(front["problem"]) if front.get("problem") else None,
        published=[address_in(one) for one in front.get("published") or []],
    )


def _mentions(posts: Iterable[PostRow]) -> Iterator[MentionRow]:
    answers = [post for post in posts if post.reply_to]
    for name in current_vault().names(Folder.NEEDS_ACTION):
        if not name.startswith(f"{MENTIONS}-"):
            continue
        front = current_vault().read(Folder.NEEDS_ACTION, name).front
        said = {
            key: str(front.get(key) or "") for key in ("platform", "address", "reply_to", "proposed_answer")
        }
        ours = [post.name for post in answers if post.reply_to == said["reply_to"]]
        yield MentionRow(task=name, sender=str(front.get("from", "")), answered_by=ours, **said)
