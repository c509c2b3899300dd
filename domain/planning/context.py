"""What a playbook may refer to, drawn from a reading, and what is doubtful about it."""

from typing import Any

from domain.accounting.taxed_sum import totals_of
from domain.policy.assess import vendor_doubt
from domain.policy.facts import spelling_of
from domain.policy.handbook import Handbook
from domain.receipts.reading import Found, Reading

DECISIVE = ("vendor", "issued_on", "currency", "total")
"""A wrong value here books the wrong bill; a wrong category only files it under the wrong heading."""

SUMS = frozenset({"net", "tax", "tax_breakdown"})


def reading_values(reading: Reading, handbook: Handbook, document: str) -> dict[str, Any]:
    """A reading's values under the names of a bill's inputs (JSON values), with the company's currency as default."""
    values = {
        name: found["value"]
        for name, found in reading.model_dump(mode="json").items()
        if isinstance(found, dict) and "value" in found and name not in SUMS
    }
    values |= _sums_that_fit(reading)
    return {"currency": handbook.currency, "category": "other", **values, "document": document}


def _sums_that_fit(reading: Reading) -> dict[str, Any]:
    """Net, tax and what they are at each rate, as far as they make the total."""
    net, tax, rates, total = reading.net, reading.tax, reading.tax_breakdown, reading.total
    if rates and total:
        at_rates = totals_of(rates.value)
        if sum(at_rates) == total.value and min(at_rates) >= 0:
            rows = [row.model_dump(mode="json") for row in rates.value]
            return {"net": str(at_rates[0]), "tax": str(at_rates[1]), "tax_breakdown": rows}
    if net and tax and total and (net.value < 0 or net.value + tax.value != total.value):
        return {}
    return {name: str(one.value) for name, one in (("net", net), ("tax", tax)) if one}


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
            rates = reading.tax_breakdown if name == "tax_breakdown" else None
            value = "; ".join(map(str, rates.value)) if rates else str(found["value"])
            rows.append({"field": name, "value": value, "sure": sure, "where": found["where"]})
    return rows
