"""Processes die on the way of a mail, or send at the same moment: one mail, says the mailbox."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from domain.errors import DigitalFteError
from tasks.mail import send_once
from tasks.reliability.effect_ledger import EffectState, effects_of
from tests.mail_worker import BOUNDARIES
from tests.sandbox_fixture import SandboxClient
from tests.taken_over import as_first, frozen_at, take_over
from tests.tasks.actions.test_mail import TASK, approved, done, mailbox, ordered, sent
from tests.warm_programs import WarmPrograms

__all__ = ["mailbox"]
ROOT = Path(__file__).parents[3]


def start(warm: WarmPrograms, orders: dict[str, Any]) -> "subprocess.Popen[str]":
    worker = subprocess.Popen(
        warm.command("-m", "tests.mail_worker"),
        cwd=ROOT,
        text=True,
        env={**os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin
    worker.stdin.write(json.dumps(orders) + "\n")
    worker.stdin.flush()
    return worker


async def orders_for(sandbox: SandboxClient) -> dict[str, Any]:
    """A mail that a person approved, and what a worker needs to send it."""
    inputs = await ordered()
    approved(inputs)
    return {"url": sandbox.url, "inputs": inputs, "task": TASK, "dies_after": None}


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_a_killed_process_leaves_one_mail(
    sandbox: SandboxClient, warm_workers: WarmPrograms, boundary: str
) -> None:
    orders = await orders_for(sandbox)
    dying = start(warm_workers, {**orders, "dies_after": boundary})
    await asyncio.to_thread(dying.communicate)
    assert dying.returncode == -signal.SIGKILL
    said, complaint = await asyncio.to_thread(start(warm_workers, orders).communicate)
    assert said, complaint
    (mail,) = sent(sandbox)
    assert json.loads(said)["message_id"] == mail["Message-ID"]


async def test_a_mail_whose_worker_was_frozen_before_it_handed_it_over_goes_out_once(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = await ordered()
    approved(inputs)

    async def meanwhile() -> None:
        take_over(TASK)
        await done(inputs)

    frozen_at(monkeypatch, send_once, "_sent_before", meanwhile)
    with pytest.raises(DigitalFteError):
        await as_first(TASK, done(inputs))
    assert len(sent(sandbox)) == 1
    assert [one.state for one in effects_of(TASK)] == [EffectState.DONE]


async def test_two_processes_at_once_send_one_mail(
    sandbox: SandboxClient, warm_workers: WarmPrograms
) -> None:
    orders = await orders_for(sandbox)
    crew = [start(warm_workers, orders), start(warm_workers, orders)]
    said = [await asyncio.to_thread(worker.communicate) for worker in crew]
    assert any(worker.returncode == 0 for worker in crew), said
    assert len(sent(sandbox)) == 1
