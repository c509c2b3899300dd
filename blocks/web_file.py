"""What stands at a web address that somebody named: bounded, and never from this machine's own network.

The one place that asks web addresses which are no service's of ours. Each is looked up once, must be of the public
internet, and the very number that was looked at is asked; so is each address that a redirect leads to.
"""

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from blocks.broken_connection import problem_of
from blocks.certificates import authorities
from blocks.settings import Mode, settings
from domain.errors import RejectedError, TransientError
from domain.reliability.backoff import seconds_asked

MOST_SECONDS = 60.0
MOST_HOPS = 4
MOST_ADDRESS = 2_000
USUAL_PORTS = {"http": 80, "https": 443}
FREE_PORTS = 1024
"""Below it, ports are those of other protocols: a server of mail or files is no web server."""
AGENT = "digital-fte"
USER_AGENT = f"{AGENT}/{version(AGENT)}"
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 written as IPv6 (RFC 6052)."""
INFLATED_BYTES = 65_536
GZIP = 16 + zlib.MAX_WBITS
BUSY = frozenset({408, 425, 429})
"""Statuses that pass by themselves, beside those of a server in trouble."""


class WebAwayError(TransientError):
    """The address does not answer now; `retry_after` is the pause in seconds that it asks for, if any."""

    def __init__(self, address: str, problem: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(f"{address} does not hand out what it has ({problem}); try again later")


class WebRefusedError(RejectedError):
    """Nothing is fetched from there; `status` is its HTTP status, where it answered."""

    def __init__(self, address: str, problem: str, status: int | None = None) -> None:
        self.address, self.problem, self.status = address, problem, status
        super().__init__(f"{address} is not fetched: {problem}")


class WebFileRefusedError(RejectedError):
    """No file is fetched from there."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"{address} is not fetched: {problem}; give the file instead")


@dataclass(frozen=True)
class Fetched:
    """What an address handed out.

    Attributes:
        address: Where it stood, after redirects.
        headers: Of the answer; names in any case.
        is_unchanged: It says that nothing has changed since what the request's own headers named.
    """

    address: str
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=httpx.Headers)
    is_unchanged: bool = False


Look = Callable[[str], Awaitable[None]]
"""Refuses an address, or waits for a turn there, before it is asked."""


async def _no_look(_address: str) -> None:
    """Everything public may be asked at once."""


async def fetch_file(address: str, most_bytes: int) -> tuple[bytes, str]:
    """What stands at an address, and a name for it.

    Raises:
        WebFileRefusedError: it is no public web address, leads to another network, or has too much.
        WebAwayError: it does not answer, or not in a minute.
    """
    try:
        found = await fetch(address, most_bytes)
    except WebRefusedError as error:
        raise WebFileRefusedError(error.address, error.problem) from error
    return found.content, unquote(urlsplit(found.address).path).rpartition("/")[2] or "file"


async def fetch(
    address: str, most_bytes: int, *, asking: Mapping[str, str] | None = None, look: Look = _no_look
) -> Fetched:
    """What stands at an address.

    Args:
        address: The web address.
        most_bytes: More is refused, also where it was sent packed.
        asking: More headers of the request, such as `If-None-Match`.
        look: What is done before each address, those of redirects included, is asked; it may take as long as it likes.

    Raises:
        WebRefusedError: it is no public web address, leads to another network, has too much, or does not exist.
        WebAwayError: it does not answer, not whole, or not in a minute.
    """
    try:
        return await _followed(address, most_bytes, asking or {}, look)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, zlib.error) as error:
        raise WebAwayError(address, problem_of(error)) from error


async def _followed(address: str, most_bytes: int, asking: Mapping[str, str], look: Look) -> Fetched:
    """Follow redirects by hand: each address is looked at before it is asked."""
    here = address
    async with httpx.AsyncClient(timeout=MOST_SECONDS, verify=authorities(trust_env=True)) as client:
        for _ in range(MOST_HOPS):
            parts_of(here)
            await look(here)  # before its name is looked up: that, too, tells somebody something
            request = await pinned_request(client, here, asking)
            async with asyncio.timeout(MOST_SECONDS):
                answer = await client.send(request, stream=True)
                try:
                    if not answer.has_redirect_location:
                        return await _answered(here, answer, most_bytes)
                    here = urljoin(here, answer.headers["location"])
                finally:
                    await answer.aclose()
    raise WebRefusedError(address, f"it leads on more than {MOST_HOPS} times")


