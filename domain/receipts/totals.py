"""The document's total: labels propose, arithmetic decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.receipts.entries import AmountEntry, DocumentAmounts
from domain.receipts.found import Found
from domain.receipts.labels import Label
from domain.receipts.layout import LayoutRow

_WEIGHT: dict[Label, float] = {
    Label.GRAND_TOTAL: 6.0,
    Label.TAXED_TOTAL: 5.2,
    Label.TOTAL: 4.0,
    Label.AMBIGUOUS: 2.0,
    Label.CARD: 2.5,
    Label.CASH: 1.0,
    Label.SUBTOTAL: 1.2,
    Label.COUNT: 0.8,
    Label.TAX: -2.0,
    Label.SERVICE: -2.0,
    Label.DISCOUNT: -2.0,
    Label.ROUNDING: -2.0,
    Label.CHANGE: -2.0,
    Label.OTHER: -3.0,
}
_SUMMARY_SHARE = 0.2
"""What a label is worth inside the tax table."""
_CENT = Decimal("0.01")
_NEAR = Decimal("0.05")
SEEN_ONCE = 0.75
"""A recognised amount that stands in one place and that no other amount proves: a digit may be misread."""
_TOTAL_LIKE = (Label.GRAND_TOTAL, Label.TAXED_TOTAL, Label.TOTAL, Label.AMBIGUOUS, Label.SUBTOTAL)


@dataclass(slots=True)
class _Candidate:
    """A value that may be the total, what speaks for it, and the row that says it best."""

    value: Decimal
    row: LayoutRow
    label_score: float = 0.0
    proofs: float = 0.0
    labels: list[float] = field(default_factory=list)

    @property
    def score(self) -> float:
        best = max(self.labels, default=0.0)
        return best + 0.4 * (len(self.labels) - 1 if self.labels else 0) + self.proofs


def find_total(ledger: DocumentAmounts) -> Found[Decimal] | None:
    """The amount to be paid, with a confidence that falls where another value is nearly as likely."""
    candidates = _candidates(ledger)
    if not candidates:
        return None
    for candidate in candidates.values():
        candidate.proofs += _proofs(candidate.value, ledger)
    ranked = sorted(candidates.values(), key=lambda one: (-one.score, -abs(one.value)))
    best = ranked[0]
    if best.score <= 0:
        return None
    margin = best.score - (ranked[1].score if len(ranked) > 1 else 0.0)
    return Found(value=best.value, confidence=_confidence(best.score, margin), where=best.row.where)


def witnessed(total: Found[Decimal] | None, ledger: DocumentAmounts) -> Found[Decimal] | None:
    """The total of recognised text: sure only where it stands twice or the document's arithmetic leads to it."""
    if total is None or _is_proven(total.value, ledger) or len(_rows_with(total.value, ledger)) > 1:
        return total
    return total.model_copy(update={"confidence": min(total.confidence, SEEN_ONCE)})


def _is_proven(value: Decimal, ledger: DocumentAmounts) -> bool:
    return any(proof(value, ledger) > 0 for proof in (_paid, _adds_up, _rounds, _tax_table))


def _rows_with(value: Decimal, ledger: DocumentAmounts) -> set[int]:
    labelled = [entry.row.number for entry in ledger.entries if abs(entry.value) == value]
    return {*labelled, *(row.number for amount, row in ledger.loose if amount == value)}


def _candidates(ledger: DocumentAmounts) -> dict[Decimal, _Candidate]:
    found: dict[Decimal, _Candidate] = {}
    best_weight: dict[Decimal, float] = {}
    for entry in ledger.entries:
        value = abs(entry.value) if entry.label in {Label.CASH, Label.CARD} else entry.value
        weight = _WEIGHT[entry.label] * (_SUMMARY_SHARE if entry.in_summary else 1.0)
        candidate = found.setdefault(value, _Candidate(value, entry.row))
        candidate.labels.append(weight)
        if weight > best_weight.get(value, -9.0):
            best_weight[value], candidate.row = weight, entry.row
    for value, row in ledger.loose:
        if value > 0:
            found.setdefault(value, _Candidate(value, row))
    return {value: one for value, one in found.items() if value != 0}


