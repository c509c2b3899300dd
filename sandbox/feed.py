"""A believable morning: `python -m sandbox.feed BASE_URL INBOX_FOLDER` delivers mails, files and public words.

Ids and contents are fixed by the day and the sandbox remembers what was delivered, so a restart repeats nothing.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from sandbox.morning import Drop, FeedMail, Item, morning

PACE_SECONDS = 20.0
FIRST_ITEMS, FIRST_PACE_SECONDS = 4, 4.0
ATTEMPTS, RETRY_SECONDS = 60, 1.0


def drop(item: Drop, inbox: Path) -> None:
    """Write under a hidden name, then rename: a watcher never sees half a file."""
    inbox.mkdir(parents=True, exist_ok=True)
    hidden = inbox / f".{item.name}.part"
    hidden.write_bytes(item.content)
    hidden.replace(inbox / item.name)


async def feed(client: httpx.AsyncClient, inbox: Path, items: Sequence[Item], *, pace: float) -> int:
    """Deliver what was not delivered yet; how many that were."""
    done = set((await _asked(client, "GET", "/_sandbox/feed")).json()["fed"])
    waiting = [item for item in items if item.id not in done]
    for place, item in enumerate(waiting):
        if place:
            await asyncio.sleep(min(pace, FIRST_PACE_SECONDS) if place < FIRST_ITEMS else pace)
        if isinstance(item, Drop):
            drop(item, inbox / item.folder)
        elif isinstance(item, FeedMail):
            await _asked(client, "POST", "/_sandbox/gmail/deliver", item.delivery.model_dump(mode="json"))
        else:
            for platform, words in item.words:
                await _asked(client, "POST", f"/_sandbox/{platform}/posts", words)
        await _asked(client, "POST", "/_sandbox/feed", {"item": item.id})
    return len(waiting)


async def _asked(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, object] | None = None
) -> httpx.Response:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return (await client.request(method, path, json=body)).raise_for_status()
        except httpx.TransportError:
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(RETRY_SECONDS)
    raise AssertionError("the last attempt returns or raises")


async def _run(base: str, inbox: Path, items: Sequence[Item], pace: float) -> int:
    async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=10) as client:
        return await feed(client, inbox, items, pace=pace)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 1 when the sandbox could not be reached."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.feed", description="Deliver a demo morning.")
    parser.add_argument("base_url")
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--pace", type=float, default=PACE_SECONDS, metavar="SECONDS")
    parser.add_argument("--day", type=date.fromisoformat, default=None, help="of the papers; default: today")
    parser.add_argument(
        "--only", default="", metavar="NAMES", help="such as rent,hosting; default: all of the day"
    )
    given = parser.parse_args(arguments)
    day, only = given.day or datetime.now(UTC).date(), given.only.split(",") if given.only else None
    items = [item for item in morning(day) if only is None or item.id.removeprefix(f"{day}-") in only]
    try:
        asyncio.run(_run(given.base_url, given.inbox, items, given.pace))
    except (httpx.HTTPError, OSError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        sys.stderr.write(f"the feed stopped: {given.base_url} or {given.inbox}: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
