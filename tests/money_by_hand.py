"""The money of a week from journal items and reconciliations as the API hands them out, beside `domain.accounting`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cached_property
from statistics import median_low
from typing import Any

from blocks.odoo.client import OdooClient
from domain.week import Week

INCOME = {"income", "income_other"}
COSTS = {"expense", "expense_other", "expense_depreciation", "expense_direct_cost"}
WORKING = {
    "asset_receivable",
    "asset_current",
    "asset_prepayments",
    "liability_payable",
    "liability_credit_card",
    "liability_current",
}
INVESTING = {"asset_fixed", "asset_non_current", "expense_depreciation"}
FINANCING = {"liability_non_current", "equity", "equity_unaffected"}
ONE_WEEK, QUARTER = dt.timedelta(days=7), dt.timedelta(days=91)
ACCOUNTS = {
    "rent": ("Office Rent",),
    "utilities": ("Utilities",),
    "telephone": ("Telephone & Internet",),
    "hosting": ("Software",),
    "software": ("Software",),
    "office supplies": ("Office Supplies",),
    "shipping": ("Postage and Delivery",),
    "insurance": ("Professional Insurance",),
    "professional fees": ("Accounting", "Legal"),
    "travel": ("Airfare",),
    "meals": ("Meals & Entertainment",),
}
"""What each budget of the goals means among the stand-in's accounts; "other" is all that none names."""
Row = dict[str, Any]
Known = Mapping[str, Decimal | None]


