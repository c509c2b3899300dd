"""Python's collector of reference circles, paused while very many small records are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Nothing is looked through for circles meanwhile; all other memory is given back as ever.

    The collector walks through all records again and again as they become more, and finds no circle among them: of the
    time that 100,000 journal lines take to be read, a third was its own.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()
