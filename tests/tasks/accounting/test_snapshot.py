"""The copy of the books: what is new is brought along, and what lies on the disk is whole or said to be damaged."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from blocks.odoo.client import OdooClient
from domain.accounting import copied_books
from domain.accounting.copied_books import CopiedBooks, CopiedPart, stored, went_back
from tasks.accounting.ledger import read_books, read_ledger
from tasks.accounting.payments import cancel_payment, payment_inputs, record_payment
from tasks.accounting.snapshot import (
    SnapshotDamagedError,
    SnapshotMissingError,
    SnapshotSource,
    load_snapshot,
    snapshot_folder,
    snapshot_status,
    snapshot_words,
    store_snapshot,
)
from tasks.accounting.snapshot_suite import CHECKED_AS, sound_books
from tasks.frames.kept_checks import kept_checks
from tests.odoo_world import OdooWorld
from tests.tasks.reliability.conftest import hear, release, start_worker

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["start_worker"]

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SOURCE = SnapshotSource(mode="sandbox", url="https://books.example", database="demo")
Worker = Callable[[str], "Popen[str]"]


class Bookkeeper:
    """Somebody who works in Odoo without order."""

    def __init__(self, world: OdooWorld, client: OdooClient, chance: Random) -> None:
        self.world, self.client, self.chance = world, client, chance
        self.open: list[int] = []
        self.paid: list[tuple[str, int]] = []

    async def work(self) -> None:
        """Book an invoice; or pay, cancel or take back the payment of one; or rename its customer."""
        deeds = [self.book, *([self.pay, self.cancel, self.rename] if self.open else [])]
        deeds += [self.take_back] if self.paid else []
        await self.chance.choice(deeds)()

    async def book(self) -> None:
        self.open.append(await self.world.debt(self.client, self.chance.randrange(50, 500)))

    async def pay(self) -> None:
        invoice, key = self.chance.choice(self.open), f"{self.world.token}-{self.chance.random()}"
        inputs = await payment_inputs(
            self.client, invoice, amount=Decimal("20.00"), method="bank", paid_on=date(2026, 11, 20)
        )
        await record_payment(self.client, inputs, key=key)
        self.open.remove(invoice)
        self.paid.append((key, invoice))

    async def take_back(self) -> None:
        key, invoice = self.paid.pop()
        await cancel_payment(self.client, key, invoice)
        self.open.append(invoice)

    async def cancel(self) -> None:
        invoice = self.open.pop()
        await self.client.call("account.move", "button_draft", [invoice])
        await self.client.call("account.move", "button_cancel", [invoice])

    async def rename(self) -> None:
        moves = await self.client.call("account.move", "read", [self.open[0]], fields=["partner_id"])
        name = f"Alder {self.chance.random()}"
        await self.client.call("res.partner", "write", [moves[0]["partner_id"][0]], vals={"name": name})


@pytest.mark.parametrize("seed", range(3))
async def test_reading_what_is_new_gives_the_same_as_reading_everything(
    running_odoo: OdooWorld, seed: int
) -> None:
    async with running_odoo.client() as client:
        somebody = Bookkeeper(running_odoo, client, Random(seed))  # noqa: S311 (no secret)
        books = await read_books(client)
        for _ in range(8):
            await somebody.work()
            books = await read_books(client, books)
            assert books == await read_books(client)
        assert books.ledger == await read_ledger(client)


async def test_reading_again_asks_for_what_is_new_only(
    running_odoo: OdooWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copied_books, "OVERLAP", timedelta())
    async with running_odoo.client() as client:
        first = books = await read_books(client)
        while books.watermark == first.watermark:  # Odoo's second is over
            await running_odoo.debt(client, 50)
            books = await read_books(client)
        old = {row["id"] for row in first.parts[CopiedPart.LINES].values() if row["write_date"] < books.since}
        assert old, "the company has older records"
        told: list[dict[str, Any]] = []
        real = client.call

        async def call(model: str, method: str, *args: Any, **arguments: Any) -> Any:
            answer = await real(model, method, *args, **arguments)
            told.extend(answer if method == "search_read" and model == "account.move.line" else [])
            return answer

        client.call = call  # type: ignore[method-assign]
        await read_books(client, books)
        assert not old & {row["id"] for row in told}


def test_dates_in_odoo_that_went_back_are_noticed() -> None:
    old = {1: {"id": 1, "write_date": "2026-11-20 08:00:00"}}
    assert went_back(old, {}, [1], "2026-11-20 07:00:00")
    assert not went_back(old, {}, [1], "2026-11-20 08:30:00")
    assert not went_back(old, {}, [], "2026-11-20 07:00:00")


@pytest.fixture
async def books(running_odoo: OdooWorld) -> CopiedBooks:
    """The demo company's."""
    async with running_odoo.client() as client:
        return await read_books(client)


