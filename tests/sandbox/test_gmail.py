"""The stand-in Gmail, driven by Google's own client and held against Google's own discovery document."""

import base64
import json
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from tests.sandbox.google_client import connect, deliver, encoded, is_a, raw_mail, refusal
from tests.sandbox_fixture import SandboxClient


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
