import subprocess
import sys

import pytest

from domain.vault.broken import BrokenNoteError
from domain.vault.note import Note

BROKEN = {
    "a: 1\nb: 2\na: 3": (4, "the key a is there twice"),
    "\ta: 1": (2, "a tab"),
    "a:\n\tb: 1": (3, "a tab"),
    "a: 'x\nb: 1": (2, "opened and never closed"),
    "a: 1\nb: [1, 2\n": (3, "not closed by ]"),
    "a: {b: 1": (2, "not closed by }"),
    "a: 1\nsubject: Re: offer": (3, "put the value in quotes"),
    "a: 1\nnonsense": (3, "not of the form 'key: value'"),
    "only words": (2, "not of the form 'key: value'"),
    "- a\n- b": (2, "not of the form 'key: value'"),
    "NULL": (2, "not of the form 'key: value'"),
    "a: @home": (2, "cannot begin with the character '@'"),
    "x: 1\na: # remark\n  value\n\nb: 1": (3, "on a line of its own"),
    "a: *x": (2, "aliases"),
    "a: &x 1": (2, "anchors"),
    "a: !!python/object/apply:os.system [true]": (2, "tags"),
    "a: !x 1": (2, "tags"),
    "? a\n: b": (2, "'? '"),
    "a: 1\n%b: 2": (3, "cannot begin with %"),
    "1: a": (2, "the key 1"),
    "a: \x07": (2, "control character"),
    'a: "C:\\users"': (2, "backslash"),
    "a: " + "[" * 500: (2, "nested more than"),
    "a: " + "{b: " * 500: (2, "nested more than"),
    "a: [" + "x, " * 40_000 + "]": (2, "entries"),
    "a: " + "x" * 200_000: (1, "longer than"),
}


@pytest.mark.parametrize("inner", BROKEN, ids=lambda inner: inner[:20])
def test_a_broken_note_names_the_line_and_the_problem(inner: str) -> None:
    line, words = BROKEN[inner]
    with pytest.raises(BrokenNoteError, match=f"line {line}: ") as caught:
        Note.parse(f"---\n{inner}\n---\nbody\n")
    assert caught.value.line == line
    assert words in caught.value.problem


def test_a_missing_end_is_named() -> None:
    with pytest.raises(BrokenNoteError, match=r"line 1: .* no second --- line"):
        Note.parse("---\na: 1\n\nbody\n")


def test_the_message_does_not_repeat_the_note() -> None:
    with pytest.raises(BrokenNoteError) as caught:
        Note.parse("---\na: 1\npassword: hunter2: x\n---\n")
    assert "hunter2" not in str(caught.value)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    rows += [
        f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]"
        for before, key in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(BrokenNoteError, match="line 2: anchors"):
        Note.parse("---\n" + "\n".join(rows) + "\n---\n")


def test_reading_notes_does_not_need_the_prefect_server() -> None:
    script = "import domain.vault.note, tasks.vault.vault, sys; print('prefect' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
        == "False\n"
    )
