"""The weights that kinds are told apart by: a file beside this one, read once, when the first task is sorted.

`benchmarks/train_routing.py` learns and writes it; nothing that arrives changes it.
"""

from functools import cache
from pathlib import Path

from domain.planning.likely_kind import KindModel

WEIGHTS = Path(__file__).with_name("kind_model.npz")


@cache
def kind_model() -> KindModel:
    """What `fte` was delivered with."""
    import numpy as np

    with np.load(WEIGHTS, allow_pickle=False) as file:
        return KindModel(
            labels=tuple(str(label) for label in file["labels"]),
            keys=file["keys"],
            weights=file["weights"],
            scale=float(file["scale"]),
            bias=file["bias"],
            facts=dict(zip(map(str, file["fact_names"]), file["fact_weights"], strict=True)),
            sharpness=float(file["sharpness"]),
        )
