"""The blocks that hold the access to the platforms; `fte connect` makes them, renewals write them again."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar, Self
from urllib.parse import urlsplit

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from blocks.addresses import web_address
from blocks.prefect_server import saved_block
from blocks.social import oauth
from blocks.social.facebook import FacebookClient
from blocks.social.graph import GRAPH_URL, GRAPH_VERSION, GraphAccount
from blocks.social.instagram import InstagramClient
from blocks.social.linkedin import LinkedInClient
from blocks.social.linkedin_account import (
    LINKEDIN_API_URL,
    LINKEDIN_CONSENT_URL,
    LINKEDIN_TOKEN_URL,
    OLDEST_VERSION,
    SCOPES,
    LinkedInAccount,
    Speaker,
)
from blocks.social.oauth import App, PlatformTokens
from blocks.social.platform import UNCHOSEN, Opened
from blocks.social.x import SCOPES as X_SCOPES
from blocks.social.x import X_API_URL, X_CONSENT_URL, X_TOKEN_URL, XAccount, XClient
from domain.reliability.api_versions import META, linkedin_version_ends, version_ends
from domain.reliability.ending import Ending
from domain.social.post import Platform
from domain.social.published import PublicAccount

META_TOKEN_URL = f"{GRAPH_URL}/{GRAPH_VERSION}/oauth/access_token"
META_CONSENT_URL = f"https://www.facebook.com/{GRAPH_VERSION}/dialog/oauth"
META_SCOPES = (
    "pages_show_list",
    "read_insights",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "instagram_basic",
    "instagram_manage_insights",
    "instagram_content_publish",
    "instagram_manage_comments",
    "business_management",
)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class PlatformCredentials(Block):
    """What the access to every platform has: an app, a consent with its tokens, and who speaks."""

    scopes: ClassVar[Sequence[str]]

    platform: Platform = Field(description="Where it speaks.")
    client_id: str = Field(description="Client ID of the business's app.")
    client_secret: SecretStr = Field(description="Client Secret of that app.")
    access_token: SecretStr = Field(description="Token for the calls.")
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="Good for one renewal, which brings the next one; empty: none is handed out.",
    )
    expires_at: datetime = Field(description="When the access token ends.")
    consent_ends_on: date | None = Field(
        default=None,
        description="Day on which the owner has to connect again; none: it is renewed by itself.",
    )
    account_id: str = Field(description="The account that speaks.")
    account_name: str = Field(description="How readers know it.")
    api_url: str = Field(description="Base address of the API.")
    token_url: str = Field(description="Where tokens are renewed.")
    consent_url: str = Field(description="The page on which the owner agrees.")

    @field_validator("api_url", "token_url", "consent_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value, cls.model_fields["api_url"].default)

    @classmethod
    def unconnected(cls, client_id: str, client_secret: str, **changes: str) -> Self:
        """The app before anybody agreed; `changes` are fields such as another `api_url`."""
        nobody = {"account_id": UNCHOSEN, "account_name": UNCHOSEN, "access_token": ""}
        app = {"client_id": client_id, "client_secret": client_secret, "expires_at": datetime.now(UTC)}
        return cls.model_validate(nobody | app | changes)

    @classmethod
    def addresses_at(cls, url: str) -> dict[str, str]:
        """The platform's three addresses where one server has them all, such as the stand-in."""
        names = ("token_url", "consent_url")
        paths = {name: urlsplit(cls.model_fields[name].default).path for name in names}
        return {"api_url": url} | {name: url + path for name, path in paths.items()}

    @property
    def app(self) -> App:
        """What a consent and a renewal need."""
        secret = self.client_secret.get_secret_value()
        return App(self.platform, self.consent_url, self.token_url, self.client_id, secret, self.scopes)

    @property
    def site(self) -> str:
        """Where people read the platform: the host that asks them for their consent."""
        parts = urlsplit(self.consent_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def hears(self) -> bool:
        """Whether the platform tells it what others say."""
        return True

    @property
    def is_renewable(self) -> bool:
        """Whether a renewal is possible without the owner."""
        return bool(self.refresh_token.get_secret_value())

    @property
    def endings(self) -> list[Ending]:
        """What of the access ends on a known day, and only a person can renew."""
        ends = self.consent_ends_on
        return [Ending(f"the consent for {self.platform.title}", ends)] if ends else []

    def with_tokens(self, tokens: PlatformTokens) -> Self:
        """The same access with newer tokens."""
        new = {
            "access_token": SecretStr(tokens.access),
            "refresh_token": SecretStr(tokens.refresh),
            "expires_at": tokens.expires_at,
            "consent_ends_on": tokens.consent_ends_on,
        }
        return self.model_copy(update=new)

    def speaking_as(self, account: PublicAccount) -> Self:
        """The same access for this account."""
        return self.model_copy(update={"account_id": account.id, "account_name": account.name})

    async def made_for(self, account: PublicAccount) -> Self:
        """The access to keep once its owner has chosen who speaks.

        Raises:
            NotAuthorizedError, PlatformUnavailableError: the platform was asked for more, and did not give it.
        """
        return self.speaking_as(account)

    def speaking_on(self, platform: Platform) -> Self | None:
        """The access to one of the platforms that it is for; None: to that one it has none."""
        return self if platform is self.platform else None

    @abstractmethod
    def client(self) -> Opened:
        """A client to be used as an async context manager."""


class XCredentials(PlatformCredentials):
    """The business's app at X and one account's consent to it."""

    _block_type_name = "X Credentials"
    _block_type_slug = "x-credentials"
    _description = "OAuth 2.0 app and consent for one X account."
    scopes = X_SCOPES

    platform: Platform = Field(default=Platform.X, description="Where it speaks.")
    api_url: str = Field(default=X_API_URL, description="Base address of the API.")
    token_url: str = Field(default=X_TOKEN_URL, description="Where tokens are renewed.")
    consent_url: str = Field(default=X_CONSENT_URL, description="The page on which the owner agrees.")

    def client(self) -> XClient:
        """A client to be used as an async context manager."""
        token = self.access_token.get_secret_value()
        return XClient(XAccount(self.api_url, token, self.account_id, self.account_name, self.site))


class LinkedInCredentials(PlatformCredentials):
    """The business's app at LinkedIn and the consent of a person, for themselves or an organization's page."""

    _block_type_name = "LinkedIn Credentials"
    _block_type_slug = "linkedin-credentials"
    _description = "OAuth 2.0 app and consent for one person or organization on LinkedIn."
    scopes = ()

    platform: Platform = Field(default=Platform.LINKEDIN, description="Where it speaks.")
    speaker: Speaker = Field(default=Speaker.ORGANIZATION, description="Who speaks.")
    api_version: str = Field(
        default=OLDEST_VERSION,
        description="Version of the API, year and month; LinkedIn takes each about a year.",
    )
    api_url: str = Field(default=LINKEDIN_API_URL, description="Base address of the API.")
    token_url: str = Field(default=LINKEDIN_TOKEN_URL, description="Where tokens are handed out.")
    consent_url: str = Field(default=LINKEDIN_CONSENT_URL, description="The page on which the owner agrees.")

    @field_validator("api_version")
    @classmethod
    def _recent(cls, value: str) -> str:
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", value) or value < OLDEST_VERSION:
            raise ValueError(
                f"{value!r} is no version from {OLDEST_VERSION} on; write year and month, such as 202609"
            )
        return value

    @property
    def app(self) -> App:
        """What a consent and a renewal need."""
        scopes = SCOPES[self.speaker]
        return replace(super().app, scopes=scopes, has_pkce=False, has_basic=False, host="localhost")

    @property
    def endings(self) -> list[Ending]:
        """The consent, and the version of the API, which LinkedIn takes for twelve months."""
        ends = linkedin_version_ends(self.api_version)
        version = Ending(f"version {self.api_version} of LinkedIn's API", ends)
        return [*super().endings, version]

    @property
    def hears(self) -> bool:
        """LinkedIn tells a page, and lets no new app read what is said to a person."""
        return self.speaker is Speaker.ORGANIZATION

    def client(self) -> LinkedInClient:
        """A client to be used as an async context manager."""
        token = self.access_token.get_secret_value()
        return LinkedInClient(
            LinkedInAccount(self.api_url, token, self.account_id, self.speaker, self.api_version, self.site)
        )


class MetaCredentials(PlatformCredentials):
    """The business's app at Meta, and a consent for one page and the Instagram account that belongs to it."""

    _block_type_name = "Meta Credentials"
    _block_type_slug = "meta-credentials"
    _description = "App, page and Instagram account; the access token is the page's."
    scopes = META_SCOPES

    platform: Platform = Field(default=Platform.FACEBOOK, description="Where it speaks.")
    instagram_id: str = Field(default="", description="The Instagram account that speaks; empty: none.")
    instagram_name: str = Field(default="", description="How its readers know it.")
    api_version: str = Field(default=GRAPH_VERSION, pattern=r"^v\d\d\.0$", description="Version of Graph.")
    api_url: str = Field(default=GRAPH_URL, description="Base address of the API.")
    token_url: str = Field(default=META_TOKEN_URL, description="Where tokens are handed out.")
    consent_url: str = Field(default=META_CONSENT_URL, description="The page on which the owner agrees.")

    @property
    def app(self) -> App:
        """What a consent needs; Meta answers whoever knows the secret, and has no challenge."""
        return replace(super().app, has_pkce=False, has_basic=False, host="localhost")

    @property
    def endings(self) -> list[Ending]:
        """The version of Graph, where Meta has said until when it lives."""
        ends = version_ends(META, self.api_version)
        return [Ending(f"version {self.api_version} of {META}", ends)] if ends else []

    async def made_for(self, account: PublicAccount) -> Self:
        """The page's own token, which does not end, and the Instagram account that belongs to the page."""
        lasting = await oauth.exchanged(self.app, self.access_token.get_secret_value())
        async with self.with_tokens(lasting).client() as client:
            fields = "access_token,instagram_business_account{id,username}"
            page = await client.node(f"/{account.id}", fields, "access_token")
        instagram = page.get("instagram_business_account", {})
        new = {
            "access_token": SecretStr(page["access_token"]),
            "expires_at": NEVER,
            "consent_ends_on": None,
            "instagram_id": instagram.get("id", ""),
            "instagram_name": f"@{instagram['username']}" if instagram else "",
        }
        return self.speaking_as(account).model_copy(update=new)

    def speaking_on(self, platform: Platform) -> Self | None:
        """The same access for the page, or for the Instagram account where there is one."""
        if platform is Platform.FACEBOOK:
            return self
        if platform is not Platform.INSTAGRAM or not self.instagram_id:
            return None
        instagram = PublicAccount(id=self.instagram_id, name=self.instagram_name)
        return self.speaking_as(instagram).model_copy(update={"platform": platform})

    def client(self) -> FacebookClient | InstagramClient:
        """A client to be used as an async context manager."""
        kind = InstagramClient if self.platform is Platform.INSTAGRAM else FacebookClient
        return kind(
            GraphAccount(
                self.api_url,
                self.access_token.get_secret_value(),
                self.account_id,
                self.api_version,
                self.client_secret.get_secret_value(),
            )
        )


BLOCKS: dict[Platform, type[PlatformCredentials]] = {
    Platform.X: XCredentials,
    Platform.LINKEDIN: LinkedInCredentials,
    Platform.FACEBOOK: MetaCredentials,
    Platform.INSTAGRAM: MetaCredentials,
}
"""The block that speaks for each platform that can be connected."""


async def saved_access(platform: Platform) -> PlatformCredentials | None:
    """The saved block; None when the platform is not connected."""
    kind = BLOCKS[platform]
    document = await saved_block(platform.access, kind.get_block_type_slug())
    return kind.model_validate(document.data).speaking_on(platform) if document else None
