"""What commands share that save an account on the live Prefect server: it is looked for before anything is asked."""

import os
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError
from typer.core import TyperCommand

from blocks.prefect_server import PrefectNotLiveError, PrefectPasswordError
from blocks.settings import Mode, settings
from deployments.asking import PREFECT_SECONDS, answer_of, asking
from deployments.environment import api_url, apply_environment
from deployments.listening import Access, prefect_access
from deployments.printing import say
from domain.refused_values import refusals

T = TypeVar("T")
Made = TypeVar("Made", bound=BaseModel)
LOOK_AT = "look whether {} is the right address and at work; nothing was saved"


def use_live_server() -> None:
    """Work on the live Prefect server's blocks; the sandbox's would hand a secret to anybody.

    Raises:
        PrefectNotLiveError: it does not answer, or is not the live one.
        PrefectPasswordError: it refuses our password.
    """
    os.environ["FTE_MODE"] = Mode.LIVE.value
    here = settings()
    apply_environment(here)
    with asking("the Prefect server"):
        access = prefect_access(here)
    if access is Access.REFUSED:
        raise PrefectPasswordError
    if access is not Access.LOCKED:
        raise PrefectNotLiveError(api_url(here))


class LiveCommand(TyperCommand):
    """A command that needs the live Prefect server, which is looked for before anything is asked."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look first, except for who only reads the command's help or has a word completed."""
        if not ctx.resilient_parsing and "--help" not in args:
            self.look(args)
        return super().parse_args(ctx, args)

    def look(self, args: list[str]) -> None:  # noqa: ARG002 (for who needs less with some words)
        """See that what the command needs is there."""
        use_live_server()


class ModelCommand(LiveCommand):
    """A command that also needs the extra that language models are asked with."""

    def look(self, args: list[str]) -> None:
        """See that both are there."""
        super().look(args)
        from blocks.language_model import check_extra  # with Prefect, which now knows of the server

        check_extra()


def block_of(kind: type[Made], answers: Mapping[str, object]) -> Made:
    """The block that these answers make; what is wrong with one is said as of an option."""
    try:
        return kind.model_validate(answers)
    except ValidationError as error:
        raise typer.BadParameter(refusals(error)[0]) from error


async def save_block(saving: Awaitable[T]) -> T:
    """Wait for the Prefect server to keep what was checked."""
    return await answer_of(
        "the Prefect server",
        saving,
        remedy="fte down, then fte up, and run this again",
        seconds=PREFECT_SECONDS,
    )


def say_connected(what: str) -> None:
    """Say so; from the first account on `fte up` works on real ones."""
    here = settings()
    say(f"Connected to {what}.")
    if here.prefect_url is None and not here.connected_mark.exists():
        here.connected_mark.touch()
        say("'fte up' now works on real accounts.")
