from decimal import Decimal
from enum import StrEnum

import pytest
from pydantic import BaseModel

from domain.audit.redaction import LONGEST_TEXT, REDACTED, redacted, redacted_text

SECRET_TEXTS = {
    "Bearer abcdef1234567890": "abcdef",
    "Authorization: Basic dXNlcjpodW50ZXIy": "dXNlcjpodW50ZXIy",
    "basic dXNlcjpodW50ZXIy was refused": "dXNlcjpodW50ZXIy",
    '{"authorization": "token hunter2hunter2"}': "hunter2",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl": "eyJ",
    "postgresql://fte:hunter2@db/ledger": "hunter2",
    "slack://tokenA/tokenB/tokenC": "tokenB",
    "https://hooks.slack.com/services/T0/B0/abcdef": "abcdef",
    "https://x.test/callback?code=4%2F0Adeu5B&scope=mail": "0Adeu5B",
    "https://x.test/?access_token=hunter2&page=2": "hunter2",
    "password=hunter2": "hunter2",
    "the password: 'hunter2 hunter3'": "hunter3",
    "api_key = hunter2": "hunter2",
    "API-KEY: hunter2": "hunter2",
    "client_secret=hunter2": "hunter2",
    "Set-Cookie: sid=hunter2": "hunter2",
    '{\\"refresh_token\\": \\"hunter2\\"}': "hunter2",
    '{"password": "hun\\"ter2"}': "ter2",
    'password="hunter2 and the end is cut': "hunter2",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----": "MIIEow",
    "-----BEGIN PRIVATE KEY-----\nMIIEow cut": "MIIEow",
    "ya29.a0AfH6SMBx1234567890abcdef": "a0AfH6",
    "1//0gabcdefghijklmnop": "abcdefgh",
    "AIzaSyA1234567890abcdefghijklmnop": "SyA123",
    "GOCSPX-abcdefghijkl": "abcdefgh",
    "sk-proj-abcdefghijklmnop1234": "abcdefgh",
    "sk_live_abcdefgh1234": "abcdefgh",
    "ghp_abcdefghijklmnopqrst": "abcdefgh",
    "github_pat_abcdefghijklmnop1234": "abcdefgh",
    "xoxb-1234567890-abcdef": "abcdef",
    "AKIAIOSFODNN7EXAMPLE": "IOSFODNN",
    "EAAabcdefghijklmnopqrstuvwxyz": "abcdefgh",
    "123456789:AAabcdefghijklmnopqrstuvwxyz1": "abcdefgh",
    "4111 1111 1111 1111": "4111",
    "card 5555-5555-5555-4444 was declined": "5555-5555",
    "378282246310005": "378282",
    "IBAN DE89 3704 0044 0532 0130 00": "0044 0532",
    "GB29NWBK60161331926819": "60161331",
}
"""A text, and what of it must be gone."""

PLAIN_TEXTS = [
    "INV-2031",
    "BILL/2026/03/0042",
    "1840.00",
    "$12,480.00 to Paper & Ink Ltd., due 2026-03-31",
    "VAT DE811907980",
    "3f8a1c0de94b7724",
    "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "1234567890123456789",
    "post 1729384756019283746 has 12 likes",
    "4111111111111112",
    "order 2026031500012345",
    "+49 30 901820 and (415) 555-2671",
    "a basic understanding of the tokens economy",
    "the secretary passed the keyboard to the bearer of good news",
    "Please find the authorization form attached",
    "12 tokens used, the limit is 100",
    "https://www.example.com/invoices/2031?page=2&sort=date",
    "owner@example.com",
    "2026-11-20T12:00:00.000Z",
    "effect file-3f8a1c0d:record_bill",
    "Vendor: Cloudberry Hosting Inc.\nTotal: $12.50",
    "Übergröße, 12 % Rabatt, naïve café",
    "key account manager",
    "DE00 1234 5678 9012 3456 78",
    "C:\\Invoices\\March and /home/owner/Vault/Inbox/r1.txt",
]


@pytest.mark.parametrize(("text", "secret"), SECRET_TEXTS.items())
def test_what_looks_like_a_secret_is_redacted_anywhere(text: str, secret: str) -> None:
    kept = str(redacted({"error": f"it said {text} there", "list": [text]}))
    assert secret not in kept
    assert REDACTED in kept


