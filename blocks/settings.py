"""The one place that reads the environment: where the employee lives and which ports it takes."""

import json
import os
import secrets
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from blocks.files import made_once, write_over
from domain.errors import ContractError, RejectedError
from domain.refused_values import place_of, why_refused

HANDBOOK = "Company_Handbook.md"
DASHBOARD = "Dashboard.md"
INSTALLATION = Path("keys", "installation")
"""In a state folder: the employee's name, which its Vault's mark gives, too."""
WORKED_VAULT = Path("worked_vault")
"""In a state folder: the Vault that it belongs to, from whatever folder a command comes."""
Port = Annotated[int, Field(ge=1, le=65_535)]
VAULT_FORMAT = 1
"""Of its folders and notes; one without a number is older and laid out alike. What changes notes that exist is a
new number, and has the Vault copied first."""


class Mode(StrEnum):
    """Whether the outside world is real."""

    SANDBOX = "sandbox"
    LIVE = "live"


class MixedVaultError(RejectedError):
    """Demo notes and real work would share a Vault."""

    def __init__(self, vault: Path, there: str, wanted: str) -> None:
        super().__init__(
            f"the Vault at {vault} holds {there} work and this is the {wanted} mode; name the mode with "
            f"FTE_MODE={there}, or make another Vault: fte vault init PATH, then set FTE_VAULT=PATH"
        )


class OtherInstallationError(RejectedError):
    """Two employees, each with a state folder of its own, would work one Vault."""

    def __init__(self, vault: Path, state: Path, mark: Path) -> None:
        super().__init__(
            f"the Vault at {vault} is worked by an employee with another state folder than {state}; two at one Vault "
            "would do its tasks twice and break its audit log: name that one's folder with FTE_HOME, or make another "
            f"Vault: fte vault init PATH, then set FTE_VAULT=PATH. Where that folder is lost for good, delete {mark}"
        )


class OtherVaultError(RejectedError):
    """One employee with real accounts would work two Vaults."""

    def __init__(self, vault: Path, state: Path, worked: str) -> None:
        super().__init__(
            f"the employee with the state folder {state} works the Vault at {worked}; a second one at {vault} would "
            f"split its tasks and its audit log: set FTE_VAULT={worked}, or, to move it, stop the employee (fte down), "
            f"move that whole folder to {vault}, and start again; for another company set FTE_HOME to a new folder"
        )


class NewerVaultError(RejectedError):
    """A later version of the program worked on this Vault."""

    def __init__(self, vault: Path, found: int) -> None:
        super().__init__(
            f"the Vault at {vault} has format {found} and this program knows only those up to {VAULT_FORMAT}; install "
            "the later version again, nothing was changed"
        )


class BrokenMarkError(ContractError):
    """What says whose work a Vault holds says nothing."""

    def __init__(self, mark: Path) -> None:
        super().__init__(
            f"{mark} is damaged; it says whose work the Vault holds: delete it, name the mode with FTE_MODE=sandbox or "
            "FTE_MODE=live, and fte up writes it anew"
        )


