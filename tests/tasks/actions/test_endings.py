"""A consent that only its owner can renew is told in time, once at each stage, over restarts and missed days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr

from blocks.odoo import access
from blocks.odoo.client import OdooAccount
from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from domain.reliability.ending import Ending
from domain.social.post import Platform
from tasks.actions.endings import look_for_endings
from tasks.reliability.connections import connections
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN

ENDS = date(2026, 12, 24)


class Owner:
    def __init__(self) -> None:
        self.told: list[str] = []

    async def send(self, _title: str, body: str, _kind: str) -> None:
        self.told.append(body.partition("\n")[0])


@pytest.fixture
def owner(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Owner:
    linkedin = LINKEDIN.access(sandbox).model_copy(update={"consent_ends_on": ENDS})

    async def saved(platform: Platform) -> PlatformCredentials | None:
        return linkedin if platform is Platform.LINKEDIN else None

    async def no_books(_name: str) -> None:
        return None

    monkeypatch.setattr(credentials, "saved_access", saved)
    monkeypatch.setattr(access, "saved_books", no_books)
    return Owner()


async def looked(owner: Owner, days_before: int, times: int = 1) -> list[str]:
    """What is told by these looks."""
    before = len(owner.told)
    at = datetime(ENDS.year, ENDS.month, ENDS.day, 9, tzinfo=UTC) - timedelta(days=days_before)
    for hour in range(times):
        await look_for_endings(at + timedelta(hours=hour), owner)
    return owner.told[before:]


async def test_each_stage_is_told_once(owner: Owner) -> None:
    assert await looked(owner, 15) == []
    (said,) = await looked(owner, 14, times=3)
    assert said == (
        "the consent for LinkedIn ends on 2026-12-24, in 14 days; then nothing is published there. "
        "Connect it again, with the newest Digital FTE: fte connect linkedin"
    )
    assert await looked(owner, 8) == []
    assert len(await looked(owner, 6)) == 1  # nobody was at work on the seventh day before
    assert len(await looked(owner, 1, times=2)) == 1
    (said,) = await looked(owner, -3, times=2)
    assert said.startswith("the consent for LinkedIn expired on 2026-12-24")
    assert await looked(owner, -30) == []


async def test_a_version_of_the_api_that_ends_is_told_too(owner: Owner) -> None:
    await look_for_endings(datetime(2027, 6, 20, 9, tzinfo=UTC), owner)
    told = [body for body in owner.told if "version" in body]
    assert [body.partition(";")[0] for body in told] == [
        "version 202607 of LinkedIn's API ends on 2027-07-01, in 11 days"
    ]


async def test_the_end_of_the_key_to_the_books_is_told_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    account = OdooAccount(
        url="http://books.example", database="demo", api_key=SecretStr("k"), key_expires_on=ENDS
    )

    async def saved(name: str) -> OdooAccount | None:
        assert name == "odoo"
        return account

    async def nobody(_platform: Platform) -> None:
        return None

    monkeypatch.setattr(access, "saved_books", saved)
    monkeypatch.setattr(credentials, "saved_access", nobody)
    owner = Owner()
    (said,) = await looked(owner, 7, times=2)
    assert said.startswith("the API key for Odoo ends on 2026-12-24, in 7 days; then nothing is booked.")
    assert connections()["odoo"] == [Ending("the API key for Odoo", ENDS)]
    assert connections()["x"] is None
