"""The Gmail block against the stand-in: what comes back, what goes wrong, and as which of our errors."""

import base64
import json
import subprocess
import sys
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from blocks.gmail.client import BatchTooLargeError, GmailClient
from blocks.gmail.errors import (
    GmailBusyError,
    GmailClientRefusedError,
    GmailGrantRevokedError,
    GmailHistoryTooOldError,
    GmailMissingError,
    GmailOutcomeUnknownError,
    GmailRefusedError,
    GmailScopeError,
    GmailUnavailableError,
)
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from tests.gmail_world import account, client_of, deliver, paths, tell
from tests.sandbox_fixture import SandboxClient

SEND = "/messages/send$"


def mail(**headers: str) -> bytes:
    message = EmailMessage()
    for name, value in ({"To": "ann@sender.example", "Subject": "Hello"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content("Guten Tag, Grüße\n")
    return message.as_bytes()


async def test_the_profile_costs_one_token_and_one_call(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        profile = await client.profile()
        await client.profile()
    assert profile.address == "studio@northwindlane.example"
    assert int(profile.history_id) > 2**63
    assert paths(sandbox) == ["/token", "profile", "profile"]


async def test_new_mail_is_in_the_history_and_read_in_batches(sandbox: SandboxClient) -> None:
    pdf = base64.b64encode(b"%PDF-1.4 " + bytes(50_000)).decode()
    async with client_of(sandbox) as client:
        start = (await client.profile()).history_id
        keys = [
            deliver(sandbox, subject=f"{n}", attachments=[{"name": "r.pdf", "content": pdf}])
            for n in range(3)
        ]
        page = await client.history(start, label="INBOX")
        heads = await client.heads(page.message_ids)
        raws = await client.raws(page.message_ids)
    assert list(page.message_ids) == keys
    assert page.next_page is None
    for number, key in enumerate(keys):
        head, raw = heads[key], raws[key]
        assert not isinstance(head, Exception)
        assert isinstance(raw, bytes)
        assert head.labels == {"INBOX", "UNREAD"}
        assert head.size_bytes == len(raw) > 50_000
        assert f"Subject: {number}\n".encode() in raw
    assert paths(sandbox).count("/batch/gmail/v1") == 2


def relabel(sandbox: SandboxClient, key: str, **labels: list[str]) -> None:
    """The owner moves a mail in Gmail."""
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": "sandbox-refresh",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
    }
    token = httpx.post(f"{sandbox.url}/token", data=asked).json()["access_token"]
    address = f"{sandbox.url}/gmail/v1/users/me/messages/{key}/modify"
    httpx.post(address, json=labels, headers={"Authorization": f"Bearer {token}"}).raise_for_status()


async def test_a_mail_that_is_moved_into_the_inbox_later_is_history_too(sandbox: SandboxClient) -> None:
    key = deliver(sandbox, labels=["SPAM"])
    async with client_of(sandbox) as client:
        start = (await client.profile()).history_id
        relabel(sandbox, key, addLabelIds=["STARRED"])
        assert (await client.history(start, label="INBOX")).message_ids == ()
        relabel(sandbox, key, addLabelIds=["INBOX"], removeLabelIds=["SPAM"])
        assert (await client.history(start, label="INBOX")).message_ids == (key,)


async def test_a_cursor_that_is_too_old_says_so(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        start = (await client.profile()).history_id
        tell(sandbox, "expire_history")
        with pytest.raises(GmailHistoryTooOldError, match=start):
            await client.history(start, label="INBOX")


async def test_part_of_a_batch_can_fail_by_itself(sandbox: SandboxClient) -> None:
    keys = [deliver(sandbox) for _ in range(3)]
    sandbox.fault("status", path=f"messages/{keys[1]}", status=429)
    sandbox.fault("status", path=f"messages/{keys[2]}", status=503)
    async with client_of(sandbox) as client:
        heads = await client.heads([*keys, "00000000000000ff"])
    kinds = [type(heads[key]).__name__ for key in [*keys, "00000000000000ff"]]
    assert kinds == ["Head", "GmailBusyError", "GmailUnavailableError", "GmailMissingError"]


async def test_a_batch_is_never_larger_than_google_recommends(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        assert await client.heads([]) == {}
        with pytest.raises(BatchTooLargeError):
            await client.heads([f"{number:016x}" for number in range(51)])
    assert paths(sandbox) == []


@pytest.mark.parametrize("kind", ["truncate", "wrong_json", "refuse_before", "drop_after_effect"])
async def test_a_broken_answer_to_a_batch_may_be_asked_again(sandbox: SandboxClient, kind: str) -> None:
    key = deliver(sandbox)
    sandbox.fault(kind, path="^/batch")
    async with client_of(sandbox) as client:
        with pytest.raises(GmailUnavailableError):
            await client.heads([key])
        assert key in await client.heads([key])


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("truncate", {}),
        ("wrong_json", {}),
        ("wrong_json", {"content": "[]"}),
        ("wrong_json", {"content": "{}"}),
        ("refuse_before", {}),
        ("drop_after_effect", {}),
    ],
)
async def test_a_failed_read_may_be_tried_again(
    sandbox: SandboxClient, kind: str, rule: dict[str, Any]
) -> None:
    sandbox.fault(kind, path="profile$", **rule)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailUnavailableError) as error:
            await client.profile()
        assert isinstance(error.value, TransientError)
        assert await client.profile()


async def test_an_address_where_nobody_answers_is_unavailable() -> None:
    async with GmailClient(account("http://127.0.0.1:9")) as client:
        with pytest.raises(GmailUnavailableError, match=r"http://127\.0\.0\.1:9/token"):
            await client.profile()
        with pytest.raises(GmailUnavailableError):
            await client.send(mail())


async def test_a_revoked_grant_names_the_remedy(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        await client.profile()
        tell(sandbox, "revoke")
        with pytest.raises(GmailGrantRevokedError, match="fte connect gmail") as error:
            await client.profile()
    assert isinstance(error.value, RejectedError)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"refresh_token": SecretStr("x")}, GmailGrantRevokedError),
        ({"client_id": "x"}, GmailClientRefusedError),
        ({"client_secret": SecretStr("x")}, GmailClientRefusedError),
    ],
)
async def test_wrong_credentials_are_refused_without_telling_them(
    sandbox: SandboxClient, changes: dict[str, Any], kind: type[Exception]
) -> None:
    async with client_of(sandbox, **changes) as client:
        with pytest.raises(kind) as error:
            await client.profile()
    assert "sandbox-secret" not in str(error.value)
    assert "sandbox-refresh" not in str(error.value)


