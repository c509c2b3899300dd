"""docs/posts-that-fail.md against what happens: each of its rows is made to happen, on each platform it names."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from blocks.social import calls, facebook_video, preparing, x
from blocks.social.credentials import PlatformCredentials
from domain.errors import DigitalFteError
from domain.social.post import Media, Publication
from tasks.social.publish import PublishedReceipt, publish
from tasks.vault.vault import current_vault, init_vault
from tests.films import film_bytes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import FACEBOOK, INSTAGRAM, LINKEDIN, WORLDS, World, X, picture
from tests.tasks.planning.test_comments import PLACES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "posts-that-fail.md").read_text()
DIES = "the process is killed"
MOMENT = 0.2
FAULTS: dict[str, dict[str, Any]] = {
    "it never arrives": {"kind": "refuse_before"},
    "an error before it": {"kind": "status", "status": 500},
    "an error after it": {"kind": "status_after_effect", "status": 500},
    "the answer is lost": {"kind": "drop_after_effect"},
    "the answer is cut short": {"kind": "truncate"},
    "no answer comes": {"kind": "latency_after_effect", "seconds": 0.6},
    "too many calls": {"kind": "status", "status": 429},
    "the access has ended": {},
}


@dataclass(frozen=True)
class Change:
    """One kind of change on one platform.

    Attributes:
        path: Where it is asked for, as a regular expression.
        make: The publication, once what it needs is there.
        counted: How many there are afterwards, on the platform's side.
        method: What reaches for it: `publish`, or what hands a file over.
    """

    world: World
    path: str
    make: Callable[[World, SandboxClient], Publication]
    counted: Callable[[World, SandboxClient], int]
    method: str = "publish"


def shown(world: World, sandbox: SandboxClient) -> int:
    return len(world.public(sandbox))


def film() -> Media:
    content = film_bytes(1_200_000)
    digest, document = hashlib.sha256(content).hexdigest(), current_vault().attach(content, "film.mp4")
    return Media(document=document, sha256=digest, kind="video/mp4", size_bytes=len(content))


def illustrated(world: World, _sandbox: SandboxClient) -> Publication:
    return world.publication(media=[picture()])


def answers(place: Any) -> Change:
    def make(_world: World, sandbox: SandboxClient) -> Publication:
        return place.world.publication("Yes.", reply_to=place.comment(sandbox, "Open?", place.post(sandbox)))

    def counted(_world: World, sandbox: SandboxClient) -> int:
        return len(sandbox.journal(method="POST", path=place.answers, effect=True))

    return Change(place.world, place.answers, make, counted)


def kept(_world: World, sandbox: SandboxClient) -> int:
    return len(sandbox.http.get("/_sandbox/facebook/scheduled").json()["posts"])


def for_later(world: World, _sandbox: SandboxClient) -> Publication:
    return world.publication(publish_at=datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2))


CHANGES: dict[str, list[Change]] = {
    "A post": [
        Change(world, world.path, lambda world, _: world.publication(), shown) for world in WORLDS.values()
    ],
    "An answer that is a comment": [answers(place) for place in PLACES],
    "A video on Facebook": [
        Change(
            FACEBOOK,
            "^/v26.0/333[0-9]+$",
            lambda world, _: world.publication("We moved.", media=[film()]),
            shown,
        )
    ],
    "A post that Facebook keeps for its time": [Change(FACEBOOK, FACEBOOK.path, for_later, kept)],
    "A file": [
        Change(X, "^/2/media/upload/initialize$", illustrated, shown, "upload"),
        Change(LINKEDIN, "^/rest/images$", illustrated, shown, "upload"),
        Change(FACEBOOK, "/photos$", illustrated, shown, "upload"),
        Change(INSTAGRAM, "^/v26.0/17841400000000001/media$", illustrated, shown, "stage"),
    ],
}


def sections() -> dict[str, list[list[str]]]:
    """The rows of each table: what happens, what is seen, how many then, how many in the end, the tests."""
    found: dict[str, list[list[str]]] = {}
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, text = part.partition("\n")
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
        if rows:
            found[title.strip()] = rows[1:]
    return found


@dataclass(frozen=True)
class Row:
    """What the page says of a change on one platform: what happens, what is seen, how many there are then."""

    change: Change
    happens: str
    seen: str
    at_once: str
    in_the_end: str

    @property
    def is_silent(self) -> bool:
        """Nobody hears of it."""
        return self.happens == "no answer comes"

    @property
    def is_whole(self) -> bool:
        """An answer whose header is all that is wanted cannot be cut short."""
        world = self.change.world
        is_post = self.change.path == world.path
        return self.happens == "the answer is cut short" and world.answer_is_a_header and is_post

    def spoil(self, sandbox: SandboxClient) -> None:
        """Have it happen."""
        if fault := FAULTS[self.happens]:
            sandbox.fault(method="POST", path=self.change.path, times=1, **fault)
        else:
            sandbox.http.post(f"/_sandbox/{self.change.world.name}/expire_tokens")

    def was_said(self, first: object) -> bool:
        """Whether it says what stands between the quotation marks, with anything for the dots."""
        (words,) = re.findall('"(.+)"', self.seen)
        pattern = ".*".join(re.escape(part.strip()) for part in words.split("..."))
        return isinstance(first, DigitalFteError) and re.search(pattern, str(first)) is not None


ROWS = [
    Row(change, *row[:4])
    for title, rows in sections().items()
    for row in rows
    if row[0] in FAULTS
    for change in CHANGES.get(title, [])
]


def test_every_kind_of_change_has_a_row_for_everything_that_can_happen() -> None:
    tables = sections()
    assert set(CHANGES) < set(tables)
    for title in CHANGES:
        assert {row[0] for row in tables[title]} == {*FAULTS, DIES}, title


def test_every_row_names_tests_that_exist() -> None:
    for row in [row for rows in sections().values() for row in rows]:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1])
        assert named or row[0] in FAULTS, row
        for path, name in named:
            functions = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
            assert name in functions, f"{path} has no {name}"


@contextmanager
def impatient() -> Iterator[None]:
    """Nobody waits longer than a moment for an answer."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (calls, x):
            patched.setattr(module, "WHOLE_SECONDS", MOMENT)
        yield


