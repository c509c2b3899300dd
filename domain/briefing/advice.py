"""What follows from a week's numbers, by stated rules: wins, challenges, actions and recommendations.

A rule says nothing where one of its numbers is not known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.briefing.number import Number
from domain.briefing.part import Advice, Part

HALF = Decimal("0.5")
SHORT_RUNWAY_MONTHS = Decimal(6)
LATE_SHARE = Decimal("0.3")
SLOW_DAYS = Decimal(45)
FEWEST_DAYS_LATE = Decimal(30)

Known = Mapping[str, Number]


@dataclass(frozen=True)
class Rule:
    """When the numbers `needs` are known and `holds`, `said` is said."""

    name: str
    needs: tuple[str, ...]
    holds: Callable[[Known], bool]
    said: Callable[[Known], str]

    def applied(self, known: Known) -> Iterator[Advice]:
        """What it says, if anything."""
        if all(key in known and known[key].value is not None for key in self.needs) and self.holds(known):
            yield Advice(said=self.said(known), rule=self.name, numbers=self.needs)


def _value(known: Known, key: str) -> Decimal:
    return known[key].value or Decimal(0)


WINS = (
    Rule(
        "revenue of the week above its usual",
        ("money.revenue",),
        lambda of: (usual := of["money.revenue"].usual) is not None and _value(of, "money.revenue") > usual,
        lambda of: (
            f"Revenue was {of['money.revenue'].text}, above the usual {of['money.revenue'].usual_text}."
        ),
    ),
    Rule(
        "customers are late with less than a week before",
        ("money.overdue",),
        lambda of: (change := of["money.overdue"].change) is not None and change < 0,
        lambda of: f"Customers are late with {of['money.overdue'].text} ({of['money.overdue'].change_text}).",
    ),
    Rule(
        "more cash than a week before",
        ("money.cash",),
        lambda of: (change := of["money.cash"].change) is not None and change > 0,
        lambda of: f"Cash rose to {of['money.cash'].text} ({of['money.cash'].change_text}).",
    ),
)
CHALLENGES = (
    Rule(
        "the week made a loss",
        ("money.profit",),
        lambda of: _value(of, "money.profit") < 0,
        lambda of: f"The week made a loss: {of['money.profit'].text}.",
    ),
    Rule(
        "customers are late with more than a week before",
        ("money.overdue",),
        lambda of: (change := of["money.overdue"].change) is not None and change > 0,
        lambda of: f"Customers are late with {of['money.overdue'].text} ({of['money.overdue'].change_text}).",
    ),
    Rule(
        "bills are overdue",
        ("money.late",),
        lambda of: _value(of, "money.late") > 0,
        lambda of: f"We are late with {of['money.late'].text} to vendors.",
    ),
    Rule(
        "the cash forecast falls below zero",
        ("money.lowest_cash",),
        lambda of: _value(of, "money.lowest_cash") < 0,
        lambda of: (
            f"Cash is expected to run out: {of['money.lowest_cash'].label.lower()}: "
            f"{of['money.lowest_cash'].text}."
        ),
    ),
)
RECOMMENDATIONS = (
    Rule(
        f"cash lasts less than {SHORT_RUNWAY_MONTHS} months",
        ("money.runway",),
        lambda of: _value(of, "money.runway") < SHORT_RUNWAY_MONTHS,
        lambda of: (
            f"Cash lasts {of['money.runway'].text}: cut what is spent or raise money before it is short."
        ),
    ),
    Rule(
        f"more than {LATE_SHARE:.0%} of what customers owe is late",
        ("money.overdue", "money.receivable"),
        lambda of: (
            _value(of, "money.receivable") > 0
            and _value(of, "money.overdue") / _value(of, "money.receivable") > LATE_SHARE
        ),
        lambda of: (
            f"{_value(of, 'money.overdue') / _value(of, 'money.receivable'):.0%} of what customers owe is late "
            f"({of['money.overdue'].text} of {of['money.receivable'].text}): remind sooner, or ask for a deposit."
        ),
    ),
    Rule(
        f"customers take more than {SLOW_DAYS} days to pay",
        ("money.dso",),
        lambda of: _value(of, "money.dso") > SLOW_DAYS,
        lambda of: (
            f"Customers take {of['money.dso'].text} to pay (13 weeks): shorten the terms of new invoices."
        ),
    ),
)

ACTIONS = {
    "money.late.": ("Remind {name}: {sum} are overdue.", "a customer is late"),
    "money.due.": ("Pay {name}: {sum} are due within a week.", "a bill is due until the next Sunday"),
}
"""What a number about somebody asks for, and by which rule."""


def advised(rules: Iterable[Rule], parts: Iterable[Part]) -> tuple[Advice, ...]:
    """What the rules say of these parts, in their order."""
    known = {number.key: number for part in parts for number in part.all_numbers}
    return tuple(advice for rule in rules for advice in rule.applied(known))


def actions(parts: Iterable[Part]) -> tuple[Advice, ...]:
    """What to do next week: whom to remind, whom to pay."""
    return tuple(
        Advice(said=said.format(name=row.label, sum=number.text), rule=rule, numbers=(number.key,))
        for part in parts
        for table in part.tables
        for row in table.rows
        for number in row.numbers
        for group, (said, rule) in ACTIONS.items()
        if number.key.startswith(group)
    )