async def pinned_request(
    client: httpx.AsyncClient, address: str, asking: Mapping[str, str] | None = None
) -> httpx.Request:
    """A request to the very machine that was looked at: a name that is looked up again could lead elsewhere.

    Raises:
        WebRefusedError: it is no web address, or not of the public internet.
    """
    url, port = parts_of(address)
    machine = await _public_machine(address, url.host, port)
    headers = {
        "host": url.netloc.decode(),
        "user-agent": USER_AGENT,
        "accept-encoding": "gzip",
        **(asking or {}),
    }
    return client.build_request(
        "GET", url.copy_with(host=machine), headers=headers, extensions={"sni_hostname": url.host}
    )


def parts_of(address: str) -> tuple[httpx.URL, int]:
    """A web address and the port that it means.

    Raises:
        WebRefusedError: it is none that is fetched.
    """
    try:
        url = httpx.URL(address)
        port = url.port or USUAL_PORTS[url.scheme]
    except (httpx.InvalidURL, KeyError) as error:
        raise WebRefusedError(address, "it is no http or https address") from error
    if url.scheme not in USUAL_PORTS or not url.host:
        raise WebRefusedError(address, "it is no http or https address")
    if len(address) > MOST_ADDRESS:
        raise WebRefusedError(f"{address[:80]}...", f"it has more than {MOST_ADDRESS} characters")
    if url.userinfo:
        raise WebRefusedError(str(url.copy_with(userinfo=b"")), "it names a user or a password")
    if port < FREE_PORTS and port not in USUAL_PORTS.values():
        raise WebRefusedError(address, f"port {port} is no web server's")
    return url, port


async def _public_machine(address: str, host: str, port: int) -> str:
    """The machine's number.

    Raises:
        WebRefusedError: it is unknown, or one of its numbers is not of the public internet.
    """
    if _is_stand_in(host, port):
        return host
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebRefusedError(address, "its name is not known") from error
    numbers = [str(row[4][0]) for row in found]
    if not numbers or not all(is_public_number(number) for number in numbers):
        raise WebRefusedError(address, "it is an address of a private network")
    return numbers[0]


def _is_stand_in(host: str, port: int) -> bool:
    """In the sandbox the stand-in web is this machine's, and it alone."""
    return settings().mode is Mode.SANDBOX and settings().sandbox_url == f"http://{host}:{port}"


def is_public_number(number: str) -> bool:
    """Whether an IP address belongs to the public internet; one that stands for another is that other."""
    found = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if within is not None:
            return is_public_number(str(within))
    return found.is_global and not found.is_multicast


async def _answered(address: str, answer: httpx.Response, most_bytes: int) -> Fetched:
    status = answer.status_code
    if status == httpx.codes.NOT_MODIFIED:
        return Fetched(address, headers=answer.headers, is_unchanged=True)
    if answer.is_server_error or status in BUSY:
        pause = seconds_asked(answer.headers.get("retry-after", ""), datetime.now(UTC))
        raise WebAwayError(address, f"HTTP {status}", pause)
    if not answer.is_success:
        raise WebRefusedError(address, f"it answers HTTP {status}", status)
    content = bytearray()
    async for part in _unpacked(address, answer):
        content += part
        if len(content) > most_bytes:
            raise WebRefusedError(address, f"it has more than {most_bytes // 1_000_000} MB")
    return Fetched(address, bytes(content), answer.headers)


async def _unpacked(address: str, answer: httpx.Response) -> AsyncIterator[bytes]:
    """The content in small parts, so that what is packed a thousandfold is stopped in time; httpx unpacks at once."""
    packed = answer.headers.get("content-encoding", "identity").strip().lower()
    if packed in {"", "identity"}:
        async for part in answer.aiter_raw():
            yield part
        return
    if packed not in {"gzip", "x-gzip"}:
        raise WebRefusedError(address, "it is packed in a way that was not asked for")
    reader = zlib.decompressobj(GZIP)
    async for part in answer.aiter_raw():
        rest = part
        while rest and not reader.eof:
            yield reader.decompress(rest, INFLATED_BYTES)
            rest = reader.unconsumed_tail
    while more := reader.decompress(b"", INFLATED_BYTES):
        yield more
    if not reader.eof:
        raise WebAwayError(address, "it ended too early")
