"""One cheap question to each service: what a command (`fte doctor`, `fte health --now`) and the five-minute look ask.

Each is asked in a thread and an event loop of its own, and gets five seconds: one that accepts and never answers, or
holds its thread, keeps nobody else from being asked and nobody from going on.
"""

import asyncio
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from blocks.prefect_server import (
    PrefectAwayError,
    PrefectPasswordError,
    SavedBlock,
    ask_prefect,
    prefect_asked,
    saved_block,
)
from blocks.settings import settings
from domain.audit.redaction import redacted_text
from domain.errors import DigitalFteError, RejectedError
from domain.health.probed import Probed
from domain.health.spell import DISK, LEDGER, PREFECT, HealthStanding
from domain.policy.health import HealthRules
from domain.reliability.ending import Ending
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON, RULES
from domain.times import shown_time
from tasks.accounting.connection import check_connection
from tasks.mail.consents import refused_consent
from tasks.model.spending import spent_usd
from tasks.reliability.effect_ledger import unknown_effects

if TYPE_CHECKING:
    from blocks.language_model import LanguageModel
    from blocks.odoo.credentials import OdooCredentials
    from blocks.whatsapp.credentials import WhatsAppCredentials

PROBE_SECONDS = 5.0
GRACE_SECONDS = 0.5
"""What a question that is given up may take to end by itself."""
LONGEST_SAID = 200
GIGABYTE = 1e9
CALENDAR = "google-calendar"
PLATFORMS = {platform.access: platform for platform in PUBLISHED_ON[::-1]}
ACCOUNTS = ("odoo", "gmail", *dict.fromkeys(one.access for one in PUBLISHED_ON), "whatsapp", "media", "model")
ENDINGS = {"key_expires_on": "the API key", "consent_ends_on": "the consent"}
"""Fields of the accounts' blocks that name a last day."""

CLIENTS = (
    "blocks.gmail.credentials",
    "blocks.language_model",
    "blocks.odoo.credentials",
    "blocks.social.credentials",
    "blocks.social.media_host",
    "blocks.whatsapp.credentials",
    "blocks.whatsapp.receiver",
    "PIL.Image",
    "tasks.appointments.read",
    "tasks.social.access",
    "tasks.whatsapp.access",
    "tasks.whatsapp.events",
)

Ask = Callable[[], Awaitable[Probed]]


class DiskSpaceLowError(DigitalFteError):
    """Less is free than the handbook wants."""

    def __init__(self, free_gb: float, wanted_gb: float) -> None:
        super().__init__(f"{free_gb:.1f} GB free, less than {wanted_gb:g} GB; free some space")


async def probed(name: str, question: Awaitable[str], seconds: float = PROBE_SECONDS) -> Probed:
    """What a question comes to, in time."""
    begun = time.monotonic()
    standing, said, is_refused = HealthStanding.DOWN, "", False
    try:
        async with asyncio.timeout(seconds):
            said = await question
        standing = HealthStanding.UP
    except TimeoutError:
        said = f"no answer within {seconds:g} s"
    except (PrefectAwayError, PrefectPasswordError) as error:
        standing, said = HealthStanding.DOWN if name == PREFECT else HealthStanding.UNKNOWN, str(error)
    except (DigitalFteError, OSError) as error:
        said, is_refused = str(error), isinstance(error, RejectedError)
    return Probed(name, standing, _harmless(said), time.monotonic() - begun, is_refused)


def _harmless(said: str) -> str:
    """What a service says goes into records and pages: on one line, short, and without what looks like a secret."""
    return redacted_text(" ".join(said.split()))[:LONGEST_SAID]


def ask_all(asks: Mapping[str, Ask], seconds: float = PROBE_SECONDS) -> list[Probed]:
    """Ask everybody side by side; who has not answered in time is down."""
    answers: dict[str, Probed] = {}
    threads = {name: _asking(name, ask, answers) for name, ask in asks.items() if name not in _held()}
    deadline = time.monotonic() + seconds + GRACE_SECONDS
    for thread in threads.values():
        thread.join(max(deadline - time.monotonic(), 0))
    silent = HealthStanding.DOWN
    return [
        answers.get(name) or Probed(name, silent, f"no answer within {seconds:g} s", seconds) for name in asks
    ]


