"""`fte init`: the first hour of a new owner, in questions or by a file, as often as it takes."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

from blocks.files import write_over
from blocks.settings import HANDBOOK, Mode, settings
from deployments.answers_file import EXAMPLE, SETUP, connecting, read_answers
from deployments.printing import say
from deployments.stopped import EXIT_STOPPED, stopped_by_person
from domain.errors import DigitalFteError, RejectedError
from domain.first_hour.answers import QUESTIONS, SetupAnswers, SetupQuestion, mistake_at, rules_set
from domain.vault.note import Note
from domain.vault.value import value_of, with_value
from tasks.vault.template import is_as_made
from tasks.vault.vault import Vault, init_vault

GOALS = "Business_Goals.md"
GOES_ON = "run 'fte init' again: it goes on here"


class NoTerminalError(RejectedError):
    """Questions need somebody who answers."""

    def __init__(self) -> None:
        super().__init__(
            "this is no terminal, so nothing can be asked: write the answers into a file and give it as "
            "fte init --from answers.yaml ('fte init --example' prints one)"
        )


class HandbookDiffersError(RejectedError):
    """Somebody has written into the handbook."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"somebody has written into {path}, so the answers above were not written there; "
            "run this in a terminal and say yes, or add --yes"
        )


def init(
    *,
    source: Annotated[
        Path | None, typer.Option("--from", help="A file of answers (YAML), instead of questions.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Write the answers also into a handbook that somebody has changed.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Print a file of answers, and do nothing.")
    ] = False,
) -> None:
    """Set up a new company: Vault, handbook, accounts with a look through each, and who approves.

    It can be stopped and run again: it goes on where it was, and changes nothing that a person wrote without asking.
    """
    if example:
        sys.stdout.write(EXAMPLE)
        return
    if source is None and not is_terminal():
        raise NoTerminalError
    os.environ["FTE_MODE"] = Mode.LIVE.value  # from here on this is about real accounts
    kept = KeptAnswers()
    try:
        with stopped_by_person(GOES_ON):
            answers = read_answers(source) if source else _asked(kept)
            vault = _make_vault(answers)
            _write_rules(vault, answers, is_agreed=yes)
            left = _connect_accounts(answers, kept)
            _enrol(answers.approver)
            kept.forget_answers()
    except typer.Abort as error:
        say(f"\nStopped; {GOES_ON}.")
        raise typer.Exit(1) from error
    _say_what_is_left(left)
    if left:
        raise typer.Exit(1)


def is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


class KeptAnswers:
    """What this installation's owner has answered and connected so far; no secret is in it."""

    def __init__(self) -> None:
        self._path = settings().state / "init.yaml"
        self._all: dict[str, Any] = (YAML(typ="safe").load(self._path) if self._path.exists() else None) or {}

    @property
    def answers(self) -> dict[str, Any]:
        """As `SetupAnswers` would read them; some may be missing yet."""
        answers: dict[str, Any] = self._all.setdefault("answers", {})
        return answers

    @property
    def connected(self) -> list[str]:
        """Names of accounts."""
        connected: list[str] = self._all.setdefault("connected", [])
        return connected

    def save(self) -> None:
        """After each answer, so that none is asked twice."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump(self._all, file)

    def forget_answers(self) -> None:
        """They are in the handbook now, where a person changes them."""
        self._all.pop("answers", None)
        self.save()


def _asked(kept: KeptAnswers) -> SetupAnswers:
    """Ask what is not answered yet; what the handbook says is offered."""
    said = kept.answers
    if said:
        say("Going on where you stopped; what you answered is kept.")
    if settings().vault:
        settings().check_vault()
    if "vault" not in said:
        said["vault"] = "" if settings().vault else _ask_vault()
        kept.save()
    note = _handbook_at(said["vault"])
    for question in QUESTIONS:
        group, name = question.place
        if name not in said.setdefault(group, {}):
            said[group][name] = _ask(question, said, note)
            kept.save()
    if "accounts" not in said:
        said["accounts"] = _ask_accounts()
        kept.save()
    if "approver" not in said:
        wants = typer.confirm(f"Enrol {said['company']['owner']} for one-time codes now?", default=True)
        said["approver"] = said["company"]["owner"] if wants else ""
        kept.save()
    return SetupAnswers.model_validate(said)


def _ask_vault() -> str:
    chosen = settings().chosen_vault
    usual = chosen.read_text() if chosen.exists() else str(Path.home() / "Vault")
    while True:
        answer = str(typer.prompt("In which folder shall the Vault be?", default=usual))
        try:
            _check_vault(answer)
        except DigitalFteError as error:
            say(f"That cannot be: {error}.")
        else:
            return answer


def _check_vault(said: str) -> Path:
    """The folder as a path; refused where it holds the sandbox's work."""
    path = Path(said).expanduser().absolute()
    settings().model_copy(update={"vault": path}).check_vault()
    return path


