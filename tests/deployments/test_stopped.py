"""Ctrl-C: one sentence, the exit status that shells know, and nothing that only seems to be done."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from deployments import command_line, lazy_commands
from deployments.commands import init
from deployments.lazy_commands import CommandPlace


def run_as_command(monkeypatch: pytest.MonkeyPatch, body: Callable[[], None]) -> int:
    places = {"one": CommandPlace("one", "one", "The one.")}
    monkeypatch.setattr(command_line.Commands, "places", places)
    monkeypatch.setattr(lazy_commands, "import_module", lambda _name: SimpleNamespace(one=body))
    monkeypatch.setattr(sys, "argv", ["fte", "one"])
    monkeypatch.setattr(command_line.os, "umask", lambda _mask: 0)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return int(ended.value.code or 0)


def pressed() -> None:
    raise KeyboardInterrupt


def ask_name() -> None:
    typer.prompt("Your name")


def ask_leave() -> None:
    typer.confirm("Do this?", abort=True)


def pressed_in_a_question(_text: str) -> Any:
    raise KeyboardInterrupt


def test_a_command_that_is_stopped_at_work_says_so_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_as_command(monkeypatch, pressed) == 130
    assert capsys.readouterr().err == "fte: stopped; what it had not finished is done by running it again\n"


def test_so_does_one_that_is_stopped_in_a_question_and_no_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("typer._click.termui.visible_prompt_func", pressed_in_a_question)
    assert run_as_command(monkeypatch, ask_name) == 130
    assert "fte: stopped;" in capsys.readouterr().err
    monkeypatch.setattr("typer._click.termui.visible_prompt_func", lambda _text: "n")
    assert run_as_command(monkeypatch, ask_leave) == 1


def test_a_question_that_nobody_answers_is_named_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_text: str) -> Any:
        raise EOFError

    monkeypatch.setattr("typer._click.termui.visible_prompt_func", nobody)
    assert run_as_command(monkeypatch, ask_name) == 4
    assert "nothing was answered" in capsys.readouterr().err


def test_an_account_whose_connecting_was_stopped_does_not_count_as_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = typer.Typer()
    alone.command()(pressed)
    monkeypatch.setattr(init, "connecting", lambda: {"x": typer.main.get_command(alone)})
    with pytest.raises(KeyboardInterrupt):
        init._connect("x", {})
