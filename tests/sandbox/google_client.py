"""Google's own client on the stand-in Gmail, and Google's own discovery document to hold answers against."""

import base64
import json
from email.message import EmailMessage
from importlib.resources import files
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import Resource, build_from_document
from googleapiclient.errors import HttpError

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
