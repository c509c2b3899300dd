"""The stand-in for WhatsApp beside pywa, a client that others wrote: it writes to it, and reads what it sends."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pywa_async import WhatsApp, errors, types

from blocks.social.graph import GraphAccount
from tests.sandbox_fixture import SandboxClient
from tests.whatsapp_world import ACCOUNT_ID, ANN, NUMBER_ID, SECRET, VERIFY, deliveries, write, written

TOKEN = "sandbox-whatsapp-token"


class Leading(httpx.AsyncHTTPTransport):
    """Leads what goes to Meta to the stand-in."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = httpx.URL(url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self.url.host, port=self.url.port)
        return await super().handle_async_request(request)


@pytest.fixture
async def pywa(sandbox: SandboxClient) -> AsyncIterator[WhatsApp]:
    proof = GraphAccount("", TOKEN, "", app_secret=SECRET).proof
    async with httpx.AsyncClient(transport=Leading(sandbox.url), params=proof) as session:
        yield WhatsApp(
            NUMBER_ID,
            TOKEN,
            session=session,
            server=None,
            waba_id=ACCOUNT_ID,
            app_secret=SECRET,
            verify_token=VERIFY,
            filter_updates=False,
        )


async def test_it_takes_and_refuses_what_pywa_sends(sandbox: SandboxClient, pywa: WhatsApp) -> None:
    with pytest.raises(errors.ReEngagementMessage):
        await pywa.send_message(ANN, "Hello")
    heard = write(sandbox, quiet=True)
    sent = await pywa.send_message(ANN, "From nine.", reply_to_message_id=heard, tracker="key-1")
    (row,) = written(sandbox)
    assert (row["id"], row["text"], row["key"]) == (sent.id, "From nine.", "key-1")
    assert row["sent"]["context"] == {"message_id": heard}
    number = await pywa.get_business_phone_number()
    assert number.display_phone_number == "+15550100"
    names = [template.name for template in await pywa.get_templates()]
    assert names == ["appointment_reminder", "decision_waits", "spring_offer"]
    media = await pywa.upload_media(b"%PDF-1.7", mime_type="application/pdf", filename="plan.pdf")
    address = await pywa.get_media_url(media.id)
    assert await pywa.get_media_bytes(address.url) == b"%PDF-1.7"


async def test_pywa_reads_its_webhook_as_whatsapp_s(sandbox: SandboxClient, pywa: WhatsApp) -> None:
    read: list[Any] = []

    async def keep(_client: WhatsApp, update: Any) -> None:
        read.append(update)

    pywa.on_message()(keep)
    pywa.on_message_status()(keep)
    first = write(sandbox, "Hello")
    write(sandbox, "", type="location", location={"latitude": 48.2, "longitude": 16.4}, answers=first)
    picture = base64.b64encode(b"\xff\xd8\xff").decode()
    write(sandbox, "", type="image", image={"caption": "my roof"}, content=picture)
    write(sandbox, "", type="reaction", reaction={"message_id": first, "emoji": "👍"})
    await pywa.send_message(ANN, "Thank you.", tracker="key-2")
    for row in deliveries(sandbox):
        body = row["body"].encode()
        assert await pywa.webhook_update_validator(body, row["signature"]) is None
        assert (await pywa.webhook_update_validator(body + b" ", row["signature"]) or ("", 0))[1] >= 400
        await pywa.webhook_update_handler(body)
    text, place, image, reaction, *statuses = read
    assert (text.id, text.text, text.from_user.name) == (first, "Hello", "Ann Lee")
    assert (place.location.latitude, place.reply_to_message.id) == (48.2, first)
    assert (image.caption, await image.image.get_bytes()) == ("my roof", b"\xff\xd8\xff")
    assert reaction.reaction.emoji == "👍"
    assert [(one.status, one.tracker) for one in statuses] == [
        (types.MessageStatusType.SENT, "key-2"),
        (types.MessageStatusType.DELIVERED, "key-2"),
    ]
