"""The audit log beside its floors, in one run: append, verify and search of a million lines, and memory.

`python -m benchmarks.audit [--lines 1000000] [--appends 500]`, in a temporary folder of the disk TMPDIR names. What
is compared is measured in turns, so that a busy machine slows both; each reading runs in a process of its own, whose
peak is its memory.
"""

import argparse
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from domain.audit.chain import START, ChainLink, digest_of, signed
from domain.audit.event import AuditEvent, AuditStatus
from tasks.audit.log import AuditLog
from tasks.audit.report import generate_audit_report
from tasks.audit.seal import write_seal
from tasks.audit.search import ExportFormat, Query, export_audit_data, search_audit_log
from tasks.audit.verify import VerificationState, verify_audit_log

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAYS = 10
ROUNDS = 3
BLOCK_BYTES = 1 << 20

Work = Callable[[], object]


def event(**changes: object) -> AuditEvent:
    """An effect's outcome, as the employee writes it."""
    receipt = {"id": 4711, "name": "BILL/2026/03/0042", "total": "1840.00", "currency": "USD"}
    details = {"effect": "0" * 64, "step": "record_bill", "receipt": receipt}
    fields = {"action": "odoo.record_bill", "status": AuditStatus.SUCCESS, "actor": "work_tasks"}
    whole = fields | {"resource": "file-0", "details": details, "payload_hash": "0" * 64} | changes
    return AuditEvent.model_validate(whole)


