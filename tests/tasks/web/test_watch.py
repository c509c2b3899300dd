"""Pages that change on the stand-in web: each change one task, whatever crashes, repeats, hides or orders."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.planning.catalogue import CATALOGUE
from domain.policy.assess import assess
from domain.policy.facts import Facts, MovedMoney
from domain.reliability.look import LookResult
from domain.reliability.rate_limits import RateLimitedError
from domain.vault.note import Note
from domain.web.change import event_of
from domain.web.page import Paragraph
from domain.web.watched import NOTE, WatchedPage, WatchedPagesError
from tasks.actions.performers import performer_of
from tasks.intake import store_event
from tasks.planning.prepare import prepare_task
from tasks.policy.handbook import read_handbook
from tasks.reliability.rate_limits import next_turn
from tasks.vault.vault import Folder, current_vault, init_vault
from tasks.web import fetch, kept, watch
from tasks.web.kept import kept_page, last_paragraphs, seen_changes
from tasks.web.watch import CheckedPages, PageNameTakenError, check_pages, look_for_pages, watched_pages
from tests.sandbox_fixture import SandboxClient
from tests.tasks.planning.test_hostile_documents import BILL, ORDERS, untouched

BEGUN = datetime(2026, 11, 2, 9, tzinfo=UTC)
MOST_VERSIONS = 3
ALWAYS = datetime.min.replace(tzinfo=UTC)


class Outside:
    """The stand-in web, a clock, and the owner's note."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox, self.now = sandbox, BEGUN

    def put(self, path: str, text: str = "", **page: Any) -> None:
        answer = self.sandbox.http.post("/_sandbox/outside", json={"path": path, "text": text, **page})
        assert answer.status_code == 201, answer.text

    def prices(self, *lines: str) -> None:
        said = "".join(f"<p>{line}</p>" for line in lines)
        self.put("/outside/prices", f"<html lang=en><body><h1>Prices of Acme</h1>{said}</body></html>")

    def feed(self, *items: str) -> None:
        said = "".join(
            f"<item><guid>{one}</guid><title>News {one}</title><link>/outside/{one}</link></item>"
            for one in items
        )
        text = f'<rss version="2.0"><channel><title>News</title>{said}</channel></rss>'
        self.put("/outside/feed", text, type="application/rss+xml")

    def watch(self, path: str = "/outside/prices", **entry: Any) -> None:
        page = {"name": "acme", "url": f"{self.sandbox.url}{path}", **entry}
        current_vault().save_root(NOTE, Note.new({"pages": [page]}))

    async def later(self, hours: float = 24) -> CheckedPages:
        self.now += timedelta(hours=hours)
        return await check_pages(clock=lambda: self.now)

    def asked(self, path: str) -> list[int]:
        return [entry["status"] for entry in self.sandbox.journal(service="web", path=path)]


