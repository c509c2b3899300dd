"""What a person or an agent says of one platform's post, before our side adds account, files and cost."""

from pydantic import BaseModel, ConfigDict, Field

from domain.social.post import Media, Platform, SocialPost
from domain.social.schedule import WallTime


class PostOrder(BaseModel):
    """A post for one platform; files are named as they are kept in the Vault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Platform
    text: str = Field(default="", max_length=100_000)
    documents: tuple[str, ...] = Field(default=(), max_length=20, description="files, relative to the Vault")
    alt_texts: tuple[str, ...] = Field(default=(), description="of the files, in order")
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    reply_to: str | None = None
    at: WallTime | None = None

    def post(self, media: tuple[Media, ...]) -> SocialPost:
        """The post with its files."""
        said = self.model_dump(exclude={"platform", "documents", "alt_texts"})
        return SocialPost.model_validate(said | {"platforms": [self.platform], "media": media})
