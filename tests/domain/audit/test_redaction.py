import pytest

from domain.audit.redaction import REDACTED, redacted


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdef1234567890",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "4111 1111 1111 1111",
        "ya29.a0AfH6SMBx1234567890abcdef",
    ],
)
def test_what_looks_like_a_secret_is_redacted_anywhere(secret: str) -> None:
    assert secret not in str(redacted({"error": f"it said {secret} there", "list": [secret]}))


@pytest.mark.parametrize(
    "name", ["api_key", "refresh_token", "password", "client_secret", "code", "Authorization"]
)
def test_what_is_called_a_secret_is_redacted(name: str) -> None:
    assert redacted({name: "hunter2"}) == {name: REDACTED}


def test_credentials_in_an_address_are_redacted() -> None:
    assert redacted("postgresql://fte:hunter2@db/ledger") == f"postgresql://{REDACTED}@db/ledger"


def test_ordinary_business_text_stays() -> None:
    plain = {"number": "INV-2031", "total": "1840.00", "vendor": "Paper & Ink", "vat": "DE811907980"}
    assert redacted(plain) == plain
