"""What somebody says to the account in public, as a task: foreign words, which are shown and never followed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from domain.mail.excerpt import excerpt_of
from domain.planning.event import Event
from domain.social.post import Platform
from domain.social.published import Published
from domain.times import shown_time
from domain.vault.names import event_name

SOURCE = "mentions"
MARK = "Said in public on "
"""What the document of a mention begins with, so that nothing in it is ever read as a bill."""

UNNAMED = "urn:"
"""How an author begins whose name LinkedIn does not tell."""


def shown_author(author: str) -> str:
    """Who said something, as a person reads it."""
    return "somebody" if author.startswith(UNNAMED) else author


class Mention(BaseModel, frozen=True):
    """A post or comment of somebody else that names the account, or answers it.

    Attributes:
        reply_to: What an answer to it names: itself, or the comment whose thread it stands in; None: its platform's
            API lets nobody answer it.
    """

    platform: Platform
    author: str
    post: Published
    reply_to: str | None


def event_of(mention: Mention, proposal: str = "") -> Event:
    """The event that a mention is; its id is the post's own.

    Args:
        mention: What was said.
        proposal: An answer that the owner's own template has for it; a person takes it or not.
    """
    post, platform = mention.post, mention.platform
    author = " ".join(excerpt_of(mention.author).split())
    head = f"{MARK}{platform.title}\nFrom: {author}\nAt: {post.created_at.isoformat()}\nAddress: {post.url}"
    return Event(
        id=event_name(SOURCE, f"{platform.value}-{post.id}"),
        source=SOURCE,
        received_at=post.created_at,
        sender=author,
        subject=f"{shown_author(author)} on {platform.title}",
        excerpt=excerpt_of(post.text),
        document_name=f"{platform.value}.txt",
        document=f"{head}\n\n{post.text}\n".encode(),
        extra={
            "platform": platform.value,
            "post": post.id,
            "answers": post.answers,
            "address": post.url,
            "reply_to": mention.reply_to,
            "proposed_answer": (mention.reply_to and proposal) or None,
        },
    )


def left_out_event(first: Mention, said_at: Mapping[str, datetime], most: int) -> Event:
    """The event that says how many mentions became no tasks of their own, when they were said, and where.

    Args:
        first: One of them, whose address is given.
        said_at: When each was said, by its event's id; the same mentions are the same event.
        most: The handbook's `mention_tasks`.
    """
    platform, number = first.platform, f"{len(said_at):,}"
    since, until = min(said_at.values()), max(said_at.values())
    said = (
        f"{number} more were said on {platform.title} between {shown_time(since)} and {shown_time(until)} than become "
        f"tasks of their own (mention_tasks in Company_Handbook.md: {most} in 24 hours). Read and answer them there. "
        f"One of them: {first.post.url}"
    )
    digest = hashlib.sha256("\n".join(sorted(said_at)).encode()).hexdigest()[:16]
    return Event(
        id=event_name(SOURCE, f"left-out-{platform.value}-{digest}"),
        source=SOURCE,
        received_at=until,
        sender=platform.title,
        subject=f"{number} more on {platform.title}",
        excerpt=said,
        document_name=f"{platform.value}.txt",
        document=f"{MARK}{platform.title}\n\n{said}\n".encode(),
        extra={"platform": platform.value, "left_out": len(said_at), "address": first.post.url},
    )
