"""The command line as a program of its own: what it imports, what it lists, and the modes of what it makes."""

import errno
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from deployments import command_line
from deployments.command_line import Commands

HEAVY = {
    "prefect",
    "sqlalchemy",
    "pandas",
    "numpy",
    "httpx",
    "pydantic",
    "psutil",
    "asyncio",
    "ruamel",
    "PIL",
}
NOT_FOR_LISTS = {"prefect", "sqlalchemy", "pandas", "numpy", "httpx"}
MOST_MODULES = 350

LISTING = """
import sys
from deployments.command_line import main
sys.argv = ["fte", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("MODULES", *sys.modules)
"""


def imported_by(home: Path, *words: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-c", LISTING, *words],
        env={"FTE_HOME": str(home), "FTE_VAULT": str(home / "Vault"), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.rpartition("MODULES ")[2].split())


def test_help_and_version_import_nothing_heavy(tmp_path: Path) -> None:
    for words in (["--help"], ["--version"]):
        modules = imported_by(tmp_path, *words)
        assert len(modules) > 50
        assert len(modules) <= MOST_MODULES
        assert not HEAVY & {module.partition(".")[0] for module in modules}


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, by the words that call it."""
    yield words, group
    for name in getattr(group, "places", {}):
        yield from commands(group.places[name].load(), (*words, name))
    for name, command in getattr(group, "commands", {}).items():
        if name not in getattr(group, "places", {}):
            yield from commands(command, (*words, name))


ALL_COMMANDS = dict(commands(get_command(command_line.app)))


def test_every_help_page_says_in_words_what_is_to_be_written() -> None:
    assert len(ALL_COMMANDS) > 90
    in_words = re.compile(
        r"TEXT|PATH|FOLDER|NUMBER( (\d+ to \d+|from \d+|up to \d+))?"
        r"|[a-z0-9_-]+(\|[a-z0-9_-]+)+|[A-Z=-]+|\[NUMBER:\]HASH"
    )
    for words, command in ALL_COMMANDS.items():
        ctx = command.make_context("fte", [], resilient_parsing=True)
        for parameter in command.get_params(ctx):
            said = parameter.display_type_rich(ctx=ctx)
            assert said is None or in_words.fullmatch(said), (words, parameter.name, said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audit", "search"], r"--limit +NUMBER 1 to 100000 +How many at most"),
        (["approvals", "approve"], r"--approver +TEXT "),
        (["mail", "send"], r"--attach +PATH "),
        (["posts", "card"], r"--on +facebook\|instagram\|x\|linkedin "),
    ],
)
def test_a_help_page_shows_no_type_of_a_program(words: list[str], said: str) -> None:
    output = CliRunner().invoke(command_line.app, [*words, "--help"], env={"COLUMNS": "140"}).output
    assert re.search(said, output), output
    assert not re.search(r"<[a-z]", output), output


@pytest.mark.parametrize("words", [["status"], ["tasks"], ["approvals", "list"]])
def test_lists_import_neither_prefect_nor_sqlalchemy(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "Vault" / "Needs_Action").mkdir(parents=True)
    modules = {module.partition(".")[0] for module in imported_by(tmp_path, *words)}
    assert "blocks" in modules
    assert not NOT_FOR_LISTS & modules


def test_lists_speak_to_a_person(tmp_path: Path) -> None:
    said = {
        words: subprocess.run(
            [sys.executable, "-m", "deployments.command_line", *words.split()],
            env={"FTE_HOME": str(tmp_path), "FTE_VAULT": str(tmp_path / "[bold]Vault"), "FTE_PORT": "9"},
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for words in ("vault init", "status", "tasks", "approvals list")
    }
    assert "[bold]Vault is ready" in said["vault init"]  # a path is no markup
    assert re.search(r"at work +no *\n", said["status"])
    assert said["tasks"] == "No open tasks.\n"
    assert said["approvals list"] == "Nothing waits for a decision.\n"


def test_tasks_are_listed_in_a_persons_words_and_for_scripts_in_the_notes(tmp_path: Path) -> None:
    folder = tmp_path / "Vault" / "Needs_Action"
    folder.mkdir(parents=True)
    (folder / "file-1.md").write_text("---\nstatus: escalated\nkind: other\nsubject: other\n---\n")
    said = [
        subprocess.run(
            [sys.executable, "-m", "deployments.command_line", "tasks", *words],
            env={"FTE_HOME": str(tmp_path), "FTE_VAULT": str(tmp_path / "Vault")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for words in ([], ["--json"])
    ]
    assert re.search(r"file-1 +needs you +mail or notice +other", said[0])
    assert '"status": "escalated", "kind": "other"' in said[1]


@pytest.mark.parametrize("name", list(Commands.places))
def test_every_listed_command_exists_and_only_fte_itself_offers_the_shell_s_completion(name: str) -> None:
    command = Commands.places[name].load()
    assert command.help
    assert not any("completion" in option for parameter in command.params for option in parameter.opts)


TOO_LARGE = "99999999999999999999"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("dead-letters replay x", "'x' is not a whole number; give one such as 12"),
        (f"dead-letters replay {TOO_LARGE}", "must be at most"),
        (f"dead-letters show {TOO_LARGE}", "must be at most"),
        (f"audit search --limit {TOO_LARGE}", "must be at most 100000; correct it"),
        (f"audit retain --days {TOO_LARGE}", "must be at most 36500; correct it"),
        ("tasks --limit 0", "'0' must be at least 1; correct it"),
        ("mcp serve --port 99999", "'99999' must be at most 65535; correct it"),
        ("posts insights --days 0", "'0' must be at least 1; correct it"),
        ("books report gossip 2026", "'gossip' is not one of 'profit_and_loss'"),
    ],
)
def test_a_wrong_word_of_a_command_is_named_without_the_validator_s_wording(words: str, said: str) -> None:
    ended = CliRunner().invoke(command_line.app, words.split(), env={"COLUMNS": "1000"})
    assert ended.exit_code == 2
    assert said in " ".join(ended.output.split())
    assert not re.search("Input should|Value error|parse", ended.output)


def test_everything_that_a_command_makes_is_private(tmp_path: Path) -> None:
    for words in (["vault", "init", str(tmp_path / "Vault")], ["doctor", "--json"]):
        subprocess.run(
            [sys.executable, "-m", "deployments.command_line", *words],
            env={"FTE_HOME": str(tmp_path / "home"), "FTE_VAULT": str(tmp_path / "Vault"), "FTE_PORT": "9"},
            capture_output=True,
            check=False,
            umask=0o022,
        )
    made = [path for folder in ("home", "Vault") for path in (tmp_path / folder).rglob("*")]
    assert any(path.name == "ledger.sqlite" for path in made)
    assert [path for path in made if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []


def lines_told(ended: "subprocess.CompletedProcess[str]") -> list[str]:
    """What a command said went wrong, without the line that says on a busy machine that it is starting."""
    return [line for line in ended.stderr.splitlines() if line != "Starting ..."]


def test_a_backfill_without_the_employee_at_work_is_one_sentence_in_a_new_home_too(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    home = tmp_path / "new" / "home"
    env = {
        "FTE_HOME": str(home),
        "FTE_VAULT": str(tmp_path / "Vault"),
        "FTE_PORT": "9",
        "HOME": str(tmp_path),
    }
    words = [sys.executable, "-m", "deployments.command_line", "backfill", str(tmp_path / "old")]
    ended = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 5
    (line,) = lines_told(ended)
    assert line.startswith("fte: the employee is not at work")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home, home / "sandbox")} == {0o700}


@pytest.mark.parametrize("words", [["status"], ["vault", "init"]])
def test_a_vault_that_is_a_file_is_named_in_one_line(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "Vault").write_text("no folder")
    said = subprocess.run(
        [sys.executable, "-m", "deployments.command_line", *words],
        env={"FTE_HOME": str(tmp_path), "FTE_VAULT": str(tmp_path / "Vault")},
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = lines_told(said)
    assert said.returncode == 1
    assert line.startswith(f"fte: {tmp_path / 'Vault'}")
    assert line.endswith("name others with FTE_HOME and FTE_VAULT")


SILENT = """
import asyncio, time
from deployments import command_line
from tasks.health import questions

async def silent():
    await asyncio.to_thread(time.sleep, 30)

def told():
    questions.ask_all({"odoo": silent}, 0.1)
    print("all is told")
    raise SystemExit(1)

command_line.app = told
command_line.main()
"""


@pytest.mark.usefixtures("home")
def test_a_service_that_does_not_answer_keeps_nobody_waiting_once_all_is_told() -> None:
    """`fte doctor` had said everything, and its prompt came back half a minute later."""
    begun = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "all is told\n"), ended.stderr
    assert time.monotonic() - begun < 25


def test_a_file_that_was_given_and_is_not_there_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    words = ["restore", "/nowhere/file", "--to", str(tmp_path / "to")]
    said = subprocess.run(
        [sys.executable, "-m", "deployments.command_line", *words],
        env={"FTE_HOME": str(tmp_path / "home"), "FTE_VAULT": str(tmp_path / "Vault")},
        capture_output=True,
        text=True,
        check=False,
    )
    line = lines_told(said)[-1]
    assert said.returncode == 1
    assert line == "fte: /nowhere/file: No such file or directory; name another one"


def test_a_command_that_is_mistyped_is_told_the_one_that_is_near() -> None:
    said = CliRunner().invoke(command_line.app, ["approval", "list"])
    assert said.exit_code == 2
    assert "Did you mean 'approvals'" in " ".join(said.output.split())


def test_a_full_disk_is_one_sentence_also_where_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command_line, "app", full)
    monkeypatch.setattr(command_line.os, "umask", lambda _mask: 0)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 5
    assert capsys.readouterr().err.startswith("fte: the disk is full; free some space")


def test_a_model_is_connected_by_the_live_prefect_server_which_prefect_is_told_of_before_it_is_imported(
    tmp_path: Path,
) -> None:
    assert "prefect" not in imported_by(tmp_path, "connect", "model", "--name", "qwen3:8b")
