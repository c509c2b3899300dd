"""Great Expectations over a frame where it enters: which expectation is broken, and by which rows.

Its import takes seconds, so it stands inside.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Broken = tuple[str, list[Any]]
"""An expectation in words, and the `id` of each row that breaks it."""
Suite = Callable[[], Sequence[Any]]
"""Makes the expectations, once the library is wanted."""


def broken(name: str, columns: Mapping[str, Sequence[Any]], suite: Suite) -> list[Broken]:
    """What of a suite the columns break; one of them is the `id`."""
    if not columns["id"]:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of modules that the library imports
        return _broken(name, columns, suite())


def says(sentence: str) -> dict[str, str]:
    """An expectation's `meta`: what it says in words."""
    return {"says": sentence}


def _broken(name: str, columns: Mapping[str, Sequence[Any]], suite: Sequence[Any]) -> list[Broken]:
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
    result = batch.validate(gx.ExpectationSuite(name=name, expectations=list(suite)), result_format=wanted)
    return [
        (one.expectation_config.meta["says"], [row["id"] for row in one.result["unexpected_index_list"]])
        for one in result.results
        if not one.success
    ]
