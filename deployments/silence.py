"""No command is silent for long: what it is at is said on standard error, also to who has no terminal."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SAY_AFTER_SECONDS = 2.0
"""Two such waits, one after the other, are still told of within five seconds."""


@contextmanager
def told_when_long(words: str) -> Iterator[None]:
    """Say the words, in a line of their own, if what is done inside takes long."""
    said = threading.Timer(SAY_AFTER_SECONDS, _tell, [words])
    said.daemon = True
    said.start()
    try:
        yield
    finally:
        said.cancel()


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")  # by itself: rich takes longer than the start of what an agent calls
    sys.stderr.flush()
