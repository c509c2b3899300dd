"""Where LinkedIn is, and who speaks there with which permissions.

Source: learn.microsoft.com, LinkedIn marketing API, 2026-07.
"""

from dataclasses import dataclass
from enum import StrEnum

LINKEDIN_API_URL = "https://api.linkedin.com"
LINKEDIN_TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"
LINKEDIN_CONSENT_URL = "https://www.linkedin.com/oauth/v2/authorization"
OLDEST_VERSION = "202607"
LINKEDIN_SITE = "https://www.linkedin.com"


class Speaker(StrEnum):
    """Who speaks: LinkedIn has another product, and other permissions, for each."""

    PERSON = "person"
    ORGANIZATION = "organization"


SCOPES = {
    Speaker.PERSON: ("openid", "profile", "w_member_social"),
    Speaker.ORGANIZATION: (
        "r_organization_social",
        "w_organization_social",
        "r_organization_social_feed",
        "w_organization_social_feed",
        "rw_organization_admin",
    ),
}
"""A person's own posts can be written and not read: LinkedIn gives r_member_social to no new app."""


@dataclass(frozen=True)
class LinkedInAccount:
    """Where LinkedIn is, the token for it, and the author, as a URN.

    Attributes:
        site: Where people read it.
    """

    api_url: str
    access_token: str
    author: str
    speaker: Speaker
    version: str = OLDEST_VERSION
    site: str = LINKEDIN_SITE
