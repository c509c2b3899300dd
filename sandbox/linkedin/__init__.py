"""A stand-in for LinkedIn: posts of a person or an organization, images, documents, OAuth 2.0."""

from sandbox.linkedin.protocol import routes, seed

__all__ = ["routes", "seed"]
