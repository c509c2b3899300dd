"""What others say about the business in public."""

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from domain.social.mention import Mention
from domain.social.post import Platform
from tasks.social.access import platform_access

if TYPE_CHECKING:
    from blocks.social.x import XClient

POST_READ, AUTHOR_READ = Decimal("0.005"), Decimal("0.010")
"""US dollars for each post that is read, and for each author (docs.x.com: pricing, 2026-11-27)."""


class FoundPosts(BaseModel):
    """Posts, newest first, and what reading them cost in US dollars."""

    posts: list[Mention]
    cost: Decimal


async def search_posts(query: str) -> FoundPosts:
    """The newest posts on X with these words, at most 100, of the last seven days.

    Raises:
        RejectedError: X does not take the query, or is not connected.
        TransientError: it does not answer now.
    """
    access = await platform_access(Platform.X)
    async with access.client() as client:
        posts = await cast("XClient", client).search(query)
    authors = {post.author for post in posts}
    return FoundPosts(posts=posts, cost=POST_READ * len(posts) + AUTHOR_READ * len(authors))
