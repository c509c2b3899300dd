"""The file of answers that `fte init --from` reads: all its mistakes at once, and no secret in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from typer.core import TyperCommand, TyperOption
from typer.main import get_command

from domain.errors import RejectedError
from domain.first_hour.answers import SetupAnswers, mistakes

SETUP = "odoo-setup"
"""The account of a fresh Odoo, which is set up before it is connected."""

EXAMPLE = """\
# fte init --from answers.yaml. No secret belongs here: each is asked for, or taken from the environment
# (ODOO_KEY, ODOO_ADMIN_PASSWORD, FTE_X_SECRET, FTE_LINKEDIN_SECRET, FTE_META_SECRET, FTE_WHATSAPP_TOKEN,
# FTE_MODEL_KEY, FTE_NOTIFICATION_URLS).
vault: ~/Vault
company:
  name: Northwind Lane
  country: US
  currency: USD
  zone: America/New_York
  owner: Ann Miller
  email: ann@northwind-lane.example
rules:
  ask_above: 500              # up to this a bill is booked without asking
  day_limit: 800
  payee_limit: 800
  ask_for_new_payees: true
  write_to_known_people: false
  code_above: 2000            # an approval above this needs a one-time code
  code_for_posts: false
accounts:                     # each as its 'fte connect' has it, without its secrets
  odoo: {url: https://books.northwind-lane.example, database: books, login: digital-fte}
  gmail: {client_secrets: client.json}
approver: Ann Miller
"""


class WrongAnswersError(RejectedError):
    """The file cannot be used; nothing was done."""

    def __init__(self, path: Path, said: list[str]) -> None:
        lines = "\n  ".join(said)
        super().__init__(f"{path} cannot be used, and nothing was done:\n  {lines}")


def read_answers(path: Path) -> SetupAnswers:
    """The answers in a file.

    Raises:
        WrongAnswersError: with every mistake that is in it.
    """
    said = _read(path)
    wrong = mistakes(said)
    accounts = said.get("accounts") if isinstance(said, Mapping) else None
    if isinstance(accounts, Mapping | list):
        named = accounts if isinstance(accounts, Mapping) else dict.fromkeys(accounts)
        wrong += [one for name, options in named.items() for one in _wrong_account(str(name), options)]
    if wrong:
        raise WrongAnswersError(path, wrong)
    return SetupAnswers.model_validate(said)


def _read(path: Path) -> Any:
    try:
        return YAML(typ="safe").load(path)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongAnswersError(path, [f"line {line}: {error.problem}"]) from error
    except OSError as error:
        raise WrongAnswersError(path, [error.strerror or type(error).__name__]) from error
    except (UnicodeDecodeError, YAMLError) as error:
        raise WrongAnswersError(path, [" ".join(str(error).split())]) from error


def _wrong_account(name: str, options: Any) -> Iterator[str]:
    commands = connecting()
    if name not in commands:
        yield f"accounts, {name}: is none of {', '.join(commands)}; choose one of them"
        return
    known = {
        one.opts[-1].lstrip("-").replace("-", "_"): one
        for one in commands[name].params
        if isinstance(one, TyperOption)
    }
    for option in options if isinstance(options, Mapping) else ():
        place = f"accounts, {name}, {option}"
        if option not in known:
            names = sorted(one for one, there in known.items() if not _is_secret(there) and not there.hidden)
            yield f"{place}: is not known here; there are {', '.join(names)}"
        elif _is_secret(known[option]):
            yield f"{place}: is a secret and does not belong into a file; {_where(known[option])}"


def _is_secret(option: TyperOption) -> bool:
    """What a command does not show when it is typed, or takes from the environment."""
    return bool(option.hide_input or option.envvar)


def _where(option: TyperOption) -> str:
    asked = "give it when asked"
    return f"{asked}, or as {option.envvar} in the environment" if option.envvar else asked


def connecting() -> dict[str, TyperCommand]:
    """What can be connected, and the command that does it."""
    from deployments.commands import connect, odoo

    commands: dict[str, Any] = get_command(connect.app).commands  # type: ignore[attr-defined]  # a group
    return {**commands, SETUP: get_command(odoo.app).commands["setup"]}  # type: ignore[attr-defined]