@pytest.fixture
def outside(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """In the sandbox the stand-in is the only place of this machine that counts as outside."""
    init_vault(current_vault().root)

    async def no_wait(service: str) -> None:
        assert service == "web:127.0.0.1"

    monkeypatch.setattr(fetch, "wait_turn", no_wait)
    return Outside(sandbox)


def notes() -> dict[str, Note]:
    where = current_vault()
    return {name: where.read(Folder.NEEDS_ACTION, name) for name in where.names(Folder.NEEDS_ACTION)}


async def test_a_change_is_told_once_and_nothing_is_asked_before_it_is_due(outside: Outside) -> None:
    assert look_for_pages(BEGUN) is LookResult.CLOSED
    outside.prices("Basic costs 12 EUR", "1,200 views", "Updated 2026-11-02 09:00")
    outside.watch(tags=["competitor"])
    assert look_for_pages(BEGUN) is LookResult.WORK
    first = await outside.later(0)
    assert (first.read, first.task_ids, first.problems) == (["acme"], [], {}), (
        "what was there at first is no news"
    )
    assert look_for_pages(outside.now + timedelta(hours=23)) is LookResult.NOTHING
    assert (await outside.later(23)).read == []
    assert (await outside.later(1)).task_ids == []
    assert outside.asked("/outside/prices") == [200, 304]
    outside.prices("Basic costs 12 EUR", "1,300 views", "Updated 2026-11-04 17:30")
    assert (await outside.later()).task_ids == [], "what changes by itself is no change"
    outside.prices("Basic costs 9 EUR", "1,300 views", "Updated 2026-11-04 17:30")
    [task_id] = (await outside.later()).task_ids
    assert (await outside.later()).task_ids == []
    outside.prices("Basic costs 12 EUR", "1,300 views", "Updated 2026-11-04 17:30")
    assert len((await outside.later()).task_ids) == 1
    outside.prices("Basic costs 9 EUR", "1,400 views", "Updated 2026-11-05 17:30")
    assert (await outside.later()).task_ids == [], "the same change of the same page is told once"
    note = notes()[task_id]
    assert (note.front["page"], note.front["tags"]) == ("acme", ["competitor"])
    assert note.front["address"] == f"{outside.sandbox.url}/outside/prices"
    assert "Was: Basic costs 12 EUR / Now: Basic costs 9 EUR" in note.body
    task = prepare_task(task_id, note, read_handbook())
    assert (task.triage.kind, task.triage.domain.value, task.plan) == ("page", "business", None)
    assert "nothing in it is ever carried out" in task.problems[0]
    assert outside.asked("/robots.txt") == [404], "a site's rules are read once a day"


async def test_what_is_kept_is_bounded_and_told_from_newest_to_oldest(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_VERSIONS", MOST_VERSIONS)
    outside.watch("/outside/feed", kind="feed")
    for number in range(MOST_VERSIONS + 4):
        outside.feed(*[str(one) for one in range(number, -1, -1)][:3])
        await outside.later()
    told = seen_changes("acme", ALWAYS)
    assert len(told) == MOST_VERSIONS
    number = MOST_VERSIONS + 3
    assert told[0].change.lines() == [f"New: News {number} {outside.sandbox.url}/outside/{number}"]
    assert told[0].seen_at > told[-1].seen_at
    newest = last_paragraphs("acme")
    assert newest is not None
    assert len(newest[1]) == MOST_VERSIONS + 4, "entries that left the feed stay known"
    assert len(notes()) == MOST_VERSIONS + 3


@pytest.mark.parametrize("boundary", ["store_event", "keep_version"])
async def test_a_crash_between_any_two_writes_tells_it_once(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, boundary: str
) -> None:
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    await outside.later(0)
    outside.prices("Basic costs 9 EUR")

    class Crash(BaseException):
        pass

    def crash(*_anything: object, **_more: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(watch, boundary, crash)
        with pytest.raises(Crash):
            await outside.later()
    assert len(notes()) == (boundary == "keep_version")
    assert seen_changes("acme", ALWAYS) == []
    await outside.later(0)
    await outside.later()
    assert len(notes()) == len(seen_changes("acme", ALWAYS)) == 1


async def test_two_processes_at_once_tell_it_once(outside: Outside) -> None:
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    await asyncio.gather(outside.later(0), outside.later(0))
    outside.prices("Basic costs 9 EUR")
    both = await asyncio.gather(outside.later(), outside.later(0))
    assert len(notes()) == len(seen_changes("acme", ALWAYS)) == 1
    assert sum(len(one.task_ids) for one in both) == 1


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ({"status": 503}, "HTTP 503"),
        ({"status": 404}, "HTTP 404"),
        ({"status": 302, "headers": {"location": "http://169.254.169.254/latest"}}, "private network"),
        ({"status": 302, "headers": {"location": "http://localhost:5432/"}}, "private network"),
        ({"status": 302, "headers": {"location": "file:///etc/passwd"}}, "no http or https address"),
        ({"text": "<script>draw()</script>"}, "made by a script"),
        ({"text": "%PDF-1.7", "type": "application/pdf"}, "which is no page"),
        ({"text": "0" * 1_000, "repeat": 100_000, "packed": True}, "more than 5 MB"),
    ],
)
async def test_a_page_that_cannot_be_read_is_no_change_and_what_is_known_stays(
    outside: Outside, page: dict[str, Any], why: str
) -> None:
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    await outside.later(0)
    before = last_paragraphs("acme")
    outside.put("/outside/prices", **{"text": "x", **page})
    checked = await outside.later()
    assert why in str(checked.problems["acme"])
    known = kept_page(watched_pages()[0])
    assert known is not None
    assert (known.read_at, why in str(known.problem)) == (BEGUN, True)
    assert (notes(), last_paragraphs("acme")) == ({}, before)
    assert look_for_pages(outside.now + timedelta(minutes=59)) is LookResult.NOTHING
    outside.prices("Basic costs 12 EUR", "Pro costs 24 EUR")
    checked = await outside.later(1)
    assert (len(checked.task_ids), checked.problems) == (1, {})


async def test_a_feed_that_is_suddenly_empty_is_no_news(outside: Outside) -> None:
    outside.feed("1")
    outside.watch("/outside/feed", kind="feed")
    await outside.later(0)
    outside.feed()
    assert "has no entries now" in str((await outside.later()).problems["acme"])
    outside.feed("2", "1")
    assert len((await outside.later()).task_ids) == 1


async def test_robots_txt_is_kept_to(outside: Outside) -> None:
    outside.put(
        "/robots.txt", "User-agent: *\nDisallow: /outside/prices\nCrawl-delay: 30\n", type="text/plain"
    )
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    assert "robots.txt does not let it" in str((await outside.later(0)).problems["acme"])
    assert outside.asked("/outside/prices") == []
    outside.watch("/outside/feed", kind="feed")
    outside.feed("1")
    assert (await outside.later()).read == ["acme"]
    assert next_turn("web:127.0.0.1", fetch.present()) > fetch.present() + timedelta(seconds=20)


async def test_while_nobody_knows_what_a_site_allows_nothing_is_read(outside: Outside) -> None:
    outside.put("/robots.txt", status=500)
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    assert "HTTP 500" in str((await outside.later(0)).problems["acme"])
    assert outside.asked("/outside/prices") == []


async def test_a_host_that_has_no_turn_now_is_asked_by_the_next_run(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_turn(service: str) -> None:
        raise RateLimitedError(service, BEGUN, 100)

    outside.prices("Basic costs 12 EUR")
    outside.watch()
    with monkeypatch.context() as patched:
        patched.setattr(fetch, "wait_turn", no_turn)
        assert list((await outside.later(0)).problems) == ["acme"]
    assert kept_page(watched_pages()[0]) is None
    assert look_for_pages(outside.now) is LookResult.WORK


async def test_that_nothing_has_changed_is_believed_of_what_is_known_alone(outside: Outside) -> None:
    outside.put("/outside/prices", status=304)
    outside.watch()
    assert "which nobody asked for" in str((await outside.later(0)).problems["acme"])


async def test_another_address_under_the_same_name_begins_anew(outside: Outside) -> None:
    outside.prices("Basic costs 12 EUR")
    outside.watch()
    await outside.later(0)
    outside.put("/outside/other", "<h1>Other</h1><p>Another page altogether</p>")
    outside.watch("/outside/other")
    assert (await outside.later(0)).task_ids == []
    assert notes() == {}


async def test_a_note_that_cannot_be_followed_is_said(outside: Outside) -> None:
    outside.watch(every_hours=0)
    with pytest.raises(WatchedPagesError, match="every_hours: must be at least 1"):
        look_for_pages(BEGUN)


@pytest.mark.parametrize("words", [*ORDERS, BILL.format(number=1, order=ORDERS[0])])
def test_the_words_of_a_page_are_quoted_and_decide_nothing(words: str) -> None:
    init_vault(current_vault().root)
    page = WatchedPage(name="acme", url="https://acme.example/")
    change = watch.change_between([], [Paragraph(text=words, link="https://acme.example/pay")], page)
    assert change is not None
    task_id = store_event(event_of(page, change, BEGUN, BEGUN), BEGUN)
    assert task_id is not None
    note = notes()[task_id]
    quoted = note.body.split("\n\n", 3)[-1]
    assert all(line.startswith(">") for line in quoted.strip().splitlines())
    assert not any(sign in quoted for sign in ("[[", "<!--", "<script", "```", "{{", "\u200b"))
    assert "approver" not in note.front
    task = prepare_task(task_id, note, read_handbook())
    assert (task.triage.kind, task.plan) == ("page", None)
    assert untouched()


async def test_a_proposed_page_is_a_persons_to_decide_and_added_once(outside: Outside) -> None:
    outside.watch()
    action, performer = CATALOGUE["vault.watch_page"], performer_of("vault.watch_page")
    page = WatchedPage(name="news", url="https://news.example/feed", kind="feed")
    verdict = assess(Facts(action.name, action.base_risk, payee_known=True), read_handbook(), MovedMoney())
    assert verdict.needs_approval
    for _again in range(2):
        receipt = await performer.perform("key", page)
    assert [one.name for one in watched_pages()] == ["acme", "news"]
    assert await performer.read_back(receipt, page) == page.model_dump(mode="json")
    taken = page.model_copy(update={"url": "https://other.example/"})
    with pytest.raises(PageNameTakenError, match="news"):
        await performer.look("key", taken)
    assert await performer.compensate("key", receipt)
    assert [one.name for one in watched_pages()] == ["acme"]
