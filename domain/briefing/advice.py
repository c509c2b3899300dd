"""What follows from a week's numbers, by stated rules: wins, challenges, actions and recommendations.

A rule says nothing where one of its numbers is not known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.briefing.number import Number, Unit, shown
from domain.briefing.part import Advice, Part

SHORT_RUNWAY_MONTHS = Decimal(6)
LATE_SHARE = Decimal("0.3")
SLOW_DAYS = Decimal(45)
ANSWER_HOURS, LONGEST_ANSWER_HOURS = Decimal(24), Decimal(48)
ERROR_RATE = Decimal("0.05")
GOOD_UPTIME, POOR_UPTIME = Decimal("0.99"), Decimal("0.95")
LONGEST_LAG_MINUTES = Decimal(60)
FEWEST_GIGABYTES = Decimal(5)

Known = Mapping[str, Number]


@dataclass(frozen=True)
class AdviceRule:
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


def _debts(known: Known) -> Decimal:
    """What customers owe before their credits are deducted, as what is late is told."""
    return _value(known, "money.receivable") + _value(known, "money.credits")


WINS = (
    AdviceRule(
        "the month's revenue has reached its goal",
        ("money.goal.revenue", "money.reached.revenue"),
        lambda of: _value(of, "money.reached.revenue") >= _value(of, "money.goal.revenue"),
        lambda of: (
            f"The month's revenue has reached its goal: {of['money.reached.revenue'].text} of "
            f"{of['money.goal.revenue'].text}."
        ),
    ),
    AdviceRule(
        "revenue of the week above its usual",
        ("money.revenue",),
        lambda of: (usual := of["money.revenue"].usual) is not None and _value(of, "money.revenue") > usual,
        lambda of: (
            f"Revenue was {of['money.revenue'].text}, above the usual {of['money.revenue'].usual_text}."
        ),
    ),
    AdviceRule(
        "customers are late with less than a week before",
        ("money.overdue",),
        lambda of: (change := of["money.overdue"].change) is not None and change < 0,
        lambda of: (
            f"Customers are late with less: {of['money.overdue'].text} ({of['money.overdue'].change_text})."
        ),
    ),
    AdviceRule(
        "more cash than a week before",
        ("money.cash",),
        lambda of: (change := of["money.cash"].change) is not None and change > 0,
        lambda of: f"Cash rose to {of['money.cash'].text} ({of['money.cash'].change_text}).",
    ),
    AdviceRule(
        f"every request was answered within {ANSWER_HOURS} hours, and none waits",
        ("operations.answer_longest", "operations.waiting"),
        lambda of: (
            _value(of, "operations.answer_longest") <= ANSWER_HOURS and not _value(of, "operations.waiting")
        ),
        lambda of: (
            f"Every request was answered in time, after {of['operations.answer_longest'].text} at most."
        ),
    ),
    AdviceRule(
        "nothing that was tried failed",
        ("operations.tries", "operations.failures"),
        lambda of: _value(of, "operations.tries") > 0 and not _value(of, "operations.failures"),
        lambda of: f"Nothing failed: {of['operations.tries'].text} tries of effects.",
    ),
    AdviceRule(
        f"at work {GOOD_UPTIME:.0%} of the time",
        ("operations.uptime",),
        lambda of: _value(of, "operations.uptime") >= GOOD_UPTIME,
        lambda of: f"The employee was at work {of['operations.uptime'].text} of the time.",
    ),
)
CHALLENGES = (
    AdviceRule(
        "customers are late with more than the goal allows",
        ("money.goal.overdue", "money.reached.overdue"),
        lambda of: _value(of, "money.reached.overdue") > _value(of, "money.goal.overdue"),
        lambda of: (
            f"Customers are late with {of['money.reached.overdue'].text}, more than the goal of "
            f"{of['money.goal.overdue'].text}."
        ),
    ),
    AdviceRule(
        "customers take longer to pay than the goal allows",
        ("money.goal.days_until_paid", "money.reached.days_until_paid"),
        lambda of: _value(of, "money.reached.days_until_paid") > _value(of, "money.goal.days_until_paid"),
        lambda of: (
            f"Invoices were paid after {of['money.reached.days_until_paid'].text} on average; the goal is "
            f"{of['money.goal.days_until_paid'].text}."
        ),
    ),
    AdviceRule(
        "the week made a loss",
        ("money.profit",),
        lambda of: _value(of, "money.profit") < 0,
        lambda of: f"The week made a loss: {of['money.profit'].text}.",
    ),
    AdviceRule(
        "customers are late with more than a week before",
        ("money.overdue",),
        lambda of: (change := of["money.overdue"].change) is not None and change > 0,
        lambda of: (
            f"Customers are late with more: {of['money.overdue'].text} ({of['money.overdue'].change_text})."
        ),
    ),
    AdviceRule(
        "bills are overdue",
        ("money.late",),
        lambda of: _value(of, "money.late") > 0,
        lambda of: f"We are late with {of['money.late'].text} to vendors.",
    ),
    AdviceRule(
        "the cash forecast falls below zero",
        ("money.lowest_cash",),
        lambda of: _value(of, "money.lowest_cash") < 0,
        lambda of: (
            f"Cash is expected to run out: {of['money.lowest_cash'].label.lower()}: "
            f"{of['money.lowest_cash'].text}."
        ),
    ),
    AdviceRule(
        f"more than {ERROR_RATE:.0%} of what was tried failed",
        ("operations.error_rate", "operations.failures"),
        lambda of: _value(of, "operations.error_rate") > ERROR_RATE,
        lambda of: (
            f"{of['operations.error_rate'].text} of what was tried failed "
            f"({of['operations.failures'].text} tries)."
        ),
    ),
    AdviceRule(
        "dead letters wait",
        ("operations.letters",),
        lambda of: _value(of, "operations.letters") > 0,
        lambda of: f"Work was given up and waits as dead letters: {of['operations.letters'].text}.",
    ),
    AdviceRule(
        f"a request waited longer than {LONGEST_ANSWER_HOURS} hours for its answer",
        ("operations.answer_longest",),
        lambda of: _value(of, "operations.answer_longest") > LONGEST_ANSWER_HOURS,
        lambda of: f"A request waited {of['operations.answer_longest'].text} for its answer.",
    ),
    AdviceRule(
        "requests expired",
        ("operations.expired",),
        lambda of: _value(of, "operations.expired") > 0,
        lambda of: (
            f"Nobody answered in time, and nothing was done: {of['operations.expired'].text} requests."
        ),
    ),
    AdviceRule(
        f"at work less than {POOR_UPTIME:.0%} of the time",
        ("operations.uptime",),
        lambda of: _value(of, "operations.uptime") < POOR_UPTIME,
        lambda of: f"The employee was at work only {of['operations.uptime'].text} of the time.",
    ),
    AdviceRule(
        f"an event waited longer than {LONGEST_LAG_MINUTES} minutes for its task",
        ("operations.lag_longest",),
        lambda of: _value(of, "operations.lag_longest") > LONGEST_LAG_MINUTES,
        lambda of: f"An event waited {of['operations.lag_longest'].text} until it became a task.",
    ),
)
RECOMMENDATIONS = (
    AdviceRule(
        f"less than {FEWEST_GIGABYTES} GB were free",
        ("operations.disk_free",),
        lambda of: _value(of, "operations.disk_free") < FEWEST_GIGABYTES,
        lambda of: (
            f"Only {of['operations.disk_free'].text} were free on the disk: make room before it is full, as nothing "
            "is done without the audit log."
        ),
    ),
    AdviceRule(
        f"cash lasts less than {SHORT_RUNWAY_MONTHS} months",
        ("money.runway",),
        lambda of: _value(of, "money.runway") < SHORT_RUNWAY_MONTHS,
        lambda of: (
            f"Cash lasts {of['money.runway'].text}: cut what is spent or raise money before it is short."
        ),
    ),
    AdviceRule(
        f"more than {LATE_SHARE:.0%} of what customers owe is late",
        ("money.overdue", "money.receivable", "money.credits"),
        lambda of: _value(of, "money.overdue") > LATE_SHARE * _debts(of),
        lambda of: (
            f"{_value(of, 'money.overdue') / _debts(of):.0%} of what customers owe is late "
            f"({of['money.overdue'].text} of {shown(_debts(of), Unit.MONEY, of['money.overdue'].currency)}): "
            "remind sooner, or ask for a deposit."
        ),
    ),
    AdviceRule(
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
    "money.due.": (
        "Pay {name}: {sum} are due by the end of next week, or overdue.",
        "a bill is due until the next Sunday",
    ),
    "operations.wait.": ("Decide: {name} has waited {sum}.", "a request waits for a person"),
    "calendar.absence.": ("Keep free what you can: {name}.", "an absence in the coming week"),
    "calendar.deadline.": ("Meet the deadline: {name}.", "a deadline in the coming week"),
    "productivity.moved.": (
        "Tell whom it was promised: {name} is due {sum} later.",
        "an absence moved a promised day",
    ),
    "operations.letter.": ("Look at dead letter {name}, given up {sum} ago.", "a dead letter waits"),
}
"""What a number about somebody or something asks for, and by which rule."""


def advised(rules: Iterable[AdviceRule], parts: Iterable[Part]) -> tuple[Advice, ...]:
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
