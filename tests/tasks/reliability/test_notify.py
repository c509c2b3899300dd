import asyncio
from datetime import datetime, timedelta

import pytest

from blocks.settings import settings
from domain.errors import TransientError
from domain.reliability.rate_limits import limits_of
from tasks.audit.log import AuditLog, audit_log
from tasks.audit.verify import Remembered, VerificationState, verify_audit_log
from tasks.reliability.notify import WINDOW, NewNotice, NotifyStatus, deliver, notify_owner
from tests.audit_records import event

FAILED_RUN = NewNotice("A run failed: work file-1", "Odoo does not answer", urgency="failure")


class Mailbox:
    def __init__(self, *, broken: bool = False) -> None:
        self.notices: list[tuple[str, str, str]] = []
        self.broken = broken

    async def send(self, title: str, body: str, kind: str) -> None:
        if self.broken:
            raise TransientError("the service is away")
        self.notices.append((title, body, kind))


async def test_a_notice_is_told_once_in_a_window_and_the_rest_is_counted(now: datetime) -> None:
    box = Mailbox()
    outcomes = [
        await deliver(FAILED_RUN, now=now + timedelta(seconds=place), messenger=box) for place in range(4)
    ]
    assert [outcome.status for outcome in outcomes] == [NotifyStatus.SENT] + [NotifyStatus.HELD_BACK] * 3
    await deliver(FAILED_RUN, now=now + WINDOW, messenger=box)
    assert [(title, kind) for title, _, kind in box.notices] == [(FAILED_RUN.title, "failure")] * 2
    assert box.notices[1][1] == "Odoo does not answer\n\n(3 more of the same were held back.)"


async def test_each_notice_carries_the_newest_record_of_the_audit_log_away(now: datetime) -> None:
    box = Mailbox()
    for number in range(3):
        audit_log().append(event(), now)
        await deliver(NewNotice(f"notice {number}", "Look"), now=now, messenger=box)
    marks = [body.rpartition("Audit log: ")[2] for _, body, _ in box.notices]
    here = settings()
    assert [mark.partition(":")[0] for mark in marks] == ["1", "2", "3"]
    for mark in marks:
        found = verify_audit_log(here.vault_path, here.keys, Remembered.parse(mark))
        assert found.state is VerificationState.INTACT


async def test_a_log_that_cannot_be_read_keeps_no_notice_back(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_log: AuditLog) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(AuditLog, "head", away)
    box = Mailbox()
    await deliver(FAILED_RUN, now=now, messenger=box)
    assert box.notices[0][1] == "Odoo does not answer"


async def test_the_key_says_what_is_the_same_notice(now: datetime) -> None:
    box = Mailbox()
    for title, key in (("one", "odoo"), ("two", "odoo"), ("three", "gmail")):
        await deliver(NewNotice(title, "", key=key), now=now, messenger=box)
    assert [title for title, _, _ in box.notices] == ["one", "three"]


async def test_a_storm_of_different_notices_is_held_back(now: datetime) -> None:
    box = Mailbox()
    burst = limits_of("owner-notifications")[0].burst
    storm = [NewNotice(f"notice {place}", "") for place in range(burst + 5)]
    outcomes = [await deliver(notice, now=now, messenger=box) for notice in storm]
    assert len(box.notices) == burst
    assert {outcome.status for outcome in outcomes[burst:]} == {NotifyStatus.HELD_BACK}
    later = now + timedelta(hours=1)
    assert (await deliver(storm[-1], now=later, messenger=box)).status is NotifyStatus.SENT
    assert "1 more of the same" in box.notices[-1][1]


async def test_a_clock_that_ran_ahead_holds_no_notice_back(now: datetime) -> None:
    box, burst = Mailbox(), limits_of("owner-notifications")[0].burst
    ahead = [FAILED_RUN, *(NewNotice(f"notice {place}", "") for place in range(burst - 1))]
    for notice in ahead:
        await deliver(notice, now=now + timedelta(days=1), messenger=box)
    again = [
        await deliver(FAILED_RUN, now=now + timedelta(seconds=place), messenger=box) for place in range(2)
    ]
    assert [outcome.status for outcome in again] == [NotifyStatus.SENT, NotifyStatus.HELD_BACK]
    assert len(box.notices) == burst + 1


async def test_a_notice_that_could_not_be_delivered_is_told_next_time(now: datetime) -> None:
    failed = await deliver(FAILED_RUN, now=now, messenger=Mailbox(broken=True))
    assert (failed.status, failed.detail) == (NotifyStatus.FAILED, "the service is away")
    box = Mailbox()
    assert (
        await deliver(FAILED_RUN, now=now + timedelta(seconds=1), messenger=box)
    ).status is NotifyStatus.SENT


async def test_two_that_tell_the_same_at_once_tell_it_once(now: datetime) -> None:
    box = Mailbox()
    await asyncio.gather(*(deliver(FAILED_RUN, now=now, messenger=box) for _ in range(3)))
    assert len(box.notices) == 1


async def test_without_a_prefect_server_the_work_goes_on() -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        outcome = await notify_owner("title", "body", urgency="warning")
    assert outcome.status is NotifyStatus.FAILED
    assert "fte up" in outcome.detail