def compare_appends(root: Path, count: int) -> None:
    """An append and a bare write with fsync of as many bytes, in turns."""
    plain = event()
    private = event(private={"inputs": {"vendor": "Cloudberry Hosting Inc.", "lines": ["hosting"] * 5}})
    for name, each, syncs in (("append", plain, 1), ("append with private content", private, 2)):
        log = AuditLog(root / name, root / f"{name} state" / "keys")
        log.append(each, NOW)
        line = log.files()[0].read_bytes()
        bare, ours = [], []
        descriptor = os.open(root / f"{name} bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for _ in range(count):
            bare.append(seconds(lambda: [written(descriptor, line) for _ in range(syncs)]))  # noqa: B023 (run at once)
            ours.append(seconds(lambda: log.append(each, NOW)))  # noqa: B023 (run at once)
        os.close(descriptor)
        print(row(name, median(ours), f"{syncs} x bare write and fsync of {len(line)} bytes", median(bare)))


def written(descriptor: int, line: bytes) -> None:
    """The floor of an append."""
    os.write(descriptor, line)
    os.fsync(descriptor)


def seconds(work: Work) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def row(name: str, ours: float, floor_name: str, floor: float) -> str:
    """One comparison."""
    return f"{name:<30}{spoken(ours):>10}   {floor_name:<48}{spoken(floor):>10}   {ours / floor:5.2f} x"


def spoken(value: float) -> str:
    """Seconds, or milliseconds when few."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.2f} ms"


def fill(log: AuditLog, count: int) -> None:
    """Write a sound log of many lines at once, without syncing each."""
    log.append(event(), NOW)
    sample = json.loads(log.files()[0].read_bytes())
    log.files()[0].unlink()
    head, day = START, NOW.date() - timedelta(days=DAYS)
    for number in range(DAYS):
        path = log.folder / f"audit_{day + timedelta(days=number)}.jsonl"
        head = fill_day(path, template(sample, day + timedelta(days=number)), head, count // DAYS, log.key)
    write_seal(log.keys, head, log.key)


def template(sample: dict[str, object], day: date) -> bytes:
    """A line's members up to `prev`, with places for numbers that differ."""
    own = {"timestamp": f"{day}T09:00:00.000Z", "resource": "file-%016x", "event_id": "%032x"}
    kept = {name: own.get(name, value) for name, value in sample.items()} | {"sequence": 0, "prev": "%s"}
    members = {name: value for name, value in kept.items() if name not in {"mac", "hash"}}
    body = json.dumps(members, separators=(",", ":"))[:-1]
    return body.replace('"sequence":0', '"sequence":%d').encode()


def fill_day(path: Path, body: bytes, head: ChainLink, count: int, key: bytes) -> ChainLink:
    """One day's lines; returns the last one's place."""
    prev, start = head.hash.encode(), head.sequence
    with path.open("wb") as file:
        for number in range(start + 1, start + count + 1):
            line = signed(body % (number, number, number, prev), key)
            prev = digest_of(line).encode()
            file.write(line)
    return ChainLink(start + count, prev.decode())


def sha256_of_files(log: AuditLog) -> None:
    """The floor of verification: the same bytes in one stream."""
    for path in log.files():
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256").digest()


def sha256_of_lines(log: AuditLog) -> None:
    """The floor of any chain of lines: the same bytes, one digest a line."""
    for path in log.files():
        with path.open("rb") as file:
            for line in file:
                hashlib.sha256(line).digest()


def scan(log: AuditLog, text: bytes) -> None:
    """The floor of a search: the same bytes read and searched, as grep does."""
    for path in log.files():
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                block.count(text)


def measured(work: Work) -> tuple[float, int]:
    """Seconds, and the process's peak in MB."""
    taken = seconds(work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken, peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def apart(work: Work) -> tuple[float, int]:
    """Measured in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measured, work).result()


def compare(name: str, work: Work, *floors: tuple[str, Work]) -> None:
    """The best of some rounds beside each floor's, and the memory; best, since noise only ever adds."""
    rounds = [[apart(each) for each in (work, *(floor for _, floor in floors))] for _ in range(ROUNDS)]
    times = [min(taken for taken, _ in each) for each in zip(*rounds, strict=True)]
    for (floor_name, _), floor in zip(floors, times[1:], strict=True):
        print(row(name, times[0], floor_name, floor))
    print(f"{'':<30}{max(each[0][1] for each in rounds):>7} MB at most")


def prove(log: AuditLog, count: int) -> None:
    """Verify, and insist on what it must find."""
    found = verify_audit_log(log.folder.parent, log.keys)
    if (found.state, found.rows) != (VerificationState.INTACT, count):
        raise SystemExit(f"the generated log is not sound: {found}")


def find(log: AuditLog, text: str) -> None:
    """Search, and insist on the one record."""
    if len(search_audit_log(log.folder.parent, Query(text=text))) != 1:
        raise SystemExit(f"{text} was not found once")


def export(log: AuditLog, target: Path) -> None:
    """Export everything to a file that is gone afterwards."""
    export_audit_data(log.folder.parent, Query(), ExportFormat(target.suffix[1:]), target)
    target.unlink()


def report(log: AuditLog) -> None:
    """A report of everything, rendered."""
    generate_audit_report(log.folder.parent, Query(since=NOW.date() - timedelta(days=1))).as_markdown()


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lines", type=int, default=1_000_000)
    words.add_argument("--appends", type=int, default=500)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, log = Path(folder), AuditLog(Path(folder) / "Vault", Path(folder) / "state" / "keys")
        compare_appends(root, chosen.appends)
        count = chosen.lines // DAYS * DAYS
        taken = seconds(partial(fill, log, count))
        size = sum(path.stat().st_size for path in log.files())
        print(f"{count:,} lines, {size / 1e6:.0f} MB, generated in {taken:.1f} s")
        text = f"file-{count // 2:016x}"
        reading = ("bare scan of the same bytes", partial(scan, log, text.encode()))
        one_stream = ("SHA-256 of the same bytes, one stream", partial(sha256_of_files, log))
        each_line = ("SHA-256 of the same bytes, line by line", partial(sha256_of_lines, log))
        compare("verify", partial(prove, log, count), one_stream, each_line)
        compare("search", partial(find, log, text), reading)
        compare("report of the last day", partial(report, log), reading)
        compare("export to Parquet", partial(export, log, root / "audit.parquet"), reading)


if __name__ == "__main__":
    main()
