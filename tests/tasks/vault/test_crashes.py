"""Processes that die at any moment, and processes that race: every note stays whole, and exists once."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.vault.note import Note
from tasks.vault.vault import Folder, Vault

NOTES = 12

MOVE_AND_SAVE = """
import hashlib, itertools, sys
from pathlib import Path
from domain.vault.note import Note
from tasks.vault.vault import Vault, Folder
vault = Vault(Path(sys.argv[1]))
print("ready", flush=True)
for turn in itertools.count():
    for number in range(12):
        name = f"gmail-{number}"
        here = vault.find(name)
        there = Folder.DONE if here is Folder.NEEDS_ACTION else Folder.NEEDS_ACTION
        body = f"turn {turn} " * 3000
        vault.update(here, name, lambda note: note.with_front(turn=turn).with_body(body))
        vault.save(Folder.PLANS, name, Note.new({"turn": turn}, body))
        vault.move(name, here, there)
        vault.attach(f"{turn} {number}".encode() * 1000, "a.txt")
    print(turn, flush=True)
"""

RACE = """
import sys
from pathlib import Path
from tasks.vault.vault import Vault, Folder, NoteMovedError
vault = Vault(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for name in sorted(vault.names(Folder.NEEDS_ACTION)):
    try:
        vault.move(name, Folder.NEEDS_ACTION, Folder(sys.argv[2]))
    except NoteMovedError:
        continue
    print(name, flush=True)
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "Vault")


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)


def wait_for_a_turn(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline()


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_a_killed_writer_leaves_every_note_whole_and_once(vault: Vault) -> None:
    for number in range(NOTES):
        vault.store(Folder.NEEDS_ACTION, f"gmail-{number}", Note.new({"turn": -1}, "turn -1 " * 3000))
    for strike in range(8):
        process = start(MOVE_AND_SAVE, str(vault.root))
        wait_for_a_turn(process)
        deadline = time.monotonic() + 0.017 * strike  # a different moment of the loop each time
        while time.monotonic() < deadline:
            pass
        kill(process)
        assert_whole_and_once(vault)
    vault.sweep()
    assert not list(vault.root.glob("*/.fte-*"))
    assert not list(vault.root.glob(".fte/*/.fte-*"))


def assert_whole_and_once(vault: Vault) -> None:
    places = [name for folder in (Folder.NEEDS_ACTION, Folder.DONE) for name in vault.names(folder)]
    assert sorted(places) == sorted(f"gmail-{number}" for number in range(NOTES))
    for folder in (Folder.NEEDS_ACTION, Folder.DONE, Folder.PLANS):
        for name in vault.names(folder):
            note = vault.read(folder, name)
            assert note.body == f"turn {note.front['turn']} " * 3000
    for path in (vault.root / "Attachments").glob("[!.]*"):
        assert path.name.startswith(hashlib.sha256(path.read_bytes()).hexdigest()[:16])


def test_racing_processes_move_each_note_once(vault: Vault) -> None:
    names = [f"gmail-{number:02}" for number in range(40)]
    for name in names:
        vault.store(Folder.NEEDS_ACTION, name, Note.new({}, name))
    racers = [start(RACE, str(vault.root), folder) for folder in ("Done", "Dead_Letters", "Done")]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("\n")
        racer.stdin.flush()
    moved = [racer.communicate(timeout=30)[0].split() for racer in racers]
    assert sorted(name for names in moved for name in names) == names
    assert all(racer.returncode == 0 for racer in racers)
    assert sorted(vault.names(Folder.DONE) + vault.names(Folder.DEAD_LETTERS)) == names
    assert vault.names(Folder.NEEDS_ACTION) == []
