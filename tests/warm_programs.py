"""Programs of an employee that start in a moment: forked from a process that has imported what they import.

Starting a script, an `fte` command or an MCP server from nothing takes one to three seconds of processor time, nearly
all of it for imports, and the tests of agents start hundreds. The first start of each group of commands (such as
`fte approvals`), and of a skill's run.py and verify.py, is from nothing, as its user starts it; later ones are forked:
a process of their own all the same, with their own arguments, environment and files.
The processes that die in the tests of crashes (`tests/mail_worker.py`) are started in the same way.
Run as a program, this file is the process that they are forked from; its arguments are the socket it listens at and
the modules that it imports, by default those of the employee's programs.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

CAN_FORK = sys.platform == "linux"
MOST_BYTES = 1 << 20
ALSO_IMPORTED = [
    "anyio._backends._asyncio",
    "deployments.skill_scripts",
    "fastmcp.server.context",
    "fastmcp.server.middleware.dereference",
    "fastmcp.server.providers.prefab_synthesis",
    "prefect.client.orchestration",
    "requests",
]
"""What programs import when they come to it."""
ASK = (
    "import json, os, socket, sys; place, *words = sys.argv[1:]; "
    "line = socket.socket(socket.AF_UNIX); line.connect(place); "
    "socket.send_fds(line, [json.dumps([words, dict(os.environ)]).encode() + b'\\n'], [0, 1, 2]); "
    "status = line.recv(9); status and int(status) < 0 and os.kill(os.getpid(), -int(status)); "
    "sys.exit(int(status) if status else 'the warm process is gone')"
)
"""A program that hands its arguments, environment and files to the warm process, and ends as that one's child ends."""


@dataclass
class WarmPrograms:
    """Where an employee's programs are started.

    Attributes:
        environment: What they all have in common.
        imported: What they import, where they are no programs of an employee.
    """

    environment: Mapping[str, str]
    imported: Sequence[str] = ()
    started: set[tuple[str, ...]] = field(default_factory=set)
    folder: tempfile.TemporaryDirectory[str] | None = None
    warm: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        """The command that runs `python WORDS...`: from nothing the first time, later warm."""
        kind = tuple(words[:3] if words[0] == "-m" else [Path(words[0]).name])
        if not CAN_FORK or kind not in self.started:
            self.started.add(kind)
            return [sys.executable, *words]
        return [sys.executable, "-I", "-S", "-c", ASK, self._place(), *words]

    def stop(self) -> None:
        """End the warm process; what was forked from it ends by itself."""
        if self.warm is not None and self.folder is not None:
            self.warm.terminate()
            self.warm.communicate(timeout=30)
            self.folder.cleanup()

    def _place(self) -> str:
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="fte-warm-")
        place = f"{self.folder.name}/socket"
        if self.warm is None:
            root = str(Path(__file__).parent.parent)
            self.warm = subprocess.Popen(
                [sys.executable, __file__, place, *self.imported],
                env={**self.environment, "PYTHONPATH": root},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
            assert self.warm.stdout is not None
            assert self.warm.stdout.readline(), "the warm process did not start"
        return place


def _import_what_programs_import() -> None:
    import pkgutil

    import blocks.social
    import deployments.commands
    import mcp_servers
    from blocks.settings import Settings
    from deployments.environment import apply_environment

    apply_environment(Settings())  # Prefect reads its settings when it is imported
    for package in (blocks.social, deployments.commands, mcp_servers):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for name in ALSO_IMPORTED:
        importlib.import_module(name)


def _serve(listener: socket.socket) -> None:
    """Fork for every caller one process that becomes the program, and one that tells the caller how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        line, _ = listener.accept()
        if os.fork() == 0:
            break
        line.close()
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said, files, _, _ = socket.recv_fds(line, MOST_BYTES, 3)
    while not said.endswith(b"\n"):
        said += line.recv(MOST_BYTES)
    words, environment = json.loads(said)
    program = os.fork()
    if program == 0:
        line.close()
        _become(words, environment, files)
    for file in (0, 1, 2, *files):
        os.close(file)
    _, ended = os.waitpid(program, 0)
    with suppress(OSError):  # the caller was killed
        line.send(str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def _become(words: Sequence[str], environment: Mapping[str, str], files: Sequence[int]) -> NoReturn:
    """This process is `python WORDS...` from now on; it ends as that would, but leaves its memory as it is."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    status = 1
    try:
        _run(*words)
        status = 0
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)  # noqa: T201 (as the interpreter does)
        else:
            status = ended.code or 0
    except BaseException:  # noqa: BLE001 (as the interpreter does)
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as every interpreter's end does
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _run(first: str, *rest: str) -> None:
    if first == "-m":
        sys.argv, sys.path[0] = list(rest), str(Path.cwd())
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv, sys.path[0] = ["-c", *rest[1:]], str(Path.cwd())
        exec(rest[0], {"__name__": "__main__"})  # noqa: S102 (as the interpreter does)
    else:
        sys.argv, sys.path[0] = [first, *rest], str(Path(first).parent)
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    if sys.argv[2:]:
        for wanted in sys.argv[2:]:
            importlib.import_module(wanted)
    else:
        _import_what_programs_import()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as at:
        at.bind(sys.argv[1])
        at.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        _serve(at)
