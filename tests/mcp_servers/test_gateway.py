"""The gateway as attackers and agents meet it: on the wire, in a thread of this process."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from mcp_servers import gateway
from mcp_servers.serve import HOST, METADATA, SERVERS, token_file
from tests.mcp_servers.agent import agent_over_http
from tests.ports import free_port

TOKEN = "a-token-that-nobody-guesses"
KNOWN = {"authorization": f"Bearer {TOKEN}"}
SPEAKS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a test", "version": "1"},
    },
}


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of a gateway of two servers, with little patience for slow bodies."""
    port = free_port()
    app = gateway.create_app(TOKEN, port, ("odoo", "web"), body_seconds=0.3)
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://{HOST}:{port}"
    server.should_exit = True
    thread.join(30)


@pytest.fixture
def http(served: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served, timeout=20, trust_env=False) as client:
        yield client


WRONG: list[tuple[dict[str, Any], int]] = [
    ({}, 401),
    ({"headers": {"authorization": "Bearer wrong"}}, 401),
    ({"headers": {"authorization": f"Basic {TOKEN}"}}, 401),
    ({"headers": {"authorization": f"Bearer {TOKEN}x"}}, 401),
    ({"headers": {"cookie": f"authorization=Bearer {TOKEN}"}}, 401),
    ({"params": {"access_token": TOKEN, "token": TOKEN}}, 401),
    ({"headers": KNOWN | {"origin": "http://site.example"}}, 403),
    ({"headers": KNOWN | {"origin": "null"}}, 403),
    ({"headers": KNOWN | {"origin": "http://127.0.0.1:1"}}, 403),
    ({"headers": KNOWN | {"host": "evil.example"}}, 421),
    ({"headers": KNOWN | {"host": "127.0.0.1.evil.example"}}, 421),
    ({"headers": KNOWN | {"host": ""}}, 421),
    ({"headers": KNOWN, "content": b"x" * (gateway.LARGEST_BYTES + 1)}, 413),
    ({"headers": KNOWN, "content": iter([b"x" * 600_000] * 2)}, 413),
    ({"headers": KNOWN, "content": b"[" * 100_000}, 400),
]


@pytest.mark.parametrize(("asked", "status"), WRONG)
def test_who_has_no_business_here_is_turned_away_and_no_session_is_opened(
    http: httpx.Client, asked: dict[str, Any], status: int
) -> None:
    if isinstance(asked.get("content"), Iterator):
        asked = asked | {"content": iter([b"x" * 600_000] * 2)}
    said = {"content": json.dumps(HELLO)} | asked
    answer = http.post("/mcp/odoo", **said | {"headers": SPEAKS | asked.get("headers", {})})
    assert answer.status_code == status
    session = {"mcp-session-id": answer.headers.get("mcp-session-id", "none")}
    assert http.delete("/mcp/odoo", headers=KNOWN | session).status_code == 404
    assert TOKEN not in answer.text
    if status == 401:
        assert "resource_metadata=" in answer.headers["www-authenticate"]


def test_what_protects_a_server_is_told_to_everybody_and_nothing_else(http: httpx.Client) -> None:
    found = http.get(f"{METADATA}/mcp/web").json()
    assert found["resource"] == f"{http.base_url}/mcp/web".replace("//mcp", "/mcp")
    assert found["bearer_methods_supported"] == ["header"]
    assert http.get("/health").json() == {"status": "ok"}
    assert [http.get(path).status_code for path in ("/", "/mcp", "/mcp/nothing", "/docs")] == [404] * 4
    assert http.get(f"{METADATA}/mcp/web", headers={"host": "evil.example"}).status_code == 421


def test_a_body_that_comes_slowly_is_not_waited_for(served: str) -> None:
    where = httpx.URL(served)
    with socket.create_connection((where.host, where.port or 0), timeout=20) as line:
        head = (
            f"POST /mcp/odoo HTTP/1.1\r\nHost: {where.host}:{where.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
        )
        line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def opened(http: httpx.Client) -> httpx.Response:
    return http.post("/mcp/web", json=HELLO, headers=SPEAKS | KNOWN)


def test_there_are_so_many_sessions_and_no_more_until_one_ends(http: httpx.Client) -> None:
    answers = [opened(http) for _ in range(gateway.MOST_SESSIONS + 3)]
    ids = [answer.headers["mcp-session-id"] for answer in answers if answer.status_code == 200]
    assert [answer.status_code for answer in answers[len(ids) :]] == [503] * (len(answers) - len(ids))
    assert 0 < len(ids) <= gateway.MOST_SESSIONS < len(answers)
    assert http.delete("/mcp/odoo", headers=KNOWN | {"mcp-session-id": ids[0]}).status_code == 404
    for one in ids:
        assert http.delete("/mcp/web", headers=KNOWN | {"mcp-session-id": one}).status_code == 200
    assert (
        http.post("/mcp/web", json=HELLO, headers=SPEAKS | KNOWN | {"mcp-session-id": ids[0]}).status_code
        == 404
    )
    last = opened(http)
    assert last.status_code == 200
    http.delete("/mcp/web", headers=KNOWN | {"mcp-session-id": last.headers["mcp-session-id"]})


async def test_an_agent_with_the_token_has_the_tools_of_the_server_that_it_asks(served: str) -> None:
    async def names(server: str) -> set[str]:
        async with agent_over_http(f"{served}/mcp/{server}", TOKEN) as agent:
            return {tool.name for tool in (await agent.session.list_tools()).tools}

    odoo, web = await asyncio.gather(names("odoo"), names("web"))
    assert "create_invoice" in odoo - web
    assert "read_page" in web - odoo


def test_every_server_is_served_with_the_token_of_the_file() -> None:
    app = gateway.create_app(token_file().read_text().strip(), 1)
    assert {f"/mcp/{name}" for name in SERVERS} <= {route.path for route in app.routes}  # type: ignore[attr-defined]
