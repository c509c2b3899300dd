"""The floor of `benchmarks.briefing`: a script that computes a week's numbers, draws the charts, sets the pages.

Each number stands beside the week before and the usual one, as ours do. It checks no row, keeps no record behind a
number and forecasts cash from past weeks' flows alone.
"""

import datetime as dt
import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

WEEKS_SHOWN, COMPARED, AHEAD = 26, 8, 13
ENGAGED = ["likes", "comments", "reactions", "interactions"]
PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4")
#set text(10pt)
= Briefing
#for chart in data.charts { image(bytes(chart), format: "svg", width: 100%) }
#for (name, rows) in data.tables {
  heading(level: 2, name)
  if rows.len() > 0 { table(columns: rows.first().len(), ..rows.flatten()) }
}
"""

Frame = pd.DataFrame
Numbers = dict[str, float]
Tables = dict[str, list[list[str]]]


def plain_briefing(state: Path, vault: Path, monday: dt.date, zone: str) -> tuple[bytes, Numbers]:
    """A PDF with a chart of each kind and a table of each source, and the week's numbers."""
    weeks = [pd.Timestamp(monday) - pd.Timedelta(weeks=back) for back in range(COMPARED, -1, -1)]
    charts: list[str] = []
    tables: Tables = {}
    found: Numbers = {}
    for part, source in ((_money, state / "books"), (_social, state / "insights"), (_work, state)):
        numbers, drawn, listed = part(source, weeks, zone, vault)
        charts += drawn
        found |= {key: one[-1] for key, one in numbers.items()}
        tables[part.__name__] = [_row(key, one) for key, one in numbers.items()]
        tables |= listed
    return _pages(charts, tables), found


def _row(key: str, values: list[float]) -> list[str]:
    """A number, the change, and the usual one."""
    usual = pd.Series(values[:-1]).median()
    return [key, f"{values[-1]:,.2f}", f"{values[-1] - values[-2]:+,.2f}", f"{usual:,.2f}"]


def _money(folder: Path, weeks: list[pd.Timestamp], zone: str, vault: Path) -> tuple[Any, list[str], Tables]:
    del zone, vault
    (generation,) = [path for path in folder.iterdir() if path.is_dir()]
    read = {
        name: pd.read_parquet(generation / f"{name}.parquet")
        for name in ("lines", "accounts", "partials", "partners")
    }
    lines, partials, accounts = read["lines"], read["partials"], read["accounts"].set_index("id")
    lines["kind"] = lines["account_id"].map(accounts["account_type"])
    lines["day"], lines["due"] = pd.to_datetime(lines["date"]), pd.to_datetime(lines["date_maturity"])
    lines["due"] = lines["due"].fillna(lines["day"])
    lines["partner"] = lines["partner_id"].map(read["partners"].set_index("id")["name"])
    lines["balance"] = lines["balance"].astype(float)
    partials["amount"], partials["day"] = (
        partials["amount"].astype(float),
        pd.to_datetime(partials["max_date"]),
    )
    income, costs = lines["kind"].str.startswith("income"), lines["kind"].str.startswith("expense")
    cash = lines[lines["kind"] == "asset_cash"].groupby("day")["balance"].sum().cumsum()
    owed = lines[lines["kind"].isin(["asset_receivable", "liability_payable"])].set_index("id")
    numbers: dict[str, list[float]] = {}

    def add(key: str, value: float) -> None:
        numbers.setdefault(f"money.{key}", []).append(float(value))

    for week in weeks:
        last = week + pd.Timedelta(days=6)
        within = lines["day"].between(week, last)
        add("revenue", -lines.loc[within & income, "balance"].sum())
        add("expenses", lines.loc[within & costs, "balance"].sum())
        add("profit", -lines.loc[within & (income | costs), "balance"].sum())
        add("cash", cash[:last].iloc[-1])
        opened = _open(owed, partials, last)
        for kind, sign, names in (
            ("asset_receivable", 1, ("receivable", "credits", "overdue")),
            ("liability_payable", -1, ("payable", "", "late")),
        ):
            left = opened[opened["kind"] == kind]
            rest = left["rest"] * sign
            add(names[0], rest.sum())
            if names[1]:
                add(names[1], -rest[rest < 0].sum())
            add(names[2], rest[(rest > 0) & (left["due"] < last)].sum())
    month = lines.assign(month=lines["day"].dt.to_period("M").astype(str))[
        (income | costs) & (lines["day"] <= last)
    ]
    months = month.pivot_table(index="month", columns=income, values="balance", aggfunc="sum").tail(13)
    late = pd.cut((last - opened["due"]).dt.days, [-100_000, 0, 30, 60, 90, 120, 100_000])
    ageing = opened.pivot_table(index=late, columns="kind", values="rest", aggfunc="sum", observed=False)
    spent = (
        lines[costs & lines["day"].between(last.replace(day=1), last)].groupby("account_id")["balance"].sum()
    )
    chart = accounts[accounts["account_type"].str.startswith("expense")]["name"]
    spent = spent.reindex(chart.index, fill_value=0.0).rename(index=chart)
    ends = cash[:last].resample("W").last().ffill()
    steps = {ahead: ends.diff(ahead).tail(52) for ahead in range(1, AHEAD + 1)}
    coming = Frame(
        {
            part: {ahead: ends.iloc[-1] + getattr(step, how)(*args) for ahead, step in steps.items()}
            for part, how, args in (
                ("mean", "mean", ()),
                ("low", "quantile", (0.1,)),
                ("high", "quantile", (0.9,)),
            )
        }
    )
    coming.index = [last + pd.Timedelta(weeks=ahead) for ahead in coming.index]

    def forecast(axes: Any) -> None:
        ends.tail(WEEKS_SHOWN).plot(ax=axes)
        axes.fill_between(coming.index, coming["low"], coming["high"], alpha=0.2)
        coming["mean"].plot(ax=axes)

    debts = opened[(opened["kind"] == "asset_receivable") & (opened["rest"] > 0) & (opened["due"] < last)]
    bills = opened[(opened["kind"] == "liability_payable") & (opened["due"] <= last + pd.Timedelta(days=7))]
    listed = {
        "late": _listed(debts.groupby("partner")["rest"].sum().nlargest(5)),
        "due": _listed((-bills.groupby("partner")["rest"].sum()).nlargest(5)),
        "spent": _listed(spent),
        "forecast": _listed(coming["mean"]),
    }
    drawn = [months.plot.bar, ageing.plot.bar, spent.plot.barh]
    return (
        numbers,
        [*(_chart(lambda axes, draw=draw: draw(ax=axes)) for draw in drawn), _chart(forecast)],
        listed,
    )  # type: ignore[misc]


