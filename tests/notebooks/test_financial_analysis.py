"""The notebook as a person runs it: on the kept copy of the demo company, in a kernel of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError

from domain.accounting.ageing import payable_ageing
from domain.accounting.figure import debit_of
from domain.accounting.ledger import AccountType
from domain.accounting.profit_and_loss import profit_and_loss
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, snapshot_status, store_snapshot
from tests.notebooks.kernel import prepare_kernel, run_notebook
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient

NOTEBOOK = "financial_analysis.ipynb"


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_kernel(tmp_path, monkeypatch)


async def test_the_notebook_shows_the_figures_of_the_books(sandbox: SandboxClient) -> None:
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    now = datetime.now(UTC)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    store_snapshot(books, source, before=snapshot_status(), taken_at=now)
    shown = await run_notebook(NOTEBOOK)
    text = "\n".join(one.get("text", "") + one.get("data", {}).get("text/plain", "") for one in shown)
    ledger, today = books.ledger, now.date()
    cash = debit_of(line for line in ledger.of_types(AccountType.CASH) if line.day <= today)
    assert "(sandbox books)" in text
    assert f"Cash on {today}: {cash.amount:,} USD" in text
    month = profit_and_loss(ledger, today.replace(day=1), today)
    last_month = next(line for line in text.splitlines() if line.startswith(f"{today:%Y-%m}"))
    assert last_month.split()[1:] == [
        str(figure.amount)
        for figure in (month.revenue.total, month.gross_profit, month.operating_profit, month.net_profit)
    ]
    assert str(payable_ageing(ledger, today).total.amount) in text
    assert sum("image/png" in one.get("data", {}) for one in shown) == 3
    assert not [one for one in shown if one.output_type == "stream" and one.name == "stderr"]


async def test_without_a_copy_the_first_cell_says_what_to_do() -> None:
    with pytest.raises(CellExecutionError, match="fte run sync_odoo"):
        await run_notebook(NOTEBOOK)
