"""The stand-in Gmail, driven by Google's own client and held against Google's own discovery document."""

import base64
import json
from collections.abc import Iterator
from email.message import EmailMessage
from importlib.resources import files
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import Resource, build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from tests.sandbox_fixture import SandboxClient

DOCUMENT = json.loads(
    (files("googleapiclient.discovery_cache") / "documents" / "gmail.v1.json").read_text(encoding="utf-8")
)
SCHEMAS: dict[str, Any] = DOCUMENT["schemas"]
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


def conforms(value: Any, schema: dict[str, Any], where: str = "") -> None:
    """Every field is named in the document and has the type it gives."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"]]
    assert isinstance(value, TYPES[schema["type"]]), f"{where}: {value!r}"
    if schema["type"] == "object":
        for name, field in value.items():
            assert name in schema["properties"], f"{where}.{name} is not in the discovery document"
            conforms(field, schema["properties"][name], f"{where}.{name}")
    elif schema["type"] == "array":
        for item in value:
            conforms(item, schema["items"], f"{where}[]")
    elif schema.get("format") in ("uint64", "int64"):
        assert 0 <= int(value) < 2**64, f"{where}: {value}"


def is_a(name: str, value: Any) -> None:
    conforms(value, SCHEMAS[name], name)


def credentials(sandbox: SandboxClient, **changes: Any) -> Credentials:
    grant = {
        "token": None,
        "refresh_token": "sandbox-refresh",
        "token_uri": f"{sandbox.url}/token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
    }
    return Credentials(**grant | changes)


def connect(sandbox: SandboxClient, **changes: Any) -> Resource:
    document = DOCUMENT | {
        "rootUrl": f"{sandbox.url}/",
        "baseUrl": f"{sandbox.url}/",
        "batchPath": "batch/gmail/v1",
    }
    http = google_auth_httplib2.AuthorizedHttp(
        credentials(sandbox, **changes), http=httplib2.Http(timeout=20, proxy_info=None)
    )
    return build_from_document(document, http=http)


@pytest.fixture
def gmail(sandbox: SandboxClient) -> Iterator[Any]:
    """`users()` of Google's client on the stand-in."""
    service = connect(sandbox)
    yield service.users()
    service.close()


def deliver(sandbox: SandboxClient, **fields: Any) -> dict[str, Any]:
    answer = sandbox.http.post("/_sandbox/gmail/deliver", json=fields)
    assert answer.is_success, answer.text
    delivered: dict[str, Any] = answer.json()
    return delivered


def raw_mail(**headers: str) -> bytes:
    mail = EmailMessage()
    for name, value in ({"To": "somebody@sender.example", "Subject": "Hello"} | headers).items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Good day\n")
    return mail.as_bytes()


def encoded(raw: bytes) -> dict[str, str]:
    return {"raw": base64.urlsafe_b64encode(raw).decode()}


