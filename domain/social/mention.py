"""What somebody says to the account in public, as a task: foreign words, which are shown and never followed."""

from pydantic import BaseModel, ConfigDict

from domain.mail.excerpt import excerpt_of
from domain.planning.event import Event
from domain.social.post import Platform
from domain.social.published import Published
from domain.vault.names import event_name

SOURCE = "mentions"
MARK = "Said in public on "
"""What the document of a mention begins with, so that nothing in it is ever read as a bill."""


class Mention(BaseModel):
    """A post or comment of somebody else that names the account, or answers it.

    Attributes:
        reply_to: What an answer to it names: itself, or the comment whose thread it stands in; None: its platform's
            API lets nobody answer it.
    """

    model_config = ConfigDict(frozen=True)

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
        subject=f"{author} on {platform.title}",
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
