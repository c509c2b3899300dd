"""What learning costs: an outcome's row in the transaction that ends an effect, counting, an estimate, all anew.

`python -m benchmarks.learning [outcomes ...]`, in a temporary folder of the disk that TMPDIR names. Half of the
outcomes are effects, a tenth answers, the others ends of tasks in the audit log. Seconds of the clock, and of this
process's processor.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ENDED = 300


def timed(name: str, work: Callable[[], object]) -> None:
    """Print how long it takes."""
    begun, busy = time.perf_counter(), time.process_time()
    found = work()
    print(
        f"  {name:<58}{time.perf_counter() - begun:>9.3f} s{time.process_time() - busy:>9.3f} s processor   {found}"
    )


def fill(count: int) -> None:
    """Outcomes of a ledger and a log that have been at work for long."""
    from blocks.database import transaction
    from tasks.learning.table import LearnedTask
    from tasks.reliability.table import Effect

    effects, answers = count // 2, count // 10
    with transaction() as session:
        session.add_all(_effect(number, Effect) for number in range(effects))
        session.add_all(_request(number) for number in range(answers))
        session.add_all(
            LearnedTask(task_id=f"t{number}", kind="receipt", playbook="receipt", planned_at=NOW)
            for number in range(count - effects - answers)
        )
    _fill_log(count - effects - answers)


def _effect(number: int, table: Any) -> Any:
    at = NOW + timedelta(seconds=number)
    return table(
        key=f"old{number}", task_id=f"t{number}", step_id="s", action="odoo.record_bill", inputs={}, content_hash="",
        state="done", payee=f"vendor {number % 200}", attempts=1, created_at=at, begun_at=at,
        updated_at=at + timedelta(seconds=number % 60),
    )  # fmt: skip


def _request(number: int) -> Any:
    from tests.worked_weeks import request_row

    at = NOW + timedelta(seconds=number)
    return request_row(f"r{number}", f"t{number}", "approved", at, at + timedelta(hours=number % 40))


def _fill_log(tasks: int) -> None:
    """Arrivals and ends, as they are written, but all at once."""
    from domain.audit.chain import START, ChainLink, chained, digest_of
    from domain.audit.event import AuditEvent, AuditStatus
    from tasks.audit.log import audit_log
    from tasks.audit.seal import write_seal

    log = audit_log()
    log.append(AuditEvent(action="approver.enrolled", status=AuditStatus.SUCCESS), NOW)
    (path,) = log.files()
    head, lines = log.head() or START, []
    for number in range(tasks):
        for action, seconds in (("gmail.event_stored", 0), ("task.done", 5 + number % 90)):
            at = NOW + timedelta(seconds=number + seconds)
            event = AuditEvent(action=action, status=AuditStatus.SUCCESS, resource=f"t{number}")
            fields = {
                "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                **event.model_dump(exclude={"private"}),
                "schema": 1,
                "event_id": f"{number:032x}",
                "private_hash": None,
            }
            line = chained(fields, head, log.key)
            head = ChainLink(head.sequence + 1, digest_of(line))
            lines.append(line)
    with path.open("ab") as file:
        file.writelines(lines)
    write_seal(log.keys, head, log.key)


def compare_ends() -> None:
    """Ending effects with the outcome's row and without it, in turns."""
    from domain.reliability.effect import NewEffect
    from tasks.reliability import effect_ledger

    def end(number: int) -> float:
        effect = NewEffect(
            key=f"k{number}", task_id=f"n{number}", step_id="s", action="a", content_hash="h", inputs={}
        )
        effect_ledger.begin_effect(effect, now=NOW)
        begun = time.perf_counter()
        effect_ledger.finish_effect(f"k{number}", {}, NOW)
        return time.perf_counter() - begun

    due, lengths = effect_ledger.outcome_due, ([], [])  # type: ignore[attr-defined]
    for number in range(2 * ENDED):
        effect_ledger.outcome_due = due if number % 2 else lambda *_: None  # type: ignore[attr-defined]
        lengths[number % 2].append(end(number))
    effect_ledger.outcome_due = due  # type: ignore[attr-defined]
    without, with_row = (1000 * median(one) for one in lengths)
    print(f"  finish_effect: {with_row:.2f} ms with the outcome's row, {without:.2f} ms without it")


def measure(count: int) -> None:
    """All of it, with so many outcomes there."""
    from domain.learning.statistics import statistics
    from tasks.learning.estimates import expected_of
    from tasks.learning.record import learn, learned, rebuild

    print(f"{count:,} outcomes")
    fill(count)
    timed("counting all of them for the first time", learn)
    compare_ends()
    timed(f"counting {ENDED} new ones", learn)
    timed(
        "100 estimates", lambda: len([expected_of(f"new{n}", "receipt", "receipt", NOW) for n in range(100)])
    )
    timed("statistics of all subjects", lambda: len(statistics(learned())))
    timed("making all of them anew", rebuild)


def main() -> None:
    """Each size in a folder that is gone afterwards."""
    from blocks.database import close_databases

    for count in map(int, sys.argv[1:] or ["10000", "100000"]):
        with tempfile.TemporaryDirectory(prefix="learn-") as folder:
            os.environ["FTE_HOME"], os.environ["FTE_VAULT"] = folder, str(Path(folder) / "Vault")
            measure(count)
            close_databases()


if __name__ == "__main__":
    main()