def refusal(error: pytest.ExceptionInfo[HttpError]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(error.value.content)["error"]
    assert body["code"] == error.value.resp.status
    assert {"code", "message", "errors", "status"} <= body.keys()
    return body


def test_the_profile_names_the_mailbox_and_its_history(gmail: Any) -> None:
    profile = gmail.getProfile(userId="me").execute()
    is_a("Profile", profile)
    assert profile["emailAddress"] == "studio@northwindlane.example"
    assert int(profile["historyId"]) > 2**63


def test_a_delivered_mail_is_listed_and_read_in_every_format(sandbox: SandboxClient, gmail: Any) -> None:
    pdf = base64.b64encode(b"%PDF-1.4 nothing").decode()
    delivered = deliver(
        sandbox,
        subject="Rechnung für Sie",
        text="Guten Tag & Grüße\n",
        html="<p>Guten Tag</p>",
        attachments=[{"name": "r.pdf", "content": pdf, "type": "application/pdf"}],
    )
    listed = gmail.messages().list(userId="me", labelIds=["INBOX"], q="is:unread").execute()
    is_a("ListMessagesResponse", listed)
    assert [item["id"] for item in listed["messages"]] == [delivered["id"]]
    for shape in ("full", "metadata", "raw", "minimal"):
        message = gmail.messages().get(userId="me", id=delivered["id"], format=shape).execute()
        is_a("Message", message)
        assert message["labelIds"] == ["INBOX", "UNREAD"]
        assert message["snippet"] == "Guten Tag &amp; Grüße"
        assert ("payload" in message, "raw" in message) == (shape in ("full", "metadata"), shape == "raw")


def test_an_attachment_is_behind_its_id(sandbox: SandboxClient, gmail: Any) -> None:
    pdf = base64.b64encode(b"%PDF-1.4 nothing").decode()
    key = deliver(sandbox, text="see the file", attachments=[{"name": "r.pdf", "content": pdf}])["id"]
    payload = gmail.messages().get(userId="me", id=key).execute()["payload"]
    assert payload["mimeType"] == "multipart/mixed"
    text, file = payload["parts"]
    assert base64.urlsafe_b64decode(text["body"]["data"]) == b"see the file\n"
    assert file["filename"] == "r.pdf"
    assert "data" not in file["body"]
    part = gmail.messages().attachments()
    fetched = part.get(userId="me", messageId=key, id=file["body"]["attachmentId"]).execute()
    is_a("MessagePartBody", fetched)
    assert base64.urlsafe_b64decode(fetched["data"]) == b"%PDF-1.4 nothing"
    assert fetched["size"] == file["body"]["size"] == 16
    with pytest.raises(HttpError) as error:
        part.get(userId="me", messageId=key, id="nonsense").execute()
    assert refusal(error)["status"] == "INVALID_ARGUMENT"


def test_metadata_gives_only_the_headers_that_were_asked_for(sandbox: SandboxClient, gmail: Any) -> None:
    key = deliver(sandbox, subject="Hello")["id"]
    found = (
        gmail.messages().get(userId="me", id=key, format="metadata", metadataHeaders=["subject"]).execute()
    )
    assert found["payload"]["headers"] == [{"name": "Subject", "value": "Hello"}]


def test_the_same_message_id_is_delivered_once(sandbox: SandboxClient) -> None:
    first = deliver(sandbox, message_id="<one@sender.example>")
    again = deliver(sandbox, message_id="<one@sender.example>")
    assert (first["delivered"], again["delivered"]) == (True, False)
    assert first["id"] == again["id"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rfc822msgid:<a@sender.example>", True),
        ("rfc822msgid:a@sender.example", True),
        ("rfc822msgid:b@sender.example", False),
        ("from:ann@sender.example subject:invoice", True),
        ('subject:"your invoice"', True),
        ("-in:inbox", False),
        ("in:inbox -in:sent is:unread", True),
        ("has:attachment", False),
        ("newer_than:2d", True),
        ("older_than:2d rfc822msgid:a@sender.example", False),
        ("after:1700000000 thanks", True),
        ("before:2020/01/31", False),
        ("label:paper-work", True),
    ],
)
def test_the_search_language(sandbox: SandboxClient, gmail: Any, query: str, *, found: bool) -> None:
    label = gmail.labels().create(userId="me", body={"name": "Paper work"}).execute()
    key = deliver(
        sandbox,
        sender="Ann <ann@sender.example>",
        subject="Your invoice",
        text="Many thanks",
        message_id="<a@sender.example>",
        labels=["INBOX", "UNREAD", label["id"]],
    )["id"]
    listed = gmail.messages().list(userId="me", q=query).execute()
    assert (key in {item["id"] for item in listed.get("messages", [])}) is found


