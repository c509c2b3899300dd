"""The weekly draft, from the records to the note in the Vault."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from blocks.settings import settings
from domain.accounting.ledger import AccountType
from domain.audit.event import AuditEvent, AuditStatus
from domain.reliability.effect import NewEffect
from domain.social.measured import AccountReading
from domain.social.post import Platform
from domain.social.published import PublicAccount
from domain.social.week import NumberNotTellableError, Tellable
from domain.week import Week
from tasks.accounting.ledger import read_books
from tasks.accounting.snapshot import SnapshotSource, load_snapshot, snapshot_status, store_snapshot
from tasks.audit.log import audit_log
from tasks.briefing.operations import operations_part
from tasks.briefing.post import NothingToTellError, draft_week, last_week, new_customers, told_of
from tasks.reliability import effect_ledger
from tasks.social.kept_insights import InsightsManifest, add_reading
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.books import Entry, History, Item
from tests.measured_posts import TUESDAY, posts
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IN_THE_WEEK, THE_WEEK_BEFORE = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
NAME = "week-2026-W47"


@pytest.fixture(autouse=True)
def _vault() -> None:
    init_vault(settings().vault_path)


def done(task: str, action: str, at: datetime, receipt: dict[str, Any] | None = None) -> None:
    key = f"{task} {action}"
    effect = NewEffect(
        key=key,
        task_id=task,
        step_id="step",
        action=action,
        content_hash=key,
        inputs={},
        amount=None,
        currency=None,
        payee=None,
    )
    effect_ledger.begin_effect(effect, now=at)
    effect_ledger.finish_effect(key, receipt or {}, at)
    audit_log().append(AuditEvent(action="task.done", status=AuditStatus.SUCCESS, resource=task), at)


def a_week() -> None:
    """Four tasks: a bill, invoices, a post on two platforms, and mail that was filed away."""
    done("file-1", "odoo.record_bill", IN_THE_WEEK)
    done("order-1", "odoo.create_invoices", IN_THE_WEEK, {"invoices": [{}, {}]})
    done("posts-1", "x.publish", IN_THE_WEEK)
    done("posts-1", "linkedin.publish", IN_THE_WEEK)
    done("gmail-1", "vault.file_away", IN_THE_WEEK)
    done("file-0", "odoo.record_bill", THE_WEEK_BEFORE)
    done("file-00", "odoo.record_bill", THE_WEEK_BEFORE - timedelta(days=7))


def may_tell(*what: str) -> None:
    """As the owner's first handbook says it."""
    path = settings().vault_path / "Company_Handbook.md"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("may_tell:")]
    path.write_text("".join([kept[0], f"may_tell: [{', '.join(what)}]\n", *kept[1:]]), encoding="utf-8")


def template(body: str, front: str = "hashtags: [team]") -> None:
    path = settings().vault_path / "Templates" / "Posts" / "weekly_update.md"
    path.write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")


def drafted() -> tuple[dict[str, Any], str]:
    assert draft_week(last_week(NOW), NOW, [Platform.X, Platform.LINKEDIN]) == NAME
    note = current_vault().read(Folder.POSTS, NAME)
    return dict(note.front), note.body.strip()


def test_a_week_becomes_one_draft_of_what_was_done() -> None:
    a_week()
    front, text = drafted()
    assert (front["status"], front["platforms"]) == ("draft", ["x", "linkedin"])
    assert text == (
        "Our week, 16 to 22 November 2026:\n\nTasks done: 4\nPosts published: 1\n\n"
        "3 more tasks done than the week before."
    )
    assert len(front["left_out"]) == 1
    assert front["left_out"][0].startswith("new customers: the books were not copied yet")


def test_the_same_week_twice_is_one_note_and_a_persons_changes_stay() -> None:
    a_week()
    drafted()
    path = settings().vault_path / "Posts" / f"{NAME}.md"
    path.write_text(path.read_text(encoding="utf-8") + "and mine", encoding="utf-8")
    assert draft_week(last_week(NOW), NOW, [Platform.X]) is None
    assert path.read_text(encoding="utf-8").endswith("and mine")
    assert current_vault().names(Folder.POSTS) == [NAME]


