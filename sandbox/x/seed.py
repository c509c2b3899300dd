"""The demo company's account on X, and what it said in the last year."""

from sandbox.company import COMPANY_NAME
from sandbox.past import past_posts
from sandbox.store import Store
from sandbox.x.timeline import OWN_ID, Timeline

USERNAME = "northwindlane"


def seed(store: Store) -> None:
    """The account and its past."""
    row = {"id": OWN_ID, "name": COMPANY_NAME, "username": USERNAME, "followers": 1240}
    store.table("x_users").put(OWN_ID, row)
    timeline, before = Timeline(store), None
    for post in past_posts(store.now(), "x"):
        before = timeline.add_past(post, before if post.is_answer else None)["id"]