def _handbook_at(vault: str) -> Note | None:
    root = Path(vault).expanduser().absolute() if vault else settings().vault_path
    return Vault(root).read_root(HANDBOOK) if (root / HANDBOOK).exists() else None


def _ask(question: SetupQuestion, said: dict[str, Any], note: Note | None) -> Any:
    group, name = question.place
    field = SetupAnswers.model_fields[group].annotation.model_fields[name]  # type: ignore[union-attr]
    usual = value_of(note, question.rules[0]) if note and question.rules else None
    if usual in (None, "Owner"):
        usual = None if field.is_required() else field.default
    if field.annotation is bool:
        return typer.confirm(question.words, default=bool(usual))
    while True:
        shown = "" if usual is None and not field.is_required() else usual
        answer = str(
            typer.prompt(question.words, default=shown, show_default=shown not in ("", None))
        ).strip()
        value = None if not answer and field.default is None else answer
        wrong = mistake_at({**said, group: {**said[group], name: value}}, question.place)
        if not wrong:
            return value
        say(f"That {wrong}.")


def _ask_accounts() -> dict[str, dict[str, str]]:
    names = list(connecting())
    say(f"Accounts that can be connected: {', '.join(names)} ({SETUP}: a fresh Odoo)")
    while True:
        wanted = str(typer.prompt("Which now? (names; Enter: none)", default="", show_default=False))
        chosen = wanted.replace(",", " ").split()
        if unknown := [name for name in chosen if name not in names]:
            say(f"There is no {', '.join(unknown)}.")
            continue
        return {name: {} for name in chosen}


def _make_vault(answers: SetupAnswers) -> Vault:
    if answers.vault and settings().vault is None:
        path = _check_vault(answers.vault)
        settings().chosen_vault.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_over(settings().chosen_vault, str(path))
    here = settings()
    here.check_vault()
    made = init_vault(here.vault_path)
    here.mark_vault()
    say(
        f"The Vault is {here.vault_path}" + ("." if made else ", and is complete."), bold=str(here.vault_path)
    )
    return Vault(here.vault_path)


def _write_rules(vault: Vault, answers: SetupAnswers, *, is_agreed: bool) -> None:
    """Put the answers into the handbook; into one that somebody has changed only after a yes to each difference."""
    path, note = vault.path(HANDBOOK), vault.read_root(HANDBOOK)
    changes = [(rule, value) for rule, value in _wanted(answers, note) if value_of(note, rule) != value]
    if not changes:
        say("The handbook says all that already.")
    elif is_as_made(path) or is_agreed or _agreed(path, note, changes):
        vault.update_root(HANDBOOK, lambda now: _changed(now, changes))
        say(f"Written into {path}: {len(changes)} rules.")
    if is_as_made(vault.path(GOALS)):
        vault.update_root(GOALS, lambda now: with_value(now, "currency", answers.company.currency))
    _put_in_force()


def _wanted(answers: SetupAnswers, note: Note) -> Iterator[tuple[str, Any]]:
    yield from rules_set(answers)
    known, email = value_of(note, "people.known") or {}, answers.company.email
    if email and email not in known:
        yield "people.known", {**known, email: {"role": "owner"}}


def _changed(note: Note, changes: list[tuple[str, Any]]) -> Note:
    for rule, value in changes:
        note = with_value(note, rule, value)
    return note


