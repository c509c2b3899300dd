"""Readings of one document from several sources: the most trustworthy counts, contradictions are doubted."""

import re
from collections.abc import Sequence

from domain.receipts.found import Found
from domain.receipts.reading import Reading, ReadingSource

OCR_LIMIT = 0.9
"""A recognised picture is never surer than this: letters may be misread that look right."""
DOUBTED = 0.5
USABLE = 0.6
_FIELDS = tuple(
    name for name in Reading.model_fields if name not in {"doubts", "gives_back", "impossible", "source"}
)
_COMPARED = ("total", "net", "vendor", "number", "issued_on", "due_on", "currency")
_OF_THE_TOTAL = frozenset({"net", "tax", "tax_breakdown", "already_paid", "discount_until", "discount_total"})
_PART = {
    ReadingSource.EINVOICE: "the e-invoice's data",
    ReadingSource.STRUCTURED: "the mail's data",
    ReadingSource.TEXT: "the text",
    ReadingSource.OCR: "the picture",
}
_SURE_ITSELF = 0.85


def limited(reading: Reading, most: float, source: ReadingSource) -> Reading:
    """The reading with no field surer than `most`."""
    changes = {
        name: found.model_copy(update={"confidence": min(found.confidence, most)})
        for name in _FIELDS
        if (found := getattr(reading, name)) is not None
    }
    return reading.model_copy(update={**changes, "source": source})


def combined(readings: Sequence[Reading]) -> Reading | None:
    """The first reading with a usable total, its gaps filled from the others; in order of trust.

    An e-invoice whose hidden total contradicts the page that a person sees, or whose page contradicts itself, is
    doubted: somebody made it so.
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
    against = _contradicted(base, others)
    shaken = {name: _shaken(getattr(base, name)) for name in against}
    beside = (
        [doubt for other in others for doubt in other.doubts] if base.source is ReadingSource.EINVOICE else []
    )
    doubts = (*base.doubts, *against.values(), *beside)
    return base.model_copy(update={**gaps, **shaken, "doubts": doubts})


def _first(readings: Sequence[Reading], name: str, base: Reading) -> Found[object] | None:
    """The next source's value; what the total is made of only beside the same total."""
    for reading in readings:
        found: Found[object] | None = getattr(reading, name)
        same_total = reading.total and base.total and reading.total.value == base.total.value
        if found is not None and (same_total or name not in _OF_THE_TOTAL):
            return found
    return None


def _contradicted(base: Reading, others: Sequence[Reading]) -> dict[str, str]:
    """The fields of which another part of the document says something else, each with its doubt in words.

    An e-invoice's hidden data is compared in all that matters; of other documents only the total, which each part has.
    """
    found = {}
    for name in _COMPARED if base.source is ReadingSource.EINVOICE else ("total",):
        ours: Found[object] | None = getattr(base, name)
        for other in others:
            theirs: Found[object] | None = getattr(other, name)
            counts = theirs and (theirs.confidence >= _SURE_ITSELF or other.doubts)
            if ours and theirs and counts and not _alike(ours.value, theirs.value):
                label, here, there = name.replace("_", " "), _PART[base.source], _PART[other.source]
                found[name] = f"{label} is {ours.value} in {here}, {theirs.value} in {there} ({theirs.where})"
                break
    return found


def _shaken(found: Found[object]) -> Found[object]:
    return found.model_copy(update={"confidence": min(found.confidence, DOUBTED)})


def _alike(one: object, other: object) -> bool:
    """Equal, or one name written longer than the other."""
    if isinstance(one, str) and isinstance(other, str):
        left, right = (re.sub(r"\W", "", text).casefold() for text in (one, other))
        return left in right or right in left
    return one == other
