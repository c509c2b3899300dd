"""Posts read once more where they were published, and whether the accounts that speak are still ours."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from domain.errors import DigitalFteError, RejectedError, TransientError
from domain.planning.catalogue import CATALOGUE
from domain.social.dialect import publication_of
from domain.social.draft import DraftStatus, address_in, read_draft, status_of
from domain.social.post import Platform, Publication, SocialPost
from domain.vault.note import Note
from tasks.actions.proof import Proof
from tasks.clock import present
from tasks.planning.post_tasks import noted
from tasks.planning.task_proof import prove_task
from tasks.policy.handbook import read_handbook
from tasks.reliability.effect_ledger import effects_of
from tasks.social.access import connected_platforms, platform_access
from tasks.social.post_notes import post_notes
from tasks.vault.vault import Folder, current_vault

WEEK = timedelta(days=7)


class NotAskedError(TransientError):
    """Nobody was asked about the post."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"nothing is public: {Folder.POSTS}/{name}.md is a draft; nobody is asked before it is ready"
        )


class WithdrawnError(RejectedError):
    """Nothing of the post is published."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{Folder.POSTS}/{name}.md was cancelled; nothing of it will be published")


class NoSuchPostError(RejectedError):
    """There is no such note."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no note {name} in {Folder.POSTS}/")


async def prove_platforms(platforms: Iterable[Platform]) -> AsyncIterator[Proof]:
    """Whether each platform is connected, and lets us speak as the account that was chosen."""
    for platform in platforms:
        yield await _connection(platform)


async def prove_publication(platform: Platform, task_id: str) -> AsyncIterator[Proof]:
    """What a task published on a platform, as it reads there now.

    Raises:
        NotConnectedError: nobody gave access to the platform.
        DigitalFteError: nothing is public, or it cannot be read now; see `prove_task`.
    """
    await platform_access(platform)
    async for proof in prove_task(task_id):
        yield _read_back(proof)


async def prove_week() -> AsyncIterator[Proof]:
    """Each connected account, and each post whose note says that it was published in the last seven days."""
    connected = await connected_platforms()
    said = "" if connected else "no platform is connected; a person has to run: fte connect --help"
    yield Proof(what="a platform is connected", holds=bool(connected), said=said)
    async for proof in prove_platforms(connected):
        yield proof
    for name, note in post_notes().items():
        if status_of(note.front) is DraftStatus.PUBLISHED and present() - _changed(name) < WEEK:
            async for proof in prove_note(name):
                yield proof


async def prove_note(name: str) -> AsyncIterator[Proof]:
    """What was published of a note on every platform, and that the note says no other words and addresses.

    Raises:
        NoSuchPostError, NotAskedError, WithdrawnError: there is nothing to read.
        DigitalFteError: nothing is public, or it cannot be read now; see `prove_task`.
    """
    note = post_notes().get(name)
    if note is None:
        raise NoSuchPostError(name)
    if status_of(note.front) is DraftStatus.CANCELLED:
        raise WithdrawnError(name)
    if not note.front.get("task"):
        raise NotAskedError(name)
    proofs = [_read_back(proof) async for proof in prove_task(str(note.front["task"]))]
    for proof in proofs:
        yield proof
    wrong = [*_other_words(note, present()), *_other_addresses(note, proofs)]
    yield Proof(what=f"{Folder.POSTS}/{name}.md", holds=not wrong, said="; ".join(wrong))


def _read_back(proof: Proof) -> Proof:
    """A platform that does not let us read has proven nothing."""
    if unread := proof.facts.get("unread"):
        return proof.model_copy(update={"holds": False, "said": f"it was not read back: {unread}"})
    return proof


def _other_words(note: Note, now: datetime) -> list[str]:
    """Where the note says something else than was published."""
    said = read_draft(note.front, note.body, read_handbook().time_zone, now).said
    words: dict[str, Any] = {
        key: said[key] for key in ("text", "link", "hashtags", "reply_to") if key in said
    }
    found = []
    task_id = str(note.front["task"])
    for published in noted(note, task_id, tuple(_published(task_id))):
        title = published.platform.title
        if _parts(words, published) != published.parts:
            found.append(f"it says other words than were published on {title}")
        if published.platform not in said.get("platforms", []):
            found.append(f"it does not name {title}, where it was published")
    return found


def _parts(words: dict[str, Any], published: Publication) -> tuple[str, ...]:
    try:
        post = SocialPost.model_validate(words | {"media": published.media})
    except ValidationError:
        return ()  # it can no longer be meant as a post
    return publication_of(post, published.platform, "-", "").parts


def _published(task_id: str) -> list[Publication]:
    return [
        Publication.model_validate(effect.inputs)
        for effect in effects_of(task_id)
        if CATALOGUE[effect.action].inputs is Publication
    ]


def _other_addresses(note: Note, proofs: list[Proof]) -> list[str]:
    """Addresses in the note at which its post does not stand."""
    there = {proof.facts.get("url") for proof in proofs}
    said = map(address_in, note.front.get("published") or [])
    others = [address for address in said if address not in there]
    return [f"its post does not stand at {', '.join(others)}"] if others else []


def _changed(name: str) -> datetime:
    seconds = current_vault().path(f"{Folder.POSTS}/{name}.md").stat().st_mtime
    return datetime.fromtimestamp(seconds, tz=present().tzinfo)


async def _connection(platform: Platform) -> Proof:
    what = f"{platform.title} is connected"
    try:
        access = await platform_access(platform)
        async with access.client() as client:
            accounts = {one.id for one in await client.accounts()}
    except DigitalFteError as error:
        return Proof(what=what, holds=False, said=str(error))
    is_ours = access.account_id in accounts
    said = "" if is_ours else f"this access no longer speaks for {access.account_name}"
    return Proof(what=what, holds=is_ours, said=said, facts={"account": access.account_name})