def _agreed(path: Path, note: Note, changes: list[tuple[str, Any]]) -> bool:
    say(f"Somebody has written into {path}. What you answered differs:")
    for rule, value in changes:
        say(f"  {rule}: {value_of(note, rule)} -> {value}")
    if not is_terminal():
        raise HandbookDiffersError(path)
    return typer.confirm("Write these answers there?", default=False)


def _put_in_force() -> None:
    """The very first rules hold by the owner's word; later ones that widen are asked about, as any edit is."""
    from tasks.planning.written import read_playbooks
    from tasks.policy.handbook import read_handbook, read_written_handbook

    written, held = read_written_handbook(), read_handbook()
    read_playbooks()
    if held != written:
        say("What lets more be done without asking holds once you confirm it: fte approvals list")
    say(f"In force: it asks above {held.ask_above} {held.currency}.")


def _connect_accounts(answers: SetupAnswers, kept: KeptAnswers) -> list[str]:
    """Connect what is wanted and not connected yet; sentences about what could not be."""
    wanted = {name: said for name, said in answers.accounts.items() if name not in kept.connected}
    if not wanted:
        return []
    _start()
    left = []
    company = answers.company
    told = {"company": company.name, "country": company.country, "email": company.email}
    for name, options in wanted.items():
        say(f"\n{name}:", bold=name)
        if problem := _connect(name, {**told, **options} if name == SETUP else options):
            say(problem)
            left.append(f"{name}: {problem}")
        else:
            kept.connected.append(name)
            kept.save()
            _write_to_owner(name, company.email)
    return left


def _write_to_owner(account: str, email: str) -> None:
    """A mail through a mailbox that was just connected; the handbook says whether that is asked about."""
    if account != "gmail" or not email:
        return
    from deployments.commands.mail import place_mail

    say(f"A mail to {email} shows that writing works:")
    text = "This is the mail that 'fte init' had sent to you: your mailbox can be read and written with."
    place_mail({"to": [email], "subject": "Your digital employee can write", "text": text})


def _start() -> None:
    """The accounts are kept by the live Prefect server."""
    from deployments.commands.work import up

    if not _is_at_work():
        up(live=True, detach=True)


def _is_at_work() -> bool:
    from deployments.processes import read_pid_file

    process = read_pid_file(settings())
    return process is not None and process.alive


def _connect(name: str, options: Mapping[str, Any]) -> str:
    """Have the account's own command ask, look and save; why it could not, or nothing."""
    command = connecting()[name]
    words = [f"--{option.replace('_', '-')}={value}" for option, value in options.items() if value != ""]
    try:
        status = command.main(args=words, prog_name=f"fte connect {name}", standalone_mode=False)
    except typer.Abort:
        if is_terminal():
            raise
        return f"it wants an answer that is in neither the file nor the environment; run: {_by_hand(name)}"
    except typer.BadParameter as error:
        return error.format_message()
    except DigitalFteError as error:
        return str(error)
    if status == EXIT_STOPPED:  # as which Typer hands Ctrl-C on
        raise KeyboardInterrupt
    return ""


def _by_hand(name: str) -> str:
    return "fte odoo setup" if name == SETUP else f"fte connect {name}"


def _enrol(name: str) -> None:
    """Whoever has no secret yet gets one, and shows with a first code that it arrived."""
    from deployments.commands.approvers import enrol
    from tasks.approvals.one_time_codes import EnrolmentUnconfirmedError, list_approvers

    if not name or name in [one.name for one in list_approvers()]:
        return
    if is_terminal():
        try:
            enrol(name)
        except EnrolmentUnconfirmedError as error:
            say(str(error))
        else:
            return
    say(f"{name} still has to be enrolled, with the telephone at hand: fte approvers enrol '{name}'")


def _say_what_is_left(left: list[str]) -> None:
    if left:
        say("\nNot connected yet:")
        for one in left:
            say(f"  {one}")
        say("Run 'fte init' again, or the account's own command.")
    stands = "It is at work" if _is_at_work() else "fte up --live starts it"
    say(f"\n{stands}; fte doctor looks at everything, fte service install starts it at each logon.")
