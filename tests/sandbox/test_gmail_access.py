"""Who may use the stand-in Gmail: grants, tokens, scopes and mailboxes, by Google's own client."""

from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from tests.sandbox.google_client import connect, encoded, raw_mail, refusal
from tests.sandbox_fixture import SandboxClient


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
