"""A file at a web address that somebody named: fetched once, bounded, and never from this machine's own network."""

import asyncio
import ipaddress
import socket
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from domain.errors import RejectedError, TransientError

MOST_SECONDS = 60.0
MOST_HOPS = 4
ONLY = frozenset({"http", "https"})


class WebFileAwayError(TransientError):
    """The address does not answer now."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(
            f"{address} does not hand out its file ({problem}); try again later, or give the file"
        )


class WebFileRefusedError(RejectedError):
    """Nothing is fetched from there."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address} is not fetched: {problem}; give the file instead")


async def fetch_file(address: str, most_bytes: int) -> tuple[bytes, str]:
    """What stands at an address, and a name for it.

    Raises:
        WebFileRefusedError: it is no public web address, leads to another network, or has too much.
        WebFileAwayError: it does not answer, or not in a minute.
    """
    try:
        async with asyncio.timeout(MOST_SECONDS):
            content, final = await _followed(address, most_bytes)
    except (httpx.HTTPError, TimeoutError) as error:
        raise WebFileAwayError(address, type(error).__name__) from error
    return content, unquote(urlsplit(final).path).rpartition("/")[2] or "file"


async def _followed(address: str, most_bytes: int) -> tuple[bytes, str]:
    """Follow redirects by hand: each address is looked at before it is asked."""
    here = address
    async with httpx.AsyncClient(timeout=MOST_SECONDS) as client:
        for _ in range(MOST_HOPS):
            request = await _request(client, here)
            answer = await client.send(request, stream=True)
            try:
                if answer.has_redirect_location:
                    here = urljoin(here, answer.headers["location"])
                    continue
                return await _content(here, answer, most_bytes), here
            finally:
                await answer.aclose()
    raise WebFileRefusedError(address, f"it leads on more than {MOST_HOPS} times")


async def _request(client: httpx.AsyncClient, address: str) -> httpx.Request:
    """A request to the very machine that was looked at: a name that is looked up again could lead elsewhere."""
    try:
        url = httpx.URL(address)
        port = url.port or {"http": 80, "https": 443}[url.scheme]
    except (httpx.InvalidURL, KeyError) as error:
        raise WebFileRefusedError(address, "it is no http or https address") from error
    machine = await _public_machine(address, url.host, port)
    host = url.netloc.decode()
    return client.build_request(
        "GET", url.copy_with(host=machine), headers={"host": host}, extensions={"sni_hostname": url.host}
    )


async def _public_machine(address: str, host: str, port: int) -> str:
    """The machine's number.

    Raises:
        WebFileRefusedError: it is unknown, or one of its numbers is not of the public internet.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WebFileRefusedError(address, "its name is not known") from error
    numbers = [str(row[4][0]) for row in found]
    if not all(is_public_number(number) for number in numbers):
        raise WebFileRefusedError(address, "it is an address of a private network")
    return numbers[0]


def is_public_number(number: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found = ipaddress.ip_address(number.partition("%")[0])
    return found.is_global and not found.is_multicast


async def _content(address: str, answer: httpx.Response, most_bytes: int) -> bytes:
    if answer.is_server_error:
        raise WebFileAwayError(address, f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise WebFileRefusedError(address, f"it answers HTTP {answer.status_code}")
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > most_bytes:
            raise WebFileRefusedError(address, f"it has more than {most_bytes // 1_000_000} MB")
    return bytes(content)
