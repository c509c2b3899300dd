"""A stand-in for Gmail: OAuth tokens, messages, history, labels, sending and the batch endpoint."""

from sandbox.gmail.protocol import routes
from sandbox.gmail.seed import seed

__all__ = ["routes", "seed"]
