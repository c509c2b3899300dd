"""Files at web addresses: bounded, from the public internet alone, redirects included."""

import asyncio
from typing import Any

import pytest

from blocks import web_file
from blocks.web_file import WebAwayError, WebFileRefusedError, fetch_file
from tests.web_fixture import Web


async def test_a_file_is_fetched_once_by_its_name_and_redirects_are_followed(web: str) -> None:
    assert await fetch_file(f"{web}/moved", 2_000_000) == (b"boat", "our boat.jpg")
    name = web.removeprefix("http://")
    assert Web.asked == [(name, "/moved"), (name, "/pictures/our%20boat.jpg")]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/inside", "private network"),
        ("/file", "no http or https address"),
        ("/round", "leads on more than"),
        ("/large", "more than 2 MB"),
        ("/absent", "HTTP 404"),
        ("/metadata", "private network"),
        ("/local", "no web server's"),
        ("/password", "names a user or a password"),
        ("/bomb", "more than 2 MB"),
        ("/twice", "packed in a way"),
    ],
)
async def test_what_leads_elsewhere_or_is_too_much_is_refused(web: str, path: str, why: str) -> None:
    with pytest.raises(WebFileRefusedError, match=why):
        await fetch_file(f"{web}{path}", 2_000_000)


async def test_what_is_packed_is_unpacked(web: str) -> None:
    assert (await fetch_file(f"{web}/packed", 2_000_000))[0] == b"boat " * 30_000


@pytest.mark.parametrize("path", ["/busy", "/half", "/short", "/slow"])
async def test_a_server_in_trouble_is_tried_later(
    web: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(web_file, "MOST_SECONDS", 0.5 if path == "/slow" else 60)
    with pytest.raises(WebAwayError, match="try again later") as refused:
        await fetch_file(f"{web}{path}", 2_000_000)
    assert refused.value.retry_after == (120 if path == "/busy" else None)


async def test_a_name_is_looked_up_once_and_that_machine_asked(
    web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers otherwise the second time leads nowhere else."""
    numbers, asked = iter(["127.0.0.1", "10.0.0.1"]), []
    real = asyncio.BaseEventLoop.getaddrinfo

    async def resolved(loop: Any, host: Any, port: Any, **more: Any) -> Any:
        if host == "rebound.example":
            asked.append(host)
            host = next(numbers)
        return await real(loop, host, port, **more)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolved)
    address = web.replace("localhost", "rebound.example")
    assert await fetch_file(f"{address}/packed", 2_000_000)
    assert asked == ["rebound.example"]
    assert Web.asked == [(address.removeprefix("http://"), "/packed")]
    with pytest.raises(WebFileRefusedError, match="private network"):
        await fetch_file(f"{address}/packed", 2_000_000)


async def test_of_several_numbers_one_that_is_private_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_asked: Any, **_more: Any) -> Any:
        return [(0, 0, 0, "", (number, 80)) for number in ("93.184.216.34", "192.168.0.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", both)
    with pytest.raises(WebFileRefusedError, match="private network"):
        await fetch_file("http://two.example/", 1_000)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/x.jpg",
        "http://localhost/x.jpg",
        "http://[::1]/x.jpg",
        "http://[::ffff:10.0.0.1]/x.jpg",
        "http://10.1.2.3/x.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/x.jpg",
        "http://224.0.0.1/x.jpg",
        "http://0.0.0.0/x.jpg",
        "http://2130706433/x.jpg",
        "http://0177.0.0.1/x.jpg",
        "http://0x7f.1/x.jpg",
        "http://127.1/x.jpg",
        "http://[fe80::1]/x.jpg",
        "http://[fd00::1]/x.jpg",
        "http://[64:ff9b::a00:1]/x.jpg",
        "http://[2002:a00:1::]/x.jpg",
        "http://user:password@example.com/x.jpg",
        "http://user@10.0.0.1/x.jpg",
        "http://example.com:25/x.jpg",
        "file:///etc/passwd",
        "gopher://example.com/x",
        "http://",
        "//example.com/x.jpg",
        f"http://example.com/{'x' * 2_000}",
        "ftp://example.com/x.jpg",
        "https:///x.jpg",
    ],
)
async def test_an_address_of_a_private_network_is_never_asked(address: str) -> None:
    with pytest.raises(WebFileRefusedError, match="give the file instead"):
        await fetch_file(address, 2_000_000)
