"""`fte doctor`: what is configured, reachable or missing, and the command that mends it."""

import asyncio
import importlib.util
import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from blocks.files import is_open_to_others
from blocks.prefect_login import prefect_login
from blocks.prefect_server import PrefectPasswordError
from blocks.settings import HANDBOOK, Mode, Settings, settings
from deployments.asking import asking
from deployments.environment import api_url, apply_environment
from deployments.listening import PATIENT_SECONDS, Access, Answer, asked, is_healthy, prefect_access
from deployments.prefect_health import TESTED_MINOR, database_bytes, untested_version
from deployments.printing import AsJson, print_json, print_table
from deployments.processes import read_pid_file
from domain.errors import DigitalFteError, RejectedError
from domain.reliability.ending import Ending
from domain.social.post import Platform
from domain.social.rules import PUBLISHED_ON, RULES
from domain.times import shown_time
from tasks.accounting.connection import check_connection
from tasks.accounting.snapshot import SnapshotDamagedError, SnapshotMissingError, age_words, load_snapshot
from tasks.audit.verify import SOUND, verify_audit_log
from tasks.mail.consents import refused_consent
from tasks.model.spending import spent_usd
from tasks.planning.prepare import read_handbook, read_playbooks, read_written_handbook
from tasks.reliability.ledger import unknown_effects
from tasks.reliability.waiting import last_looks

if TYPE_CHECKING:
    from blocks.language_model import LanguageModel
    from blocks.odoo.credentials import OdooCredentials
    from blocks.whatsapp.credentials import WhatsAppCredentials

SMALL_DISK_BYTES = 1_000_000_000
SYNC = "fte run sync_odoo"
PROBE_SECONDS = 5.0
ACCOUNTS = (
    "odoo",
    "gmail",
    *dict.fromkeys(platform.access for platform in PUBLISHED_ON),
    "whatsapp",
    "media",
    "model",
)
FIRST_STEP = {"odoo": "fte odoo setup for a fresh Odoo, else fte connect odoo"}
RENEWAL = {"odoo": "fte odoo setup, or fte connect odoo with a new key"}
AWAY = {"odoo": "start Odoo, then fte doctor"}
ENDINGS = {"key_expires_on": "the API key", "consent_ends_on": "the consent"}
"""Fields of the accounts' blocks that name a last day."""


def _renewal(account: str) -> str:
    return RENEWAL.get(account, f"fte connect {account}")


def _away(account: str) -> str:
    return AWAY.get(account, "look at the network, then fte doctor")


class Health(StrEnum):
    """How one thing is."""

    GOOD = "good"
    MISSING = "missing"
    BROKEN = "broken"


