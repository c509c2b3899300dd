"""What the demo company's page said in the last year."""

from sandbox.meta.facebook import Facebook
from sandbox.meta.seed import seed as seed_access
from sandbox.past import past_posts
from sandbox.store import Store


def seed(store: Store) -> None:
    """The page's token and its past."""
    seed_access(store)
    page = Facebook(store)
    for post in past_posts(store.now(), "facebook"):
        page.add_past(post)