def test_spam_is_listed_only_when_it_is_asked_for(sandbox: SandboxClient, gmail: Any) -> None:
    key = deliver(sandbox, labels=["SPAM"], message_id="<s@sender.example>")["id"]
    query = "rfc822msgid:s@sender.example"
    empty = gmail.messages().list(userId="me", q=query).execute()
    assert empty == {"resultSizeEstimate": 0}
    listed = gmail.messages().list(userId="me", q=query, includeSpamTrash=True).execute()
    assert [item["id"] for item in listed["messages"]] == [key]


def test_lists_come_in_pages(sandbox: SandboxClient, gmail: Any) -> None:
    delivered = [deliver(sandbox, subject=f"{number}")["id"] for number in range(5)]
    request, seen = gmail.messages().list(userId="me", labelIds="INBOX", maxResults=2), []
    while request is not None:
        page = request.execute()
        seen += [item["id"] for item in page["messages"]]
        request = gmail.messages().list_next(request, page)
    assert seen == delivered[::-1]


def test_history_tells_what_happened_since(sandbox: SandboxClient, gmail: Any) -> None:
    start = gmail.getProfile(userId="me").execute()["historyId"]
    keys = [deliver(sandbox)["id"] for _ in range(3)]
    deliver(sandbox, labels=["SPAM"])
    gmail.messages().modify(userId="me", id=keys[0], body={"removeLabelIds": ["UNREAD"]}).execute()
    added, removed, token = [], [], None
    while True:
        last = (
            gmail.history()
            .list(  # `list_next` of the client fails on repeated parameters
                userId="me",
                startHistoryId=start,
                historyTypes=["messageAdded", "labelRemoved"],
                labelId="INBOX",
                maxResults=2,
                pageToken=token,
            )
            .execute()
        )
        is_a("ListHistoryResponse", last)
        added += [item["message"]["id"] for row in last["history"] for item in row.get("messagesAdded", [])]
        removed += [item["labelIds"] for row in last["history"] for item in row.get("labelsRemoved", [])]
        token = last.get("nextPageToken")
        if token is None:
            break
    assert (added, removed) == (keys, [["UNREAD"]])
    assert last["historyId"] == gmail.getProfile(userId="me").execute()["historyId"]
    assert gmail.history().list(userId="me", startHistoryId=last["historyId"]).execute().keys() == {
        "historyId"
    }


def test_a_cursor_that_is_too_old_is_not_found(sandbox: SandboxClient, gmail: Any) -> None:
    start = gmail.getProfile(userId="me").execute()["historyId"]
    sandbox.http.post("/_sandbox/gmail/expire_history").raise_for_status()
    with pytest.raises(HttpError) as error:
        gmail.history().list(userId="me", startHistoryId=start).execute()
    body = refusal(error)
    assert (body["message"], body["status"]) == ("Requested entity was not found.", "NOT_FOUND")
    assert body["errors"][0]["reason"] == "notFound"


def test_labels_are_listed_counted_made_and_put_on(sandbox: SandboxClient, gmail: Any) -> None:
    made = gmail.labels().create(userId="me", body={"name": "Bookkeeping"}).execute()
    is_a("Label", made)
    keys = [deliver(sandbox)["id"] for _ in range(2)]
    body = {"ids": keys, "addLabelIds": [made["id"]], "removeLabelIds": ["UNREAD"]}
    assert gmail.messages().batchModify(userId="me", body=body).execute() == ""
    counted = gmail.labels().get(userId="me", id=made["id"]).execute()
    is_a("Label", counted)
    assert (counted["messagesTotal"], counted["messagesUnread"]) == (2, 0)
    listed = gmail.labels().list(userId="me").execute()
    is_a("ListLabelsResponse", listed)
    assert {"INBOX", "SENT", "Bookkeeping"} <= {label["name"] for label in listed["labels"]}
    with pytest.raises(HttpError) as error:
        gmail.labels().create(userId="me", body={"name": "bookkeeping"}).execute()
    assert refusal(error)["code"] == 409
    with pytest.raises(HttpError) as error:
        gmail.messages().modify(userId="me", id=keys[0], body={"addLabelIds": ["Label_99"]}).execute()
    assert refusal(error)["message"] == "Invalid label: Label_99"


