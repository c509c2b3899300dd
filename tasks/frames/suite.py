"""Great Expectations over a frame where it enters: which expectation is met, and which rows break the others.

Its import takes seconds, so it stands inside.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from domain.frame_check import MOST_NAMED, Expectation, FrameCheck

Broken = tuple[str, list[Any]]
"""An expectation in words, and the `id` of each row that breaks it."""
NAMED = 5
Suite = Callable[[], Sequence[Any]]
"""Makes the expectations, once the library is wanted."""


@dataclass(frozen=True)
class CheckedFrame:
    """A frame that was checked.

    Attributes:
        name: What a reader calls its rows.
        rows: How many there are.
        found: Each expectation in words, with the rows that break it; none do where it is met.
    """

    name: str
    rows: int
    found: Sequence[Broken]

    @property
    def broken(self) -> list[Broken]:
        """The expectations that are not met."""
        return [one for one in self.found if one[1]]

    def result(self, at: datetime) -> FrameCheck:
        """What is kept of it."""
        return FrameCheck(
            frame=self.name, rows=self.rows, checked_at=at, expectations=tuple(map(_expectation, self.found))
        )


def checked(name: str, columns: Mapping[str, Sequence[Any]], suite: Suite) -> CheckedFrame:
    """What comes of a suite over the columns; one of them is the `id`. Without rows nothing is expected."""
    rows = len(columns["id"])
    if not rows:
        return CheckedFrame(name, 0, [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that the library imports
        return CheckedFrame(name, rows, _found(name, columns, suite()))


def says(sentence: str) -> dict[str, str]:
    """An expectation's `meta`: what it says in words."""
    return {"says": sentence}


def named_ids(ids: Sequence[Any]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(map(str, ids[:NAMED])) + more


def _expectation(found: Broken) -> Expectation:
    said, ids = found
    return Expectation(said=said, failed=tuple(map(str, ids[:MOST_NAMED])), failed_count=len(ids))


def _found(name: str, columns: Mapping[str, Sequence[Any]], suite: Sequence[Any]) -> list[Broken]:
    import pandas as pd
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.validator.validator import Validator

    read = PandasExecutionEngine(batch_data_dict={name: pd.DataFrame(columns)})
    validator = Validator(read, data_context=_context())
    wanted = [one.configuration for one in suite]
    results = validator.graph_validate(wanted, {"result_format": "BOOLEAN_ONLY"})
    unmet = [one.expectation_config for one in results if not one.success]
    ids = iter(_unexpected(validator, unmet) if unmet else [])
    return [(one.expectation_config.meta["says"], [] if one.success else next(ids)) for one in results]


def _unexpected(validator: Any, unmet: Sequence[Any]) -> list[list[Any]]:
    """Which rows break each: asked of those alone that are not met, since it costs as much again."""
    wanted = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["id"],
        "include_unexpected_rows": False,
    }
    results = validator.graph_validate(unmet, {"result_format": wanted})
    return [[row["id"] for row in one.result["unexpected_index_list"]] for one in results]


@cache
def _context() -> Any:
    """The library's settings; what is checked is not kept in it: that would be written as YAML three times a frame."""
    import great_expectations as gx
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
    return gx.get_context(project_config=config, mode="ephemeral")