def _open(owed: Frame, partials: Frame, last: pd.Timestamp) -> Frame:
    """What was open on a day."""
    matched, there = partials[partials["day"] <= last], owed[owed["day"] <= last]
    debit = matched.groupby("debit_move_id")["amount"].sum().reindex(there.index, fill_value=0.0)
    credit = matched.groupby("credit_move_id")["amount"].sum().reindex(there.index, fill_value=0.0)
    return there.assign(rest=(there["balance"] - debit + credit).round(2))


def _social(folder: Path, weeks: list[pd.Timestamp], zone: str, vault: Path) -> tuple[Any, list[str], Tables]:
    del vault
    files = {path.name: next(path.rglob("posts.parquet")) for path in sorted(folder.iterdir())}
    posts = pd.concat(
        [pd.read_parquet(path).assign(platform=name) for name, path in files.items()], ignore_index=True
    )
    posts["seen"] = posts[["impressions", "views", "reach"]].max(axis=1)
    posts["engaged"] = posts[ENGAGED].sum(axis=1)
    posts["week"] = (
        posts["created_at"].dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("W").dt.start_time
    )
    known = posts[posts["week"].isin(weeks)]
    counts = known.pivot_table(index="week", columns="platform", values="id", aggfunc="count").reindex(
        weeks, fill_value=0
    )
    sums = known.groupby(["platform", "week"])[["engaged", "seen"]].sum()
    rates = (sums["engaged"] / sums["seen"]).unstack("platform").reindex(weeks)  # noqa: PD010
    numbers = {f"social.{name}.posts": counts[name].tolist() for name in counts}
    numbers |= {f"rate.{name}": rates[name].tolist() for name in rates}
    kinds = known.groupby(["platform", "kind"])[["engaged", "seen"]].sum()
    by_kind = (kinds["engaged"] / kinds["seen"]).unstack("kind")  # noqa: PD010
    every = [
        pd.read_parquet(path.parent / "days.parquet").assign(platform=name) for name, path in files.items()
    ]
    days = pd.concat(every, ignore_index=True)
    growth = days[days["metric"] == "followers"].pivot_table(index="day", columns="platform", values="count")
    now = known[known["week"] == weeks[-1]].assign(rate=lambda one: one["engaged"] / one["seen"])
    best = {
        name: _listed(found.nlargest(5, "rate").set_index("text")["rate"])
        for name, found in now.groupby("platform")
    }
    listed = {**best, "followers": _listed(growth.tail(8).stack())}  # noqa: PD013
    shown = growth[pd.to_datetime(growth.index) >= weeks[0]]
    return (
        numbers,
        [_chart(lambda axes: by_kind.plot.bar(ax=axes)), _chart(lambda axes: shown.plot(ax=axes))],
        listed,
    )


