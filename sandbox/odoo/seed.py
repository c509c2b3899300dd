"""The demo company's books."""

from sandbox.store import Store


def seed(store: Store) -> None:
    """Put them into a fresh store."""
