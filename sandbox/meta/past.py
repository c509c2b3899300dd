"""What the demo company's page and Instagram account said in the last year."""

from sandbox.meta.facebook import Facebook
from sandbox.meta.instagram import Instagram
from sandbox.meta.seed import seed as seed_access
from sandbox.past import past_posts
from sandbox.store import Store


def seed(store: Store) -> None:
    """The page's token and its past."""
    seed_access(store)
    for there in (Facebook(store), Instagram(store)):
        for post in past_posts(store.now(), there.name):
            there.add_past(post)