async def tried(
    access: PlatformCredentials, what: Publication, *, minutes: float = 0, hasty: str = ""
) -> PublishedReceipt | DigitalFteError:
    """One try; `hasty` is the call that is not waited for."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    async with access.client() as client:
        if hasty:
            patient = getattr(client, hasty)

            async def impatiently(*args: Any) -> Any:
                with impatient():
                    return await patient(*args)

            setattr(client, hasty, impatiently)
        try:
            return await publish(client, what, key="e1", now=lambda: moment)
        except DigitalFteError as error:
            return error


async def tried_first(
    row: Row, access: PlatformCredentials, what: Publication, sandbox: SandboxClient
) -> object:
    """The try in which it happens."""
    if not row.is_silent:
        return await tried(access, what)
    with pytest.MonkeyPatch.context() as patched:
        if row.change.method == "upload":  # a file has its time for each piece
            patched.setattr(calls, "WRITE_SECONDS", MOMENT)
        first = await tried(access, what, hasty=row.change.method)
    if row.change.method == "publish":
        let_it_arrive(sandbox, row.change.path)
    return first


def let_it_arrive(sandbox: SandboxClient, path: str) -> None:
    """The platform's own record tells when it has."""
    while not sandbox.journal(method="POST", path=path, effect=True):
        time.sleep(0.01)


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.change.world.name} {row.change.path} {row.happens}"
)
async def test_what_a_row_says_is_what_happens(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    init_vault(current_vault().root)
    monkeypatch.setattr(facebook_video, "LOOK_SECONDS", 0)
    monkeypatch.setattr(preparing, "PIECE_PAUSE_SECONDS", 0)
    change, world = row.change, row.change.world.with_host(sandbox, monkeypatch)
    access, what = world.access(sandbox), change.make(world, sandbox)
    there = change.counted(world, sandbox)
    row.spoil(sandbox)
    first = await tried_first(row, access, what, sandbox)
    assert row.is_whole or row.was_said(first), str(first)
    assert change.counted(world, sandbox) - there == {"none": 0, "one": 1}[row.at_once]
    access = access if FAULTS[row.happens] else world.access(sandbox)  # a person connects it again
    last: object = None
    for _ in range(2):  # what was to be handed over for its time is given up first, then handed over
        if not isinstance(last, PublishedReceipt):
            last = await tried(access, what, minutes=2)
    assert isinstance(last, PublishedReceipt), str(last)
    assert (change.counted(world, sandbox) - there, row.in_the_end) == (1, "one")
