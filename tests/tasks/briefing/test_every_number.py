"""Three weeks of a made-up company in numbers, all of them, as they were: what changes here has to be meant.

`make golden` writes them anew; the difference is what a person reviews.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import text

from blocks.database import close_databases, transaction
from blocks.settings import settings
from domain.accounting.copied_books import CopiedPart
from domain.accounting.doubt import Doubt
from domain.accounting.ledger import AccountType
from domain.briefing.chart import Chart
from domain.briefing.layout import laid_out
from domain.briefing.number import Number
from domain.briefing.part import Part, Standing
from domain.vault.folder import Folder
from domain.vault.note import Note
from domain.web.watched import NOTE
from domain.week import Week
from tasks.accounting.snapshot import load_snapshot, snapshot_status, store_snapshot
from tasks.accounting.snapshot_suite import sound_books
from tasks.briefing.page import as_markdown
from tasks.briefing.read_source import read_source
from tasks.briefing.sources import SOURCES
from tasks.vault.vault import current_vault
from tests.briefing_world import GOALS, NOW, WEEK, WEEKS, made_in, odoo, parts_of, runs_answered
from tests.money_by_hand import RawBooks, money_by_hand, raw_books, weekly_by_hand
from tests.week_by_hand import week_by_hand
from tests.weekly_briefings import briefing
from tests.worked_weeks import BEGUN, FIRST

pytestmark = pytest.mark.xdist_group("world")  # it is made once, not by each worker
GOLDEN = Path(__file__).parents[2] / "recordings" / "briefings"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FTE_HOME", str(folder / "home"))
        patch.setenv("FTE_VAULT", str(folder / "Vault"))
        made_in(folder)
        close_databases()
    return folder


def lines_of(part: Part) -> Iterator[str]:
    """A line for each number and each line of a chart."""
    yield f"\n== {part.title}: {part.standing.value}"
    yield from map(_number, part.all_numbers)
    for chart in part.charts:
        yield from _chart(chart)


def _number(one: Number) -> str:
    beside = [f"{one.change_text} to the week before"] if one.change_text else []
    beside += [f"usually {one.usual_text}"] if one.usual_text else []
    beside += [f"{one.record_count} records"]
    return f"{one.key} = {one.text} ({'; '.join(beside)})"


def _chart(chart: Chart) -> Iterator[str]:
    for series in chart.series:
        values = ["-" if value is None else f"{value:.4f}".rstrip("0").rstrip(".") for value in series.values]
        yield f"{chart.key} {series.name} = {' | '.join(values)}"


@pytest.fixture
def at_home(world: Path, home: Path) -> None:
    """The same for one test."""
    shutil.copytree(world / "home", home)
    shutil.copytree(world / "Vault", current_vault().root)


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_the_numbers_of_a_week_are_what_they_were(week: Week) -> None:
    parts = parts_of(week)
    found = f"Week {week.number}\n" + "\n".join(line for part in parts for line in lines_of(part)) + "\n"
    path = GOLDEN / f"{week.number}.txt"
    if os.environ.get("FTE_GOLDEN"):
        path.write_text(found)
    assert found.splitlines() == path.read_text().splitlines()


@pytest.mark.usefixtures("at_home")
def test_the_tasks_that_wait_are_listed_with_since_when_why_and_where() -> None:
    part = next(part for part in parts_of(WEEK) if part.key == "operations")
    tables = {table.title: table for table in part.tables}
    blocked, handed = tables["Tasks that wait for another task"], tables["Tasks handed to a person"]
    assert blocked.rows[0].label == "A task, since 2026-10-15 00:11 UTC: it waits for gmail-0196"
    assert blocked.rows[0].place == "Needs_Action/mcp-0197"
    number = part.number("operations.dependent")
    assert number is not None
    assert blocked.note == f"And {int(number.value or 0) - 5} more."
    assert handed.rows[0].numbers[0].key == "operations.handed.gmail-0010"
    text = as_markdown(laid_out(briefing(part)))
    assert (
        "| [A task, since 2026-10-15 00:11 UTC: it waits for gmail-0196](Needs_Action/mcp-0197.md) |" in text
    )


@pytest.mark.usefixtures("at_home")
def test_the_list_says_what_a_note_says_and_of_what_it_is_called() -> None:
    front = {"status": "later", "delays": ["Invoice 7 comes first"]}
    vault = current_vault()
    vault.store(Folder.NEEDS_ACTION, "gmail-0208", Note.new({}, "\n# Pay | the landlord\n"))
    vault.save(Folder.NEEDS_ACTION, "gmail-0209", Note.new(front, f"\n# {'Very long ' * 30}\n"))
    part = next(part for part in parts_of(WEEK) if part.key == "operations")
    [table] = [table for table in part.tables if table.title == "Tasks that wait for another task"]
    [label] = [row.label for row in table.rows if row.place.endswith("gmail-0209")]
    assert label.startswith("Very long Very long")
    assert label.endswith("…, since 2026-11-12 18:30 UTC: Invoice 7 comes first")
    assert len(label) < 150


@pytest.fixture(scope="module")
def books(world: Path) -> RawBooks:
    """The stand-in's journal items, read again."""

    async def read() -> RawBooks:
        async with odoo(world / "sandbox") as client:
            return await raw_books(client)

    return asyncio.run(read())


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.number)
def test_every_number_is_what_the_raw_records_say_by_another_path(books: RawBooks, week: Week) -> None:
    goals = YAML(typ="safe").load((current_vault().root / GOALS).read_text().split("---")[1])
    wanted = {**money_by_hand(books, week, goals), **week_by_hand(week)}
    numbers = {number.key: number for part in parts_of(week) for number in part.all_numbers}
    assert set(numbers) == set(wanted)
    assert differing({key: number.value for key, number in numbers.items()}, wanted) == {}
    beside = {key: number.before for key, number in numbers.items() if number.before is not None}
    assert differing(beside, of_a_week(books, week.previous())) == {}
    earlier = [of_a_week(books, one) for one in week.earlier(8)]
    usual = {key: number.usual for key, number in numbers.items() if number.usual is not None}
    assert differing(usual, medians(usual, earlier)) == {}


