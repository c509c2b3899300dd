"""Whether a confidence is a probability: how many of the answers of each degree of sureness are right and wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SURE = 0.8
"""The handbook's `confidence_below`: what is read more surely is not asked about."""
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)


@dataclass(frozen=True)
class Answer:
    """One field of one document: how sure it was read (None: not found), and whether it is right."""

    field: str
    sure: float | None
    is_right: bool


def print_table(title: str, answers: Sequence[Answer], fields: Sequence[str]) -> None:
    """Print right and wrong of each degree of sureness, and of all that is sure enough to be booked unasked."""
    print(f"\nreliability, {title}: right / wrong of what was read with this confidence")
    print("  confidence   " + "".join(f"{field:>14}" for field in fields))
    for low, high in pairwise(EDGES):
        cells = [_counts(answers, field, low, high) for field in fields]
        print(f"  {low:.2f} - {min(high, 1):.2f}  " + "".join(f"{_shown(*cell):>14}" for cell in cells))
    sure = [_counts(answers, field, SURE, EDGES[-1]) for field in fields]
    shares = (f"{right / (right + wrong):.1%}" if right + wrong else "-" for right, wrong in sure)
    print(f"  {SURE:.2f} or more " + "".join(f"{_shown(*cell):>14}" for cell in sure))
    print("  of them right" + "".join(f"{share:>14}" for share in shares))


def _counts(answers: Sequence[Answer], field: str, low: float, high: float) -> tuple[int, int]:
    inside = [
        one for one in answers if one.field == field and one.sure is not None and low <= one.sure < high
    ]
    right = sum(one.is_right for one in inside)
    return right, len(inside) - right


def _shown(right: int, wrong: int) -> str:
    return f"{right} / {wrong}" if right or wrong else "-"
