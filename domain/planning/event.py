"""One thing that arrived, before anyone has thought about it."""

import hashlib
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

DROPPED_AGAIN = "dropped_again"
"""The property of a note whose words were dropped before: when they were this time."""


class Event(BaseModel, frozen=True):
    """What a watcher saw; the id is the source's own (message id, content hash) and so the task's identity."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,110}$")
    source: str
    received_at: datetime
    sender: str = ""
    subject: str = ""
    excerpt: str = ""
    document_name: str
    document: bytes = Field(repr=False)
    extra: dict[str, Any] = {}


def file_event_id(content: bytes, again: str = "") -> str:
    """Identity of a dropped file: the same bytes are the same event, whatever they are called.

    Args:
        content: Its bytes.
        again: When the same words of the owner's were dropped again, which asks for the same once more.
    """
    return f"file-{hashlib.sha256(content + again.encode()).hexdigest()[:16]}"
