"""A command that a person stopped with Ctrl-C, or did not answer: one sentence each, and a status that says so."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from domain.errors import DigitalFteError, RejectedError

EXIT_STOPPED = 130


class StoppedError(DigitalFteError):
    """The person does not wait for the command's end."""

    def __init__(self, then: str = "") -> None:
        super().__init__(f"stopped; {then or 'what it had not finished is done by running it again'}")


class UnansweredError(RejectedError):
    """A question came to its end without an answer, as where nobody sits before the command."""

    def __init__(self) -> None:
        super().__init__(
            "it asks, and nothing was answered; what it asks for can be given as options: --help lists them"
        )


@contextmanager
def stopped_by_person(then: str = "") -> Iterator[None]:
    """Turn Ctrl-C inside, at work or in a question, into the error that says so.

    Args:
        then: What becomes of what had begun, if there is more to say than that it can be run again.

    Raises:
        StoppedError: it was pressed.
    """
    try:
        yield
    except (KeyboardInterrupt, typer.Abort) as stop:
        if isinstance(stop, typer.Abort) and not isinstance(stop.__context__, KeyboardInterrupt):
            raise  # it was answered: with no, or with the end of the input
        raise StoppedError(then) from stop
