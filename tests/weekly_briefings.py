"""Briefings to be laid out: one of a small company's week, and what can be wrong with it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from domain.briefing.briefing import Briefing, WaitingDecision
from domain.briefing.chart import Chart, ChartKind, Series
from domain.briefing.number import Number, Unit
from domain.briefing.part import Advice, Part, Table, TableRow

MADE = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
HOSTILE = (
    '#set page(fill: red); #panic("x") $x^2$ *bold*',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "JavaScript: The Shop onclick=1",
    "[[x]] ![[Company_Handbook]] | `a` %%hidden%%",
    "{{ 7 * 7 }} {% raw %} \\textbf{x} // comment",
    "W" * 200,
    'שלום עולם בע"מ',
    "Ärger & Söhne",
)


def number(key: str, value: str | None, unit: Unit = Unit.MONEY, **changed: Any) -> Number:
    """A number of the books."""
    known = None if value is None else Decimal(value)
    currency = "USD" if unit is Unit.MONEY else ""
    label = changed.pop("label", f"The {key.partition('.')[2]}")
    return Number(
        key=key, label=label, unit=unit, value=known, currency=currency, as_of=MADE, source="Books", **changed
    )


def chart(kind: ChartKind, points: tuple[str, ...], **series: tuple[int | None, ...]) -> Chart:
    """A chart of the books."""
    found = tuple(
        Series(name=name, values=tuple(None if one is None else Decimal(one) for one in values))
        for name, values in series.items()
    )
    key, title = f"money.{kind}", f"Chart of {kind}"
    return Chart(key=key, kind=kind, title=title, unit="USD", points=points, series=found, said=f"{title}.")


MONTHS = chart(
    ChartKind.MONTHS,
    ("2026-09", "2026-10", "2026-11"),
    revenue=(900, 800, 300),
    expenses=(400, 900, 350),
    profit=(500, -100, -50),
)
DAYS = ("2026-11-15", "2026-11-22", "2026-11-29", "2026-12-06")
CASH = chart(
    ChartKind.CASH,
    DAYS,
    cash=(100, 200, None, None),
    expected=(None, 200, 50, -20),
    low=(None, 200, 0, -90),
    high=(None, 200, 90, 80),
).model_copy(update={"key": "money.cash_chart"})
AGEING = chart(ChartKind.AGEING, ("not due", "1-30"), **{"customers owe": (900, 100), "we owe": (50, 0)})
BUDGET = chart(ChartKind.BUDGET, ("rent", "travel"), budget=(1000, 100), spent=(900, 300))


def late(*names: str) -> Table:
    """Customers and what they are late with."""
    rows = tuple(
        TableRow(
            label=name,
            numbers=(
                number(f"money.late.c{place}", f"{place}234.50"),
                number(f"money.late_days.c{place}", "12", Unit.DAYS),
            ),
        )
        for place, name in enumerate(names, start=1)
    )
    return Table(title="Customers who are late", columns=("overdue", "oldest"), rows=rows)


def money(**changed: Any) -> Part:
    """The books' part."""
    numbers = (
        number(
            "money.revenue", "1200.00", before=Decimal(1000), usual=Decimal(900), label="Revenue of the week"
        ),
        number("money.profit", "-350.25", label="Profit of the week"),
        number("money.runway", None, Unit.MONTHS, problem="no cash was burned", label="Cash lasts"),
    )
    part = Part(
        key="money",
        title="Financial Performance",
        source="Sandbox books",
        as_of=MADE,
        numbers=numbers,
        tables=(late("Acme"),),
        charts=(MONTHS, CASH, AGEING, BUDGET),
        findings=("Revenue is more than usual.",),
    )
    return part.model_copy(update=changed)


def briefing(*parts: Part, **changed: Any) -> Briefing:
    """A week's briefing of these parts."""
    advice = Advice(said="Cut costs.", rule="the week made a loss", numbers=("money.profit",))
    made = Briefing(
        week="2026-W47",
        first=dt.date(2026, 11, 16),
        last=dt.date(2026, 11, 22),
        made_at=MADE,
        company="Cedar & Finch",
        is_sandbox=True,
        parts=parts,
        decisions=(
            WaitingDecision(said="Book a bill: 2480.00 USD, Harbor Offices", note="Pending_Approval/apr-1"),
        ),
        challenges=(advice,),
        recommendations=(advice,),
        audit_sequence=412,
        audit_hash="9f" * 32,
    )
    return made.model_copy(update=changed)


def hostile() -> Briefing:
    """One in which everything foreign attacks whoever lays it out."""
    advice = tuple(
        Advice(said=f"Remind {name}.", rule="late", numbers=("money.late.c1",)) for name in HOSTILE
    )
    spent = BUDGET.model_copy(update={"points": (HOSTILE[0], "$x^{$ \\frac"), "said": " ".join(HOSTILE[:3])})
    part = money(tables=(late(*HOSTILE),), said=HOSTILE, findings=HOSTILE, source=HOSTILE[1], charts=(spent,))
    decisions = tuple(WaitingDecision(said=f"Pay {name}", note="Pending_Approval/apr-1") for name in HOSTILE)
    return briefing(part, company=HOSTILE[0], decisions=decisions, actions=advice, recommendations=advice)