_asked: dict[str, threading.Thread] = {}
"""The threads of questions; one that still waits is not asked again beside itself."""


def _held() -> set[str]:
    return {name for name, thread in list(_asked.items()) if thread.is_alive()}


def is_any_unanswered() -> bool:
    """Whether an answer is still waited for that came too late to be told."""
    return bool(_held())


def _asking(name: str, ask: Ask, answers: dict[str, Probed]) -> threading.Thread:
    def run() -> None:
        try:
            answers[name] = asyncio.run(_whole(ask))
        except Exception as error:  # noqa: BLE001 (whatever it was, the others are asked and this one is not up)
            answers[name] = Probed(name, HealthStanding.DOWN, _harmless(f"{type(error).__name__}: {error}"))

    thread = _asked[name] = threading.Thread(target=run, name=f"question to {name}", daemon=True)
    thread.start()
    return thread


async def _whole(ask: Ask) -> Probed:
    return await ask()


def questions(rules: HealthRules, *, with_token: bool = True) -> dict[str, Ask]:
    """Whom to ask, by name.

    Args:
        rules: How much of the disk is to be free.
        with_token: Whether the platforms are asked with their access, which counts as a call of their quotas.
    """
    return account_questions(with_token=with_token) | {
        CALENDAR: ask_calendar,
        PREFECT: lambda: probed(PREFECT, ask_prefect()),
        LEDGER: lambda: probed(LEDGER, ledger_words()),
        DISK: lambda: probed(DISK, disk_words(rules)),
    }


def account_questions(*, with_token: bool = True) -> dict[str, Ask]:
    """Of the accounts alone; what they need is loaded here: it takes seconds, and those are no service's."""
    for module in CLIENTS:
        import_module(module)
    return {account: partial(ask_account, account, with_token=with_token) for account in ACCOUNTS}


async def ask_account(account: str, *, with_token: bool = True) -> Probed:
    """Whether the service answers and accepts what is saved of the account."""
    kept: list[SavedBlock] = []

    async def question() -> str:
        with prefect_asked():
            saved = await saved_block(account, f"{account}-credentials")
        if saved is None:
            return ""
        kept.append(saved)
        refused = refused_consent(account, saved.updated) if saved.updated else None
        if refused is not None:
            raise ConsentRefusedError(refused.said)
        return await _question(account, with_token=with_token)

    found = await probed(account, question())
    if not kept and found.standing is HealthStanding.UP:
        return Probed(account, None, "not connected")
    ending = ending_key(kept[0].data, datetime.now(UTC).date()) if kept else ""
    return Probed(account, found.standing, found.said, found.seconds, found.is_refused, ending)


class ConsentRefusedError(RejectedError):
    """The consent was refused since it was given."""


async def _question(account: str, *, with_token: bool) -> str:
    if account in PLATFORMS:
        return await platform_words(PLATFORMS[account], with_token=with_token)
    return await {
        "odoo": _ask_odoo,
        "gmail": _ask_gmail,
        "whatsapp": _ask_whatsapp,
        "media": _ask_media_host,
        "model": _ask_model,
    }[account]()


async def ask_calendar() -> Probed:
    """Whether Google Calendar answers, where the mailbox's consent covers it."""
    from blocks.gmail.calendar_client import Window
    from tasks.appointments.read import calendar_credentials

    is_read = True

    async def question() -> str:
        nonlocal is_read
        with prefect_asked():
            credentials = await calendar_credentials()
        if credentials is None:
            is_read = False
            return ""
        async with credentials.calendar_client() as client:
            now = datetime.now(UTC)
            await client.in_window(Window(now, now + timedelta(minutes=1)))
        return "the calendar can be read"

    found = await probed(CALENDAR, question())
    return found if is_read else Probed(CALENDAR, None, "not connected")


async def _ask_odoo() -> str:
    from blocks.odoo.credentials import OdooCredentials

    block: OdooCredentials = await OdooCredentials.aload("odoo")
    return await odoo_words(block)


