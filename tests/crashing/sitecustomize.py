"""Loaded by every Python process of the employee under test: kills its own process once, at one named operation.

The file `CRASH_ORDERS` names holds "<audit event> <regular expression on its arguments>"; carrying the order
out removes the file, so that it happens once, in whichever process comes there first.
"""

import os
import re
import signal
import sys
from pathlib import Path

orders = os.environ.get("CRASH_ORDERS", "")
EVENTS = {"open", "os.rename"}


def die_once(event: str, arguments: tuple[object, ...]) -> None:
    if event not in EVENTS or str(arguments[0]) == orders or not os.path.lexists(orders):
        return
    wanted, _, part = Path(orders).read_text().strip().partition(" ")
    if event == wanted and re.search(part, " ".join(map(str, arguments))):
        Path(orders).unlink()
        os.kill(os.getpid(), signal.SIGKILL)


if orders:
    sys.addaudithook(die_once)
