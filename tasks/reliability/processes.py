"""Which process is which, and whether it still lives; survives recycled process ids and moved clocks."""

import asyncio
import os
import socket
import threading
from functools import lru_cache
from pathlib import Path

import psutil

START_TOLERANCE_SECONDS = 2.0
"""Two readings of a process's start differ by up to this when the boot time's reading is rounded."""

Performer = asyncio.Task[object] | threading.Thread


def this_process() -> str:
    """This process's name as an owner: `host/boot/namespace:pid:started`.

    Several owners in one process add something of their own after a `#`; they live as long as it.
    """
    return _process(os.getpid())


@lru_cache(maxsize=8)
def _process(pid: int) -> str:
    return f"{_place()}:{pid}:{_started(psutil.Process(pid)):.2f}"


@lru_cache(maxsize=1)
def _place() -> str:
    """Host, boot and process namespace: process ids mean something only within these three."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:  # not Linux
        boot, namespace = "", ""
    return f"{socket.gethostname()}/{boot}/{namespace}".replace(":", "-")


def _started(process: psutil.Process) -> float:
    """Seconds after boot: unlike the wall-clock time, it does not move when the clock is set."""
    return process.create_time() - psutil.boot_time()


def is_elsewhere(owner: str) -> bool:
    """Whether nothing can be said about this owner from here: another host, or another container."""
    place = owner.partition("#")[0].rpartition(":")[0].rpartition(":")[0]
    if place == _place():
        return False
    host, boot, _ = _place().split("/")
    same_host = place.split("/")[0] == host
    rebooted = place.count("/") == 2 and place.split("/")[1] != boot  # noqa: PLR2004 (host/boot/namespace)
    return not (same_host and rebooted)


def is_dead(owner: str) -> bool:
    """Whether the owner is known to have ended: its process is gone, or its machine was restarted."""
    if is_elsewhere(owner):
        return False
    place, pid, started = owner.partition("#")[0].rsplit(":", 2)
    if place != _place():
        return True
    try:
        process = psutil.Process(int(pid))
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return abs(_started(process) - float(started)) > START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return True


def performer() -> Performer:
    """Who runs this line: the asyncio task, else the thread."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return task or threading.current_thread()


def is_busy_elsewhere(other: Performer) -> bool:
    """Whether `other` is still at work beside the caller, in this process."""
    if other is performer() or other is threading.current_thread():
        return False
    return not other.done() if isinstance(other, asyncio.Task) else other.is_alive()
