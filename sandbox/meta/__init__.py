"""A stand-in for Meta: posts and pictures of a page on Facebook, posts on Instagram, Facebook's login."""

from sandbox.meta.past import seed
from sandbox.meta.protocol import routes

__all__ = ["routes", "seed"]