@pytest.mark.parametrize("text", PLAIN_TEXTS)
def test_ordinary_business_text_stays(text: str) -> None:
    assert redacted({"text": text, "list": [text]}) == {"text": text, "list": [text]}


@pytest.mark.parametrize("text", SECRET_TEXTS)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redacted_text(redacted_text(text)) == redacted_text(text)


@pytest.mark.parametrize("name", [
    "api_key", "apiKey", "API-Key", "refresh_token", "accessToken", "password", "db_password", "passphrase",
    "client_secret", "code", "auth_code", "Authorization", "Set-Cookie", "cookies", "otp", "totp", "pin", "cvv",
    "private_key", "session_id", "credentials", "webhook_url", "code_verifier",
])  # fmt: skip
def test_what_is_called_a_secret_is_redacted(name: str) -> None:
    assert redacted({"deep": [{name: "hunter2"}]}) == {"deep": [{name: REDACTED}]}


@pytest.mark.parametrize(("name", "value"), [
    ("token_count", 512), ("token_type", "bearer"), ("code", 404), ("country_code", "DE"), ("postal_code", "10115"),
    ("account_code", "6100"), ("error_code", "E42"), ("password_required", True), ("api_key", None), ("secret", ""),
    ("key", "file-1"), ("effect", "3f8a1c0d"), ("author", "Owner"), ("pinned", "yes"), ("tokens", 12),
    ("secretary", "Ms. Ink"), ("opinion", "good"), ("authorised_by", "Owner"), ("expires_in", 3600),
])  # fmt: skip
def test_what_only_sounds_like_a_secret_stays(name: str, value: object) -> None:
    assert redacted({name: value}) == {name: value}


def test_a_named_pair_is_a_name_and_its_value() -> None:
    assert redacted({"name": "Authorization", "value": "hunter2"})["value"] == REDACTED
    assert redacted([["X-Api-Key", "hunter2"], ["Accept", "text/html"]]) == [
        ["X-Api-Key", REDACTED],
        ["Accept", "text/html"],
    ]


@pytest.mark.parametrize(("text", "kept"), [
    ("DE89 3704 0044 0532 0130 00", f"DE{REDACTED}3000"),
    ("pay GB29 NWBK 6016 1331 9268 19 today", f"pay GB{REDACTED}6819 today"),
    ("NL91ABNA0417164300, please", f"NL{REDACTED}4300, please"),
    ("4111111111111111", REDACTED),
    ("postgresql://fte:hunter2@db/ledger", f"postgresql://{REDACTED}@db/ledger"),
    ("https://x.test/?access_token=hunter2&page=2", f"https://x.test/?access_token={REDACTED}&page=2"),
])  # fmt: skip
def test_what_says_which_one_it_was_stays(text: str, kept: str) -> None:
    assert redacted_text(text) == kept


class Colour(StrEnum):
    RED = "red"


class Inputs(BaseModel):
    total: Decimal
    api_key: str


@pytest.mark.parametrize(("value", "plain"), [
    (Decimal("8.40"), "8.40"), (Colour.RED, "red"), (None, None), (True, True), (3.5, 3.5), (float("nan"), "nan"),
    (12, 12), (4111111111111111, REDACTED), (2**70, str(2**70)), ({"b", "a"}, ["a", "b"]), (("x", 1), ["x", 1]),
    (Inputs(total=Decimal("1.00"), api_key="hunter2"), {"total": "1.00", "api_key": REDACTED}),
    (b"raw", "[3 bytes, sha256 d7439bee24773bcbfa2d0a97947ee36227b10d1022b1a55847e928965bb6bfde]"),
    ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
])  # fmt: skip
def test_every_value_becomes_json(value: object, plain: object) -> None:
    found = redacted(value)
    assert found == plain
    assert type(found) is type(plain)


def test_long_and_deep_values_are_cut_and_say_so() -> None:
    assert redacted_text("word " * LONGEST_TEXT).endswith(f"[{4 * LONGEST_TEXT} more characters]")
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    assert "[too deep]" in str(redacted(deep))