def of_a_week(books: RawBooks, week: Week) -> dict[str, Any]:
    """What is compared of an earlier week; before the employee was at work only the money is known."""
    own = week_by_hand(week) if week.since >= BEGUN else {}
    return {**weekly_by_hand(books, week), **own}


def medians(keys: Iterable[str], weeks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: median(one[key] for one in weeks if one.get(key) is not None) for key in keys}


def differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (value, wanted[key]) for key, value in found.items() if not is_same(value, wanted[key])}


def is_same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return one == other if isinstance(other, Decimal) else float(one) == pytest.approx(float(other), abs=1e-9)


def part_of(key: str, now: datetime = NOW, week: Week = WEEK) -> Part:
    [part] = [source.read(week, now) for source in SOURCES if source.key == key]
    return part


def execute(statement: str) -> None:
    """In the ledger."""
    with transaction() as session:
        session.execute(text(statement))


def without_books() -> Part:
    shutil.rmtree(settings().state / "books")
    return part_of("money")


def with_doubted_books() -> Part:
    status = snapshot_status()
    assert status.manifest is not None
    kinds, lines = (AccountType.EXPENSE,), "journal items"
    doubt = Doubt(
        expectation="every line's account exists",
        records=lines,
        ids=(7,),
        is_left_out=True,
        kinds=kinds,
        first=None,
    )
    books, source = load_snapshot().books, status.manifest.source
    assert store_snapshot(books, source, before=status, taken_at=NOW, doubts=(doubt,))
    return part_of("money")


def without_posts() -> Part:
    for path in (settings().state / "insights").rglob("posts.parquet"):
        path.write_bytes(b"not parquet")
    return part_of("social")


def without_pages() -> Part:
    current_vault().save_root(NOTE, Note.new({"pages": 1}))
    return part_of("outside")


def without_log(key: str) -> Part:
    for path in (current_vault().root / "Logs").glob("audit_*.jsonl"):
        path.unlink()
        path.mkdir()
    return part_of(key)


