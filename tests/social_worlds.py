"""The platforms as the tests meet them: who speaks there, what they take, and what their public reads."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest
from PIL import Image
from pydantic import SecretStr

from blocks.social import media_host
from blocks.social.credentials import BLOCKS, PlatformCredentials
from blocks.social.media_host import MediaHost
from domain.social.little_text import shown_text
from domain.social.post import Media, Platform, Publication
from domain.social.published import PublicAccount
from domain.social.rules import RULES
from tasks.vault.vault import current_vault
from tests.sandbox_fixture import SandboxClient


@dataclass(frozen=True)
class World:
    """One platform.

    Attributes:
        path: Where a post is made, as a regular expression.
        link: What an address of a post begins with, on its site.
        timeline: Where the account's own posts are read, as a regular expression.
        parts: What one publication can be: a thread, where there are threads.
        shown: A row of the stand-in as its readers see it.
        app: What the stand-in's app is called, where it is not called as the platform.
        is_renewed: Whether an access is renewed without the owner.
        answer_is_a_header: The answer to a new post has no body that could be cut.
        token_path: Where tokens are renewed.
        cost: Of a short text, in US dollars.
        refuses_repeats: Whether a text that the account said before is refused.
        host: Where it fetches files, where it does.
        fitted: A picture of 6000 x 3200 pixels as it goes there.
        one_too_many: Pictures.
        too_many: What is said of them.
        wordy, too_wordy: A text too long for any division, and what is said of it.
    """

    platform: Platform
    speaker: PublicAccount
    path: str
    link: str
    token_path: str
    parts: tuple[str, ...]
    shown: Callable[[dict[str, Any]], str]
    fitted: tuple[int, int]
    one_too_many: int
    too_many: str
    too_wordy: str
    app: str = ""
    is_renewed: bool = True
    answer_is_a_header: bool = False
    timeline: str = ""
    refuses_repeats: bool = True
    host: MediaHost | None = None
    cost: str = "0"
    wordy: str = field(default="x " * 5000)
    too_long: str = field(default="y" * 10_000)

    @property
    def name(self) -> str:
        return self.platform.value

    @property
    def action(self) -> str:
        return f"{self.name}.publish"

    def access(self, sandbox: SandboxClient, scope: str = "") -> PlatformCredentials:
        """Connected, without a Prefect server's block behind it."""
        tokens = sandbox.http.post(f"/_sandbox/{self.name}/tokens", content=scope).json()
        block = self.with_token(sandbox.url, tokens["access_token"])
        refresh = SecretStr(tokens.get("refresh_token", ""))
        ends = datetime.now(UTC) + timedelta(hours=2)
        return block.model_copy(update={"refresh_token": refresh, "expires_at": ends})

    def with_token(self, url: str, token: str) -> PlatformCredentials:
        """The access with a token that was handed out."""
        kind = BLOCKS[self.platform]
        name = self.app or self.name
        app = (f"sandbox-{name}-client", f"sandbox-{name}-secret")
        block = kind.unconnected(*app, access_token=token, **kind.addresses_at(url))
        return block.speaking_as(self.speaker).model_copy(update={"platform": self.platform})

    def publication(self, *parts: str, **changes: Any) -> Publication:
        facts = {"platform": self.platform, "account": self.speaker.id, "parts": parts or ("We moved.",)}
        if self.host is not None:
            files = changes.setdefault("media", [picture()])
            facts["media_urls"] = [self.host.url_of(one) for one in files]
        return Publication.model_validate(facts | changes)

    def hosted(self, url: str, folder: Path | None) -> Self:
        """The same with a media host that the sandbox shows, where the platform fetches files."""
        if not RULES[self.platform].needs_urls:
            return self
        return replace(self, host=MediaHost(public_url=f"{url}/media", directory=str(folder)))

    def with_host(self, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Self:
        """The same with its media host connected."""
        world = self.hosted(sandbox.url, sandbox.media)
        monkeypatch.setattr(media_host, "saved_media_host", world.saved_host)
        return world

    async def saved_host(self) -> MediaHost | None:
        """As the Prefect server would hand it out."""
        return self.host

    def posts(self, sandbox: SandboxClient) -> list[dict[str, Any]]:
        """What stands there, oldest first."""
        return list(sandbox.http.get(f"/_sandbox/{self.name}/posts").json()["posts"])

    def public(self, sandbox: SandboxClient) -> list[str]:
        """What the public reads, oldest first."""
        return [self.shown(post) for post in self.posts(sandbox)]


@cache
def drawn(color: str, size: tuple[int, int], kind: str) -> bytes:
    """A picture of one color."""
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind)
    return written.getvalue()


def picture(color: str = "navy") -> Media:
    """A JPEG picture in the Vault."""
    content = drawn(color, (640, 480), "JPEG")
    digest, document = hashlib.sha256(content).hexdigest(), current_vault().attach(content, "shop.jpg")
    return Media(document=document, sha256=digest, kind="image/jpeg", size_bytes=len(content))


X = World(
    platform=Platform.X,
    speaker=PublicAccount(id="1700000000000000001", name="@northwindlane"),
    path="^/2/tweets$",
    link="/northwindlane/status/",
    token_path="/2/oauth2/token",
    parts=("One of three.", "Two of three.", "Three of three."),
    shown=lambda row: str(row["said"]),
    fitted=(4096, 2184),
    one_too_many=5,
    too_many="takes 4 pictures, not 5",
    too_wordy="a thread of",
    cost="0.015",
    too_long="x" * 300,
)
LINKEDIN = World(
    platform=Platform.LINKEDIN,
    speaker=PublicAccount(id="urn:li:organization:1900001", name="Northwind Lane Studio"),
    path="^/rest/posts$",
    link="/feed/update/urn:li:share:",
    token_path="/oauth/v2/accessToken",
    parts=("One (of one) #opening",),
    shown=lambda row: shown_text(str(row["commentary"])),
    fitted=(6000, 3200),
    one_too_many=21,
    too_many="at most 20",
    too_wordy="6,999 more than the 3,000 allowed",
    answer_is_a_header=True,
)
FACEBOOK = World(
    platform=Platform.FACEBOOK,
    speaker=PublicAccount(id="101990000000001", name="Northwind Lane Studio"),
    path="^/v26.0/101990000000001/feed$",
    link="/northwindlane/posts/",
    token_path="/v26.0/oauth/access_token",
    parts=("One #post, and a link: https://northwindlane.example/open?a=1&b=2",),
    shown=lambda row: str(row["message"]),
    fitted=(6000, 3200),
    one_too_many=11,
    too_many="takes 10 pictures, not 11",
    wordy="x " * 32_000,
    too_wordy="793 more than the 63,206 allowed",
    app="meta",
    is_renewed=False,
    too_long="y" * 63_207,
)
INSTAGRAM = World(
    platform=Platform.INSTAGRAM,
    speaker=PublicAccount(id="17841400000000001", name="@northwindlane"),
    path="^/v26.0/17841400000000001/media_publish$",
    timeline="^/v26.0/17841400000000001/media$",
    link="/p/",
    token_path="/v26.0/oauth/access_token",
    parts=("One #post for @somebody",),
    shown=lambda row: str(row["caption"]),
    fitted=(1440, 768),
    one_too_many=11,
    too_many="takes 10 pictures, not 11",
    too_wordy="7,799 more than the 2,200 allowed",
    app="meta",
    is_renewed=False,
    refuses_repeats=False,
)
WORLDS = {world.platform: world for world in (X, LINKEDIN, FACEBOOK, INSTAGRAM)}
RENEWED = [world for world in WORLDS.values() if world.is_renewed]
