"""LinkedIn's names of posts and comments, and where the API has them.

Source: learn.microsoft.com, comments-api, organization-social-action-notifications; 2026-07.
"""

import re
from urllib.parse import quote

COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(activity|ugcPost):([0-9]+),([0-9]+)\)")
"""With the whole URN of its post, as the API takes it, or a short one, as notifications have it."""


def whole_urn(urn: str) -> str:
    """A comment's as the API takes it; any other as it is."""
    return COMMENT.sub(r"urn:li:comment:(urn:li:\1:\2,\3)", urn)


def post_of(urn: str) -> str:
    """The post of a comment; of a post itself."""
    return COMMENT.sub(r"urn:li:\1:\2", urn)


def comment_path(urn: str) -> str:
    """Where the API has a comment."""
    number = COMMENT.sub(r"\3", urn)
    return f"/rest/socialActions/{in_path(post_of(urn))}/comments/{number}"


def in_path(urn: str) -> str:
    """As a part of an address."""
    return quote(urn, safe="")
