"""Ports for servers of the tests' own."""

import random
import socket
from contextlib import suppress

BELOW_EPHEMERAL = range(20_000, 32_000)
"""Outgoing connections take their ports above; one of those could have it before the server listens."""


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    for port in random.SystemRandom().sample(BELOW_EPHEMERAL, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("of 100 ports none was free")