def total(values: Any) -> Decimal:
    return sum(values, Decimal(0))


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def day_of(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@dataclass(frozen=True)
class RawBooks:
    """Journal items, each with its account's type and name, and reconciliations."""

    lines: list[Row]
    partials: list[Row]

    def balance(self, kinds: set[str], first: dt.date, last: dt.date) -> Decimal:
        return total(
            one["balance"] for one in self.lines if one["kind"] in kinds and first <= one["day"] <= last
        )

    def open_on(self, kind: str, day: dt.date) -> list[tuple[Row, Decimal]]:
        """What is left of each item on a day."""
        left: dict[int, Decimal] = {
            one["id"]: one["balance"] for one in self.lines if one["kind"] == kind and one["day"] <= day
        }
        for one in self.partials:
            if one["day"] <= day:
                for side, sign in (("debit_move_id", -1), ("credit_move_id", 1)):
                    if one[side] in left:
                        left[one[side]] += sign * one["amount"]
        return [(self.by_id[key], amount) for key, amount in left.items() if amount]

    @cached_property
    def by_id(self) -> dict[int, Row]:
        return {one["id"]: one for one in self.lines}

    @cached_property
    def begun(self) -> dt.date:
        return min(one["day"] for one in self.lines)

    def payments(self, kind: str, until: dt.date) -> list[tuple[Row, dt.date, Decimal]]:
        """The item that was paid, when, and how much of it; credit notes pay nothing."""
        owed, paid = (
            ("debit_move_id", "credit_move_id")
            if kind == "asset_receivable"
            else ("credit_move_id", "debit_move_id")
        )
        cash = {one["move"] for one in self.lines if one["kind"] == "asset_cash"}
        earning = {one["move"] for one in self.lines if one["kind"] in INCOME | COSTS}
        return [
            (item, one["day"], one["amount"])
            for one in self.partials
            if one["day"] <= until
            and (item := self.by_id[one[owed]])["kind"] == kind
            and ((move := self.by_id[one[paid]]["move"]) in cash or move not in earning)
        ]


async def raw_books(client: OdooClient) -> RawBooks:
    """As the API hands them out."""

    async def rows(model: str, *fields: str, domain: list[Any] | None = None) -> list[Row]:
        return list(await client.call(model, "search_read", domain=domain or [], fields=list(fields)))

    accounts = {one["id"]: one for one in await rows("account.account", "account_type", "name")}
    fields = ("date", "balance", "account_id", "partner_id", "date_maturity", "move_id")
    lines = [
        {
            "id": one["id"],
            "day": day_of(one["date"]),
            "due": day_of(one["date_maturity"] or one["date"]),
            "balance": Decimal(str(one["balance"])),
            "kind": accounts[one["account_id"][0]]["account_type"],
            "account": accounts[one["account_id"][0]]["name"],
            "partner": one["partner_id"][1] if one["partner_id"] else "without a partner",
            "move": one["move_id"][0],
        }
        for one in await rows("account.move.line", *fields, domain=[["parent_state", "=", "posted"]])
    ]
    partials = [
        {
            "debit_move_id": one["debit_move_id"][0],
            "credit_move_id": one["credit_move_id"][0],
            "amount": Decimal(str(one["amount"])),
            "day": day_of(one["max_date"]),
        }
        for one in await rows(
            "account.partial.reconcile", "debit_move_id", "credit_move_id", "amount", "max_date"
        )
    ]
    return RawBooks(lines, partials)


def slug(name: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())[:40].strip("-")


def money_by_hand(books: RawBooks, week: Week, goals: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Every number of the part, by its key."""
    first, last = week.monday, week.sunday
    found = {
        **_week(books, first, last),
        **_ratios(books, last),
        **{f"flow.{name}": amount for name, amount in _flows(books, first, last).items()},
        **_forecast(books, last),
        **_debtors(books, last),
        **_bills(books, last),
        **_budgets(books, last, goals),
    }
    return {f"money.{key}": value for key, value in (found | _goals(books, last, goals, found)).items()}


def weekly_by_hand(books: RawBooks, week: Week) -> dict[str, Decimal | None]:
    """Those that stand beside the weeks before."""
    return {f"money.{key}": value for key, value in _week(books, week.monday, week.sunday).items()}


def _week(books: RawBooks, first: dt.date, last: dt.date) -> dict[str, Decimal | None]:
    owed = [left for _, left in books.open_on("asset_receivable", last)]
    late = [left for one, left in books.open_on("asset_receivable", last) if left > 0 and one["due"] < last]
    owing = books.open_on("liability_payable", last)
    return {
        "revenue": -books.balance(INCOME, first, last),
        "expenses": books.balance(COSTS, first, last),
        "profit": -books.balance(INCOME | COSTS, first, last),
        "cash": books.balance({"asset_cash"}, dt.date.min, last),
        "receivable": total(owed),
        "credits": -total(left for left in owed if left < 0),
        "overdue": total(late),
        "payable": -total(left for _, left in owing),
        "late": -total(left for one, left in owing if left < 0 and one["due"] < last),
    }


def _ratios(books: RawBooks, last: dt.date) -> dict[str, Decimal | None]:
    since = last - QUARTER + dt.timedelta(days=1)
    revenue = -books.balance({"income"}, since, last)
    owed = total(left for _, left in books.open_on("asset_receivable", last))
    flows = _flows(books, since, last)
    burn = (-(flows["operations"] + flows["investing"]) / (Decimal(91) / (Decimal(365) / 12))).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    cash = books.balance({"asset_cash"}, dt.date.min, last)
    return {
        "dso": tenth(owed / revenue * 91) if revenue > 0 else None,
        "runway": tenth(max(cash, Decimal(0)) / burn) if burn > 0 else None,
    }


def _flows(books: RawBooks, first: dt.date, last: dt.date) -> dict[str, Decimal]:
    depreciation = books.balance({"expense_depreciation"}, first, last)
    flows = {
        "operations": depreciation - books.balance(INCOME | COSTS | WORKING, first, last),
        "investing": -books.balance(INVESTING, first, last),
        "financing": -books.balance(FINANCING, first, last),
    }
    return flows | {"change": books.balance({"asset_cash"}, first, last)}


def _debtors(books: RawBooks, last: dt.date) -> dict[str, Decimal | None]:
    late: dict[str, list[tuple[Row, Decimal]]] = defaultdict(list)
    for one, left in books.open_on("asset_receivable", last):
        if left > 0 and one["due"] < last:
            late[one["partner"]].append((one, left))
    sums = sorted(((-total(left for _, left in items), name) for name, items in late.items()))[:5]
    return {
        **{f"late.{slug(name)}": -amount for amount, name in sums},
        **{
            f"late_days.{slug(name)}": Decimal(max((last - one["due"]).days for one, _ in late[name]))
            for _, name in sums
        },
    }


def _bills(books: RawBooks, last: dt.date) -> dict[str, Decimal | None]:
    due: dict[str, Decimal] = defaultdict(Decimal)
    for one, left in books.open_on("liability_payable", last):
        if left < 0 and one["due"] <= last + ONE_WEEK:
            due[one["partner"]] -= left
    return {f"due.{slug(name)}": due[name] for name in sorted(due, key=lambda name: (-due[name], name))[:5]}


def _budgets(books: RawBooks, last: dt.date, goals: Mapping[str, Any]) -> dict[str, Decimal | None]:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for one in books.lines:
        if one["kind"] in COSTS and last.replace(day=1) <= one["day"] <= last:
            spent[one["account"]] += one["balance"]
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for category in goals["budgets"]:
        groups[ACCOUNTS.get(category, (category,))].append(category)
    found: dict[str, Decimal | None] = {}
    named = {account for accounts in groups for account in accounts}
    for accounts, categories in groups.items():
        key = slug("-".join(categories))
        those = set(spent) - named if categories == ["other"] else set(accounts)
        found[f"budget.{key}"] = Decimal(sum(goals["budgets"][one] for one in categories))
        found[f"spent.{key}"] = total(spent[one] for one in those if one in spent)
    return found


def _goals(
    books: RawBooks, last: dt.date, goals: Mapping[str, Any], week: Known
) -> dict[str, Decimal | None]:
    month, since = last.replace(day=1), last - QUARTER + dt.timedelta(days=1)
    paid = [
        (day - item["day"], amount)
        for item, day, amount in books.payments("asset_receivable", last)
        if day >= since
    ]
    weight = total(amount for _, amount in paid)
    days = total(age.days * amount for age, amount in paid)
    reached = {
        "revenue": -books.balance({"income"}, month, last),
        "profit": -books.balance(INCOME | COSTS, month, last),
        "days_until_paid": tenth(days / weight) if weight else None,
        "overdue": week["overdue"],
        "runway_months": week["runway"],
    }
    wanted = {f"goal.{name}": Decimal(str(target)) for name, target in goals["targets"].items()}
    return wanted | {f"reached.{name}": reached[name] for name in goals["targets"]}


def _forecast(books: RawBooks, last: dt.date) -> dict[str, Decimal | None]:
    """What is open comes by each partner's habit; what the past missed of that, on the mean, is added."""
    begun = books.begun + QUARTER
    cut_offs = [last - ONE_WEEK * back for back in range(1, 66) if last - ONE_WEEK * back >= begun]
    means = []
    for weeks in range(1, 14):
        known = [cut_off for cut_off in cut_offs if cut_off + ONE_WEEK * weeks <= last][:52]
        misses = [
            books.balance({"asset_cash"}, cut_off + dt.timedelta(days=1), cut_off + ONE_WEEK * weeks)
            - total(_expected(books, cut_off)[:weeks])
            for cut_off in known
        ]
        means.append(
            (total(misses) / len(misses)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            if misses
            else means[-1]
            if means
            else Decimal(0)
        )
    cash = books.balance({"asset_cash"}, dt.date.min, last)
    expected = _expected(books, last)
    balances = [cash + total(expected[:weeks]) + means[weeks - 1] for weeks in range(1, 14)]
    return {"lowest_cash": min(balances), "cash_in_13_weeks": balances[-1]}


def _expected(books: RawBooks, day: dt.date) -> list[Decimal]:
    """By week, what is open on a day is expected to bring and cost."""
    key = (id(books), day)
    if key not in _EXPECTED:
        weeks = [Decimal(0)] * 13
        for kind in ("asset_receivable", "liability_payable"):
            for when, amount in _due(books, kind, day):
                place = ((when - day).days - 1) // 7
                if 0 <= place < 13:
                    weeks[place] += amount
        _EXPECTED[key] = weeks
    return _EXPECTED[key]


_EXPECTED: dict[tuple[int, dt.date], list[Decimal]] = {}


def _due(books: RawBooks, kind: str, day: dt.date) -> Iterator[tuple[dt.date, Decimal]]:
    sign = 1 if kind == "asset_receivable" else -1
    delays: dict[str, list[int]] = defaultdict(list)
    for item, paid_on, _ in books.payments(kind, day):
        delays[item["partner"]].append((paid_on - item["due"]).days)
    every = [delay for found in delays.values() for delay in found]
    unused: dict[str, Decimal] = defaultdict(Decimal)
    items = sorted(books.open_on(kind, day), key=lambda one: (one[0]["due"], one[0]["id"]))
    for item, left in items:
        unused[item["partner"]] += max(-left * sign, Decimal(0))
    for item, left in items:
        debt = max(left * sign, Decimal(0))
        used = min(debt, unused[item["partner"]])
        unused[item["partner"]] -= used
        if debt > used:
            own = delays[item["partner"]]
            yield _when(item["due"], own if len(own) >= 3 else every, day), (debt - used) * sign


def _when(due: dt.date, delays: list[int], day: dt.date) -> dt.date:
    usual = due + dt.timedelta(days=median_low(delays)) if delays else due
    if usual > day:
        return usual
    longer = [delay for delay in delays if delay > (day - due).days]
    return due + dt.timedelta(days=median_low(longer)) if longer else day + ONE_WEEK