async def test_an_expired_access_token_is_renewed_once(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        await client.profile()
        tell(sandbox, "expire_tokens")
        sent = await client.send(mail())
    assert sent
    assert paths(sandbox) == ["/token", "profile", "messages/send", "/token", "messages/send"]
    assert len(sandbox.journal(service="gmail", effect=True)) == 1


async def test_a_token_endpoint_that_is_away_is_transient_even_for_a_send(sandbox: SandboxClient) -> None:
    sandbox.fault("drop_after_effect", path="^/token$")
    async with client_of(sandbox) as client:
        with pytest.raises(GmailUnavailableError):
            await client.send(mail())
        assert await client.send(mail())


async def test_a_consent_without_the_scope_says_which_call(sandbox: SandboxClient) -> None:
    tell(sandbox, "grant", scopes=["https://www.googleapis.com/auth/gmail.readonly"])
    async with client_of(sandbox) as client:
        with pytest.raises(GmailScopeError, match=r"messages\.send.*fte connect gmail"):
            await client.send(mail())


async def test_a_reset_in_a_header_is_kept(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path="profile$", status=429, retry_after=17)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailBusyError) as error:
            await client.profile()
    assert error.value.retry_after == 17


async def test_a_reset_in_the_sentence_is_kept(sandbox: SandboxClient) -> None:
    said = "User-rate limit exceeded.  Retry after 2099-01-01T00:00:00.000Z"
    body = json.dumps({"error": {"code": 429, "message": said, "errors": [{"reason": "rateLimitExceeded"}]}})
    sandbox.fault("status", path="profile$", status=429, content=body)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailBusyError) as error:
            await client.profile()
    assert error.value.retry_after
    assert error.value.retry_after > 86_400


async def test_a_limit_that_comes_as_403_is_a_limit(sandbox: SandboxClient) -> None:
    body = (
        '{"error": {"code": 403, "message": "Quota exceeded", "errors": [{"reason": "rateLimitExceeded"}]}}'
    )
    sandbox.fault("status", path="profile$", status=403, content=body)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailBusyError, match="Quota exceeded"):
            await client.profile()


async def test_another_403_is_final(sandbox: SandboxClient) -> None:
    body = '{"error": {"code": 403, "message": "Gmail API has not been used", "status": "PERMISSION_DENIED"}}'
    sandbox.fault("status", path="profile$", status=403, content=body)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailRefusedError, match="has not been used"):
            await client.profile()


