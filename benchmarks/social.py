"""Posts and the platforms' tools beside the bare calls that suffice, in one run on one stand-in server.

`python -m benchmarks.social [--posts 100] [--rounds 20] [--latency 0.15]`. The bare calls publish and read back, by the
same clients, with a token at hand and pictures at their public address. Ours reads the access, checks the approval,
keeps intent, receipt and audit record, publishes once and reads back. What the platforms' limits make it wait is left
out: the batch's clock leaps.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.odoo_server import server
from benchmarks.social_tools import compare_tools, show
from blocks import web_file
from blocks.social.credentials import PlatformCredentials
from blocks.social.media_host import NAME as MEDIA_HOST
from blocks.social.platform import StagingClient
from domain.planning.plan import Step
from domain.policy.handbook import Handbook
from domain.social.post import Platform
from domain.social.published import Piece
from tasks.actions.effects import Request, perform
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.social.access import platform_access
from tasks.social.media import media_content
from tasks.vault.vault import current_vault, init_vault
from tests.approval_requests import answer, new_request
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import INSTAGRAM, WORLDS, World, picture

LEAP = timedelta(minutes=1)
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Clock:
    """A present that leaps with each look, so that every turn has come."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """A minute later than at the last look."""
        self.now += LEAP
        return self.now


async def connect(sandbox: SandboxClient, seconds: float) -> list[tuple[World, PlatformCredentials]]:
    """An empty stand-in that answers so late, and the platforms and the media host saved as `fte connect` does.

    Its media host stands for one of the public internet.
    """
    web_file.is_public_number = lambda number: number == "127.0.0.1"
    sandbox.reset()
    if seconds:
        sandbox.fault("latency", path="^/(2|rest|v26.0)/", seconds=seconds, times=1_000_000)
    worlds = [world.hosted(sandbox.url, sandbox.media) for world in WORLDS.values()]
    speaking = {"instagram_id": INSTAGRAM.speaker.id, "instagram_name": INSTAGRAM.speaker.name}
    for world in worlds:
        if world.host:
            await world.host.save(MEDIA_HOST, overwrite=True)
        else:
            access = world.access(sandbox)
            own = speaking if world.platform is Platform.FACEBOOK else {}
            await access.model_copy(update=own).save(world.platform.access, overwrite=True)
    return [(world, await platform_access(world.platform)) for world in worlds]


async def publish_bare(world: World, access: PlatformCredentials, number: int) -> None:
    """Publish one post after the other with one client, and read each back; Instagram's pictures are hosted before."""
    async with access.client() as client:
        for place in range(number):
            post = world.publication(f"Number {place} of this batch.")
            ids = [
                await client.upload(one, b"", url)
                for one, url in zip(post.media, post.media_urls, strict=True)
            ]
            piece = Piece(text=post.text, media=post.media, media_ids=tuple(ids))
            if isinstance(client, StagingClient) and client.prepares(piece):
                piece = piece.model_copy(update={"stage": await client.stage(piece)})
                await client.await_ready(piece.stage)
            await client.read(await client.publish(piece))


def approved_posts(worlds: Iterable[World], number: int, handbook: Handbook, now: datetime) -> list[Request]:
    """As many approved posts on each platform."""
    requests = []
    for world in worlds:
        for place in range(number):
            text = f"Number {place} of this batch."
            inputs = world.publication(text, account_name=world.speaker.name).model_dump(mode="json")
            task = f"order-{world.name}-{place}"
            asked = new_request(task_id=task, step_id="order", action=world.action, inputs=inputs)
            record_answer(open_request(asked, now, handbook).id, answer(), now, lambda: handbook)
            requests.append(Request(task, Step(id="order", action=world.action, inputs=inputs), doubts=[]))
    return requests


async def compare_batch(sandbox: SandboxClient, posts: int, latency: float) -> None:
    """The batch, spread over the platforms, by bare calls and by ours."""
    each = posts // len(WORLDS)
    worlds = await connect(sandbox, latency)
    for world, _access in worlds:
        if world.host:
            shown = picture()
            await world.host.place(shown, media_content(shown))
    begun = time.perf_counter()
    for world, access in worlds:
        await publish_bare(world, access, each)
    by_hand = time.perf_counter() - begun
    await connect(sandbox, latency)
    clock, handbook = Clock(), Handbook()
    requests = approved_posts([world for world, _access in worlds], each, handbook, clock())
    seconds, memory = [], []
    for request in requests:
        begun = time.perf_counter()
        await perform(request, handbook, clock)
        seconds.append(time.perf_counter() - begun)
        memory.append(resident_mb())
    for world, _access in worlds:
        if len(world.public(sandbox)) != each:
            raise RuntimeError(f"{len(world.public(sandbox))} of {each} posts on {world.name}")
    show(f"{len(requests)} posts", by_hand, [sum(seconds)])
    median = statistics.median(seconds)
    print(f"one of them: bare {by_hand / len(requests) * 1000:.0f} ms, ours {median * 1000:.0f} ms (median)")
    print(f"memory after the first tenth {memory[len(memory) // 10]:.0f} MB, at the end {memory[-1]:.0f} MB")


def resident_mb() -> float:
    """What this process holds in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


@contextmanager
def at_work(folder: str) -> Iterator[None]:
    """A Prefect server and a Vault of the benchmark's own."""
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ |= {"FTE_HOME": folder, "FTE_VAULT": f"{folder}/Vault"}
    from prefect.testing.utilities import prefect_test_harness

    init_vault(current_vault().root)
    with prefect_test_harness(server_startup_timeout=120):
        from prefect.settings import PREFECT_API_URL

        os.environ["PREFECT_API_URL"] = str(PREFECT_API_URL.value())  # as `fte` and the runs have it
        yield


async def compare(sandbox: SandboxClient, asked: argparse.Namespace, picture: Path) -> None:
    """Both comparisons."""
    if asked.posts:
        await compare_batch(sandbox, asked.posts, asked.latency)
    accesses = {world.platform: access for world, access in await connect(sandbox, asked.latency)}
    await compare_tools(sandbox, accesses, asked.rounds, picture)


def main() -> None:
    """Compare on one server."""
    from PIL import Image

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds that the stand-in waits before each answer"
    )
    asked = parser.parse_args()
    os.environ.pop("ODOO_URL", None)  # posts go to the stand-in alone
    with (
        tempfile.TemporaryDirectory() as state,
        server(state) as here,
        tempfile.TemporaryDirectory() as folder,
        at_work(folder),
    ):
        picture = Path(folder) / "door.png"
        Image.new("RGB", (1600, 1200), "teal").save(picture)
        asyncio.run(compare(SandboxClient(here.url, Path(state) / "media"), asked, picture))


if __name__ == "__main__":
    main()
