"""A stand-in for WhatsApp's Cloud API: messages, media, templates, and the webhook that it sends."""

from sandbox.whatsapp.protocol import routes, seed

__all__ = ["routes", "seed"]
