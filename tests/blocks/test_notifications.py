import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prefect.settings import get_current_settings
from pydantic import SecretStr

from blocks.notifications import NoticeUndeliveredError, OwnerNotifications, saved_notifications
from blocks.settings import settings
from deployments.commands.doctor import CheckHealth, notifications


class Receiver(ThreadingHTTPServer):
    """A webhook of the owner's; refuses what comes to /refuse."""

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Hook)

    def address(self, path: str) -> SecretStr:
        return SecretStr(f"json://user:hook-secret@127.0.0.1:{self.server_port}/{path}")


class Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/refuse":
            self.server.received.append(json.loads(body))
        self.send_response(500 if self.path == "/refuse" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_notice_arrives_over_http(receiver: Receiver) -> None:
    block = OwnerNotifications(urls=[receiver.address("hook")])
    await block.send("Approve a bill", "Acme wants 1,200.00 USD", "warning")
    (notice,) = receiver.received
    assert (notice["title"], notice["message"], notice["type"]) == (
        "Approve a bill",
        "Acme wants 1,200.00 USD",
        "warning",
    )


async def test_one_deaf_address_does_not_silence_the_others(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    block = OwnerNotifications(
        urls=[receiver.address("refuse"), SecretStr("nonsense://hook-secret"), receiver.address("hook")]
    )
    with pytest.raises(NoticeUndeliveredError, match="2 of 3") as failure:
        await block.send("title", "body", "info")
    assert len(receiver.received) == 1
    assert "address 2 is not an Apprise URL" in str(failure.value)
    assert "hook-secret" not in str(failure.value) + caplog.text + repr(block)


@pytest.mark.usefixtures("prefect_server")
async def test_the_saved_block_is_found_and_an_empty_one_is_none() -> None:
    assert await saved_notifications("nobody") is None
    await OwnerNotifications().save("mute", overwrite=True)  # type: ignore[misc]  # awaitable under a running loop
    assert await saved_notifications("mute") is None
    await OwnerNotifications(urls=[SecretStr("json://localhost/x")]).save("owner", overwrite=True)  # type: ignore[misc]
    found = await saved_notifications("owner")
    assert found is not None
    assert found.urls[0].get_secret_value() == "json://localhost/x"


@pytest.mark.usefixtures("prefect_server")
async def test_the_doctor_says_whether_the_owner_is_told(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_PREFECT_URL", str(get_current_settings().api.url).removesuffix("/api"))
    block = OwnerNotifications(urls=[receiver.address("a")])
    await block.save("owner", overwrite=True)
    told = notifications(settings())
    assert (told.health, told.found) == (CheckHealth.GOOD, "addresses are saved")
    await OwnerNotifications.adelete("owner")
    silent = notifications(settings())
    assert (silent.health, silent.remedy) == (CheckHealth.MISSING, "fte connect notifications")
