"""Posts read once more where they were published, and whether the accounts that speak are still ours."""

from collections.abc import AsyncIterator, Iterable

from domain.errors import DigitalFteError
from domain.social.post import Platform
from tasks.actions.proof import Proof
from tasks.planning.task_proof import prove_task
from tasks.social.access import platform_access


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


def _read_back(proof: Proof) -> Proof:
    """A platform that does not let us read has proven nothing."""
    if unread := proof.facts.get("unread"):
        return proof.model_copy(update={"holds": False, "said": f"it was not read back: {unread}"})
    return proof


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
