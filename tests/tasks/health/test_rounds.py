"""Looks at everything: what they keep, how long they may take, what is shown of them, and what is told."""

import asyncio
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from blocks.database import transaction
from blocks.odoo.credentials import OdooCredentials
from blocks.settings import settings
from domain.briefing.recorded import SLOT
from domain.errors import TransientError
from domain.health.page import HealthPage, as_json, markdown
from domain.health.probed import Probed
from domain.health.spell import EMPLOYEE, LEDGER, PROCESSORS, WATCHER, HealthStanding, uptime
from domain.policy.health import HealthRules
from domain.reliability.look import Look, LookResult
from tasks.health import questions
from tasks.health.html import html, write_html
from tasks.health.kept import health_page
from tasks.health.questions import DISK, Ask, ask_account, ask_all, disk_words, odoo_words, probed
from tasks.health.rounds import Watch
from tasks.reliability.looks import record_look
from tasks.reliability.outages import lasting_outages, notify_outages
from tasks.reliability.spells import SpellRow, record_round
from tasks.reliability.waiting import first_spells, spells
from tests.odoo_world import sandbox_world
from tests.sandbox_fixture import SandboxClient
from tests.tasks.reliability.test_notify import Mailbox

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RULES = HealthRules()
SECRET = "sk-live-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c"


def asks(**answers: str | Exception) -> dict[str, Ask]:
    """Services that answer so, at once."""

    def asked(name: str, answer: str | Exception) -> Ask:
        async def question() -> str:
            if isinstance(answer, Exception):
                raise answer
            return answer

        return lambda: probed(name, question())

    return {name: asked(name, answer) for name, answer in answers.items()}


AWAY = TransientError("connection refused")


def history(pattern: str, start: datetime = NOW, service: str = "odoo") -> datetime:
    """Rounds each five minutes: `u` up, `d` down, `?` not known, `-` no round; when the next one would be."""
    for number, sign in enumerate(pattern):
        if sign != "-":
            standing = {"u": HealthStanding.UP, "d": HealthStanding.DOWN, "?": HealthStanding.UNKNOWN}[sign]
            record_round(
                [Probed(service, standing, "" if sign == "u" else "away", 0.1)], start + SLOT * number
            )
    return start + SLOT * len(pattern)


def counts(page: HealthPage, service: str = "odoo", window: str = "24 h") -> tuple[int, int, int]:
    """Slots up, down and not known."""
    (row,) = [row for row in page.rows if row.service == service]
    return row.uptimes[window].up, row.uptimes[window].down, row.uptimes[window].unknown


async def test_what_nobody_knows_is_never_up() -> None:
    end = history("uuudd?--uu")
    page = health_page(end)
    assert counts(page) == (5, 2, 3)
    assert counts(page, EMPLOYEE) == (
        8,
        0,
        2,
    )  # another's outage is not its own; where it did not look it was not up
    later = health_page(end + timedelta(hours=1))
    assert not later.is_fresh
    assert {row["standing"] for row in as_json(later)["services"]} == {"unknown"}
    assert "Not known" in later.summary()


async def test_what_is_its_own_takes_the_employee_down() -> None:
    history("uu", service=LEDGER)
    history("d", NOW + 2 * SLOT, LEDGER)
    history("d", NOW + 3 * SLOT, f"{WATCHER}mail")
    assert counts(health_page(NOW + 4 * SLOT), EMPLOYEE) == (2, 2, 0)


async def test_a_slot_counts_once_whichever_way_the_clock_goes() -> None:
    history("uuuudd")
    history("dd", NOW + SLOT)  # set back: these slots are on record
    history("uu", NOW - 5 * SLOT)
    history("u", NOW + timedelta(days=400))  # far ahead, and back again
    history("u", NOW + 6 * SLOT)
    with transaction() as session:
        session.query(SpellRow).filter(SpellRow.since > NOW + timedelta(days=1)).delete()
    kept = [one for one in spells(NOW - timedelta(days=1)) if one.service == "odoo"]
    slots = [slot for one in kept for slot in one.slots()]
    assert len(slots) == len(set(slots))


async def test_ninety_days_are_kept_and_a_quiet_day_is_few_rows() -> None:
    history("u" * 48)
    with transaction() as session:
        assert session.query(SpellRow).filter_by(service="odoo").count() == 4
    record_round([], NOW + timedelta(days=90, hours=2))
    assert first_spells()["odoo"] == NOW + timedelta(hours=1)


