"""The blocks that hold the access to the platforms; `fte connect` makes them, renewals write them again."""

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator

from blocks.prefect_server import saved_document
from blocks.social.oauth import App, Tokens
from blocks.social.x import SCOPES, X_API_URL, X_CONSENT_URL, X_TOKEN_URL, XAccount, XClient
from domain.social.post import Platform


class XCredentials(Block):
    """The business's app at X and one account's consent to it."""

    _block_type_name = "X Credentials"
    _block_type_slug = "x-credentials"
    _description = "OAuth 2.0 app and consent for one X account."

    client_id: str = Field(description="OAuth 2.0 Client ID (developer portal: Keys and tokens).")
    client_secret: SecretStr = Field(description="Client Secret of that app.")
    access_token: SecretStr = Field(description="Token for the calls; renewed by itself.")
    refresh_token: SecretStr = Field(description="Good for one renewal, which brings the next one.")
    expires_at: datetime = Field(description="When the access token ends.")
    account_id: str = Field(description="The account that speaks.")
    account_name: str = Field(description="Its handle, with the @.")
    api_url: str = Field(default=X_API_URL, description="Base address of the API.")
    token_url: str = Field(default=X_TOKEN_URL, description="Where tokens are renewed.")
    consent_url: str = Field(default=X_CONSENT_URL, description="The page on which the owner agrees.")

    @field_validator("api_url", "token_url", "consent_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value.strip())
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{value!r} is no address; it looks like {X_API_URL}")
        return value.strip().rstrip("/")

    @property
    def app(self) -> App:
        """What a renewal needs."""
        secret = self.client_secret.get_secret_value()
        return App(Platform.X, self.consent_url, self.token_url, self.client_id, secret, SCOPES)

    def with_tokens(self, tokens: Tokens) -> Self:
        """The same access with newer tokens."""
        new = {
            "access_token": SecretStr(tokens.access),
            "refresh_token": SecretStr(tokens.refresh),
            "expires_at": tokens.expires_at,
        }
        return self.model_copy(update=new)

    def client(self) -> XClient:
        """A client to be used as an async context manager."""
        return XClient(
            XAccount(self.api_url, self.access_token.get_secret_value(), self.account_id, self.account_name)
        )


SocialCredentials = XCredentials
BLOCKS: dict[Platform, type[SocialCredentials]] = {Platform.X: XCredentials}
"""The block that speaks for each platform that can be connected."""


async def saved_access(platform: Platform) -> SocialCredentials | None:
    """The saved block; None when the platform is not connected."""
    kind = BLOCKS[platform]
    document = await saved_document(platform.value, kind.get_block_type_slug())
    return kind.model_validate(document.data) if document else None
