"""`fte backup` and `restore`: everything that an installation keeps, in one file, and back."""

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from blocks.ledger_look import look
from blocks.settings import Settings, settings
from deployments.printing import AsJson, busy, print_json, say
from domain.errors import RejectedError
from domain.vault.overview import given_up
from tasks.reliability.waiting import waiting_requests, waiting_writes
from tasks.vault.vault import Folder, Vault

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="A file whose first line seals the backup; keep it elsewhere."),
]
SHORTEST_PASSPHRASE = 12


class WeakPassphraseError(RejectedError):
    """A passphrase that can be guessed protects nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the first line of {path} has fewer than {SHORTEST_PASSPHRASE} characters; give several words"
        )


def backup(
    path: Annotated[
        Path | None, typer.Argument(help="A new file, or a folder for one; default: ~/digital-fte-backups.")
    ] = None,
    *,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Back up Vault, ledger, keys, audit log, books and Prefect's database; the employee need not stop."""
    from deployments.backup import make_backup

    here, now = settings(), datetime.now(UTC)
    target = _target(path, here, now)
    passphrase = _passphrase(passphrase_file)
    with busy("Backing up ..."):
        made = make_backup(here, target, now, passphrase)
    if as_json:
        print_json(
            {"file": str(target), "files": len(made.files), "bytes": made.size, "left_out": made.left_out}
        )
        return
    say(f"{len(made.files)} files, {target.stat().st_size / 1e6:.1f} MB, are in {target}", bold=str(target))
    for name in made.left_out:
        say(f"left out, since it is neither file nor folder: {name}")
    if here.prefect_url:
        say(
            f"The Prefect server at {here.prefect_url} is not in it: back up its database, which holds the accounts."
        )
    if passphrase is None:
        say("It holds every key: keep it where you would keep a password, or seal it with --passphrase-file.")


def restore(
    path: Annotated[Path, typer.Argument(help="What `fte backup` wrote.")],
    *,
    to: Annotated[Path | None, typer.Option(help="A new home, with its Vault in it.")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup onto an empty home and Vault; exit status 1 when its audit log does not verify."""
    from deployments.restore import restore_backup

    here = settings()
    if to:
        home = to.expanduser().absolute()
        here = here.model_copy(update={"home": home, "vault": home / "Vault", "database_url": None})
    with busy("Restoring ..."):
        found = restore_backup(path.expanduser(), here, datetime.now(UTC), _passphrase(passphrase_file))
    variables = {"FTE_HOME": str(found.home), "FTE_VAULT": str(found.vault), "FTE_MODE": found.manifest.mode}
    os.environ.update(variables)
    if to:
        os.environ.pop("FTE_DATABASE_URL", None)
    waits = _waits(settings())
    if as_json:
        print_json(
            {
                "audit": asdict(found.audit),
                **variables,
                **waits,
                "made_at": found.manifest.made_at.isoformat(),
            }
        )
    else:
        why = f": {found.audit.why}" if found.audit.why else ""
        say(f"Restored {len(found.manifest.files)} files of {found.manifest.made_at:%Y-%m-%d %H:%M} UTC.")
        say(f"Audit log: {found.audit.state.value}{why} ({found.audit.rows} records)")
        for name, count in waits.items():
            say(f"{name.replace('_', ' ')}: {count}")
        say("Work there with " + " ".join(f"{name}={value}" for name, value in variables.items()))
        say("Stop the old one first, for good: two at work on the same accounts do not know of each other.")
    if not found.audit.is_sound:
        raise typer.Exit(1)


def _target(path: Path | None, here: Settings, now: datetime) -> Path:
    target = (path or Path.home() / "digital-fte-backups").expanduser().absolute()
    if path is None:
        target.mkdir(exist_ok=True, mode=0o700)
    return (
        target / f"digital-fte-{here.mode.value}-{now:%Y%m%dT%H%M%SZ}.tar.gz" if target.is_dir() else target
    )


def _passphrase(path: Path | None) -> str | None:
    if path is None:
        return None
    first = (path.expanduser().read_text(encoding="utf-8").splitlines() or [""])[0].strip()
    if len(first) < SHORTEST_PASSPHRASE:
        raise WeakPassphraseError(path)
    return first


def _waits(here: Settings) -> dict[str, Any]:
    vault = Vault(here.vault_path)
    unfinished = look("SELECT COUNT(*) AS effects FROM effects WHERE state IN ('intent', 'unknown')")
    return {
        "open_tasks": len(vault.names(Folder.NEEDS_ACTION)),
        "waiting_for_approval": len(waiting_requests()),
        "waiting_for_services": sum(waiting_writes().values()),
        "dead_letters": len(given_up(vault.names(Folder.DEAD_LETTERS))),
        "effects_to_reconcile": unfinished[0]["effects"] if unfinished else 0,
    }
