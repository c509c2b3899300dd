"""The demo morning: what the employee will understand of it, and that a restart repeats nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from domain.social.dialect import publication_of, violations
from domain.social.draft import order_of
from domain.social.post import Platform
from domain.social.said import SocialOrder
from domain.vault.note import Note
from sandbox import feed
from tasks.mail.understand import DocumentKind, Understanding, read_document
from tests.sandbox_fixture import SandboxClient

DAY = date(2026, 3, 9)
ITEMS = {item.id.removeprefix(f"{DAY}-"): item for item in feed.morning(DAY)}
BILLS = {
    "receipt": ("Paper & Pine Supplies", "PP260309", "63.18", "USD"),
    "duplicate": ("Paper & Pine Supplies", "PP260309", "63.18", "USD"),
    "photograph": ("PAPER & PINE SUPPLIES", "PP2603097", "41.60", "USD"),
    "rent": ("Harbor Street Offices", "HSO-260309", "2480.00", "USD"),
    "hosting": ("Cloudberry Hosting Inc.", "CBH-260309", "84.00", "USD"),
    "courier": ("Meridian Couriers", "MC-260309", "48.75", "USD"),
    "unknown": ("Quillfeather Print Works", "QF-260309", "385.00", "USD"),
    "einvoice": ("Lumen Type Foundry GmbH", "LTF-260309", "238.00", "EUR"),
}
UNSURE_VENDORS = {"rent": 0.75}
"""A name that reads like a street is taken from the sender whose domain is proven, which is less sure."""

NO_BILLS = {
    "newsletter": {DocumentKind.MAIL_NEWSLETTER},
    "advertising": {DocumentKind.MAIL_ADVERTISING},
    "phishing": {DocumentKind.MAIL_PHISHING},
    "hostile": {DocumentKind.MAIL_REQUEST, DocumentKind.MAIL_PHISHING},
    "personal": {DocumentKind.MAIL_OTHER, DocumentKind.MAIL_REQUEST},
}


def _understood(sandbox: SandboxClient, slug: str, folder: Path) -> Understanding:
    item = ITEMS[slug]
    if isinstance(item, feed.Drop):
        feed.drop(item, folder)
        return read_document(folder / item.name)
    answer = sandbox.http.post("/_sandbox/gmail/deliver", json=item.delivery.model_dump(mode="json"))
    raw = sandbox.http.get(f"/_sandbox/gmail/messages/{answer.json()['id']}").json()["raw"]
    path = folder / f"{slug}.eml"
    path.write_bytes(raw.encode("latin-1"))
    return read_document(path)


def test_every_item_of_the_morning_is_covered_here() -> None:
    assert ITEMS.keys() == BILLS.keys() | NO_BILLS.keys() | {"post", "mention", "comments", "whatsapp"}


def test_the_morning_s_post_is_one_that_x_takes() -> None:
    item = ITEMS["post"]
    assert isinstance(item, feed.Drop)
    note = Note.parse(item.content.decode())
    order = SocialOrder.model_validate(order_of(note.front, note.body, "UTC", datetime.now(UTC)))
    made = publication_of(order.post_with(), Platform.X, "1", "@ours")
    assert violations(made, datetime.now(UTC)) == []
    assert len(made.parts) == 1


@pytest.mark.parametrize("slug", BILLS)
def test_bills_are_understood_surely(slug: str, sandbox: SandboxClient, tmp_path: Path) -> None:
    found = _understood(sandbox, slug, tmp_path)
    assert found.kind is DocumentKind.RECEIPT, found
    reading = found.reading
    assert reading is not None
    vendor, number, total, currency = BILLS[slug]
    expected = {
        "vendor": vendor,
        "number": number,
        "issued_on": DAY,
        "total": Decimal(total),
        "currency": currency,
    }
    read = {name: getattr(reading, name) for name in expected}
    assert {name: field and field.value for name, field in read.items()} == expected
    unsure = {name: field.confidence for name, field in read.items() if field.confidence < 0.8}
    assert unsure.pop("vendor", 0.8) >= UNSURE_VENDORS.get(slug, 0.8)
    assert unsure == {}


@pytest.mark.parametrize("slug", NO_BILLS)
def test_everything_else_is_no_bill(slug: str, sandbox: SandboxClient, tmp_path: Path) -> None:
    found = _understood(sandbox, slug, tmp_path)
    assert found.kind in NO_BILLS[slug], found.verdict


async def test_a_restart_delivers_nothing_twice(sandbox: SandboxClient, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        assert await feed.feed(client, inbox, feed.morning(DAY), pace=0) == len(ITEMS)
        for path in inbox.iterdir():
            path.unlink()
        before = (await client.get("/_sandbox/gmail/messages")).json()["messages"]
        assert await feed.feed(client, inbox, feed.morning(DAY), pace=0) == 0
        assert list(inbox.iterdir()) == []
        assert (await client.get("/_sandbox/gmail/messages")).json()["messages"] == before


def test_the_same_day_gives_the_same_morning() -> None:
    assert feed.morning(DAY) == feed.morning(DAY)
    assert len({item.id for item in feed.morning(DAY)}) == len(ITEMS)


def test_an_unreachable_sandbox_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(feed, "ATTEMPTS", 2)
    monkeypatch.setattr(feed, "RETRY_SECONDS", 0)
    assert feed.main(["http://127.0.0.1:9", str(tmp_path), "--pace", "0"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "http://127.0.0.1:9" in said
