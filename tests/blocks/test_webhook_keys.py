"""The keys of the webhook's receiver: read anew, and kept while the Prefect server is away."""

import asyncio
from typing import Any

import httpx
import pytest

from blocks.prefect_server import SavedBlock
from blocks.whatsapp import webhook_keys
from blocks.whatsapp.webhook_keys import FRESH_SECONDS, SOON_SECONDS, KeptKeys

SAVED = {"app_secret": "one", "verify_token": "two", "phone_number_id": "3", "access_token": "not needed"}


async def test_keys_are_read_anew_and_outlast_a_prefect_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answers = [], [None, SAVED, httpx.ConnectError("away"), SAVED | {"app_secret": "new"}]
    clock = [0.0]

    async def saved(name: str, block_type: str) -> SavedBlock | None:
        asked.append((name, block_type))
        answer: Any = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return SavedBlock(answer, None) if answer else None

    monkeypatch.setattr(webhook_keys, "saved_block", saved)
    kept, secrets = KeptKeys(lambda: clock[0]), []
    for pause in (0, 0, SOON_SECONDS + 1, 1, FRESH_SECONDS + 1, 1, FRESH_SECONDS + 1):
        clock[0] += pause
        keys = await kept.now()
        secrets.append(keys.app_secret.get_secret_value() if keys else None)
    assert secrets == [None, None, "one", "one", "one", "one", "new"]
    assert asked == [("whatsapp", "whatsapp-credentials")] * 4


async def test_a_delivery_that_comes_while_the_keys_are_read_waits_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    async def saved(_name: str, _type: str) -> SavedBlock:
        assert not asked.is_set()
        asked.set()
        await answered.wait()
        return SavedBlock(SAVED, None)

    monkeypatch.setattr(webhook_keys, "saved_block", saved)
    kept = KeptKeys()
    first = asyncio.create_task(kept.now())
    await asked.wait()
    second = asyncio.create_task(kept.now())
    await asyncio.sleep(0)
    answered.set()
    keys = await asyncio.gather(first, second)
    assert [found and found.phone_number_id for found in keys] == ["3", "3"]


async def test_a_delivery_does_not_wait_long_for_a_prefect_server_that_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def silent(_name: str, _type: str) -> SavedBlock:
        return await asyncio.Future()

    monkeypatch.setattr(webhook_keys, "saved_block", silent)
    monkeypatch.setattr(webhook_keys, "READ_SECONDS", 0.01)
    assert await KeptKeys().now() is None