@pytest.mark.parametrize(
    ("kind", "rule", "sent"),
    [
        ("status", {"status": 500}, 0),
        ("status_after_effect", {"status": 503}, 1),
        ("drop_after_effect", {}, 1),
        ("truncate", {}, 1),
        ("wrong_json", {}, 1),
        ("wrong_json", {"content": "[]"}, 1),
        ("refuse_before", {}, 0),
    ],
)
async def test_a_send_without_its_answer_is_an_unknown_outcome(
    sandbox: SandboxClient, kind: str, rule: dict[str, Any], sent: int
) -> None:
    sandbox.fault(kind, path=SEND, **rule)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailOutcomeUnknownError) as error:
            await client.send(mail())
    assert isinstance(error.value, UnknownOutcomeError)
    assert len(sandbox.journal(path=SEND, effect=True)) == sent
    assert len(sandbox.journal(path=SEND)) == 1


async def test_a_send_refused_for_its_rate_was_not_sent(sandbox: SandboxClient) -> None:
    sandbox.fault("status", path=SEND, status=429)
    async with client_of(sandbox) as client:
        with pytest.raises(GmailBusyError):
            await client.send(mail())


async def test_a_mail_nobody_can_receive_is_refused(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        with pytest.raises(GmailRefusedError, match="Recipient address required"):
            await client.send(b"Subject: nobody\n\nhello\n")


@pytest.mark.parametrize("padding", [0, 6_000_000])
async def test_a_sent_mail_arrives_as_it_was_written(sandbox: SandboxClient, padding: int) -> None:
    raw = mail(Message_ID="<m@studio.example>") + b"x" * padding
    async with client_of(sandbox) as client:
        key = await client.send(raw)
        assert (await client.search("rfc822msgid:<m@studio.example>")).message_ids == (key,)
        assert await client.raw(key) == raw
        assert await client.headers(key, ["Message-ID"]) == {"message-id": "<m@studio.example>"}
    assert bool(sandbox.journal(path="^/upload/")) is bool(padding)


async def test_a_deleted_message_is_missing(sandbox: SandboxClient) -> None:
    async with client_of(sandbox) as client:
        with pytest.raises(GmailMissingError):
            await client.raw("00000000000000ff")


def test_the_block_describes_every_field_and_hides_its_secrets() -> None:
    from blocks.gmail.credentials import GmailCredentials

    block = GmailCredentials(
        client_id="id", client_secret=SecretStr("s3cret"), refresh_token=SecretStr("t0ken")
    )
    assert block.account().api_url == "https://gmail.googleapis.com"
    assert all(GmailCredentials.model_fields[name].description for name in type(block.account()).model_fields)
    assert "s3cret" not in repr(block)
    assert "t0ken" not in repr(block)


def test_an_address_that_is_none_is_refused_by_the_block() -> None:
    from blocks.gmail.credentials import GmailCredentials

    with pytest.raises(ValidationError, match="is no address"):
        GmailCredentials(
            client_id="id", client_secret=SecretStr("s"), refresh_token=SecretStr("t"), api_url="gmail"
        )


def test_the_client_loads_neither_prefect_nor_google_before_it_is_used() -> None:
    code = (
        "import sys, blocks.gmail.client, blocks.gmail.errors;"
        "sys.exit(any(name in sys.modules for name in ('prefect', 'googleapiclient', 'google.oauth2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_slow_answer_is_not_waited_for_without_end(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blocks.gmail.google.READ_SECONDS", 0.3)
    monkeypatch.setattr("blocks.gmail.google.SEND_SECONDS", 0.3)
    async with client_of(sandbox) as client:
        await client.profile()
        sandbox.fault("latency", path=f"profile$|{SEND}", seconds=1.5, times=2)
        with pytest.raises(GmailUnavailableError, match="no answer in time"):
            await client.profile()
        with pytest.raises(GmailOutcomeUnknownError, match="no answer in time"):
            await client.send(mail())


async def test_a_proxy_of_the_environment_is_used_except_for_this_machine(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, sandbox.url)
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with GmailClient(account("http://gmail.example")) as client:
        with pytest.raises(GmailUnavailableError, match=r"http://gmail\.example/token"):
            await client.profile()
    assert [entry["path"] for entry in sandbox.journal()] == ["http://gmail.example/token"]
    async with client_of(sandbox) as client:
        assert await client.profile()
