"""The receiver: only what WhatsApp signed is stored, on the disk before it is acknowledged, once however it comes."""

import hashlib
import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from blocks.database import LedgerUnavailableError
from deployments import webhooks
from sandbox.whatsapp import webhook
from tasks.whatsapp.events import due_events, last_heard
from tests.ports import free_port
from tests.sandbox_fixture import SandboxClient
from tests.specifications import WHATSAPP_SPECIFICATION, whatsapp_document
from tests.whatsapp_world import (
    ANN,
    NUMBER_ID,
    PATIENCE_SECONDS,
    SECRET,
    VERIFY,
    answered,
    deliveries,
    receiver,
    receiver_server,
    until,
    write,
)

__all__ = ["receiver", "receiver_server"]
SAID = datetime(2026, 11, 1, 9, tzinfo=UTC)


def delivery(*messages: dict[str, Any], number: str = NUMBER_ID, **value: Any) -> bytes:
    rows = {"messages": list(messages), "metadata": {"phone_number_id": number}} | value
    changes = [{"field": "messages", "value": rows}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


def text(name: str = "wamid.one", **changes: Any) -> dict[str, Any]:
    return {
        "from": ANN,
        "id": name,
        "timestamp": str(int(SAID.timestamp())),
        "type": "text",
        "text": {"body": "Hello"},
    } | changes


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


def post(url: str, body: bytes) -> int:
    return answered(url, body, **signed(body)).status_code


def stored() -> list[str]:
    return [row.id for row in due_events(datetime.now(UTC) + timedelta(minutes=5))]


def test_meta_s_question_is_answered_with_its_own_challenge_alone(receiver: str) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "<b>77</b>"}
    answer = httpx.get(receiver, params=asked, trust_env=False)
    assert (answer.status_code, answer.text) == (200, "<b>77</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "other"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert httpx.get(receiver, params=asked | wrong, trust_env=False).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha256=\xff\xfe"},
        signed(delivery(text()), "another secret"),
        signed(delivery(text("wamid.two"))),
        signed(json.dumps(json.loads(delivery(text())), indent=1).encode()),
        {"x-hub-signature": signed(delivery(text()))["x-hub-signature-256"]},
    ],
)
def test_what_whatsapp_did_not_sign_is_not_stored(receiver: str, headers: dict[str, str]) -> None:
    body = delivery(text())
    sent = httpx.post(
        receiver,
        content=body,
        headers=[(name, value.encode("latin-1")) for name, value in headers.items()],
        trust_env=False,
    )
    assert (sent.status_code, stored()) == (401, [])


@pytest.mark.usefixtures("receiver")
def test_a_forged_delivery_among_true_ones_is_refused_and_they_are_stored(sandbox: SandboxClient) -> None:
    first = write(sandbox, "true")
    write(sandbox, "forged", wrong_signature=True)
    last = write(sandbox, "true again")
    until(lambda: [row["status"] for row in deliveries(sandbox)] == [200, 401, 200])
    assert sorted(stored()) == sorted([first, last])


