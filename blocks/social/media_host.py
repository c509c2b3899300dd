"""Where a platform fetches the files of a post: a folder that the owner's web server shows, or S3-compatible storage.

A file is called by the digest of its bytes, so its address names exactly what was approved and nobody guesses it.
"""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import ClassVar, Self

import httpx
from prefect.blocks.core import Block
from pydantic import Field, SecretStr, field_validator, model_validator

from blocks.addresses import web_address
from blocks.broken_connection import problem_of
from blocks.certificates import by_proxy
from blocks.files import FULL, write_once
from blocks.prefect_server import saved_block
from blocks.social.calls import CONNECT_SECONDS, WRITE_SECONDS
from blocks.social.errors import MediaSwappedError
from blocks.web_file import WebRefusedError, pinned_request
from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.social.post import Media

NAME = "media"
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "text/plain": "txt",
}
PUBLIC_MODE = 0o644
MEND = "look at it, then fte connect media"


class MediaHostAwayError(TransientError):
    """It does not take or show a file."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"the media host does not have {address} as it should ({problem}); {MEND}")


class MediaHostRefusedError(RejectedError):
    """Storage that does not know the keys, or a folder that cannot be written."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"the media host takes no files at {where} ({problem}); {MEND}")


class MediaHost(Block):
    """A public place for the files of posts."""

    _block_type_name: ClassVar[str] = "Media Host Credentials"
    _block_type_slug: ClassVar[str] = "media-credentials"
    _description: ClassVar[str] = "Where Instagram fetches pictures and videos from."

    public_url: str = Field(description="Address under which everybody can read the files.")
    directory: str = Field(default="", description="Folder that a web server shows there; empty: storage.")
    bucket_url: str = Field(default="", description="Address of a bucket of S3-compatible storage.")
    region: str = Field(default="us-east-1", description="Its region.")
    access_key: str = Field(default="", description="Access key ID.")
    secret_key: SecretStr = Field(default=SecretStr(""), description="Secret access key.")
    is_cleared: bool = Field(default=False, description="Whether files are taken away once published.")

    @field_validator("public_url", "bucket_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value, "https://media.example.com") if value.strip() else ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        has_storage = all((self.bucket_url, self.access_key, self.secret_key.get_secret_value()))
        if not self.public_url or bool(self.directory) == has_storage:
            raise ValueError("name the public address, and either a folder or a bucket with its keys")
        return self

    def url_of(self, media: Media) -> str:
        """The file's public address, whether it is there or not."""
        return f"{self.public_url}/{_name(media)}"

    async def try_out(self) -> None:
        """Put a picture of one point there, read it as everybody can, and take it away.

        Raises:
            MediaHostAwayError, MediaHostRefusedError, MediaSwappedError: one of these does not work.
        """
        from PIL import Image  # here: nothing else needs it

        written = io.BytesIO()
        Image.new("RGB", (1, 1)).save(written, "JPEG")
        content = written.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        picture = Media(document="test.jpg", sha256=digest, kind="image/jpeg", size_bytes=len(content))
        try:
            await self.place(picture, content)
        except DigitalFteError:
            with suppress(DigitalFteError):
                await self.take_away(picture)
            raise
        await self.take_away(picture)

    async def place(self, media: Media, content: bytes) -> None:
        """Put a file there, and see that everybody gets exactly it.

        Raises:
            MediaHostAwayError: it is not taken or not shown now.
            MediaHostRefusedError: it is not taken.
            MediaSwappedError: another file is shown.
        """
        if self.directory:
            await asyncio.to_thread(self._write, media, content)
        else:
            await self._sent("PUT", media, content=content, headers={"content-type": media.kind})
        if not await self.shows(media):
            raise MediaHostAwayError(self.url_of(media), "HTTP 404")

    async def shows(self, media: Media) -> bool:
        """Whether everybody gets exactly this file; False: none is there.

        Raises:
            MediaHostAwayError: it is not told, as another kind of file, or by a machine that not everybody reaches.
            MediaSwappedError: another file is shown.
        """
        url, seen, digest = self.url_of(media), 0, hashlib.sha256()
        try:
            async with _as_everybody(url) as answer:
                if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
                    return False
                kind = answer.headers.get("content-type", "").partition(";")[0].strip()
                if not answer.is_success or kind != media.kind:
                    raise MediaHostAwayError(url, f"HTTP {answer.status_code}, {kind or 'of no kind'}")
                async for part in answer.aiter_bytes():
                    digest.update(part)
                    seen += len(part)
                    if seen > media.size_bytes:
                        break
        except WebRefusedError as error:
            raise MediaHostAwayError(url, error.problem) from error
        except httpx.HTTPError as error:
            raise MediaHostAwayError(url, problem_of(error)) from error
        if digest.hexdigest() != media.sha256:
            raise MediaSwappedError(url)
        return True

    async def take_away(self, media: Media) -> None:
        """Remove a file; one that is not there is no error.

        Raises:
            MediaHostAwayError, MediaHostRefusedError: it stays.
        """
        if not self.directory:
            await self._sent("DELETE", media)
            return
        try:
            (Path(self.directory) / _name(media)).unlink(missing_ok=True)
        except OSError as error:
            raise MediaHostRefusedError(self.directory, error.strerror or type(error).__name__) from error

    def _write(self, media: Media, content: bytes) -> None:
        path = Path(self.directory) / _name(media)
        try:
            if path.is_file() and path.read_bytes() == content:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            write_once(path, content)
            path.chmod(PUBLIC_MODE)
        except OSError as error:
            said = error.strerror or type(error).__name__
            if error.errno in FULL:  # once there is room, it is taken
                raise MediaHostAwayError(self.url_of(media), said) from error
            raise MediaHostRefusedError(self.directory, said) from error

    async def _sent(self, method: str, media: Media, **sent: object) -> None:
        from httpx_auth import AWS4Auth  # here: only storage needs it

        url = f"{self.bucket_url}/{_name(media)}"
        auth = AWS4Auth(self.access_key, self.secret_key.get_secret_value(), self.region, "s3")
        try:
            async with _http(url) as http:
                answer = await http.request(method, url, auth=auth, **sent)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise MediaHostAwayError(url, problem_of(error)) from error
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise MediaHostAwayError(url, f"HTTP {answer.status_code}")
        is_gone = method == "DELETE" and answer.status_code == httpx.codes.NOT_FOUND
        if not answer.is_success and not is_gone:
            raise MediaHostRefusedError(url, f"HTTP {answer.status_code}")


async def saved_media_host() -> MediaHost | None:
    """The saved block; None when there is none."""
    document = await saved_block(NAME, MediaHost.get_block_type_slug())
    return MediaHost.model_validate(document.data) if document else None


def _name(media: Media) -> str:
    return f"{media.sha256}.{ENDINGS.get(media.kind, 'bin')}"


@asynccontextmanager
async def _as_everybody(url: str) -> AsyncIterator[httpx.Response]:
    """What the public gets there: from a machine of the public internet, the very one whose number was looked at."""
    async with _http(url) as http:
        answer = await http.send(await pinned_request(http, url), stream=True)
        try:
            yield answer
        finally:
            await answer.aclose()


def _http(url: str) -> httpx.AsyncClient:
    patience = httpx.Timeout(WRITE_SECONDS, connect=CONNECT_SECONDS)
    return httpx.AsyncClient(timeout=patience, **by_proxy(url))