async def odoo_words(block: "OdooCredentials") -> str:
    """Whose books these are, and how long the key is good; asks Odoo with that key."""
    async with block.client() as client:
        found = await check_connection(client)
    days = found.key_days_left(datetime.now(UTC).date())
    left = "" if days is None else f", key good for {days} days"
    return f"books of {found.company} (Odoo {found.version}{left})"


async def _ask_gmail() -> str:
    from blocks.gmail.credentials import GmailCredentials

    block: GmailCredentials = await GmailCredentials.aload("gmail")
    async with block.client() as client:
        profile = await client.profile()
    return f"mailbox {profile.address}" + (" and its calendar" if block.reads_calendar else "")


async def _ask_whatsapp() -> str:
    from tasks.whatsapp.access import whatsapp_access

    return await whatsapp_words(await whatsapp_access(), settings().webhook_url)


async def whatsapp_words(access: "WhatsAppCredentials", receiver: str) -> str:
    """Which number writes, and when it heard something last; asks WhatsApp, and the receiver of its webhook."""
    from blocks.whatsapp.receiver import try_receiver
    from tasks.whatsapp.events import last_stored

    async with access.client() as client:
        number = await client.number()
    await try_receiver(receiver, access.app_secret, access.verify_token)
    stored = last_stored()
    heard = (
        f"WhatsApp brought something last at {shown_time(stored)}"
        if stored
        else "WhatsApp has brought nothing yet"
    )
    return f"number {number.shown} of {number.name}; {heard}"


async def _ask_media_host() -> str:
    from blocks.social.media_host import NAME, MediaHost

    host: MediaHost = await MediaHost.aload(NAME)
    await host.try_out()
    return f"files of posts can be read at {host.public_url}"


async def _ask_model() -> str:
    from blocks.language_model import saved_models

    return await model_words(await saved_models(), datetime.now(UTC))


async def model_words(models: "list[LanguageModel]", now: datetime) -> str:
    """Which models may propose, and what they cost; asks their servers, which charge nothing for that."""
    from blocks.language_model import check_extra

    check_extra()
    for model in models:
        await model.try_out()
    names = ", then ".join(model.model for model in models)
    return f"{names}; {spent_usd(now):.2f} of {models[0].daily_limit_usd:f} USD spent in 24 hours"


async def platform_words(platform: Platform, *, with_token: bool = True) -> str:
    """For whom posts speak there; asks the platform."""
    from tasks.social.access import ask_without_token, platform_access

    access = await platform_access(platform)
    speakers = [there for one in PUBLISHED_ON if (there := access.speaking_on(one))]
    if RULES[platform].cost_text or not with_token:  # where each call costs money, an answer has to do
        await ask_without_token(platform)
    else:
        for speaker in speakers:
            async with speaker.client() as client:
                await client.accounts()
    today = datetime.now(UTC).date()
    soon = filter(None, (ending.words(today) for ending in access.endings))
    names = " and ".join(speaker.account_name for speaker in speakers)
    return "; ".join([f"posts speak for {names}", *soon])


async def ledger_words() -> str:
    """That the ledger can be used, and the outcomes that nobody knows."""
    unknown = len(unknown_effects())
    return f"usable; {unknown} unknown outcomes" if unknown else "usable"


async def disk_words(rules: HealthRules) -> str:
    """What is free where the Vault and the state are."""
    home = settings().home
    places = [
        next(one for one in (path, *path.parents) if one.exists()) for path in (home, settings().vault_path)
    ]
    free = min(shutil.disk_usage(place).free for place in places) / GIGABYTE
    if free < rules.disk_free_gb:
        raise DiskSpaceLowError(free, rules.disk_free_gb)
    return f"{free:.1f} GB free"


def ending_key(block: dict[str, Any], today: date) -> str:
    """What to say of a key or consent that has ended or ends soon; nothing for any other."""
    named = [
        Ending(what, date.fromisoformat(block[name])) for name, what in ENDINGS.items() if block.get(name)
    ]
    return "; ".join(filter(None, (ending.words(today) for ending in named)))