def _proofs(value: Decimal, ledger: DocumentAmounts) -> float:
    """What the document's own arithmetic says for this value."""
    score = (
        _paid(value, ledger) + _adds_up(value, ledger) + _rounds(value, ledger) + _tax_table(value, ledger)
    )
    tendered = {abs(paid) for paid in ledger.values(Label.CASH)}
    others = [amount for amount, _ in ledger.loose if amount not in tendered]
    if others and value == max(others):
        score += 0.7
    last = _last_total(ledger.entries)
    return score + (0.6 if last is not None and value == last else 0.0)


def _paid(value: Decimal, ledger: DocumentAmounts) -> float:
    """Cash minus change is the total."""
    paid = [abs(amount) for amount in ledger.values(Label.CASH, Label.CARD)]
    change = [abs(amount) for amount in ledger.values(Label.CHANGE)]
    if any(tendered - back == value for tendered in paid for back in change if back > 0):
        return 5.0
    if not any(change) and value in paid:
        return 2.5
    if _unlabelled_payment(value, ledger, change):
        return 2.0
    return 0.0


def _unlabelled_payment(value: Decimal, ledger: DocumentAmounts, change: Sequence[Decimal]) -> bool:
    """The change is known and the tendered amount stands somewhere without its label."""
    amounts = {amount for amount, _ in ledger.loose}
    return any(back > 0 and value + back in amounts and value in amounts for back in change)


def _adds_up(value: Decimal, ledger: DocumentAmounts) -> float:
    """Net (or subtotal) plus tax, service and rounding, less discount."""
    nets = ledger.values(*_TOTAL_LIKE)
    taxes = [Decimal(0), *ledger.values(Label.TAX)]
    services = [Decimal(0), *ledger.values(Label.SERVICE)]
    discounts = [Decimal(0), *(abs(amount) for amount in ledger.values(Label.DISCOUNT))]
    sums = {
        net + tax + service - discount
        for net in nets
        for tax in taxes[:6]
        for service in services[:4]
        for discount in discounts[:4]
        if tax or service or discount
    }
    if value in sums or _is_sum_of_parts(value, ledger):
        return 2.5
    return 1.2 if any(abs(value - total) <= _NEAR for total in sums) else 0.0


def _is_sum_of_parts(value: Decimal, ledger: DocumentAmounts) -> bool:
    """Two partial totals (one for each tax rate) sum up to the whole."""
    parts = sorted(set(ledger.values(Label.SUBTOTAL, Label.TAXED_TOTAL, Label.TOTAL)))[:12]
    return any(left + right == value for left in parts for right in parts if left < right and left and right)


def _rounds(value: Decimal, ledger: DocumentAmounts) -> float:
    """A total plus its printed rounding is the amount to pay, and the unrounded one is not."""
    adjustments = {amount for amount in ledger.values(Label.ROUNDING) if amount and abs(amount) <= _NEAR}
    if not adjustments:
        return 0.0
    totals = set(ledger.values(*_TOTAL_LIKE))
    steps = adjustments | {-amount for amount in adjustments}
    rounded = value % _NEAR == 0
    if rounded and any(value - step in totals for step in steps):
        return 3.0
    loose = {amount for amount, _ in ledger.loose}
    return -3.0 if not rounded and any(value + step in loose for step in steps) else 0.0


def _tax_table(value: Decimal, ledger: DocumentAmounts) -> float:
    """The tax table's amounts and taxes sum up to the total."""
    rows = ledger.tax_rows
    if not rows:
        return 0.0
    whole = sum((row.net + row.tax for row in rows), Decimal(0))
    if abs(whole - value) <= _CENT * 3 or abs(whole / 2 - value) <= _CENT * 3:
        return 2.5
    return 1.0 if any(abs(row.net + row.tax - value) <= _CENT * 3 for row in rows) else 0.0


def _last_total(entries: Iterable[AmountEntry]) -> Decimal | None:
    totals = [
        entry.value
        for entry in entries
        if entry.label in {Label.TOTAL, Label.GRAND_TOTAL} and not entry.in_summary
    ]
    return totals[-1] if totals else None


def _confidence(score: float, margin: float) -> float:
    """Calibrated on half of the development set: strong evidence and a clear lead make it sure."""
    strength = min(1.0, score / 9.0)
    lead = min(1.0, margin / 3.0)
    return round(min(0.98, 0.25 + 0.4 * strength + 0.33 * lead), 2)
