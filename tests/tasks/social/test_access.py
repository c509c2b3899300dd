"""An access that is renewed whoever waits for it, and a platform that is noticed when it is back."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from domain.health.spell import HealthStanding
from domain.social.post import Platform
from tasks.health.questions import ACCOUNTS, platform_words, probed
from tasks.planning import service_recovery
from tasks.planning.service_recovery import services_back
from tasks.reliability import outbox
from tasks.social.access import platform_access
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import RENEWED, WORLDS, World

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(params=WORLDS.values(), ids=lambda world: world.name)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.param
    return found


@pytest.fixture
def kept(sandbox: SandboxClient, world: World, monkeypatch: pytest.MonkeyPatch) -> list[PlatformCredentials]:
    """The platform connected; what is saved of it, newest last."""
    blocks = [world.access(sandbox)]

    async def saved(_platform: Platform) -> PlatformCredentials:
        return blocks[-1]

    async def save(block: PlatformCredentials, _name: str, *, overwrite: bool) -> None:
        assert overwrite
        blocks.append(block)

    monkeypatch.setattr(credentials, "saved_access", saved)
    monkeypatch.setattr(PlatformCredentials, "save", save)
    service_recovery._silent.clear()
    return blocks


def wait_for_second(kept: list[PlatformCredentials]) -> None:
    until = time.monotonic() + 20
    while len(kept) == 1 and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.parametrize("world", RENEWED, ids=lambda world: world.name, indirect=True)
async def test_a_renewal_is_finished_and_kept_though_nobody_waits_for_it_any_more(
    sandbox: SandboxClient, world: World, kept: list[PlatformCredentials]
) -> None:
    kept[0].expires_at = datetime.now(UTC)
    sandbox.fault("latency", path=world.token_path, seconds=0.5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await platform_access(world.platform)
    await asyncio.to_thread(wait_for_second, kept)
    assert kept[1].refresh_token != kept[0].refresh_token
    assert await platform_access(world.platform) is kept[1]
    assert len(sandbox.journal(path=world.token_path)) == 1


@pytest.mark.usefixtures("kept")
async def test_what_waits_for_a_platform_is_due_once_it_answers_and_the_question_reads_nothing(
    sandbox: SandboxClient, world: World
) -> None:
    outbox.put(world.name, "a post", kind="task", payload={}, due=NOW + timedelta(minutes=10))
    sandbox.fault("status", service=world.name, times=100)
    assert await services_back(NOW) == []
    assert outbox.due_services(NOW) == []
    sandbox.clear_faults()
    assert await services_back(NOW) == [world.name]
    assert outbox.due_services(NOW) == [world.name]
    assert [entry["status"] for entry in sandbox.journal(service=world.name)][-1] == 401


@pytest.mark.usefixtures("kept")
async def test_the_doctor_says_who_speaks_and_whether_the_platform_answers(
    sandbox: SandboxClient, world: World
) -> None:
    assert world.platform.access in ACCOUNTS
    found = await probed(world.name, platform_words(world.platform))
    assert (found.standing, found.said) == (HealthStanding.UP, f"posts speak for {world.speaker.name}")
    sandbox.fault("status", service=world.name, status=503, times=100)
    found = await probed(world.name, platform_words(world.platform))
    assert (found.standing, found.is_refused) == (HealthStanding.DOWN, False)
