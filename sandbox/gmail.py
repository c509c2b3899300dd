"""Placeholder until the stand-in Gmail is there."""

from starlette.routing import Route

from sandbox.store import Store


def routes(store: Store) -> list[Route]:  # noqa: ARG001 - placeholder
    """Gmail's paths."""
    return []


def seed(store: Store) -> None:
    """Fill the demo mailbox; called with a fresh store and after each reset."""