def test_a_sent_mail_is_in_the_sent_folder_and_found_by_its_message_id(gmail: Any) -> None:
    sent = (
        gmail.messages().send(userId="me", body=encoded(raw_mail(Message_ID="<m1@studio.example>"))).execute()
    )
    is_a("Message", sent)
    assert sent["labelIds"] == ["SENT"]
    found = gmail.messages().list(userId="me", q="rfc822msgid:<m1@studio.example> in:sent").execute()
    assert [item["id"] for item in found["messages"]] == [sent["id"]]


@pytest.mark.parametrize("body", [None, {"threadId": ""}])
def test_a_mail_can_be_uploaded(gmail: Any, body: dict[str, str] | None) -> None:
    raw = raw_mail(Message_ID="<up@studio.example>")
    media = MediaInMemoryUpload(raw, mimetype="message/rfc822")
    sent = gmail.messages().send(userId="me", body=body, media_body=media).execute()
    stored = gmail.messages().get(userId="me", id=sent["id"], format="raw").execute()
    assert base64.urlsafe_b64decode(stored["raw"]).rstrip() == raw.rstrip()


def test_a_reply_joins_its_thread(sandbox: SandboxClient, gmail: Any) -> None:
    first = deliver(sandbox, message_id="<q@sender.example>")
    mail = raw_mail(In_Reply_To="<q@sender.example>")
    sent = gmail.messages().send(userId="me", body=encoded(mail) | {"threadId": first["thread"]}).execute()
    assert sent["threadId"] == first["thread"]
    answer = deliver(sandbox, headers={"References": "<q@sender.example>"})
    assert answer["thread"] == first["thread"]
    thread = gmail.threads().get(userId="me", id=first["thread"], format="minimal").execute()
    is_a("Thread", thread)
    assert [message["id"] for message in thread["messages"]] == [first["id"], sent["id"], answer["id"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "'raw' RFC822 payload message string"),
        ({"raw": "!!!"}, "Base64 decoding failed"),
        (encoded(b"Subject: nobody\n\nhello\n"), "Recipient address required"),
    ],
)
def test_a_mail_that_cannot_be_sent_is_refused(gmail: Any, body: dict[str, str], said: str) -> None:
    with pytest.raises(HttpError, match=said) as error:
        gmail.messages().send(userId="me", body=body).execute()
    assert refusal(error)["status"] == "INVALID_ARGUMENT"


def test_a_batch_answers_each_call_by_itself(sandbox: SandboxClient, gmail: Any) -> None:
    keys = [deliver(sandbox, subject=f"{number}")["id"] for number in range(3)]
    sandbox.fault("status", path=f"messages/{keys[1]}", status=429)
    answers: dict[str, Any] = {}
    service = connect(sandbox)
    batch = service.new_batch_http_request(
        callback=lambda key, answer, error: answers.update({key: error or answer})
    )
    gmail.getProfile(userId="me").execute()  # a batch that has to fetch a token leaks the client's connection
    for key in [*keys, "0000000000000001"]:
        batch.add(gmail.messages().get(userId="me", id=key, format="minimal"), request_id=key)
    batch.execute()
    service.close()
    assert [answers[key]["id"] for key in (keys[0], keys[2])] == [keys[0], keys[2]]
    assert answers[keys[1]].resp.status == 429
    assert json.loads(answers[keys[1]].content)["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert answers["0000000000000001"].resp.status == 404
    posts = sandbox.journal(service="gmail", path="^/batch/gmail/v1$")
    assert len(posts) == 1


def test_a_batch_holds_a_hundred_calls_at_most(sandbox: SandboxClient, gmail: Any) -> None:
    gmail.getProfile(userId="me").execute()
    service = connect(sandbox)
    batch = service.new_batch_http_request()
    for number in range(101):
        batch.add(gmail.messages().get(userId="me", id=f"{number:016x}"))
    with pytest.raises(HttpError) as error:
        batch.execute()
    service.close()
    assert refusal(error)["code"] == 400


def test_a_revoked_grant_refuses_token_and_calls(sandbox: SandboxClient, gmail: Any) -> None:
    gmail.getProfile(userId="me").execute()
    sandbox.http.post("/_sandbox/gmail/revoke").raise_for_status()
    with pytest.raises(RefreshError) as error:
        gmail.getProfile(userId="me").execute()
    assert error.value.args[1] == {
        "error": "invalid_grant",
        "error_description": "Token has been expired or revoked.",
    }
    statuses = [entry["status"] for entry in sandbox.journal(service="gmail")]
    assert statuses == [200, 200, 401, 400]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"refresh_token": "other"}, "invalid_grant"),
        ({"client_id": "other"}, "invalid_client"),
        ({"client_secret": "other"}, "invalid_client"),
    ],
)
def test_wrong_credentials_get_no_token(sandbox: SandboxClient, changes: dict[str, str], kind: str) -> None:
    service = connect(sandbox, **changes)
    with pytest.raises(RefreshError, match=kind):
        service.users().getProfile(userId="me").execute()
    service.close()


