"""A stand-in for the X API v2: posts, timelines, mentions, chunked media uploads, OAuth 2.0."""

from sandbox.x.protocol import routes
from sandbox.x.seed import seed

__all__ = ["routes", "seed"]
