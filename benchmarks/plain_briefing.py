"""The floor of `benchmarks.briefing`: a script by hand that sums what the charts show, draws them and sets the pages.

It checks no row, keeps no record behind a number, looks at no week before, learns no forecast from the past.
"""

import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

WEEKS_SHOWN, MONTH_DAYS = 26, 60
EXPENSES = ("expense", "income")
PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4")
#set text(10pt)
= Briefing
#for chart in data.charts { image(bytes(chart), format: "svg", width: 100%) }
#table(columns: data.rows.first().len(), ..data.rows.flatten())
"""


def plain_briefing(state: Path, vault: Path, rows: int) -> bytes:
    """A PDF with a chart of each kind and a table of so many rows; the charts as pictures beside."""
    charts = [*_books(state / "books"), *_posts(state / "insights")]
    log = pd.concat(
        [pd.read_json(path, lines=True) for path in sorted((vault / "Logs").glob("audit_*.jsonl"))],
        ignore_index=True,
    )
    charts.append(_work(log))
    listed = log.tail(rows)[["timestamp", "action", "status"]].astype(str).to_numpy().tolist()
    return _pages(charts, listed)


def _books(folder: Path) -> list[str]:
    (generation,) = [path for path in folder.iterdir() if path.is_dir()]
    lines = pd.read_parquet(generation / "lines.parquet")
    accounts = pd.read_parquet(generation / "accounts.parquet").set_index("id")
    lines["kind"] = lines["account_id"].map(accounts["account_type"])
    lines["day"] = pd.to_datetime(lines["date"])
    lines["month"] = lines["day"].dt.to_period("M").astype(str)
    for amount in ("balance", "amount_residual"):
        lines[amount] = lines[amount].astype(float)
    result = lines[lines["kind"].str.startswith(EXPENSES)]
    sides = result["kind"].str.startswith("income")
    months = result.pivot_table(index="month", columns=sides, values="balance", aggfunc="sum").tail(13)
    cash = lines[lines["kind"] == "asset_cash"].groupby("day")["balance"].sum().cumsum()
    owed = lines[lines["kind"].isin(["asset_receivable", "liability_payable"])]
    days = (pd.Timestamp.now() - pd.to_datetime(owed["date_maturity"])).dt.days
    late = pd.cut(days, [-100_000, 0, 30, 60, 90, 120, 100_000])
    ageing = owed.pivot_table(
        index=late, columns="kind", values="amount_residual", aggfunc="sum", observed=False
    )
    lately = result[~sides & (result["day"] > pd.Timestamp.now() - pd.Timedelta(days=MONTH_DAYS))]
    budget = lately.groupby("account_id")["balance"].sum()
    return [
        _chart(lambda axes: months.plot.bar(ax=axes)),
        _chart(lambda axes: cash.resample("W").last().tail(WEEKS_SHOWN).plot(ax=axes)),
        _chart(lambda axes: ageing.plot.bar(ax=axes)),
        _chart(lambda axes: budget.plot.barh(ax=axes)),
    ]


def _posts(folder: Path) -> list[str]:
    files = {path.name: next(path.rglob("posts.parquet")) for path in sorted(folder.iterdir())}
    posts = pd.concat(
        [pd.read_parquet(path).assign(platform=name) for name, path in files.items()], ignore_index=True
    )
    seen = posts[["impressions", "views", "reach"]].max(axis=1)
    engaged = posts[["likes", "comments", "reactions", "interactions"]].sum(axis=1)
    sums = posts.assign(seen=seen, engaged=engaged).groupby(["platform", "kind"])[["engaged", "seen"]].sum()
    rates = sums.assign(rate=sums["engaged"] / sums["seen"]).pivot_table(
        index="platform", columns="kind", values="rate"
    )
    days = pd.concat(
        [pd.read_parquet(path.parent / "days.parquet").assign(platform=name) for name, path in files.items()],
        ignore_index=True,
    )
    growth = days[days["metric"] == "followers"].pivot_table(index="day", columns="platform", values="count")
    return [
        _chart(lambda axes: rates.plot.bar(ax=axes)),
        _chart(lambda axes: growth.plot(ax=axes)),
    ]


def _work(log: pd.DataFrame) -> str:
    week = pd.to_datetime(log["timestamp"]).dt.tz_localize(None).dt.to_period("W").astype(str)
    came = log[log["action"].str.endswith("event_stored")].groupby(week).size()
    done = log[log["action"] == "task.done"].groupby(week).size()
    table = pd.DataFrame({"came": came, "done": done}).tail(9)
    return _chart(lambda axes: table.plot.bar(ax=axes))


def _chart(draw: Callable[[Any], object]) -> str:
    """A picture for the note, which is thrown away here, and one for the page."""
    from matplotlib.figure import Figure

    figure, svg = Figure(figsize=(6.8, 2.9), layout="constrained"), io.StringIO()
    draw(figure.subplots())
    figure.savefig(io.BytesIO(), format="png", dpi=150)
    figure.savefig(svg, format="svg")
    return svg.getvalue()


def _pages(charts: list[str], rows: list[list[str]]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.typ"
        source.write_text(PAGE)
        inputs = {"data": json.dumps({"charts": charts, "rows": rows})}
        return bytes(typst.compile(source, sys_inputs=inputs))