def keep(books: CopiedBooks, taken_at: datetime = NOW) -> bool:
    return store_snapshot(books, SOURCE, before=snapshot_status(), taken_at=taken_at)


def changed(books: CopiedBooks, part: CopiedPart, row_id: int, **values: Any) -> CopiedBooks:
    rows = dict(books.parts[part])
    rows[row_id] = {**rows[row_id], **values}
    return replace(books, parts={**books.parts, part: rows})


def other_books(books: CopiedBooks) -> CopiedBooks:
    """Books that differ from these."""
    return replace(
        books, parts={**books.parts, CopiedPart.CASH_BASIS: stored([{"id": 7, "write_date": "2026"}])}
    )


def test_what_was_kept_is_read_back(books: CopiedBooks) -> None:
    assert keep(books)
    assert load_snapshot().books == books
    assert load_snapshot().manifest.taken_at == NOW


def test_without_a_snapshot_it_is_said_how_to_get_one() -> None:
    with pytest.raises(SnapshotMissingError, match="fte run sync_odoo"):
        load_snapshot()
    assert "fte run sync_odoo" in snapshot_words(NOW)


@pytest.mark.parametrize("damage", ["a changed byte", "a lost file", "a torn manifest"])
def test_damage_is_said_and_everything_is_then_read_again(books: CopiedBooks, damage: str) -> None:
    keep(books)
    manifest = snapshot_folder() / "manifest.json"
    lines = snapshot_folder() / json.loads(manifest.read_text())["generation"] / "lines.parquet"
    if damage == "a changed byte":
        content = bytearray(lines.read_bytes())
        content[len(content) // 2] ^= 1
        lines.write_bytes(content)
    elif damage == "a lost file":
        lines.unlink()
    else:
        manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(SnapshotDamagedError, match="fte run sync_odoo"):
        load_snapshot()
    there = snapshot_status()
    assert there.damage
    assert there.basis(SOURCE, NOW) is None
    assert keep(books)
    assert load_snapshot().books == books


def test_another_database_a_day_later_and_a_clock_set_back_begin_anew(books: CopiedBooks) -> None:
    keep(books)
    there = snapshot_status()
    assert there.basis(SOURCE, NOW + timedelta(hours=23)) == books
    assert there.basis(SOURCE.model_copy(update={"database": "other"}), NOW) is None
    assert there.basis(SOURCE, NOW + timedelta(days=1)) is None
    assert there.basis(SOURCE, NOW - timedelta(seconds=1)) is None


def test_of_two_that_began_with_the_same_snapshot_the_slower_keeps_nothing(books: CopiedBooks) -> None:
    keep(books)
    slower = snapshot_status()
    assert keep(other_books(books))
    assert not store_snapshot(books, SOURCE, before=slower, taken_at=NOW)
    assert load_snapshot().books == other_books(books)


def test_old_generations_go_but_the_last(books: CopiedBooks) -> None:
    for minutes in range(4):
        keep(books, NOW + timedelta(minutes=minutes))
    assert len([path for path in snapshot_folder().iterdir() if path.is_dir()]) == 2


STORE_AND_DIE = """
import os, signal
from dataclasses import replace
from datetime import UTC, datetime
from domain.accounting.copied_books import CopiedPart, stored
from tasks.accounting import snapshot
from tasks.frames import generations

def deadly(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

there = snapshot.snapshot_status()
books = there.snapshot.books
rows = stored([{"id": 7, "write_date": "2026"}])
books = replace(books, parts={**books.parts, CopiedPart.CASH_BASIS: rows})
real = getattr(generations, "{place}")
calls = []
def after_two(*args, **kwargs):
    calls.append(real(*args, **kwargs) if len(calls) < {whole} else deadly())
    return calls[-1]
setattr(generations, "{place}", after_two)
# go
snapshot.store_snapshot(
    books, there.manifest.source, before=there, taken_at=datetime(2026, 11, 20, 10, tzinfo=UTC)
)
"""


@pytest.mark.parametrize(
    ("place", "whole"),
    [("_write", 0), ("_write", 2), ("sync_folder", 0), ("write_beside", 0), ("put_over", 0)],
)
def test_a_kill_while_it_is_written_leaves_the_old_snapshot(
    books: CopiedBooks, start_worker: Worker, place: str, whole: int
) -> None:
    keep(books)
    worker = start_worker(STORE_AND_DIE.replace("{place}", place).replace("{whole}", str(whole)))
    assert hear(worker) == "ready"
    release(worker)
    worker.wait(timeout=60)
    assert worker.returncode == -9
    assert load_snapshot().books == books
    assert keep(other_books(books))
    assert load_snapshot().books == other_books(books)
    left = [path for path in snapshot_folder().iterdir() if path.is_dir()]
    assert len(left) == 2, "what was half written is gone"


def test_sound_books_pass(books: CopiedBooks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sound_books(books) == (books, ())
    assert list(tmp_path.glob("gx*")) == []


def moves(books: CopiedBooks) -> set[int]:
    return {row["move_id"] for row in books.parts[CopiedPart.LINES].values()}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"debit": Decimal(-1)}, "no debit is negative"),
        ({"credit": Decimal(-1)}, "no credit is negative"),
        ({"balance": Decimal("0.01")}, "a line's balance is its debit less its credit"),
        ({"account_id": 999_999}, "every line's account exists"),
        ({"currency_id": 999_999}, "every line's currency exists"),
        ({"move_id": None}, "every line has an entry"),
        ({"account_id": None}, "every line has an account"),
        ({"date": None}, "every line has a date"),
        (
            {"debit": Decimal(9), "balance": Decimal(9), "credit": Decimal(0)},
            "every entry sums to zero in the company's currency",
        ),
    ],
)
def test_an_entry_that_cannot_be_is_left_out_and_named(
    books: CopiedBooks, values: dict[str, Any], says: str
) -> None:
    line = max(books.parts[CopiedPart.LINES])
    sound, doubts = sound_books(changed(books, CopiedPart.LINES, line, **values))
    doubt = next(one for one in doubts if one.expectation == says)
    assert line in doubt.ids
    assert doubt.is_left_out
    assert str(line) in doubt.said
    [kept] = [one for check in kept_checks(CHECKED_AS) for one in check.unmet if one.said == says]
    assert str(line) in kept.failed
    assert moves(books) - moves(sound) == {books.parts[CopiedPart.LINES][line]["move_id"]}
    assert sound.ledger.lines