def test_one_that_never_answers_or_holds_its_thread_keeps_nobody_waiting() -> None:
    release = threading.Event()

    async def silent() -> str:
        await asyncio.Event().wait()
        return ""

    async def blocking() -> Probed:
        release.wait(30)
        return Probed("blocking", HealthStanding.UP)

    everybody = asks(odoo="well") | {"silent": lambda: probed("silent", silent(), 0.1), "blocking": blocking}
    for _again in range(2):  # the second time the first question still waits
        found = {one.name: one for one in ask_all(everybody, 0.1)}
        assert (found["odoo"].standing, found["odoo"].said) == (HealthStanding.UP, "well")
        assert {found[name].standing for name in ("silent", "blocking")} == {HealthStanding.DOWN}
        assert "no answer within" in found["blocking"].said
    release.set()


async def test_a_service_that_accepts_and_does_not_answer_is_down(sandbox: SandboxClient) -> None:
    block = sandbox_world(sandbox.url)
    assert (await probed("odoo", odoo_words(block))).standing is HealthStanding.UP
    sandbox.fault("latency", service="odoo", seconds=2, times=1)
    found = await probed("odoo", odoo_words(block), 0.2)
    assert (found.standing, found.said) == (HealthStanding.DOWN, "no answer within 0.2 s")
    sandbox.clear_faults()


async def test_no_secret_gets_into_what_is_said(sandbox: SandboxClient) -> None:
    async def leak() -> str:
        raise TransientError(
            f"GET https://x.example/?access_token={SECRET} failed:\nAuthorization: Bearer {SECRET}"
        )

    block = OdooCredentials(
        url=sandbox.url, database="demo", login="bot", api_key=SecretStr(SECRET), protocol="json2"
    )
    record_round([await probed("x", leak()), await probed("odoo", odoo_words(block))], NOW)
    page = health_page(NOW)
    seen = markdown(page, ZoneInfo("UTC")) + html(page) + json.dumps(as_json(page))
    assert SECRET not in seen
    assert [row.service for row in page.down] == ["odoo", "x"]


async def test_without_a_prefect_server_an_account_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    found = await ask_account("odoo")
    assert (found.standing, "Prefect server" in found.said) == (HealthStanding.UNKNOWN, True)


def test_a_busy_machine_is_busy_and_not_down() -> None:
    record_round([Probed(PROCESSORS, HealthStanding.DOWN, "99 % busy, more than 95 %")], NOW)
    page = health_page(NOW)
    assert (page.summary(), page.down) == ("Busy: Processors.", [])
    assert "| Processors | busy since" in markdown(page, ZoneInfo("UTC"), narrow=True)
    assert "busy since" in html(page)
    record_round([Probed("odoo", HealthStanding.DOWN, "away")], NOW + SLOT)
    page = health_page(NOW + SLOT)
    assert (page.summary(), len(page.down)) == ("Down: Odoo; busy: Processors.", 1)


async def test_a_disk_that_is_nearly_full_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Usage:
        free = 400_000_000

    monkeypatch.setattr(questions.shutil, "disk_usage", lambda _place: Usage)
    found = await probed(DISK, disk_words(RULES))
    assert (found.standing, "0.4 GB free" in found.said) == (HealthStanding.DOWN, True)
    box = Mailbox()
    for number in range(4):
        record_round([found], NOW + SLOT * number)
        await notify_outages(NOW + SLOT * number, box, RULES)
    assert [title for title, *_ in box.notices] == ["The disk is nearly full"]
    history("u", NOW + 4 * SLOT, DISK)
    await notify_outages(NOW + 4 * SLOT, box, RULES)
    assert box.notices[-1][0] == "The disk has room again"


async def told(pattern: str, *, services: tuple[str, ...] = ("odoo",)) -> list[tuple[str, str]]:
    """What the owner hears of services that all go as the pattern says."""
    box = Mailbox()
    for number, sign in enumerate(pattern):
        at = NOW + SLOT * number
        standing = HealthStanding.UP if sign == "u" else HealthStanding.DOWN
        record_round([Probed(name, standing, "" if sign == "u" else "away") for name in services], at)
        await notify_outages(at, box, RULES)
    return [(title, body) for title, body, _ in box.notices]


@pytest.mark.parametrize(
    ("pattern", "titles"),
    [
        ("uduuuuuuuuuu", []),
        ("udddddduuuuu", ["Odoo does not do its work", "Odoo is back"]),
        ("du" * 12 + "u" * 8, ["Odoo does not do its work", "Odoo is back"]),
        ("dddu" * 6 + "u" * 8, ["Odoo does not do its work", "Odoo is back"] * 2),
    ],
    ids=["short", "an outage", "flapping", "slow flapping"],
)
async def test_an_outage_is_told_once_and_so_is_its_end(pattern: str, titles: list[str]) -> None:
    heard = await told(pattern)
    assert [title for title, _ in heard] == titles
    if pattern == "udddddduuuuu":
        assert "09:05 UTC to 2026-11-20 09:35 UTC, 30 minutes" in heard[-1][1]
    if heard:
        assert "came and went" in heard[-1][1] or "30 minutes" in heard[-1][1]