def without_outcomes() -> Part:
    close_databases()
    path = Path(settings().ledger_url.removeprefix("sqlite:///"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(b"no database" * 1000)
    source = next(one for one in SOURCES if one.key == "learning")
    return asyncio.run(read_source.fn(source, WEEK, NOW))


def wrong(key: str, statement: str) -> Callable[[], Part]:
    def broken() -> Part:
        execute(statement)
        return part_of(key)

    return broken


def with_wrong_line(key: str) -> Part:
    [*_, path] = sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
    line = path.read_text().splitlines()[0]
    path.write_text(path.read_text() + line + "\n")
    return part_of(key)


UNREAD = "UPDATE web_pages SET problem = 'it answers HTTP 404' WHERE name = 'acme'"
LATER = WEEK.previous(-3)
CASES: dict[tuple[str, str], tuple[Callable[[], Part], Standing, str]] = {
    ("money", "removed"): (without_books, Standing.MISSING, "The books cannot be read"),
    ("money", "stale"): (lambda: part_of("money", NOW + timedelta(hours=5)), Standing.STALE, "5 h old"),
    ("money", "partial"): (with_doubted_books, Standing.PARTIAL, "every line's account exists"),
    ("social", "removed"): (without_posts, Standing.MISSING, "No platform's posts can be read"),
    ("social", "stale"): (
        lambda: part_of("social", NOW + timedelta(days=3)),
        Standing.STALE,
        "not read lately",
    ),
    ("outside", "removed"): (without_pages, Standing.MISSING, "Watched_Pages.md"),
    ("outside", "stale"): (
        wrong("outside", "UPDATE web_pages SET read_at = '2026-11-17 00:00:00.000000' WHERE name = 'acme'"),
        Standing.STALE,
        "acme was not read since 2026-11-17 00:00 UTC, before the week had ended.",
    ),
    ("outside", "partial"): (wrong("outside", UNREAD), Standing.PARTIAL, "it answers HTTP 404"),
    ("operations", "stale"): (
        lambda: part_of("operations", LATER.since, LATER.previous()),
        Standing.STALE,
        "Nothing was recorded after",
    ),
    ("productivity", "removed"): (
        lambda: without_log("productivity"),
        Standing.MISSING,
        "The audit log cannot be read",
    ),
    ("productivity", "stale"): (
        lambda: part_of("productivity", LATER.since, LATER.previous()),
        Standing.STALE,
        "Nothing was recorded after",
    ),
    ("productivity", "partial"): (
        lambda: part_of("productivity", week=FIRST),
        Standing.PARTIAL,
        "5 of its 7 days",
    ),
    ("productivity", "wrong"): (
        lambda: with_wrong_line("productivity"),
        Standing.PARTIAL,
        "every record is there once",
    ),
    ("learning", "removed"): (without_outcomes, Standing.MISSING, "It could not be read"),
    ("learning", "stale"): (
        lambda: part_of("learning", LATER.since, LATER.previous()),
        Standing.STALE,
        "Nothing was recorded after",
    ),
}
"""What is done to a source, how its part then stands and what it says; other cases stand in each source's own tests."""


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_a_source_that_is_removed_stale_partial_or_wrong_says_so_on_the_first_page(
    case: tuple[str, str],
) -> None:
    arrange, standing, sentence = CASES[case]
    with runs_answered():
        part = arrange()
    assert part.standing is standing
    assert any(sentence in said for said in part.said), part.said
    assert bool(part.all_numbers) is (standing is not Standing.MISSING)
    [gap] = laid_out(briefing(part)).gaps
    assert gap.startswith(part.title)


@pytest.mark.usefixtures("at_home")
def test_an_entry_of_the_week_with_a_wrong_line_is_left_out_and_named_and_the_rest_is_counted() -> None:
    week = WEEKS[1]
    before, status, books = part_of("money", week=week), snapshot_status(), load_snapshot().books
    assert status.manifest is not None
    lines, accounts = books.parts[CopiedPart.LINES], books.parts[CopiedPart.ACCOUNTS]
    income = {key for key, row in accounts.items() if row["account_type"].startswith("income")}
    days = (str(week.monday), str(week.sunday))
    sold = {
        key: row
        for key, row in lines.items()
        if row["account_id"] in income and days[0] <= row["date"] <= days[1]
    }
    wrong_id = max(sold)
    parts = {**books.parts, CopiedPart.LINES: {**lines, wrong_id: {**lines[wrong_id], "account_id": 999_999}}}
    sound, doubts = sound_books(replace(books, parts=parts))
    assert store_snapshot(sound, status.manifest.source, before=status, taken_at=NOW, doubts=doubts)
    part = part_of("money", week=week)
    assert part.standing is Standing.PARTIAL
    sentence = f"Odoo's journal items {wrong_id} break 'every line's account exists'"
    assert any(said.startswith(sentence) and "without them" in said for said in part.said), part.said
    assert [one.failed for check in part.checks for one in check.unmet] == [(str(wrong_id),)]
    left_out = [row for row in sold.values() if row["move_id"] == lines[wrong_id]["move_id"]]
    lost = -sum(row["balance"] for row in left_out)
    assert lost > 0
    revenue, whole = part.number("money.revenue"), before.number("money.revenue")
    assert revenue
    assert whole
    assert whole.value
    assert revenue.value == whole.value - lost
    [gap] = laid_out(briefing(part)).gaps
    assert sentence in gap