@pytest.mark.parametrize("day", ["1899-12-31", "2100-01-01"])
def test_a_day_that_cannot_be_counts_and_is_named(books: CopiedBooks, day: str) -> None:
    line = max(books.parts[CopiedPart.LINES])
    odd = changed(books, CopiedPart.LINES, line, date=day)
    sound, doubts = sound_books(odd)
    assert sound.parts[CopiedPart.LINES] == odd.parts[CopiedPart.LINES]
    (doubt,) = [one for one in doubts if one.records == "journal items"]
    assert (doubt.expectation, doubt.ids, doubt.is_left_out) == ("every date is plausible", (line,), False)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"amount": Decimal(-1)}, "no reconciliation's amount is negative"),
        ({"debit_move_id": 999_999}, "a reconciliation's debit line exists"),
        ({"credit_move_id": 999_999}, "a reconciliation's credit line exists"),
        ({"max_date": "1999-01-01"}, "a reconciliation is not older than its lines"),
    ],
)
def test_a_reconciliation_that_cannot_be_is_left_out_and_named(
    books: CopiedBooks, values: dict[str, Any], says: str
) -> None:
    partial = max(books.parts[CopiedPart.PARTIALS])
    sound, doubts = sound_books(changed(books, CopiedPart.PARTIALS, partial, **values))
    (doubt,) = doubts
    assert (doubt.expectation, doubt.ids, doubt.is_left_out) == (says, (partial,), True)
    assert partial not in sound.parts[CopiedPart.PARTIALS]
    assert sound.parts[CopiedPart.LINES] == books.parts[CopiedPart.LINES]
    assert sound.ledger.lines
