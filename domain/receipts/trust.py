"""Readings of one document from several sources: the most trustworthy counts, contradictions are doubted."""

import re
from collections.abc import Sequence
from decimal import Decimal

from domain.receipts.found import Found
from domain.receipts.reading import Reading, Source

OCR_LIMIT = 0.9
"""A recognised picture is never surer than this: letters may be misread that look right."""
DOUBTED = 0.5
USABLE = 0.6
_FIELDS = (
    "vendor",
    "number",
    "issued_on",
    "due_on",
    "currency",
    "net",
    "tax",
    "total",
    "category",
    "vendor_vat",
    "vendor_email",
    "vendor_iban",
    "vendor_account",
    "already_paid",
)
_COMPARED = ("vendor", "number", "issued_on", "currency")
_SURE_ITSELF = 0.85


def limited(reading: Reading, most: float, source: Source) -> Reading:
    """The reading with no field surer than `most`."""
    changes = {
        name: found.model_copy(update={"confidence": min(found.confidence, most)})
        for name in _FIELDS
        if (found := getattr(reading, name)) is not None
    }
    return reading.model_copy(update={**changes, "source": source})


def combined(readings: Sequence[Reading]) -> Reading | None:
    """The first reading with a usable total, its gaps filled from the others; in order of trust.

    An e-invoice whose hidden total contradicts the page that a person sees is doubted: somebody made it so.
    """
    if not readings:
        return None
    base = next(
        (one for one in readings if one.total and one.total.confidence >= USABLE),
        max(readings, key=lambda one: one.total.confidence if one.total else 0.0),
    )
    others = [one for one in readings if one is not base]
    gaps = {
        name: found
        for name in _FIELDS
        if getattr(base, name) is None and (found := _first(others, name, base)) is not None
    }
    doubts = (*base.doubts, *_disagreements(base, others))
    return _doubted(base.model_copy(update={**gaps, "doubts": doubts}), others)


def _first(readings: Sequence[Reading], name: str, base: Reading) -> Found[object] | None:
    """The next source's value; net and tax only beside the same total."""
    for reading in readings:
        found: Found[object] | None = getattr(reading, name)
        same_total = reading.total and base.total and reading.total.value == base.total.value
        if found is not None and (same_total or name not in {"net", "tax", "already_paid"}):
            return found
    return None


def _disagreements(base: Reading, others: Sequence[Reading]) -> list[str]:
    """Where an e-invoice's hidden data and the page that a person sees say different things, in words."""
    if base.source is not Source.EINVOICE:
        return []
    found = []
    for name in _COMPARED:
        ours: Found[object] | None = getattr(base, name)
        theirs: Found[object] | None = next((one for other in others if (one := getattr(other, name))), None)
        if ours and theirs and theirs.confidence >= _SURE_ITSELF and not _alike(ours.value, theirs.value):
            label = name.replace("_", " ")
            found.append(
                f"{label} is {ours.value} in the e-invoice's data, {theirs.value} on its page ({theirs.where})"
            )
    return found


def _alike(one: object, other: object) -> bool:
    """Equal, or one name written longer than the other."""
    if isinstance(one, str) and isinstance(other, str):
        left, right = (re.sub(r"\W", "", text).casefold() for text in (one, other))
        return left in right or right in left
    return one == other


def _doubted(base: Reading, others: Sequence[Reading]) -> Reading:
    if base.total is None:
        return base
    against = next((one.total for one in others if _contradicts(base.total, one.total)), None)
    if against is None:
        return base
    total = Found[Decimal](
        value=base.total.value,
        confidence=min(base.total.confidence, DOUBTED),
        where=f"{base.total.where}; but {against.where}",
    )
    return base.model_copy(update={"total": total})


def _contradicts(total: Found[Decimal], other: Found[Decimal] | None) -> bool:
    return other is not None and other.confidence >= _SURE_ITSELF and other.value != total.value