class Settings(BaseSettings):
    """Every `FTE_...` variable; all have defaults that work on one machine."""

    model_config = SettingsConfigDict(env_prefix="FTE_", extra="ignore", frozen=True)

    chosen_mode: Mode | None = Field(
        default=None,
        validation_alias="FTE_MODE",
        description="sandbox or live; default: the one at work, else live once an account is connected",
    )
    home: Path = Field(default=Path.home() / ".digital-fte", description="state, keys, Prefect's database")
    vault: Path | None = Field(
        default=None,
        description="the Vault; default: live that of `fte init`, else ./Vault if it has a handbook, else the one that "
        "was worked last, else HOME/Vault",
    )
    database_url: str | None = Field(
        default=None, description="ledger, SQLAlchemy URL; default: SQLite in the state folder"
    )
    port: Port = Field(default=4200, description="Prefect's API and UI, on 127.0.0.1")
    keep_runs_days: int = Field(
        default=14,
        ge=1,
        description="Days for which the Prefect server keeps ended runs and events; what waits for a person stays",
    )
    prefect_url: str | None = Field(
        default=None,
        description="the distributed form's Prefect server; default: the one that `fte up` starts",
    )
    sandbox_port: Port = Field(default=4280, description="the stand-in services, on 127.0.0.1")
    webhook_port: Port = Field(default=4270, description="the receiver of webhooks")
    webhook_host: str = Field(
        default="127.0.0.1", description="the address it listens on; another one only inside a container"
    )
    mcp_port: Port | None = Field(
        default=None,
        description="the gateway of the MCP servers, on 127.0.0.1; default: `fte up` starts none",
    )

    @property
    def mode(self) -> Mode:
        """The chosen mode, else the one at work, else live as soon as an account is connected, else the Vault's."""
        usual = Mode.LIVE if self.connected_mark.exists() else self.vault_mode or Mode.SANDBOX
        return self.chosen_mode or self._mode_at_work() or usual

    @property
    def vault_mode(self) -> Mode | None:
        """The mode that has worked on the Vault; None for a new one."""
        marked = self._vault_marks().get("mode")
        return None if marked is None else Mode(marked)

    def _vault_marks(self) -> dict[str, Any]:
        try:
            marks: dict[str, Any] = json.loads(self.vault_mark.read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise BrokenMarkError(self.vault_mark) from error
        return marks

    def mark_vault(self) -> None:
        """Say in the Vault whose work it holds, and in which format, and in the state which Vault that is."""
        state = self.state
        own = made_once(state / INSTALLATION, lambda: secrets.token_hex(8).encode()).decode()
        marks = {"mode": self.mode.value, "format": VAULT_FORMAT, "installation": own}
        write_over(self.vault_mark, json.dumps(marks))
        write_over(state / WORKED_VAULT, str(self.vault_path))

    @property
    def vault_mark(self) -> Path:
        """The file in the Vault that says whose work it holds."""
        return self.vault_path / ".digital-fte.json"

    def check_vault(self) -> None:
        """Refuse to work in one mode on the Vault of the other, on another installation's, or on one of a later format.

        Raises:
            MixedVaultError: it holds the other mode's work.
            OtherInstallationError: another employee works it.
            OtherVaultError: this employee works another one.
            NewerVaultError: a later version of the program worked on it.
        """
        marks = self._vault_marks()
        if (found := marks.get("format", 0)) > VAULT_FORMAT:
            raise NewerVaultError(self.vault_path, found)
        if self.vault_mode not in (None, self.mode):
            raise MixedVaultError(self.vault_path, str(self.vault_mode), self.mode.value)
        if "installation" not in marks:
            if (worked := _said(self.state / WORKED_VAULT)) not in (None, str(self.vault_path)):
                raise OtherVaultError(self.vault_path, self.state, str(worked))
        elif marks["installation"] != _said(self.state / INSTALLATION):
            raise OtherInstallationError(self.vault_path, self.state, self.vault_mark)

    def _mode_at_work(self) -> Mode | None:
        try:
            return Mode(_said(self.at_work_mark) or "")
        except ValueError:
            return None

    @property
    def at_work_mark(self) -> Path:
        """Holds the mode that `fte up` serves, so that other commands need not be told."""
        return self.home / "at_work"

    @property
    def connected_mark(self) -> Path:
        """Exists once a real account was connected."""
        return self.home / Mode.LIVE.value / "connected"

    @property
    def state(self) -> Path:
        """This mode's own folder: ledger, keys and Prefect's database of sandbox and live never mix.

        In the sandbox, where there is nothing to lose, a second Vault begins with a state of its own beside the first.
        """
        mode = self.mode
        usual = self.home / mode.value
        if mode is Mode.LIVE:
            return usual
        marks = self._vault_marks()
        own = marks.get("installation")
        if own and _said(usual / INSTALLATION) == own:
            return usual
        states = self._states(mode)
        if own:
            return _first(states, INSTALLATION, own) or usual
        if marks or (self.vault_path / DASHBOARD).exists():
            return _first(states, WORKED_VAULT, str(self.vault_path)) or usual
        return _first(states, INSTALLATION, None) or usual.with_name(f"{usual.name}-{len(states) + 1}")

    def _states(self, mode: Mode) -> list[Path]:
        """The mode's usual folder, there or not, and those of further Vaults."""
        return [self.home / mode.value, *sorted(self.home.glob(f"{mode.value}-[0-9]*"))]

    @property
    def chosen_vault(self) -> Path:
        """The file that says where the live Vault is, once `fte init` was told."""
        return self.home / Mode.LIVE.value / "vault_path"

    @property
    def vault_path(self) -> Path:
        """The Vault's folder, absolute."""
        if self.vault is not None:
            return self.vault.expanduser().absolute()
        known = (
            self.chosen_mode or self._mode_at_work() or (Mode.LIVE if self.connected_mark.exists() else None)
        )
        if known is Mode.LIVE and self.chosen_vault.exists():
            return Path(self.chosen_vault.read_text())
        places = [Path.cwd() / "Vault"]
        worked = [state / WORKED_VAULT for state in self._states(known or Mode.SANDBOX)]
        there = sorted(filter(Path.exists, worked), key=lambda file: file.stat().st_mtime, reverse=True)
        places += [Path(file.read_text()) for file in there]
        return next((place for place in places if (place / HANDBOOK).exists()), self.home / "Vault")

    @property
    def ledger_url(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.database_url or f"sqlite:///{self.state / 'ledger.sqlite'}"

    @property
    def keys(self) -> Path:
        """Folder (mode 0700) of this installation's own keys."""
        return self.state / "keys"

    @property
    def prefect_keys(self) -> Path:
        """File (mode 0600) with the live Prefect server's password and encryption key."""
        return self.keys / "prefect.json"

    @property
    def sandbox_url(self) -> str:
        """Base address of the stand-in services."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def receiver_url(self) -> str:
        """Base address of the receiver of webhooks."""
        return f"http://127.0.0.1:{self.webhook_port}"

    @property
    def webhook_url(self) -> str:
        """Where WhatsApp's webhook is received on this machine; a public address has to lead there."""
        return f"{self.receiver_url}/whatsapp"

    @property
    def public_media(self) -> Path:
        """What the stand-in media host shows to everybody."""
        return self.state / "sandbox" / "media"


class WrongSettingError(ContractError):
    """An environment variable holds what cannot be used."""

    def __init__(self, error: ValidationError) -> None:
        wrong = error.errors(include_url=False)[0]
        name = str(place_of(wrong)[0]).upper()
        variable = name if name.startswith("FTE_") else f"FTE_{name}"
        super().__init__(f"the environment variable {variable} {why_refused(wrong)}")


def _said(file: Path) -> str | None:
    """What a small file says; None: it is not there."""
    try:
        return file.read_text()
    except FileNotFoundError:
        return None


def _first(states: list[Path], file: Path, said: str | None) -> Path | None:
    """The first state folder whose file says so."""
    return next((state for state in states if _said(state / file) == said), None)


_VARIABLES = [
    str(field.validation_alias or f"FTE_{name.upper()}") for name, field in Settings.model_fields.items()
]


def settings() -> Settings:
    """The settings as the environment has them now; parsed again only when one of them has changed."""
    return _parsed(tuple(map(os.environ.get, _VARIABLES)))


@lru_cache(maxsize=1)
def _parsed(_values: tuple[str | None, ...]) -> Settings:
    """Parsing takes 0.8 ms, as long as a transaction of the ledger."""
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSettingError(error) from error
