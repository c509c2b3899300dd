"""What a reading of the books must hold before it becomes the snapshot: a Great Expectations suite."""

import datetime as dt
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.accounting.copied_books import CopiedBooks, Part
from domain.accounting.period import FIRST_DAY
from domain.errors import ContractError

YEARS_AHEAD = 10
IDS_NAMED = 10


class SnapshotRefusedError(ContractError):
    """Odoo's records break an expectation."""

    def __init__(self, expectation: str, ids: Sequence[int], *, more: int = 0) -> None:
        self.expectation, self.ids = expectation, list(ids)
        named = ", ".join(map(str, ids[:IDS_NAMED])) + (" ..." if len(ids) > IDS_NAMED else "")
        others = f", and {more} more expectations are broken" if more else ""
        super().__init__(
            f"Odoo's records break '{expectation}' (ids {named or 'none'}){others}; "
            "the old snapshot stays; correct them in Odoo, then: fte run sync_odoo"
        )


def check_books(books: CopiedBooks, today: dt.date) -> None:
    """Validate lines and reconciliations. Takes seconds the first time, so only call it for new records.

    Raises:
        SnapshotRefusedError: names the first broken expectation and the records' ids.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that the library imports
        broken = [*_broken("lines", _lines(books), _line_suite(today))]
        broken += _broken("partials", _partials(books), _partial_suite())
    if broken:
        raise SnapshotRefusedError(*broken[0], more=len(broken) - 1)


def _broken(name: str, columns: Mapping[str, Sequence[Any]], suite: list[Any]) -> list[tuple[str, list[int]]]:
    if not columns["id"]:
        return []
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(project_config=config, mode="ephemeral")
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": pd.DataFrame(columns)})
    wanted = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["id"],
        "include_unexpected_rows": False,
    }
    result = batch.validate(gx.ExpectationSuite(name=name, expectations=suite), result_format=wanted)
    return [
        (one.expectation_config.meta["says"], [int(row["id"]) for row in one.result["unexpected_index_list"]])
        for one in result.results
        if not one.success
    ]


def _lines(books: CopiedBooks) -> dict[str, list[Any]]:
    rows, accounts = books.parts[Part.LINES].values(), books.parts[Part.ACCOUNTS]
    moves: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        moves[row["move_id"]] += row["balance"]
    return {
        "id": [row["id"] for row in rows],
        "move_id": [row["move_id"] for row in rows],
        "account_id": [row["account_id"] for row in rows],
        "account_known": [int(row["account_id"] in accounts) for row in rows],
        "date": [row["date"] for row in rows],
        "day": [row["date"] and dt.date.fromisoformat(row["date"]).toordinal() for row in rows],
        "debit": [_millionths(row["debit"]) for row in rows],
        "credit": [_millionths(row["credit"]) for row in rows],
        "unexplained": [_millionths(row["balance"] - row["debit"] + row["credit"]) for row in rows],
        "entry_sum": [_millionths(moves[row["move_id"]]) for row in rows],
    }


def _line_suite(today: dt.date) -> list[Any]:
    from great_expectations import expectations as expect

    last = today.replace(year=today.year + YEARS_AHEAD, day=1)
    zero = {"min_value": 0, "max_value": 0}
    return [
        *(
            expect.ExpectColumnValuesToNotBeNull(column=name, meta=_says(f"every line has a {name}"))
            for name in ("id", "move_id", "account_id", "date")
        ),
        expect.ExpectColumnValuesToBeUnique(column="id", meta=_says("every line is there once")),
        expect.ExpectColumnValuesToBeBetween(column="debit", min_value=0, meta=_says("no debit is negative")),
        expect.ExpectColumnValuesToBeBetween(
            column="credit", min_value=0, meta=_says("no credit is negative")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="unexplained", **zero, meta=_says("a line's balance is its debit less its credit")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="entry_sum", **zero, meta=_says("every entry sums to zero in the company's currency")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="account_known", min_value=1, meta=_says("every line's account exists")
        ),
        expect.ExpectColumnValuesToBeBetween(
            column="day",
            min_value=FIRST_DAY.toordinal(),
            max_value=last.toordinal(),
            meta=_says("every date is plausible"),
        ),
    ]


def _partials(books: CopiedBooks) -> dict[str, list[Any]]:
    rows, lines = books.parts[Part.PARTIALS].values(), books.parts[Part.LINES]
    return {
        "id": [row["id"] for row in rows],
        "amount": [_millionths(row["amount"]) for row in rows],
        "debit_known": [int(row["debit_move_id"] in lines) for row in rows],
        "credit_known": [int(row["credit_move_id"] in lines) for row in rows],
    }


def _partial_suite() -> list[Any]:
    from great_expectations import expectations as expect

    return [
        expect.ExpectColumnValuesToBeUnique(column="id", meta=_says("every reconciliation is there once")),
        expect.ExpectColumnValuesToBeBetween(
            column="amount", min_value=0, meta=_says("no reconciliation's amount is negative")
        ),
        *(
            expect.ExpectColumnValuesToBeBetween(
                column=f"{side}_known",
                min_value=1,
                meta=_says(f"a reconciliation's {side} line exists"),
            )
            for side in ("debit", "credit")
        ),
    ]


def _says(sentence: str) -> dict[str, str]:
    return {"says": sentence}


def _millionths(amount: Decimal) -> int:
    return int(amount.scaleb(6))
