"""Files at web addresses: bounded, from the public internet alone, redirects included."""

import pytest

from blocks.web_file import WebFileAwayError, WebFileRefusedError, fetch_file
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
    ],
)
async def test_what_leads_elsewhere_or_is_too_much_is_refused(web: str, path: str, why: str) -> None:
    with pytest.raises(WebFileRefusedError, match=why):
        await fetch_file(f"{web}{path}", 2_000_000)


async def test_a_server_in_trouble_is_tried_later(web: str) -> None:
    with pytest.raises(WebFileAwayError, match="HTTP 503"):
        await fetch_file(f"{web}/busy", 2_000_000)


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
        "ftp://example.com/x.jpg",
        "https:///x.jpg",
    ],
)
async def test_an_address_of_a_private_network_is_never_asked(address: str) -> None:
    with pytest.raises(WebFileRefusedError, match="give the file instead"):
        await fetch_file(address, 2_000_000)
