"""Two processes publish the same post at the same moment: one post, counts the platform."""

import asyncio
import json
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta

import pytest

from blocks.social.credentials import PlatformCredentials
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import INSTAGRAM, World, X
from tests.tasks.actions.test_social import STEP, TASK, access, approved, done, ordered, world
from tests.warm_programs import WarmPrograms

__all__ = ["access", "world"]

WORKER = """
import asyncio, json, sys
from datetime import datetime
from blocks.social import credentials, media_host
from domain.errors import TransientError
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from tasks.actions import social
from tasks.actions.effects import Request, perform
from tests.social_worlds import WORLDS

name, url, media, token, task, step, now, inputs = sys.argv[1:9]
world, now, inputs = WORLDS[name].hosted(url, media), datetime.fromisoformat(now), json.loads(inputs)
block = world.with_token(url, token)

async def saved(_platform):
    return block

credentials.saved_access, media_host.saved_media_host = saved, world.saved_host
social.present = lambda: now
request = Request(task, Step(id=step, action=world.action, inputs=inputs), doubts=[])
print("ready", flush=True)
sys.stdin.readline()
try:
    asyncio.run(perform(request, Handbook(), lambda: now))
    print("done")
except TransientError as error:
    print(error)
"""


@pytest.mark.parametrize("world", [X, INSTAGRAM], ids=["x", "instagram"], indirect=True)
async def test_a_scheduled_post_that_two_processes_publish_at_once_goes_out_once(
    sandbox: SandboxClient, world: World, access: PlatformCredentials, warm_workers: WarmPrograms
) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    at = {"local": soon.replace(tzinfo=None).isoformat(), "zone": "UTC"}
    inputs = await ordered(world, text="We moved.", at=at)
    approved(world, inputs, now=soon - timedelta(hours=2))
    token = access.access_token.get_secret_value()
    facts = [world.name, sandbox.url, str(sandbox.media), token, TASK, STEP, soon.isoformat()]
    command = warm_workers.command("-c", WORKER, *facts, json.dumps(inputs))
    crew = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(2)]
    for worker in crew:
        assert worker.stdout
        assert await worker.stdout.readline() == b"ready\n"
    sandbox.fault("latency", method="POST", path=world.path, seconds=1, times=2)
    answers = await asyncio.gather(*[one.communicate(b"go\n") for one in crew])
    said = [out.decode().strip() for out, _ in answers]
    assert world.public(sandbox) == ["We moved."]
    assert "done" in said
    assert all(one == "done" or "is under way in" in one for one in said), said
    await done(world, inputs, now=soon)
    assert world.public(sandbox) == ["We moved."]
