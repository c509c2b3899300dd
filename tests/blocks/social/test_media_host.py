"""The media host: what everybody can read is exactly what was approved, in a folder and in S3-compatible storage."""

import asyncio
import errno
import hashlib
import hmac
import http.server
import mimetypes
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from blocks import web_file
from blocks.social.errors import MediaSwappedError
from blocks.social.media_host import MediaHost, MediaHostAwayError, MediaHostRefusedError
from domain.social.post import Media

CONTENT = b"\xff\xd8\xff a picture"
ACCESS_KEY, SECRET_KEY, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1"
FILE = Media(
    document="Attachments/boat.jpg",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    kind="image/jpeg",
    size_bytes=len(CONTENT),
)


class Storage(http.server.BaseHTTPRequestHandler):
    """Storage that everybody reads, and who signs as its keys ask for writes; signatures are made as AWS describes."""

    files: dict[str, tuple[str, bytes]]
    status = 0

    def do_GET(self) -> None:
        kind, content = self.files.get(self.path, ("", b""))
        self._answer(self.status or (200 if content else 404), content, kind)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.status or self.headers["authorization"] != self._signed(content):
            self._answer(self.status or 403)
            return
        self.files[self.path] = (self.headers["content-type"], content)
        self._answer(200)

    def do_DELETE(self) -> None:
        good = self.headers["authorization"] == self._signed(b"")
        if good:
            self.files.pop(self.path, None)
        self._answer(204 if good else 403)

    def log_message(self, *_words: object) -> None:
        """Nothing."""

    def _answer(self, status: int, content: bytes = b"", kind: str = "text/xml") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _signed(self, content: bytes) -> str:
        """The header of Signature Version 4 (docs.aws.amazon.com: signing AWS API requests)."""
        given = self.headers["authorization"]
        names = given.partition("SignedHeaders=")[2].partition(",")[0]
        if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names.split(";")):
            return "too little is signed"
        headers = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in names.split(";"))
        digest = hashlib.sha256(content).hexdigest()
        request = f"{self.command}\n{self.path}\n\n{headers}\n{names}\n{digest}"
        moment = self.headers["x-amz-date"]
        scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        told = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
        key = f"AWS4{SECRET_KEY}".encode()
        for word in [*scope.split("/"), told]:
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        return (
            f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
        )


class Folder(Storage):
    """A web server that shows a folder."""

    root: Path

    def do_GET(self) -> None:
        path = self.root / self.path.strip("/")
        kind = mimetypes.guess_type(path.name)[0] or ""
        self._answer(200 if path.is_file() else 404, path.read_bytes() if path.is_file() else b"", kind)