def test_an_expired_token_is_renewed_by_googles_client(sandbox: SandboxClient, gmail: Any) -> None:
    gmail.getProfile(userId="me").execute()
    sandbox.http.post("/_sandbox/gmail/expire_tokens").raise_for_status()
    assert gmail.getProfile(userId="me").execute()


def test_a_grant_without_the_scope_is_refused(sandbox: SandboxClient, gmail: Any) -> None:
    scopes = ["https://www.googleapis.com/auth/gmail.readonly"]
    sandbox.http.post("/_sandbox/gmail/grant", json={"scopes": scopes}).raise_for_status()
    assert gmail.getProfile(userId="me").execute()
    with pytest.raises(HttpError) as error:
        gmail.messages().send(userId="me", body=encoded(raw_mail())).execute()
    body = refusal(error)
    assert (body["status"], body["errors"][0]["reason"]) == ("PERMISSION_DENIED", "insufficientPermissions")
    assert body["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_without_a_token_nothing_is_told(sandbox: SandboxClient) -> None:
    answer = sandbox.http.get("/gmail/v1/users/me/profile")
    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_somebody_elses_mailbox_is_refused(gmail: Any) -> None:
    assert gmail.getProfile(userId="studio@northwindlane.example").execute()
    with pytest.raises(HttpError) as error:
        gmail.getProfile(userId="boss@sender.example").execute()
    assert refusal(error)["message"] == "Delegation denied for boss@sender.example"


def test_a_message_that_is_not_there_is_not_found(gmail: Any) -> None:
    with pytest.raises(HttpError) as error:
        gmail.messages().get(userId="me", id="00000000000000ff").execute()
    assert refusal(error)["status"] == "NOT_FOUND"
    with pytest.raises(HttpError) as error:
        gmail.messages().get(userId="me", id="nonsense").execute()
    assert refusal(error)["message"] == "Invalid id value"


def test_only_changes_count_as_effects(sandbox: SandboxClient, gmail: Any) -> None:
    gmail.messages().list(userId="me").execute()
    gmail.messages().send(userId="me", body=encoded(raw_mail())).execute()
    effects = sandbox.journal(service="gmail", effect=True)
    assert [entry["path"] for entry in effects] == ["/gmail/v1/users/me/messages/send"]


def test_mail_outlives_a_killed_sandbox(sandbox_process: Any) -> None:
    key = deliver(sandbox_process)["id"]
    sandbox_process.kill()
    sandbox_process.start()
    assert sandbox_process.http.get(f"/_sandbox/gmail/messages/{key}").status_code == 200