MARKS = {
    Health.GOOD: Text("ok", "green"),
    Health.MISSING: Text("--", "yellow"),
    Health.BROKEN: Text("!!", "red"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is a command or a sentence."""

    what: str
    health: Health
    found: str
    remedy: str = ""


def _good(what: str, found: str) -> Finding:
    return Finding(what, Health.GOOD, found)


def _missing(what: str, found: str, remedy: str) -> Finding:
    return Finding(what, Health.MISSING, found, remedy)


def _broken(what: str, found: str, remedy: str) -> Finding:
    return Finding(what, Health.BROKEN, found, remedy)


def doctor(*, as_json: AsJson = False) -> None:
    """Look at everything the employee needs; exit status 1 when something must be mended."""
    here = settings()
    apply_environment(here)
    with asking("the Prefect server and the accounts"):
        findings = list(examine(here))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        rows = ((MARKS[each.health], each.what, each.found, each.remedy) for each in findings)
        print_table(("", "What", "Found", "Remedy"), rows)
    if any(finding.health is Health.BROKEN for finding in findings):
        raise typer.Exit(1)


def examine(here: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    yield _vault(here)
    yield _handbook(here)
    yield from private_state(here)
    yield _disk(here)
    yield _ledger(here)
    yield audit_row(here)
    yield _server(here)
    yield _prefect_version()
    if not here.prefect_url:
        yield _prefect_database(here)
    yield from looked_at(datetime.now(UTC), at_work=_is_at_work(here))
    if here.mode is Mode.SANDBOX:
        yield _reachable("stand-in services", f"{here.sandbox_url}/_sandbox/health", "fte up --sandbox")
    yield from _accounts(here)
    yield notifications(here)
    yield kept_books(datetime.now(UTC))
    yield _ocr()


def _guarded(what: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return _good(what, look())
    except (DigitalFteError, OSError) as error:
        return _broken(what, str(error), remedy)


def _vault(here: Settings) -> Finding:
    if not (here.vault_path / HANDBOOK).exists():
        return _broken("Vault", f"no Vault at {here.vault_path}", f"fte vault init {here.vault_path}")
    return _good("Vault", str(here.vault_path))


def _handbook(here: Settings) -> Finding:
    def look() -> str:
        read_written_handbook()
        handbook = read_handbook()
        return f"asks above {handbook.ask_above} {handbook.currency}; {len(read_playbooks())} playbooks"

    return _guarded("Handbook", look, f"edit {here.vault_path / HANDBOOK}")


def _disk(here: Settings) -> Finding:
    place = here.home if here.home.exists() else here.home.parent
    free = shutil.disk_usage(place if place.exists() else "/").free
    health = Health.GOOD if free > SMALL_DISK_BYTES else Health.BROKEN
    return Finding(
        "Disk", health, f"{free / 1e9:.1f} GB free", "" if health is Health.GOOD else "free some space"
    )


def _ledger(here: Settings) -> Finding:
    def look() -> str:
        unknown = len(unknown_effects())
        return f"usable; {unknown} unknown outcomes" if unknown else "usable"

    return _guarded("Ledger", look, f"check {here.state}")


def audit_row(here: Settings) -> Finding:
    """Whether the record of what happened holds, and is this mode's."""
    try:
        here.check_vault()
        state = verify_audit_log(here.vault_path, here.keys).state
    except (DigitalFteError, OSError) as error:
        return _broken("Audit log", str(error), "fte audit verify")
    if state in SOUND:
        return _good("Audit log", state.value)
    return _broken("Audit log", state.value, "fte audit verify names the line")


def _server(here: Settings) -> Finding:
    """Whether it answers and takes our password."""
    access = prefect_access(here)
    if access is Access.AWAY:
        return _broken("Prefect server", f"{api_url(here)} does not answer", "fte up")
    if access is Access.REFUSED:
        return _broken("Prefect server", str(PrefectPasswordError()), "fte down, then fte up")
    return _good("Prefect server", api_url(here))


def _prefect_version() -> Finding:
    untested = untested_version()
    if untested:
        return _missing("Prefect", untested, f"pip install 'prefect=={TESTED_MINOR}.*'")
    return _good("Prefect", version("prefect"))


def _prefect_database(here: Settings) -> Finding:
    size = f"{database_bytes(here) / 1e6:.1f} MB"
    return _good("Prefect's database", f"{size}; ended runs are kept {here.keep_runs_days} days")


def looked_at(now: datetime, *, at_work: bool) -> Iterator[Finding]:
    """When each channel was last looked at: a look that finds nothing leaves no run that one could see."""
    try:
        looks = last_looks()
    except DigitalFteError:
        return  # the ledger has a row of its own
    for look in looks:
        what = f"Looking at {look.channel}"
        if not at_work:
            yield _missing(what, f"last {look.words()}", "fte up")
        elif look.is_overdue(now):
            yield _broken(what, f"not since {look.words()}", "fte down, then fte up")
        elif look.problem:
            yield _broken(what, look.words(), "do what it says; it is looked at again by itself")
        else:
            yield _good(what, look.words())


def _is_at_work(here: Settings) -> bool:
    process = read_pid_file(here)
    return bool(here.prefect_url) or (process is not None and process.alive)


def _reachable(what: str, address: str, remedy: str) -> Finding:
    if is_healthy(address, PATIENT_SECONDS):
        return _good(what, address)
    return _broken(what, f"{address} does not answer", remedy)


def private_state(here: Settings) -> Iterator[Finding]:
    """Whether other users of this machine can look into the state folder or the Vault.

    What the sandbox's media host shows to its public is left out.
    """
    remedy = f"chmod -R go= {here.state}"
    every = (
        path for path in (here.state, *here.state.rglob("*")) if not path.is_relative_to(here.public_media)
    )
    seen = [path for path in every if is_open_to_others(path)]
    if seen:
        words = f"{len(seen)} open to other users of this machine, such as {seen[0]}"
        yield _broken("Private state", words, remedy)
    else:
        yield _good("Private state", str(here.state))
    if is_open_to_others(here.vault_path):
        words = "other users of this machine can look into it; keep it so if you mean it"
        yield _missing("Vault's modes", words, f"chmod -R go= {here.vault_path}")


def _accounts(here: Settings) -> Iterator[Finding]:
    findings = [_account(here, account) for account in ACCOUNTS]
    saved = [finding.what for finding in findings if finding.health is Health.GOOD]
    asked = asyncio.run(_ask_accounts(here, saved)) if saved else {}
    yield from (asked.get(finding.what, finding) for finding in findings)


def _account(here: Settings, account: str) -> Finding:
    """What is saved of an account."""
    answer = asked(_saved_at(here, f"{account}-credentials", account), login=prefect_login())
    if answer is None:
        return _broken(account, "the Prefect server keeps the accounts and does not answer", "fte up")
    if answer.is_refusal:
        return _broken(account, "the Prefect server refused the password", "see Prefect server above")
    return _saved(here, account, answer)


def _saved(here: Settings, account: str, answer: Answer) -> Finding:
    """A saved account, unless its consent was refused since it was saved."""
    if not answer.is_success:
        return _missing(account, "not connected", FIRST_STEP.get(account, _renewal(account)))
    saved = json.loads(answer.body)
    try:
        refused = refused_consent(account, datetime.fromisoformat(saved["updated"]))
    except DigitalFteError as error:
        return _broken(account, str(error), f"check {here.state}")
    if refused is not None:
        return _broken(account, refused.said, _renewal(account))
    ending = ending_key(saved.get("data", {}), datetime.now(UTC).date())
    if ending:
        return _broken(account, ending, _renewal(account))
    return _good(account, "saved")


def notifications(here: Settings) -> Finding:
    """Whether the owner is told anywhere but in the Vault and in Prefect's UI."""
    answer = asked(_saved_at(here, "owner-notifications", "owner"), login=prefect_login())
    if answer and answer.is_success:
        return _good("Notifications", "addresses are saved")
    return _missing(
        "Notifications", "you are told in the Vault and in Prefect's UI only", "fte connect notifications"
    )


def _saved_at(here: Settings, block_type: str, name: str) -> str:
    return f"{api_url(here)}/block_types/slug/{block_type}/block_documents/name/{name}"


async def _ask_accounts(here: Settings, saved: list[str]) -> dict[str, Finding]:
    """Each saved account, asked side by side."""
    probes = {"odoo": _ask_odoo, "gmail": _ask_gmail, "media": _ask_media_host, "model": _ask_model}
    probes["whatsapp"] = _ask_whatsapp
    probes |= {platform.access: partial(_ask_platform, platform) for platform in PUBLISHED_ON[::-1]}
    answers = await asyncio.gather(*(ask(account, probes[account](), here.mode) for account in saved))
    return {finding.what: finding for finding in answers}


async def ask(account: str, probe: Awaitable[str], mode: Mode, seconds: float = PROBE_SECONDS) -> Finding:
    """Whether the service answers in time and accepts what is saved of the account."""
    again = "fte down, then fte up --sandbox" if mode is Mode.SANDBOX else ""
    try:
        async with asyncio.timeout(seconds):
            found = await probe
    except TimeoutError:
        return _broken(account, f"no answer within {seconds:g} s", again or _away(account))
    except RejectedError as error:
        return _broken(account, str(error), again or _renewal(account))
    except (DigitalFteError, OSError) as error:
        return _broken(account, str(error), again or _away(account))
    return _good(account, f"demo account, {found}" if mode is Mode.SANDBOX else f"connected, {found}")


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
    from blocks.language_model import NAME, LanguageModel

    block: LanguageModel = await LanguageModel.aload(NAME)
    return await model_words(block, datetime.now(UTC))


async def model_words(block: "LanguageModel", now: datetime) -> str:
    """Which model may propose words, and what it cost; asks its server, which charges nothing for that."""
    from blocks.language_model import check_extra

    check_extra()
    await block.try_out()
    return f"{block.model}; {spent_usd(now):.2f} of {block.daily_limit_usd:f} USD spent in 24 hours"


async def _ask_platform(platform: Platform) -> str:
    from tasks.social.access import ask_without_token, platform_access

    access = await platform_access(platform)
    speakers = [there for one in PUBLISHED_ON if (there := access.speaking_on(one))]
    if RULES[platform].cost_text:  # where each call costs money, an answer has to do
        await ask_without_token(platform)
    else:
        for speaker in speakers:
            async with speaker.client() as client:
                await client.accounts()
    today = datetime.now(UTC).date()
    soon = filter(None, (ending.words(today) for ending in access.endings))
    names = " and ".join(speaker.account_name for speaker in speakers)
    return "; ".join([f"posts speak for {names}", *soon])


def ending_key(block: dict[str, Any], today: date) -> str:
    """What to say of a key or consent that has ended or ends soon; nothing for any other."""
    named = [
        Ending(what, date.fromisoformat(block[name])) for name, what in ENDINGS.items() if block.get(name)
    ]
    return "; ".join(filter(None, (ending.words(today) for ending in named)))


def kept_books(now: datetime) -> Finding:
    """Whether there is a copy of the books, and how old it is."""
    try:
        manifest = load_snapshot().manifest
    except SnapshotMissingError:
        return _missing("copy of the books", "none yet", SYNC)
    except SnapshotDamagedError as error:
        return _broken("copy of the books", str(error), SYNC)
    return _good("copy of the books", age_words(manifest, now))


def _ocr() -> Finding:
    """The library that reads pictures, without loading it; its models are files beside it."""
    found = importlib.util.find_spec("rapidocr")
    folder = Path(found.origin).parent / "models" if found and found.origin else None
    if folder and any(folder.glob("*.onnx")):
        return _good("Text in pictures", f"rapidocr {version('rapidocr')}")
    return _missing("Text in pictures", "nothing to read them with; pictures wait for a person", "make setup")