def served(kind: type[Storage], **attributes: Any) -> Iterator[tuple[str, Any]]:
    handler = type("Handler", (kind,), attributes)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _this_machine_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of these tests stand for ones of the public internet; nothing else of private networks does."""
    public = web_file.is_public_number
    monkeypatch.setattr(web_file, "is_public_number", lambda number: number == "127.0.0.1" or public(number))


@pytest.fixture
def storage() -> Iterator[tuple[str, Any]]:
    yield from served(Storage, files={})


def bucket_at(url: str, secret: str = SECRET_KEY) -> MediaHost:
    return MediaHost(
        public_url=f"{url}/shop",
        bucket_url=f"{url}/shop/",
        region=REGION,
        access_key=ACCESS_KEY,
        secret_key=SecretStr(secret),
    )


@pytest.fixture(params=["folder", "bucket"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MediaHost]:
    if request.param == "folder":
        for url, _ in served(Folder, root=tmp_path / "public"):
            yield MediaHost(public_url=url, directory=str(tmp_path / "public"))
        return
    for url, _ in served(Storage, files={}):
        yield bucket_at(url)


async def test_a_file_is_called_by_its_bytes_and_read_by_everybody(host: MediaHost) -> None:
    assert host.url_of(FILE) == f"{host.public_url}/{FILE.sha256}.jpg"
    assert not await host.shows(FILE)
    await host.place(FILE, CONTENT)
    await host.place(FILE, CONTENT)
    assert await host.shows(FILE)
    await host.take_away(FILE)
    await host.take_away(FILE)
    assert not await host.shows(FILE)
    await host.try_out()


async def test_another_file_at_an_approved_address_is_refused(storage: tuple[str, Any]) -> None:
    url, handler = storage
    host = bucket_at(url)
    await host.place(FILE, CONTENT)
    for swapped in (CONTENT[:-1] + b"!", CONTENT + b"and more", b"x"):
        handler.files[f"/shop/{FILE.sha256}.jpg"] = ("image/jpeg", swapped)
        with pytest.raises(MediaSwappedError, match="nothing was published"):
            await host.shows(FILE)
    handler.files[f"/shop/{FILE.sha256}.jpg"] = ("text/html", CONTENT)
    with pytest.raises(MediaHostAwayError, match="text/html"):
        await host.shows(FILE)


async def test_an_address_that_leads_into_a_private_network_is_not_public(
    storage: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers otherwise the second time: the machine that was looked at is asked, or none."""
    url, handler = storage
    numbers = iter(["127.0.0.1", "10.0.0.1"])
    real = asyncio.BaseEventLoop.getaddrinfo

    async def resolved(loop: Any, host: Any, port: Any, **more: Any) -> Any:
        return await real(loop, next(numbers) if host == "rebound.example" else host, port, **more)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolved)
    host = bucket_at(url.replace("127.0.0.1", "rebound.example"))
    handler.files[f"/shop/{FILE.sha256}.jpg"] = ("image/jpeg", CONTENT)
    assert await host.shows(FILE)
    with pytest.raises(MediaHostAwayError, match="private network"):
        await host.shows(FILE)


async def test_wrong_keys_and_a_storage_in_trouble_are_told_apart(storage: tuple[str, Any]) -> None:
    url, handler = storage
    with pytest.raises(MediaHostRefusedError, match="HTTP 403"):
        await bucket_at(url, "another secret").place(FILE, CONTENT)
    handler.status = 503
    with pytest.raises(MediaHostAwayError, match="HTTP 503"):
        await bucket_at(url).place(FILE, CONTENT)
    with pytest.raises(MediaHostAwayError, match="HTTP 503"):
        await bucket_at(url).shows(FILE)
    with pytest.raises(MediaHostAwayError, match="nobody answers there"):
        await bucket_at("http://127.0.0.1:9").place(FILE, CONTENT)
    assert handler.files == {}


async def test_a_folder_that_the_web_server_does_not_show_is_no_host(
    storage: tuple[str, Any], tmp_path: Path
) -> None:
    url, _ = storage
    with pytest.raises(MediaHostAwayError, match="fte connect media"):
        await MediaHost(public_url=url, directory=str(tmp_path / "elsewhere")).try_out()
    (tmp_path / "file").touch()
    with pytest.raises(MediaHostRefusedError):
        await MediaHost(public_url=url, directory=str(tmp_path / "file" / "inside")).try_out()


@pytest.mark.parametrize("host", ["folder"], indirect=True)
async def test_a_folder_on_a_full_disk_is_away_and_keeps_no_half_of_a_file(
    host: MediaHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not host.directory:
        return
    with monkeypatch.context() as patched:
        patched.setattr("blocks.files.os.fsync", full_disk)
        with pytest.raises(MediaHostAwayError, match="No space left on device"):
            await host.place(FILE, CONTENT)
    assert names_in(tmp_path) == ["public"]
    await host.place(FILE, CONTENT)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


def full_disk(_descriptor: int) -> None:
    """What the operating system answers there."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "fields",
    [
        {"public_url": "media.example.com", "directory": "/srv"},
        {"public_url": "https://media.example.com"},
        {"public_url": "https://media.example.com", "bucket_url": "https://s3.example.com/shop"},
        {
            "public_url": "https://media.example.com",
            "directory": "/srv",
            "bucket_url": "https://s3.example.com/shop",
            "access_key": "a",
            "secret_key": "b",
        },
    ],
)
def test_a_host_is_one_place_and_whole(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MediaHost.model_validate(fields)
