"""A day of work in which each credential is a canary and every service repeats what it was sent: where do they turn up?

`python -m benchmarks.canaries [--keep FOLDER]`. A live employee works on the stand-in services through a mirror, which
knows canaries in place of the real secrets, and which then refuses and repeats each request in its answer. Afterwards
all files, databases, exports, printed lines, command lines and environments of processes are searched.
"""

import argparse
import asyncio
import base64
import gzip
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvicorn
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from tests.employee_fixture import Employee, receipt
from tests.ports import free_port
from tests.sandbox_fixture import SandboxProcess

FLOWS = (
    "watch_gmail",
    "watch_calendar",
    "watch_mentions",
    "sync_odoo",
    "collect_insights",
    "work_tasks",
    "collect_decisions",
    "weekly_audit",
)
COMMANDS = (
    ("doctor",),
    ("books", "receivable"),
    ("posts", "list"),
    ("mail", "send", "--to", "x@y.example", "--subject", "s", "--text", "t"),
    ("dead-letters", "list", "--json"),
    ("approvals", "list", "--json"),
    ("tasks", "--json"),
)
TOKENS = re.compile(rb'"(?:access_token|refresh_token)"\s*:\s*"([^"]{12,})"')


class Mirror:
    """Stands between the employee and the services; swaps canaries for secrets, and repeats when told to."""

    def __init__(self, target: str) -> None:
        """Nothing is known yet."""
        self.target, self.real, self.issued = target, {}, set[str]()
        self.status = 0
        self.kinds: dict[int, int] = {}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.AsyncClient(timeout=60, trust_env=False)

    def start(self) -> None:
        """Serve in a thread."""
        config = uvicorn.Config(self, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off")
        threading.Thread(target=uvicorn.Server(config).run, daemon=True).start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        request = Request(scope, receive)
        answer = await self._repeated(request) if self.status else await self._passed(request)
        await answer(scope, receive, send)

    async def _repeated(self, request: Request) -> Response:
        """The worst that a service can answer: all it was sent, in the places where the services put their reasons."""
        said = f"{request.url} {dict(request.headers)} {(await request.body()).decode(errors='replace')}"
        self.kinds[self.status] = self.kinds.get(self.status, 0) + 1
        login = request.headers.get("authorization", "")
        if login.startswith("Basic "):
            said += base64.b64decode(login.removeprefix("Basic ")).decode()
        body = {
            "error": {"message": said, "code": self.status, "type": said, "error_user_msg": said},
            "error_description": said,
            "message": said,
            "name": said,
            "detail": said,
            "title": said,
            "errors": [{"message": said}],
            "arguments": [said],
        }
        return Response(json.dumps(body), self.status, media_type="application/json")

    async def _passed(self, request: Request) -> Response:
        headers = {name: self._swapped(value) for name, value in request.headers.items()}
        headers |= {"host": self.target.partition("//")[2], "accept-encoding": "identity"}
        headers.pop("content-length", None)
        address = self.target + self._swapped(request.url.path) + "?" + self._swapped(request.url.query)
        body = self._swapped((await request.body()).decode("latin-1")).encode("latin-1")
        answer = await self.http.request(request.method, address, headers=headers, content=body)
        self.issued.update(found.decode() for found in TOKENS.findall(answer.content))
        kept = {
            name: value for name, value in answer.headers.items() if name not in ("content-length", "date")
        }
        content = answer.content.replace(self.target.encode(), self.url.encode())
        return Response(content, answer.status_code, kept)

    def _swapped(self, text: str) -> str:
        if text.startswith("Basic "):
            login = base64.b64decode(text.removeprefix("Basic ")).decode()
            return "Basic " + base64.b64encode(self._swapped(login).encode()).decode()
        for canary, real in self.real.items():
            text = text.replace(canary, real)
        return text


async def save_blocks(mirror: Mirror) -> None:
    """Every block of the sandbox, each secret a canary of its own, in the live Prefect server."""
    from prefect.blocks.core import Block

    from blocks.language_model import NAME, LanguageModel, Provider
    from blocks.notifications import OwnerNotifications
    from blocks.settings import settings
    from deployments import sandbox_blocks

    here = settings()
    port = int(mirror.url.rpartition(":")[2])
    saved: list[tuple[Block, str]] = []
    real_save = Block.save

    async def save(self: Any, name: str, **_rest: Any) -> None:
        saved.append((self, name))

    Block.save = save  # type: ignore[assignment, method-assign] # collected first
    try:
        await sandbox_blocks.save_sandbox_blocks(here.model_copy(update={"sandbox_port": port}))
    finally:
        Block.save = real_save  # type: ignore[method-assign]
    model = LanguageModel(
        provider=Provider.COMPATIBLE,
        model="sandbox-model",
        api_key=SecretStr("sandbox-model-key"),
        base_url=f"{mirror.url}/v1",
    )
    saved.append((model, NAME))
    told = OwnerNotifications(
        urls=[SecretStr(f"json://user:{mirrored(mirror, '', 'urls')}@127.0.0.1:{port}/told")]
    )
    saved.append((told, "notifications"))
    for block, name in saved:
        for field, value in block:
            if isinstance(value, SecretStr) and value.get_secret_value():
                setattr(
                    block, field, SecretStr(mirrored(mirror, value.get_secret_value(), f"{name}.{field}"))
                )
        await block.save(name, overwrite=True)
    here.connected_mark.touch()


NAMES: dict[str, str] = {}


def mirrored(mirror: Mirror, real: str, place: str) -> str:
    """A canary that stands for a secret."""
    canary = f"Cn{secrets.token_hex(14)}"
    NAMES[canary] = place
    if real:
        mirror.real[canary] = real
    return canary


def looks(canary: str) -> Iterator[bytes]:
    """As it is, and within anything in base64."""
    yield canary.encode()
    for shift in range(3):
        code = base64.b64encode(b"x" * shift + canary.encode())
        yield code[4 : len(code) - 4]


def found_in(data: bytes, canaries: dict[str, str]) -> list[str]:
    """Whose canaries these bytes hold."""
    return sorted(
        {place for canary, place in canaries.items() if any(look in data for look in looks(canary))}
    )


OWN_KEYS = "prefect.json"
BACKUP = "backup.tar.gz"
"""Holds the installation's own keys, as docs/backup.md says; the credentials in it are encrypted."""


def search(root: Path, canaries: dict[str, str], said: dict[str, bytes], *but: str) -> list[str]:
    """Every place that holds a canary, but for files of these names."""
    found = [f"{name}: {held}" for name, data in said.items() if (held := found_in(data, canaries))]
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.name not in but:
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            if held := found_in(data, canaries):
                at = min(data.find(look) for canary in canaries for look in looks(canary) if look in data)
                found.append(f"{path.relative_to(root)}: {held}: {data[max(0, at - 120) : at + 60]!r}")
    return found


def processes_that_hold(
    employee: Employee, canaries: dict[str, str], allowed: Callable[[str], bool]
) -> list[str]:
    """Processes whose command line, environment or core dump has one, but for those that need it."""
    if employee.up is None:
        return []
    found = []
    for process in [
        psutil.Process(employee.up.pid),
        *psutil.Process(employee.up.pid).children(recursive=True),
    ]:
        try:
            words, variables = " ".join(process.cmdline()), json.dumps(process.environ())
        except psutil.Error:
            continue
        held = found_in(words.encode(), canaries) + (
            [] if allowed(words) else found_in(variables.encode(), canaries)
        )
        if held:
            found.append(f"process {words[:90]}: {held}")
        if process.rlimit(psutil.RLIMIT_CORE) != (0, 0):
            found.append(f"process {words[:90]}: would write its memory to the disk when it crashes")
    return found


def run(employee: Employee, flow: str, said: dict[str, bytes]) -> None:
    """Have a flow run now, however it ends; a refused one tries again for minutes."""
    said[f"fte run {flow} {len(said)}"] = printed(employee, "run", flow)


def printed(employee: Employee, *words: str) -> bytes:
    """All that a command prints."""
    command = [sys.executable, "-m", "deployments.command_line", "--debug", *words]
    done = subprocess.run(
        command,
        env=employee.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=900,
        check=False,
    )
    return done.stdout + done.stderr


def day(employee: Employee, mirror: Mirror, said: dict[str, bytes], statuses: Sequence[int]) -> None:
    """Work well, then be refused, broken and repeated by everybody."""
    inbox = employee.vault / "Inbox"
    employee.drop("hosting.txt", receipt("Cloudberry Hosting Inc.", "8.40", "CBH-91001"))
    employee.until(lambda: employee.note_with("Done", "CBH-91001"), 180)
    feed = [sys.executable, "-m", "sandbox.feed", mirror.target, str(inbox)]
    delivering = subprocess.Popen(feed, env=employee.environment)
    employee.until(lambda: delivering.poll() is not None, 300)
    for flow in FLOWS:
        run(employee, flow, said)
    (employee.vault / "Posts" / "Words.md").write_text(
        "---\npost_on: [x, linkedin, facebook]\n---\nA quiet day at the harbour.\n"
    )
    run(employee, "work_tasks", said)
    for number, status in enumerate(statuses):
        mirror.status = status
        employee.drop(
            f"r{number}.txt", receipt("Cloudberry Hosting Inc.", f"{number + 9}.40", f"CBH-9200{number}")
        )
        for flow in FLOWS:
            run(employee, flow, said)
        for request in json.loads(employee.fte("approvals", "list", "--json").stdout):
            said[f"{status} {request['id']}"] = printed(
                employee, "approvals", "approve", request["id"], "--approver", "ann"
            )
        for words in COMMANDS:
            said[f"{status} fte {' '.join(words)}"] = printed(employee, *words)
        mirror.status = 0
    for suffix in ("csv", "json", "parquet"):
        employee.fte("audit", "export", str(employee.root / f"audit.{suffix}"))
    employee.fte("audit", "report", "--to", str(employee.root / "report.md"))
    employee.fte("backup", str(employee.root / BACKUP))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--statuses", type=int, nargs="+", default=[401, 400, 500])
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="canaries-"))
    folder.mkdir(exist_ok=True)
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # nothing is left running
    sandbox = SandboxProcess(folder / "services")
    mirror = Mirror(sandbox.url)
    mirror.start()
    employee = Employee(folder / "employee", mode="live")
    employee.root.mkdir(exist_ok=True)
    said: dict[str, bytes] = {}
    try:
        employee.start()
        os.environ.update(
            {name: value for name, value in employee.environment.items() if name.startswith("FTE_")}
        )
        os.environ["FTE_MODE"] = "live"
        from blocks.settings import settings
        from deployments.environment import apply_environment

        apply_environment(settings())
        asyncio.run(save_blocks(mirror))
        day(employee, mirror, said, asked.statuses)
        own = json.loads((employee.state / "keys" / OWN_KEYS).read_text())
        canaries = NAMES | dict.fromkeys(mirror.issued - set(mirror.real.values()), "issued token")
        keys = {own["encryption"]: "encryption key", own["password"]: "password"}
        found = search(employee.root, canaries, said, OWN_KEYS)
        found += search(employee.root, keys, said, OWN_KEYS, BACKUP)
        found += processes_that_hold(
            employee,
            canaries | {own["encryption"]: "encryption key"},
            lambda words: "deployments.server" in words,
        )
        print(f"{len(canaries)} canaries, {mirror.kinds} repeated answers, {time.monotonic() - begun:.0f} s")
        print("\n".join(found) or "none was found")
    finally:
        employee.stop()
        sandbox.kill()
        sandbox.close()
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
