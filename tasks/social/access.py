"""The access to a platform, renewed before it ends: one process at a time, the new token stored before it is used."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from blocks.files import write_once
from blocks.prefect_server import prefect_asked
from blocks.settings import settings
from domain.errors import RejectedError
from domain.reliability.rate_limits import DueLaterError
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON
from domain.times import shown_time
from tasks.reliability.claims import held, this_process

if TYPE_CHECKING:
    from blocks.social.credentials import PlatformCredentials
    from blocks.social.oauth import PlatformTokens

RENEW_BEFORE = timedelta(minutes=10)
NO_TOKEN = SecretStr("none")
CLOCKS_DIFFER = timedelta(minutes=5)
"""More than an answer takes, and than a clock that is set by itself is ever wrong."""
LOOKED_AT_EVERY = timedelta(minutes=1)


class NotConnectedError(RejectedError):
    """Nobody gave access to the platform."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(
            f"{platform.title} is not connected; a person has to run: fte connect {platform.access}"
        )


class WrongClockError(DueLaterError):
    """This machine's clock is not the platform's, so a post for a time would go out at another."""

    def __init__(self, platform: Platform, here: datetime, there: datetime) -> None:
        super().__init__(
            f"this machine's clock says {shown_time(here)}, and {platform.title}'s {shown_time(there)}: nothing is "
            "published at a wrong time; set the clock, and the post goes on by itself",
            here + LOOKED_AT_EVERY,
        )


async def platform_access(platform: Platform) -> "PlatformCredentials":
    """The saved access, good for some minutes at least where it can be renewed.

    Raises:
        NotConnectedError: there is none.
        PrefectAwayError, PrefectPasswordError: the Prefect server does not hand it out.
        NotAuthorizedError: the owner has to connect again.
        PlatformUnavailableError: it could not be renewed now.
    """
    access = await _saved(platform)
    if not _ends_soon(access):
        return access
    # in a thread: a renewal that has begun is finished, whoever stops waiting for it
    return await asyncio.to_thread(asyncio.run, _renewed_once(platform))


async def connected_platforms() -> list[Platform]:
    """Where posts can be published: what is connected.

    Raises:
        PrefectAwayError, PrefectPasswordError: the Prefect server does not say.
    """
    from blocks.social.credentials import saved_access

    with prefect_asked():
        return [platform for platform in PUBLISHED_ON if await saved_access(platform) is not None]


async def ask_without_token(platform: Platform) -> None:
    """Whether a connected platform answers at all: a refusal is an answer, and costs nothing where a reading does.

    Raises:
        TransientError: it does not.
    """
    from blocks.social.credentials import saved_access

    access = await saved_access(platform)
    if access is None:
        return
    async with access.model_copy(update={"access_token": NO_TOKEN}).client() as client:
        with suppress(RejectedError):
            await client.accounts()


async def see_clock(platform: Platform) -> None:
    """Look whether it is as late there as here.

    Raises:
        WrongClockError: it is not.
        TransientError: the platform does not answer.
    """
    from blocks.social.calls import time_there

    there = await time_there(platform, (await platform_access(platform)).api_url)
    here = datetime.now(UTC)
    if there and abs(here - there) > CLOCKS_DIFFER:
        raise WrongClockError(platform, here, there)


async def _renewed_once(platform: Platform) -> "PlatformCredentials":
    async with held(
        f"renewal of the access to {platform.access}", owner=f"{this_process()}#{platform.access}"
    ):
        access = await _saved(platform)  # whoever held it before may have renewed it
        return await _renewed(platform, access) if _ends_soon(access) else access


async def _renewed(platform: Platform, access: "PlatformCredentials") -> "PlatformCredentials":
    """A refresh token is good once: the answer is on the disk before anything else happens to it."""
    from blocks.social import oauth

    pending = settings().keys / f"renewed-{platform.access}.json"
    tokens = _pending(pending, access)
    if tokens is None:
        tokens = await oauth.renewed(access.app, access.refresh_token.get_secret_value())
        _keep(pending, access, tokens)
    access = access.with_tokens(tokens)
    with prefect_asked():
        await access.save(platform.access, overwrite=True)
    pending.unlink(missing_ok=True)
    return access


def _pending(path: Path, access: "PlatformCredentials") -> "PlatformTokens | None":
    """Tokens that an earlier renewal got and could not store in the block; those of an older consent do not count."""
    from blocks.social.oauth import PlatformTokens

    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return (
        PlatformTokens.model_validate(kept["tokens"])
        if kept["instead_of"] == access.refresh_token.get_secret_value()
        else None
    )


def _keep(path: Path, access: "PlatformCredentials", tokens: "PlatformTokens") -> None:
    kept = {"instead_of": access.refresh_token.get_secret_value(), "tokens": tokens.model_dump(mode="json")}
    path.unlink(missing_ok=True)
    write_once(path, json.dumps(kept).encode())


def _ends_soon(access: "PlatformCredentials") -> bool:
    return access.is_renewable and access.expires_at - RENEW_BEFORE <= datetime.now(UTC)


async def _saved(platform: Platform) -> "PlatformCredentials":
    from blocks.social.credentials import saved_access

    with prefect_asked():
        access = await saved_access(platform)
    if access is None:
        raise NotConnectedError(platform)
    return access
