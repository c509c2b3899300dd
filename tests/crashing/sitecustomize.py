"""Loaded by every Python process of a crash test: kills its own process once, at one named operation.

`CRASH_ON` is "<audit event> <part of its arguments>"; `CRASH_MARK` a file that says it has happened already.
"""

import os
import signal
import sys

wanted, _, part = os.environ.get("CRASH_ON", "").partition(" ")
mark = os.environ.get("CRASH_MARK", "")


def die_once(event: str, arguments: tuple[object, ...]) -> None:
    if event != wanted or part not in " ".join(map(str, arguments)):
        return
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


if wanted:
    sys.addaudithook(die_once)