def test_the_post_and_the_briefing_tell_the_same_number_of_tasks_done() -> None:
    a_week()
    done("gmail-1", "odoo.record_bill", IN_THE_WEEK)
    week = Week(date(2026, 11, 16), ZoneInfo("UTC"))
    [number] = [one for one in operations_part(week, NOW).numbers if one.key == "operations.done"]
    assert told_of(week, [Tellable.TASKS_DONE], NOW).values["tasks_done"] == number.value == 4


def test_a_week_before_that_was_recorded_in_part_is_not_compared_with() -> None:
    done("file-0", "odoo.record_bill", THE_WEEK_BEFORE)
    done("file-1", "odoo.record_bill", IN_THE_WEEK)
    done("file-2", "odoo.record_bill", IN_THE_WEEK)
    _, text = drafted()
    assert "Tasks done: 2" in text
    assert "more tasks" not in text


def test_only_what_the_handbook_lists_is_told() -> None:
    a_week()
    may_tell("invoices made", "bills booked")
    _, text = drafted()
    assert "Bills booked: 1\nInvoices made: 2" in text
    assert "Tasks" not in text
    assert "Posts" not in text


def test_a_week_without_anything_makes_no_draft_and_says_why() -> None:
    with pytest.raises(NothingToTellError, match="16 to 22 November 2026: tasks done: not recorded then"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    done("file-0", "odoo.record_bill", THE_WEEK_BEFORE)
    with pytest.raises(NothingToTellError, match="16 to 22 November 2026: tasks done: none in this week"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    a_week()
    may_tell()
    with pytest.raises(NothingToTellError, match="may_tell"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    assert current_vault().names(Folder.POSTS) == []


@pytest.mark.parametrize(
    "sentence", ["Over 500 happy customers!", "{{ tasks_done }}{{ tasks_done }}", "{{ tasks_done + 1 }}"]
)
def test_a_number_that_nobody_recorded_makes_no_draft(sentence: str) -> None:
    a_week()
    template(f"Tasks: {{{{ tasks_done }}}}\n{sentence}\n")
    with pytest.raises(NumberNotTellableError, match=r"Templates/Posts/weekly_update\.md"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    assert current_vault().names(Folder.POSTS) == []


def test_a_text_that_tells_nothing_of_the_week_is_no_draft() -> None:
    a_week()
    template("Our week, {{ week }}:\n{{ revenue }} earned.\n")
    with pytest.raises(NothingToTellError, match="names nothing of what there is"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    assert current_vault().names(Folder.POSTS) == []


def test_a_platform_that_needs_a_picture_is_left_out_of_a_text_without_one() -> None:
    a_week()
    name = draft_week(last_week(NOW), NOW, [Platform.INSTAGRAM, Platform.X])
    assert name
    front = current_vault().read(Folder.POSTS, name).front
    assert front["platforms"] == ["x"]
    assert any("Instagram: it takes no post without a picture" in reason for reason in front["left_out"])


def test_where_only_such_a_platform_is_connected_the_draft_is_for_it_and_says_what_it_lacks() -> None:
    a_week()
    assert draft_week(last_week(NOW), NOW, [Platform.INSTAGRAM])
    front = current_vault().read(Folder.POSTS, NAME).front
    assert front["platforms"] == ["instagram"]
    assert any("without a picture" in reason for reason in front["left_out"])


def test_the_template_chooses_the_platforms_and_the_hashtags() -> None:
    a_week()
    template("{{ tasks_done }} done.", "platforms: [linkedin]\nhashtags: [team]")
    front, text = drafted()
    assert (front["platforms"], front["hashtags"], text) == (["linkedin"], ["team"], "4 done.")


def test_a_template_cannot_make_a_draft_ready_or_bring_a_number_with_its_hashtags() -> None:
    a_week()
    template("{{ tasks_done }} done.", "status: ready\nhashtags: [top500]\nat: 2027-01-01 09:00")
    with pytest.raises(NumberNotTellableError, match="500"):
        draft_week(last_week(NOW), NOW, [Platform.X])
    template("{{ tasks_done }} done.", "status: ready\nat: 2027-01-01 09:00")
    front, _ = drafted()
    assert front["status"] == "draft"
    assert "at" not in front


def test_hashtags_and_a_time_are_proposed_from_the_accounts_own_posts() -> None:
    handbook = settings().vault_path / "Company_Handbook.md"
    handbook.write_text(handbook.read_text().replace("\ntime_zone: UTC", "\ntime_zone: Europe/Vienna"))
    a_week()
    template("{{ tasks_done }} done.", "hashtags: team")
    history = [
        *posts(20, 80, noise=5),
        *posts(20, 10, TUESDAY + timedelta(days=2), "Closed #winter", noise=5),
    ]
    manifest = InsightsManifest(
        mode="sandbox", account=PublicAccount(id="1", name="ours"), began_at=NOW, taken_at=NOW
    )
    assert add_reading(Platform.X, manifest, AccountReading(posts=history), before=None)
    front, _ = drafted()
    assert front["hashtags"] == ["team", "garden"]
    assert front["at"] == "2026-12-01 08:00"
    assert [words.split(":")[0] for words in front["proposed"]] == ["hashtag garden", "time Tuesday 08-12"]
    assert all("the 20 posts " in words and "n =" not in words for words in front["proposed"])


def test_without_insights_the_draft_says_why_nothing_is_proposed() -> None:
    a_week()
    front, _ = drafted()
    assert "hashtags" not in front
    assert front["proposed"] == [
        "no hashtags and no time are proposed: nothing was read of how its posts did: fte run collect_insights"
    ]


async def keep_books(sandbox: SandboxClient, taken_at: datetime) -> None:
    async with sandbox_world(sandbox.url).client() as client:
        books = await read_books(client)
    source = SnapshotSource(mode="sandbox", url=sandbox.url, database="demo")
    assert store_snapshot(books, source, before=snapshot_status(), taken_at=taken_at)


async def test_money_and_customers_come_from_books_that_know_the_whole_week(sandbox: SandboxClient) -> None:
    await keep_books(sandbox, NOW)
    books = load_snapshot().books.ledger
    income = [
        line for line in books.lines if books.accounts[line.account_id].account_type == AccountType.INCOME
    ]
    day = max(line.day for line in income)
    week = Week(day - timedelta(days=day.weekday()), ZoneInfo("UTC"))
    may_tell("revenue", "new customers")
    for taken_at, said in (
        (week.until - timedelta(seconds=1), "older than the end of the week"),
        (week.until, ""),
    ):
        await keep_books(sandbox, taken_at)
        told = told_of(week, [Tellable.REVENUE], NOW)
        assert said in "".join(told.left_out)
    earned = -sum(line.balance for line in income if week.monday <= line.day <= week.sunday)
    assert told.values["revenue"] == f"{earned:,.2f} {books.currency}"
    name = await asyncio.to_thread(draft_week, week, week.until, [Platform.X])
    assert name
    text = current_vault().read(Folder.POSTS, name).body
    assert f"Revenue: {earned:,.2f} {books.currency}" in text
    assert not any(line.partner and line.partner in text for line in books.lines)


def test_a_customer_is_new_with_the_first_invoice_only() -> None:
    monday = date(2026, 11, 16)

    def sale(number: int, day: date, customer: int) -> Entry:
        items = (
            Item(AccountType.RECEIVABLE, Decimal(100), partner_id=customer),
            Item(AccountType.INCOME, Decimal(-100), partner_id=customer),
        )
        return Entry(number, day, items)

    entries = [
        sale(1, monday - timedelta(days=1), 7),
        sale(2, monday, 7),
        sale(3, monday, 8),
        sale(4, monday + timedelta(days=6), 8),
        sale(5, monday + timedelta(days=6), 9),
        sale(6, monday + timedelta(days=7), 10),
    ]
    assert new_customers(History(tuple(entries), ()).ledger(), Week(monday, ZoneInfo("UTC"))) == 2