def _work(state: Path, weeks: list[pd.Timestamp], zone: str, vault: Path) -> tuple[Any, list[str], Tables]:
    paths = sorted((vault / "Logs").glob("audit_*.jsonl"))
    log = pd.concat([pd.read_json(path, lines=True) for path in paths], ignore_index=True)
    log["at"] = pd.to_datetime(log["timestamp"])
    log["source"] = log["action"].str.partition(".")[0]
    log["arrived"], log["done"] = log["action"].str.endswith("event_stored"), log["action"] == "task.done"
    received = pd.to_datetime(log.loc[log["arrived"], "details"].str.get("received"), utc=True)
    log["lag"] = (log["at"] - received).dt.total_seconds() / 60
    log["effect"] = log["details"].str.get("effect").notna()
    log["failed"] = log["effect"] & log["status"].isin(["failure", "unknown"])
    log["tried"] = log["effect"] & (log["status"] == "intent")
    log["important"] = log["done"] & (log["details"].str.get("priority") == "high")
    log["mail"] = log["arrived"] & (log["source"] == "gmail")
    numbers: dict[str, list[float]] = {}
    weekly = _weekly(log, "at", zone)
    once = _weekly(log[log["done"]].drop_duplicates("resource"), "at", zone)
    for key, column in (
        ("operations.came", "arrived"),
        ("operations.tries", "tried"),
        ("operations.failures", "failed"),
        ("productivity.mails", "mail"),
    ):
        numbers[key] = weekly[column].sum().reindex(weeks, fill_value=0).tolist()
    numbers["operations.done"] = once.size().reindex(weeks, fill_value=0).tolist()
    numbers["productivity.important"] = once["important"].sum().reindex(weeks, fill_value=0).tolist()
    for how in ("median", "max"):
        numbers[f"lag.{how}"] = getattr(weekly["lag"], how)().reindex(weeks).tolist()
    with sqlite3.connect(state / "ledger.sqlite") as ledger:
        asked = pd.read_sql_query("select id, state, created_at, decided_at from approval_requests", ledger)
        beats = pd.read_sql_query(
            "select slot, cpu_percent, memory_percent, disk_free_bytes from heartbeats", ledger
        )
        letters = pd.read_sql_query("select key, first_buried_at, resolved_at from dead_letters", ledger)
        sent = pd.read_sql_query("select key, begun_at, inputs from effects where state = 'done'", ledger)
    created, decided = (
        pd.to_datetime(asked[name], format="ISO8601") for name in ("created_at", "decided_at")
    )
    asked["hours"] = (decided - created).dt.total_seconds() / 3600
    beats[["cpu_percent", "memory_percent"]] = beats[["cpu_percent", "memory_percent"]].astype(float)
    for frame, when, key, values in (
        (asked, "created_at", "operations.asked", None),
        (letters, "first_buried_at", "operations.letters_new", None),
        (sent, "begun_at", "sent", None),
        (asked, "decided_at", "answer", ("hours", "median")),
        (beats, "slot", "cpu", ("cpu_percent", "mean")),
        (beats, "slot", "memory", ("memory_percent", "max")),
        (beats, "slot", "disk", ("disk_free_bytes", "min")),
    ):
        grouped = _weekly(frame.dropna(subset=[when]), when, zone)
        seen = getattr(grouped[values[0]], values[1])() if values else grouped.size()
        numbers[key] = seen.reindex(weeks).fillna(0).tolist()
    now = log[_week_of(log["at"], zone) == weeks[-1]]
    services = now[now["effect"]].groupby("source")[["tried", "failed"]].sum()
    lives = log[log["arrived"]].drop_duplicates("resource").set_index("resource")["at"]
    ended = log[log["action"].isin(["task.done", "task.escalated"])]["resource"]
    open_tasks = lives.index.difference(ended)
    listed = {
        "services": [[str(name), *map(str, row)] for name, row in services.iterrows()],
        "domains": _listed(now[now["done"]].groupby("domain").size()),
        "flows": _listed(now.groupby("action").size().nlargest(20)),
        "open": _listed(lives[open_tasks].dt.strftime("%Y-%m-%d").tail(20)),
        "waits": _listed(asked[asked["state"] == "pending"].set_index("id")["created_at"].tail(60)),
        "letters": _listed(
            letters[letters["resolved_at"].isna()].set_index("key")["first_buried_at"].tail(40)
        ),
    }
    table = Frame({key: numbers[f"operations.{key}"] for key in ("came", "done")}, index=weeks)
    return numbers, [_chart(lambda axes: table.plot.bar(ax=axes))], listed


def _weekly(frame: Frame, when: str, zone: str) -> Any:
    return frame.groupby(_week_of(pd.to_datetime(frame[when], format="ISO8601"), zone))


def _week_of(moments: pd.Series, zone: str) -> pd.Series:
    local = moments.dt.tz_localize("UTC") if moments.dt.tz is None else moments
    return local.dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("W").dt.start_time


def _listed(found: pd.Series) -> list[list[str]]:
    return [
        [str(name), f"{value:,.2f}" if isinstance(value, float) else str(value)]
        for name, value in found.items()
    ]


def _chart(draw: Callable[[Any], object]) -> str:
    """A picture for the note, which is thrown away here, and one for the page."""
    from matplotlib.figure import Figure

    figure, svg = Figure(figsize=(6.8, 2.9), layout="constrained"), io.StringIO()
    draw(figure.subplots())
    figure.savefig(io.BytesIO(), format="png", dpi=150)
    figure.savefig(svg, format="svg")
    return svg.getvalue()


def _pages(charts: list[str], tables: Mapping[str, list[list[str]]]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.typ"
        source.write_text(PAGE)
        inputs = {"data": json.dumps({"charts": charts, "tables": tables})}
        return bytes(typst.compile(source, sys_inputs=inputs))