async def test_a_network_that_is_gone_is_one_message_and_so_is_its_return() -> None:
    heard = await told("dddduuu", services=("gmail", "odoo", "x"))
    assert [title for title, _ in heard] == [
        "Gmail, Odoo and X do not do their work",
        "Gmail, Odoo and X are back",
    ]
    assert heard[0][1].count("Since 2026-11-20 09:00 UTC") == 3


async def test_a_clock_that_is_set_back_neither_silences_nor_repeats() -> None:
    box = Mailbox()
    ahead = NOW + timedelta(days=300)
    history("dd", ahead)
    await notify_outages(ahead, box, RULES)
    await notify_outages(NOW - timedelta(days=1), box, RULES)  # nobody looked then: it may still be away
    assert lasting_outages() == {"odoo": ahead}
    history("ddddd")
    for minute in range(25):
        await notify_outages(NOW + timedelta(minutes=minute), box, RULES)
    assert [title for title, *_ in box.notices] == ["Odoo does not do its work"]
    assert lasting_outages() == {"odoo": NOW}
    history("u", NOW + 5 * SLOT)
    await notify_outages(NOW + 5 * SLOT, box, RULES)
    assert [title for title, *_ in box.notices][1:] == ["Odoo is back"]


HOSTILE = "<script>alert(1)</script>](javascript:x)|**b**\u202e<img src=x onerror=y>\n# head"


class Seen(HTMLParser):
    """The elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        assert all((value or "").startswith("data:") for name, value in attrs if name == "src")


async def test_hostile_names_and_errors_are_words_on_every_page() -> None:
    for before in (timedelta(days=1), timedelta(hours=1)):  # two days and two hours make a line
        record_round([Probed(HOSTILE, HealthStanding.UP, "", 0.5)], NOW - before)
    pattern = [(HealthStanding.UP, ""), (HealthStanding.DOWN, HOSTILE), (HealthStanding.DOWN, HOSTILE)]
    for number, (standing, said) in enumerate(pattern):
        record_round([Probed(HOSTILE, standing, said, 0.5)], NOW + SLOT * number)
    await notify_outages(NOW + SLOT * 2, Mailbox(), RULES)
    page = health_page(NOW + SLOT * 2)
    seen = Seen()
    seen.feed(html(page))
    assert not {"script", "iframe", "a", "form"} & set(seen.tags)
    assert seen.tags.count("img") == 2  # its charts
    text = markdown(page, ZoneInfo("UTC"))
    assert not re.search(r"(?<!\\)[<\]]|(?<!\\)\*\*b|\n# head|(?m:^[^|].*\|\*)", text), text
    assert "\u202e" not in text + html(page)


@pytest.fixture
def handbook() -> None:
    """A Vault without rules: the usual ones hold."""
    settings().vault_path.mkdir(parents=True, exist_ok=True)


@pytest.mark.usefixtures("handbook")
async def test_a_watch_looks_once_in_a_slot_keeps_the_note_and_calls_a_run_when_something_changes() -> None:
    state: dict[str, str | Exception] = {"odoo": "well"}
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    watch = Watch(lambda _rules, _thorough: asks(**state), show)
    note = settings().vault_path / "Health.md"
    assert await watch.look(NOW - SLOT) is LookResult.NOTHING
    assert not note.exists()
    assert await watch.look(NOW) is LookResult.NOTHING
    first = note.read_text()
    assert "Everything that is looked at is up." in first
    state["odoo"] = AWAY
    assert await watch.look(NOW + timedelta(minutes=4)) is LookResult.NOTHING
    assert note.read_text() == first
    record_look(Look("mail", 60, NOW - timedelta(hours=1), LookResult.NOTHING))
    note.write_text("---\nkind: health\n---\n\nEverything is fine, trust me.\n")
    assert await watch.look(NOW + SLOT) is LookResult.WORK
    assert "Odoo" in note.read_text()
    assert "trust me" not in note.read_text()
    page = health_page(NOW + SLOT)
    assert [row.service for row in page.down] == [EMPLOYEE, "odoo", f"{WATCHER}mail"]
    assert await watch.look(NOW + 2 * SLOT) is LookResult.NOTHING
    state["odoo"] = "well"
    assert await watch.look(NOW + 3 * SLOT) is LookResult.WORK
    assert len(shown) == 4


def test_the_page_is_private_and_needs_no_other_file() -> None:
    history("uud")
    path = write_html(health_page(NOW + 2 * SLOT))
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "default-src 'none'" in text


def test_uptime_is_what_was_up_of_all_slots_since_the_first_look() -> None:
    end = history("u" * 99 + "d")
    found = uptime([one for one in spells(NOW) if one.service == "odoo"], NOW, end, NOW)
    assert (found.share, found.whole) == (Decimal("0.99"), 100)
