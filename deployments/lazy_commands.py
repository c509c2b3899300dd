"""Command groups whose modules are imported when one of their commands is run, not to list them.

All command modules together import Prefect's client, SQLAlchemy and more: 1.4 s before anything is done. So a command's
module imports at its top what all its commands need. Inside its functions stand two kinds of imports alone: those that
import Prefect (0.9 s), which reads its settings then and so has to be met after `apply_environment`, and those that
only one of several commands needs and that take longer than the others do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from deployments.silence import told_when_long
from deployments.stopped import UnansweredError, stopped_by_person


@dataclass(frozen=True)
class CommandPlace:
    """Where a command stands.

    Attributes:
        module: The module of `deployments.commands`.
        name: Its function, or `app` for a group.
        help: The line that a list of commands shows.
    """

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """The command itself; imports its module."""
        found = getattr(import_module(f"deployments.commands.{self.module}"), self.name)
        if isinstance(found, typer.Typer):
            found.info.help = self.help
            return get_group(found)  # get_command would add the shell's completion to each group's options
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command()(found)
        return get_command(alone)


class LazyGroup(TyperGroup):
    """Lists commands from a table of names; subclasses give it."""

    places: ClassVar[dict[str, CommandPlace]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the interface)
        """Names in the table's order."""
        return list(self.places)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (the interface)
        """What is enough to show a name and its line."""
        place = self.places.get(cmd_name)
        return None if place is None else TyperCommand(cmd_name, help=place.help)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        try:
            with stopped_by_person():
                return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _plain(error)
            raise
        except typer.Abort as stop:
            if isinstance(stop.__context__, EOFError):
                raise UnansweredError from stop
            raise

    def resolve_command(self, ctx: Any, args: Sequence[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is to be run, or whose own help or completion is asked for."""
        self.commands = {
            name: self.get_command(ctx, name) for name in self.places
        }  # what a mistyped one is near to
        name, shown, rest = super().resolve_command(ctx, list(args))
        if name is None or shown is None:
            return name, shown, rest
        with told_when_long("Starting ..."):
            command = self.places[name].load()
        command.name = name
        return name, command, rest


def _plain(error: typer.BadParameter) -> str:
    """What is wrong with a word of the command, without the validator's own wording."""
    from pydantic import ValidationError

    from domain.refused_values import why_refused

    if not isinstance(error.__cause__, ValidationError):
        return error.message
    item = error.__cause__.errors(include_url=False)[0]
    why = why_refused(item)
    return why if item["type"] == "value_error" else f"{item['input']!r} {why}"
