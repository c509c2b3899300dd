"""`fte doctor`: what is configured, reachable or missing, and the command that mends it."""

import asyncio
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import typer
from rich.text import Text

from blocks.files import is_open_to_others
from blocks.prefect_login import prefect_login
from blocks.prefect_server import ask_prefect
from blocks.settings import HANDBOOK, Mode, Settings, settings
from deployments.asking import asking
from deployments.environment import api_url, apply_environment, open_to_others
from deployments.listening import PATIENT_SECONDS, asked, is_healthy
from deployments.printing import AsJson, print_json, print_table
from deployments.processes import read_pid_file
from domain.errors import DigitalFteError
from domain.health.probed import Probed
from domain.health.spell import HealthStanding
from tasks.accounting.snapshot import SnapshotDamagedError, SnapshotMissingError, age_words, load_snapshot
from tasks.audit.verify import SOUND, verify_audit_log
from tasks.health.questions import account_questions, ask_all, disk_words, ledger_words, probed
from tasks.health.rounds import read_rules
from tasks.planning.written import read_playbooks
from tasks.policy.handbook import read_handbook, read_written_handbook
from tasks.reliability.waiting import last_looks

SYNC = "fte run sync_odoo"
FIRST_STEP = {"odoo": "fte odoo setup for a fresh Odoo, else fte connect odoo"}
RENEWAL = {"odoo": "fte odoo setup, or fte connect odoo with a new key"}
UNASKED = "not asked: the Prefect server keeps them"
LOOKED = "%Y-%m-%d %H:%M:%S UTC"
AWAY = {"odoo": "start Odoo, then fte doctor"}


def _renewal(account: str) -> str:
    return RENEWAL.get(account, f"fte connect {account}")


def _away(account: str) -> str:
    return AWAY.get(account, "look at the network, then fte doctor")


class CheckHealth(StrEnum):
    """How one thing is."""

    GOOD = "good"
    MISSING = "missing"
    BROKEN = "broken"


MARKS = {
    CheckHealth.GOOD: Text("ok", "green"),
    CheckHealth.MISSING: Text("--", "yellow"),
    CheckHealth.BROKEN: Text("!!", "red"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is a command or a sentence."""

    what: str
    health: CheckHealth
    found: str
    remedy: str = ""


def _good(what: str, found: str) -> Finding:
    return Finding(what, CheckHealth.GOOD, found)


def _missing(what: str, found: str, remedy: str) -> Finding:
    return Finding(what, CheckHealth.MISSING, found, remedy)


def _broken(what: str, found: str, remedy: str) -> Finding:
    return Finding(what, CheckHealth.BROKEN, found, remedy)


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
    if any(finding.health is CheckHealth.BROKEN for finding in findings):
        raise typer.Exit(1)


def examine(here: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    yield _vault(here)
    yield _handbook(here)
    yield from private_state(here)
    yield _guarded("Disk", lambda: asyncio.run(disk_words(read_rules())), "free some space")
    yield _guarded("Ledger", lambda: asyncio.run(ledger_words()), f"check {here.state}")
    yield audit_row(here)
    server = _server()
    yield server
    yield _prefect_version()
    if not here.prefect_url:
        yield _prefect_database(here)
    yield from looked_at(datetime.now(UTC), at_work=_is_at_work(here))
    if here.mode is Mode.SANDBOX:
        yield _reachable("stand-in services", f"{here.sandbox_url}/_sandbox/health", "fte up --sandbox")
    yield from (
        _accounts(here) if server.health is CheckHealth.GOOD else [_broken("Accounts", UNASKED, "fte up")]
    )
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


def _server() -> Finding:
    """Whether it answers and takes our password."""
    found = asyncio.run(probed("prefect", ask_prefect()))
    remedy = "fte down, then fte up" if found.is_refused else "fte up"
    return (
        _good("Prefect server", found.said)
        if found.standing is HealthStanding.UP
        else _broken("Prefect server", found.said, remedy)
    )


def _prefect_version() -> Finding:
    untested = untested_version()
    if untested:
        return _missing("Prefect", untested, f"pip install 'prefect=={TESTED_MINOR}.*'")
    return _good("Prefect", version("prefect"))


def _prefect_database(here: Settings) -> Finding:
    size = f"{database_bytes(here) / 1e6:.1f} MB"
    return _good("Prefect's database", f"{size}; ended runs are kept {here.keep_runs_days} days")


def looked_at(now: datetime, *, at_work: bool) -> Iterator[Finding]:
    """When each channel was last looked at: a look that finds nothing leaves no run that one could see.

    What is looked at in time is one finding; `fte status` has its times.
    """
    try:
        looks = last_looks()
    except DigitalFteError:
        return  # the ledger has a row of its own
    if looks and not at_work:
        yield _missing("Watchers", f"last {max(look.looked_at for look in looks):{LOOKED}}", "fte up")
        return
    late = [look for look in looks if look.is_overdue(now)]
    ill = [look for look in looks if look.problem and look not in late]
    for look in late:
        yield _broken(f"Looking at {look.channel}", f"not since {look.words()}", "fte down, then fte up")
    for look in ill:
        remedy = "where it says what to do, do that; it is looked at again by itself"
        yield _broken(f"Looking at {look.channel}", look.words(), remedy)
    if good := len(looks) - len(late) - len(ill):
        yield _good("Watchers", f"{good} of {len(looks)} look in time; fte status says when")


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
    if seen := open_to_others(here):
        words = f"{len(seen)} open to other users of this machine, such as {seen[0]}"
        yield _broken("Private state", words, remedy)
    else:
        yield _good("Private state", str(here.state))
    if is_open_to_others(here.vault_path):
        words = "other users of this machine can look into it; keep it so if you mean it"
        yield _missing("Access to the Vault", words, f"chmod -R go= {here.vault_path}")


def _accounts(here: Settings) -> Iterator[Finding]:
    found = ask_all(account_questions())
    yield from (finding_of(one, here.mode) for one in found)


def finding_of(found: Probed, mode: Mode) -> Finding:
    """What was found of an account, and the command that mends it."""
    account = found.name
    if found.standing is None:
        return _missing(account, found.said, FIRST_STEP.get(account, _renewal(account)))
    if found.standing is HealthStanding.UNKNOWN:
        return _broken(account, f"the Prefect server keeps the accounts: {found.said}", "fte up")
    if found.standing is HealthStanding.DOWN:
        words = "; ".join(filter(None, (found.ending, found.said)))
        again = "fte down, then fte up --sandbox" if mode is Mode.SANDBOX else ""
        return _broken(account, words, again or (_renewal if found.is_refused else _away)(account))
    if found.ending:
        return _broken(account, found.ending, _renewal(account))
    return _good(
        account, f"demo account, {found.said}" if mode is Mode.SANDBOX else f"connected, {found.said}"
    )


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


TESTED_MINOR = "3.9"
"""Two of Prefect's functions are replaced from within: another minor version has to be tried first."""


def untested_version(installed: str | None = None) -> str:
    """What to say of the installed Prefect when it is another than the tested one; nothing otherwise."""
    found = installed or version("prefect")
    if found.split(".")[:2] == TESTED_MINOR.split("."):
        return ""
    return f"Prefect {found} is installed; tested with {TESTED_MINOR}"


def database_bytes(here: Settings) -> int:
    """Bytes of the Prefect server's SQLite database and its write-ahead log."""
    return sum(path.stat().st_size for path in _files(here) if path.exists())


def _files(here: Settings) -> list[Path]:
    return [here.state / "prefect" / name for name in ("prefect.db", "prefect.db-wal")]
