"""A stand-in for Meta: posts and pictures of a page on Facebook, posts on Instagram, Facebook's login."""

from sandbox.meta.protocol import routes
from sandbox.meta.seed import seed

__all__ = ["routes", "seed"]
