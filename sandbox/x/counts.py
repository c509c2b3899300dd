"""X's `public_metrics` of a post and of the account, as of now."""

from datetime import datetime

from sandbox.past import SeenPost, followers
from sandbox.store import Row

SHARES = {
    "like_count": 0.021,
    "reply_count": 0.003,
    "retweet_count": 0.005,
    "quote_count": 0.001,
    "bookmark_count": 0.002,
}
"""Of those who see a post, how many usually do what."""


def post_counts(row: Row, now: datetime) -> dict[str, int]:
    """A later count is never smaller."""
    post = SeenPost(row["id"], datetime.fromisoformat(row["created_at"]), row["kind"], row["said"])
    counts = {name: post.answered(share, name, now) for name, share in SHARES.items()}
    return {"impression_count": int(post.reached(now)), **counts}


def user_counts(user: Row, posts: int, now: datetime) -> dict[str, int]:
    """The account's."""
    return {
        "followers_count": followers(user["followers"], now),
        "following_count": 180,
        "tweet_count": posts,
        "listed_count": 12,
    }