def test_a_message_written_between_two_tries_of_an_earlier_one_is_delivered_at_once(
    sandbox: SandboxClient, receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PAUSES_SECONDS", (10 * PATIENCE_SECONDS,))
    sandbox.http.put("/_sandbox/whatsapp/webhook", json={"url": f"http://127.0.0.1:{free_port()}/whatsapp"})
    write(sandbox, "nobody answers")
    sandbox.http.put("/_sandbox/whatsapp/webhook", json={"url": receiver})
    write(sandbox, "now somebody does")
    assert [row["status"] for row in deliveries(sandbox)] == [None, 200]


def test_repeats_and_disorder_change_nothing_and_batches_are_taken_whole(receiver: str) -> None:
    first, second, third = text("wamid.1"), text("wamid.2", timestamp="1760000000"), text("wamid.3")
    several = {"entry": [json.loads(delivery(one))["entry"][0] for one in (second, third)]}
    for body in (delivery(third), delivery(first, first), json.dumps(several).encode(), delivery(third)):
        assert post(receiver, body) == 200
    assert stored() == ["wamid.2", "wamid.3", "wamid.1"]
    assert last_heard(ANN) == SAID


def test_events_of_another_number_are_acknowledged_and_not_taken(receiver: str) -> None:
    assert post(receiver, delivery(text(), number="158000000000999")) == 200
    assert stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"entry": 7}',
        b'{"entry": [7, {"changes": [{"value": {"metadata": 7, "messages": 7}}]}]}',
        delivery({"id": 7, "from": {"a": 1}, "timestamp": "1e99", "type": ["x"]}),
        delivery(text("wamid.\ud800", timestamp="-99999999999999999999")),
        delivery(statuses=[{"id": "wamid.x", "status": "sent"}, {}]),
    ],
)
def test_what_is_signed_and_not_as_documented_is_never_asked_for_again(receiver: str, body: bytes) -> None:
    assert post(receiver, body) == 200
    assert post(receiver, delivery(text("wamid.after"))) == 200
    assert "wamid.after" in stored()


def test_more_than_whatsapp_ever_sends_is_not_read(receiver: str) -> None:
    assert post(receiver, b"x" * (webhooks.LARGEST_BYTES + 1)) == 413


@pytest.mark.usefixtures("receiver")
def test_a_full_disk_has_whatsapp_send_it_again(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LedgerUnavailableError("sqlite:///ledger", "database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(webhooks, "store_events", full)
        message = write(sandbox)
        assert {row["status"] for row in deliveries(sandbox)} == {500}
    sandbox.http.post("/_sandbox/whatsapp/deliver")
    until(lambda: {row["status"] for row in deliveries(sandbox)} == {200})
    assert stored() == [message]


KILLED = """
import asyncio, os, sys
from datetime import datetime, UTC
from deployments import webhooks
from sandbox.whatsapp import webhook
from tests.whatsapp_world import FixedKeys
from starlette.testclient import TestClient
store = webhooks.store_events
def store_and_die(*events):
    store(*events)
    os._exit(9)
webhooks.store_events = store_and_die
body = sys.stdin.buffer.read()
app = webhooks.Receiver(FixedKeys(), lambda: datetime.now(UTC)).app()
TestClient(app).post("/whatsapp", content=body, headers={"x-hub-signature-256": sys.argv[1]})
"""


def test_killed_between_storing_and_acknowledging_it_has_the_message_once(receiver: str) -> None:
    body = delivery(text("wamid.kept"))
    command = [sys.executable, "-c", KILLED, signed(body)["x-hub-signature-256"]]
    assert subprocess.run(command, input=body, check=False).returncode == 9
    assert post(receiver, body) == 200
    assert stored() == ["wamid.kept"]


def test_it_starts_and_answers_without_prefect() -> None:
    asked = "import deployments.webhooks, sys; sys.exit(any(name == 'prefect' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


@pytest.mark.skipif(not WHATSAPP_SPECIFICATION.exists(), reason="the published document is not here")
def test_published_examples_are_taken(receiver: str) -> None:
    """Each with its own id, since the document's examples share some."""
    examples = whatsapp_document()["paths"]["/whatsapp/webhooks"]["post"]["requestBody"]["content"]
    wanted = []
    for number, example in enumerate(examples["application/json"]["examples"].values()):
        value = example["value"]["entry"][0]["changes"][0]["value"]
        value["metadata"]["phone_number_id"] = NUMBER_ID
        for message in value.get("messages", []):
            message["id"] = f"wamid.{number}"
            wanted.append(message["id"])
        assert post(receiver, json.dumps(example["value"]).encode()) == 200
    assert len(wanted) > 10
    assert sorted(stored()) == sorted(wanted)
