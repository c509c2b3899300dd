"""What a playbook may refer to, drawn from a reading, and what is doubtful about it."""

from typing import Any

from domain.policy.assess import vendor_doubt
from domain.policy.facts import spelling_of
from domain.policy.handbook import Handbook
from domain.receipts.reading import Found, Reading

DECISIVE = ("vendor", "issued_on", "currency", "total")
"""A wrong value here books the wrong bill; a wrong category only files it under the wrong heading."""


def reading_values(reading: Reading, handbook: Handbook, document: str) -> dict[str, Any]:
    """A reading's values under the names of a bill's inputs (JSON values), with the company's currency as default."""
    values = {
        name: found["value"]
        for name, found in reading.model_dump(mode="json").items()
        if isinstance(found, dict) and "value" in found
    }
    if not _adds_up(reading):
        values = {name: value for name, value in values.items() if name not in {"net", "tax"}}
    return {"currency": handbook.currency, "category": "other", **values, "document": document}


def _adds_up(reading: Reading) -> bool:
    if reading.net is None or reading.tax is None or reading.total is None:
        return True
    return reading.net.value >= 0 and reading.net.value + reading.tax.value == reading.total.value


def doubts_about(reading: Reading, handbook: Handbook) -> list[str]:
    """One sentence for each decisive value that was read with too little confidence."""
    doubts = [doubt for name in DECISIVE if (doubt := _doubt_about(name, reading, handbook))]
    return [*doubts, *reading.doubts, *reading.cannot_be, *_paid_before(reading)]


def _doubt_about(name: str, reading: Reading, handbook: Handbook) -> str | None:
    found: Found[object] | None = getattr(reading, name)
    label = name.replace("_", " ")
    if found is None:
        return f"no currency is printed; {handbook.currency} is assumed" if name == "currency" else None
    is_said = any(doubt.startswith(f"{label} is ") for doubt in reading.doubts)
    is_listed = name == "vendor" and _is_listed(str(found.value), handbook)
    if found.confidence >= handbook.confidence_below or is_said or is_listed:
        return None
    why = f"{found.confidence:.0%}, {found.where}"
    return (
        vendor_doubt(found.value, why)
        if name == "vendor"
        else f"{label} '{found.value}' is uncertain ({why})"
    )


def _is_listed(vendor: str, handbook: Handbook) -> bool:
    """A name read letter by letter as the handbook has it is no accident."""
    return spelling_of(vendor) in map(spelling_of, handbook.known_payees)


def _paid_before(reading: Reading) -> list[str]:
    """A part that was paid before is nobody's to pay again: a person sees it."""
    paid, total = reading.already_paid, reading.total
    if paid is None or total is None or not 0 < paid.value < total.value:
        return []
    left = total.value - paid.value
    return [f"{paid.value} of {total.value} is already paid, {left} is left to pay ({paid.where})"]


def was_read(reading: Reading) -> list[dict[str, str]]:
    """Each value with its confidence and place, for the note."""
    rows = []
    for name, found in reading.model_dump(mode="json").items():
        if isinstance(found, dict) and "value" in found:
            sure = f"{found['confidence']:.0%}"
            rows.append({"field": name, "value": str(found["value"]), "sure": sure, "where": found["where"]})
    return rows
