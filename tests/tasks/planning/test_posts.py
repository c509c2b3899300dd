"""A post's note: what is wrong with it stands in it, at once, and nothing of it is done."""

import errno
import io
import json
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from blocks import files
from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import PlatformUnavailableError
from deployments.command_line import app
from domain.errors import RejectedError
from domain.planning.order import order_plan
from domain.policy.handbook import Handbook
from domain.reliability.look import LookResult
from domain.reliability.rate_limits import NotDueError
from domain.social.draft import read_draft
from domain.social.post import Platform
from domain.social.schedule import WallTime
from domain.vault.note import Note
from tasks.actions.effects import ApprovalNeededError, Request, perform
from tasks.actions.proof import Proof
from tasks.approvals.ask import open_request
from tasks.approvals.decide import record_answer
from tasks.audit.search import Query, search_audit_log
from tasks.planning import post_proof, posts
from tasks.planning.orders import find_order
from tasks.planning.posts import follow_posts, look_for_posts, place_ready
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import Folder, current_vault, init_vault
from tests.approval_requests import answer, new_request
from tests.films import box, film_bytes
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN, WORLDS, X
from tests.web_fixture import Web

NOW = datetime.now(UTC)
TOMORROW = f"{NOW + timedelta(days=1):%Y-%m-%d} 09:00"


@pytest.fixture(autouse=True)
def away(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> set[Platform]:
    """X and LinkedIn connected, Facebook not; those in the set cannot be asked about now."""
    init_vault(current_vault().root)
    blocks = {world.platform: world.access(sandbox) for world in (X, LINKEDIN)}
    unreachable: set[Platform] = set()

    async def saved(platform: Platform) -> PlatformCredentials | None:
        if platform in unreachable:
            raise PlatformUnavailableError(platform, "no answer")
        return blocks.get(platform)

    monkeypatch.setattr(credentials, "saved_access", saved)
    return unreachable


def write(name: str, body: str = "We are open on Saturday.", **front: Any) -> None:
    front = {"status": "ready", "platforms": ["x"]} | front
    kept = {key: value for key, value in front.items() if value is not None}
    current_vault().save(Folder.POSTS, name, Note.new(kept, f"{body}\n"))


def front(name: str) -> dict[str, Any]:
    return dict(current_vault().read(Folder.POSTS, name).front)


def beside(name: str, make: Callable[[Path], object]) -> None:
    make(current_vault().path(f"{Folder.POSTS}/{name}"))


def tasks() -> list[str]:
    return current_vault().names(Folder.NEEDS_ACTION)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"body": ""}, "it is empty: give it a text or a picture"),
    ({"body": "\u200b \u202e"}, "it is empty: give it a text or a picture"),
    ({"body": "", "link": "https://ours.example"}, "it has a link and no words: write some"),
    ({"body": "\u200d \u2800\n\u200e"}, "it is empty: give it a text or a picture"),
    ({"link": "https://ours.example/\u202egpj.exe"}, "is no web address"),
    ({"body": "y" * 10_000}, "X: it would be a thread of 36 posts, more than 25; shorten it"),
    ({"media": ["text.jpg"]}, "media: text.jpg cannot be published: its content is no picture"),
    ({"media": ["none.jpg"]}, "media: none.jpg cannot be published: there is no such file; correct its name"),
    ({"media": ["../../etc/passwd"]}, "leads out of the Vault"),
    ({"media": ["film.mp4"], "platforms": "linkedin"}, "it takes no videos, and"),
    (
        {"media": ["film.jpg"]},
        "film.jpg cannot be published: its name ends in .jpg, and its content is video/mp4",
    ),
    ({"media": ["begun.mp4"]}, "begun.mp4 cannot be published: it has no index (moov)"),
    ({"media": ["x.jpg"] * 21}, "media: has 21 entries, at most 20 are allowed"),
    ({"alt_texts": ["Roses, red", "Door"]}, "there are 2 alt_texts for 0 files in media"),
    ({"at": "2026-01-01 09:00"}, "at: 2026-01-01 09:00 UTC has passed; choose a later time, or none"),
    ({"at": "tomorrow"}, "at: 'tomorrow' is no time; write the local time, such as 2026-12-24 09:00"),
    ({"at": "2027-12-24"}, "at: '2027-12-24' is no time"),
    ({"at": 9}, "at: '9' is no time"),
    ({"at": "9999-12-31 23:59", "zone": "America/New_York"}, "is no time that can come"),
    ({"at": "2027-03-28 02:30", "zone": "Europe/Vienna"}, "the clocks of Europe/Vienna skip 02:30"),
    ({"zone": "Vienna"}, "zone: there is no time zone 'Vienna'"),
    ({"platforms": None}, "platforms: is missing; choose of x, linkedin"),
    ({"platforms": None, "platform": "x"}, "platform: is not known; write platforms"),
    ({"platforms": ["x", "linkdin"]}, "platforms: 'linkdin' is no platform; write linkedin"),
    ({"platforms": "twitter"}, "platforms: 'twitter' is no platform; write x"),
    ({"platforms": "myspace"}, "platforms: 'myspace' is no platform; choose of x, linkedin"),
    ({"platforms": "facebook"}, "Facebook is not connected; a person has to run: fte connect meta"),
    ({"hastags": ["garden"]}, "hastags: is not known; write hashtags"),
    ({"tag": "a", "link": "b"}, "no property of a post, and passed over: tag"),
    ({"text": "Hello", "body": ""}, "text: is not known; write it below the second ---"),
    (
        {"hashtags": "garden party"},
        "'garden party' would end before the space; write gardenparty, or several",
    ),
    (
        {"hashtags": ["2026", "c++"]},
        "'2026' has digits alone, which make no hashtag; add a letter; 'c++' would end",
    ),
    (
        {"media": ["../Company_Handbook.md"]},
        "it lies neither in Attachments/ nor in Posts/; copy it into Att",
    ),
    (
        {"media": ["Shop.png"]},
        "media: Shop.png cannot be published: there is no such file; write Attachments/shop.png",
    ),
    ({"media": ["scan.png"]}, "there is no such file; move Inbox/scan.png into Attachments/"),
    (
        {"media": ["wide.png"], "platforms": "instagram"},
        "Instagram: wide.png is 2000 x 300 pixels; its width has",
    ),
    (
        {"alt_texts": ["y" * 5000], "media": ["wide.png"]},
        "alt_texts, no. 1: has 5000 characters, at most 4086",
    ),
    ({"link": "ours.example"}, "is no web address"),
    ({"reply_to": "17; drop"}, "reply_to: is not the id of a post; give reply_to"),
    ({"reply_to": 17, "platforms": ["x", "linkedin"]}, "LinkedIn: 17 is nothing that can be answered there"),
]


@pytest.mark.parametrize(("given", "said"), BAD, ids=lambda value: str(value)[:60])
async def test_what_cannot_be_published_is_said_in_its_note_and_leaves_nothing(
    given: dict[str, Any], said: str
) -> None:
    beside("text.jpg", lambda path: path.write_text("no picture"))
    beside("film.mp4", lambda path: path.write_bytes(film_bytes()))
    beside("film.jpg", lambda path: path.write_bytes(film_bytes()))
    beside("begun.mp4", lambda path: path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(400)))
    pictures()
    write("a-bad", **given)
    write("b-good")
    assert len((await place_ready(NOW)).tasks) == 1
    assert front("b-good")["status"] == "asked"
    assert front("a-bad")["status"] == "draft"
    problem = front("a-bad")["problem"]
    assert said in problem
    assert problem.endswith("Then set status: ready")
    assert len(tasks()) == 1


def pictures() -> None:
    for place, width in (("Posts/wide.png", 2000), ("Attachments/shop.png", 300), ("Inbox/scan.png", 300)):
        Image.new("RGB", (width, 300), "red").save(current_vault().path(place))


@pytest.mark.parametrize(
    ("status", "said_first"),
    [
        ({"status": "ready"}, "hastags: is not known; write hashtags"),
        ({"status": "raedy"}, "the status 'raedy' is not known; write ready"),
        ({"status": None, "staus": "redy"}, "the status is written 'staus: redy'; write status: ready"),
        ({"status": None, "Status": "ready"}, "the status is written 'Status: ready'; write status: ready"),
    ],
)
async def test_everything_that_is_wrong_is_said_at_once(status: dict[str, Any], said_first: str) -> None:
    pictures()
    files = ["none.jpg", "wide.png", "../../etc/passwd", "../Company_Handbook.md"]
    odd = {"at": "soon", "zone": "Mars", "link": "ftp://a", "hashtags": "a b", "hastags": "a", "media": files}
    write("bad", "y" * 10_000, platforms="linkedin, instagram, tiktok", **status, **odd)
    assert look_for_posts(NOW) is LookResult.WORK
    await place_ready(NOW)
    problem = front("bad")["problem"]
    assert problem.startswith(said_first)
    for said in (
        "hastags: is not known",
        "'tiktok' is no platform",
        "zone: there is no time zone 'Mars'",
        "at: 'soon' is no time",
        "link: 'ftp://a' is no web address",
        "hashtags: 'a b' would end before the space",
        "none.jpg cannot be published: there is no such file",
        "'../../etc/passwd' leads out of the Vault",
        "../Company_Handbook.md cannot be published: it lies neither",
        "Instagram: wide.png is 2000 x 300 pixels",
    ):
        assert said in problem
    assert look_for_posts(NOW) is LookResult.NOTHING


async def decided(task: str, **changes: str) -> None:
    """A person approves the task's request, with corrections."""
    order = find_order(task)
    assert order is not None
    step = order_plan(task, order).steps[0]
    asked = new_request(task_id=task, step_id=step.id, action=step.action, inputs=step.inputs)
    request = open_request(asked, NOW, Handbook())
    given = answer("edit", approver="Anna", changes=changes)
    assert record_answer(request.id, given, NOW, Handbook).reason is None


@pytest.mark.parametrize(
    "more", [{"hashtags": ["garden"]}, {"hashtags": ["garden"], "platforms": ["x", "linkedin"]}]
)
async def test_a_note_says_what_its_post_was_corrected_to_while_it_was_approved(more: dict[str, Any]) -> None:
    write("typo", "We open on Sundai.", at=TOMORROW, zone="Europe/Vienna", **more)
    [task] = (await place_ready(NOW)).tasks
    later = TOMORROW.replace("09:00", "11:30")
    await decided(task, text="We open on Sunday.", at=f"{later} Europe/Vienna")
    assert look_for_posts(NOW) is LookResult.WORK
    await follow_posts(NOW)
    note = current_vault().read(Folder.POSTS, "typo")
    assert note.body.strip() == "We open on Sunday."
    assert (note.front["at"], note.front["zone"], note.front["status"]) == (
        later,
        "Europe/Vienna",
        "scheduled",
    )
    assert note.front["corrected"].startswith("by Anna while approving; what was asked stands in ask-")
    assert {"problem", "hashtags"}.isdisjoint(note.front)
    assert look_for_posts(NOW) is LookResult.NOTHING
    [row] = json.loads(CliRunner().invoke(app, ["posts", "list", "--json"]).stdout)
    assert (row["time"], row["text"]) == (f"{later} Europe/Vienna", "We open on Sunday.")
    current_vault().update(Folder.POSTS, "typo", lambda note: note.with_body("We open on Sundai.\n"))
    await follow_posts(NOW)
    assert 'which is: "We open on Sunday."' in front("typo")["problem"]


async def test_a_note_that_was_changed_since_it_was_asked_about_is_its_writers() -> None:
    write("typo", "We open on Sundai.")
    [task] = (await place_ready(NOW)).tasks
    current_vault().update(Folder.POSTS, "typo", lambda note: note.with_body("We open on Monday.\n"))
    await decided(task, text="We open on Sunday.")
    await follow_posts(NOW)
    assert current_vault().read(Folder.POSTS, "typo").body == "We open on Monday.\n"
    assert 'which is: "We open on Sunday."' in front("typo")["problem"]


async def test_a_correction_for_one_platform_alone_stands_beside_the_text() -> None:
    write("two", "We open on Sunday.", platforms=["x", "linkedin"])
    [task] = (await place_ready(NOW)).tasks
    await decided(task, **{"X text": "Open on Sunday!"})
    await follow_posts(NOW)
    assert current_vault().read(Folder.POSTS, "two").body.strip() == "We open on Sunday."
    assert front("two")["corrected"].endswith('X: "Open on Sunday!"; LinkedIn: "We open on Sunday."')
    assert "problem" not in front("two")


@pytest.mark.parametrize("status", ["asked", "scheduled", "published"])
async def test_a_status_that_only_the_employee_writes_is_not_taken_from_a_person(status: str) -> None:
    write("odd", status=status)
    await place_ready(NOW)
    assert (
        f"the status '{status}' is the employee's to write, and nobody was asked" in front("odd")["problem"]
    )


async def test_a_picture_is_named_from_the_vaults_top_or_from_its_note() -> None:
    pictures()
    write("one", media=["../Attachments/shop.png"])
    write("two", media=["Attachments/shop.png"])
    assert len((await place_ready(NOW)).tasks) == 2


async def test_a_draft_that_is_still_written_is_left_in_peace() -> None:
    write("unborn", status=None, platforms="twiter", hastags="a", media=["none.jpg"])
    write("young", status="draft", platforms="twiter", publish="yes")
    assert look_for_posts(NOW) is LookResult.NOTHING
    await place_ready(NOW)
    assert "problem" not in front("unborn") | front("young")


async def test_a_misspelt_status_is_said_once_and_forgotten_when_it_is_right() -> None:
    write("odd", status="redy")
    assert look_for_posts(NOW) is LookResult.WORK
    assert (await place_ready(NOW)).tasks == []
    assert front("odd") == {
        "status": "redy",
        "platforms": ["x"],
        "problem": "the status 'redy' is not known; write ready",
    }
    assert look_for_posts(NOW) is LookResult.NOTHING
    current_vault().update(Folder.POSTS, "odd", lambda note: note.with_front(status="draft"))
    await place_ready(NOW)
    assert "problem" not in front("odd")
    write("odd", status="Ready")
    assert len((await place_ready(NOW)).tasks) == 1


async def test_a_note_whose_platform_is_away_is_tried_once_a_minute(away: set[Platform]) -> None:
    away.add(Platform.LINKEDIN)
    write("kept", platforms="linkedin")
    minute = NOW.replace(second=0)
    assert look_for_posts(minute) is LookResult.WORK
    assert len((await place_ready(minute)).problems) == 1
    looked = [look_for_posts(minute + timedelta(seconds=seconds)) for seconds in (5, 59, 60, 65)]
    assert looked == [LookResult.NOTHING, LookResult.NOTHING, LookResult.WORK, LookResult.NOTHING]


async def test_whatever_happens_with_one_note_the_others_go_on(
    away: set[Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    away.add(Platform.LINKEDIN)
    where = current_vault()
    where.path(f"{Folder.POSTS}/a-broken.md").write_text("---\nstatus: [\n---\nHello\n")
    where.path(f"{Folder.POSTS}/a-latin.md").write_bytes(b"---\nstatus: ready\n---\n\xfc\n")
    where.path(f"{Folder.POSTS}/a-bad..md").write_text("---\nstatus: ready\nplatforms: x\n---\nHello\n")
    write("b-away", platforms="linkedin")
    write("c-odd")
    write("d-good")
    take = posts.take_order

    async def odd(call: Any, *rest: Any, **more: Any) -> bool:
        if call.arguments["note"] == "c-odd":
            raise ZeroDivisionError("never thought of")
        return await take(call, *rest, **more)

    monkeypatch.setattr(posts, "take_order", odd)
    placed = await place_ready(NOW)
    assert (len(placed.tasks), len(placed.problems)) == (1, 1)
    assert [front(name)["status"] for name in ("b-away", "c-odd", "d-good")] == ["ready", "draft", "asked"]
    assert "never thought of" in front("c-odd")["problem"]
    assert where.names(Folder.POSTS) == ["a-broken", "a-latin", "b-away", "c-odd", "d-good"]


def test_a_note_that_cannot_be_read_is_moved_once_nobody_writes_it_any_more() -> None:
    path = current_vault().path(f"{Folder.POSTS}/half.md")
    path.write_text("---\nstatus: ready\nplatforms: [x\nmedia: y\n---\nHello\n")
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    look_for_posts(saved + timedelta(seconds=59))
    assert path.exists()
    [row] = json.loads(CliRunner().invoke(app, ["posts", "list", "--json"]).stdout)
    assert row["problem"] == "it cannot be read: line 3: a list that begins with [ is not closed by ]"
    look_for_posts(saved + timedelta(seconds=60))
    assert not path.exists()
    for command in ("show", "cancel"):
        said = str(CliRunner().invoke(app, ["posts", command, "half"]).exception)
        assert "lies in Dead_Letters/half.md: a list that begins with [ is not closed" in said
        assert "move it back to Posts/" in said
    assert "no note other in Posts" in str(CliRunner().invoke(app, ["posts", "show", "other"]).exception)


def test_the_list_shows_the_zone_that_holds_and_that_another_one_waits() -> None:
    assert read_handbook().time_zone == "UTC"
    handbook = current_vault().path("Company_Handbook.md")
    handbook.write_text(handbook.read_text().replace("time_zone: UTC", "time_zone: Europe/Vienna"))
    write("fair", at="2027-07-01 09:00")
    [row] = json.loads(CliRunner().invoke(app, ["posts", "list", "--json"]).stdout)
    assert row["time"] == "2027-07-01 09:00 UTC"
    shown = " ".join(CliRunner().invoke(app, ["posts", "list"]).stdout.split())
    assert "time zone Europe/Vienna waits for your confirmation" in shown
    assert "without a zone are those of UTC" in shown


async def test_a_post_that_was_approved_for_a_time_elsewhere_waits_for_it() -> None:
    write("fair", at=TOMORROW, zone="Asia/Kolkata")
    [task] = (await place_ready(NOW)).tasks
    order = find_order(task)
    assert order is not None
    step = order_plan(task, order).steps[0]
    asked = new_request(task_id=task, step_id=step.id, action=step.action, inputs=step.inputs)
    record_answer(open_request(asked, NOW, Handbook()).id, answer(), NOW, Handbook)
    with pytest.raises(NotDueError, match=f"{TOMORROW} Asia/Kolkata"):
        await perform(Request(task, step, []), Handbook(), lambda: NOW)


async def test_what_comes_close_to_another_post_is_told_of_it_and_not_of_itself() -> None:
    write("one", "Our garden is open on Saturday from nine o'clock.", at=TOMORROW)
    write("two", "Our garden is open on Saturday from ten o'clock.", at=TOMORROW)
    tasks = (await place_ready(NOW)).tasks
    for task in tasks:
        order = find_order(task)
        assert order is not None
        step = order_plan(task, order).steps[0]
        with pytest.raises(ApprovalNeededError) as asked:
            await perform(Request(task, step, []), Handbook(), lambda: NOW)
        told = [
            reason for reason in asked.value.verdict.reasons if reason.startswith("unusual: nearly the same")
        ]
        assert len(told) == 1
        assert front("two" if task == tasks[0] else "one")["status"] == "asked"


def test_an_hour_may_be_written_without_its_zero() -> None:
    for written in ("2027-11-29 9:00", "2027-11-29T09:00"):
        read = read_draft({"platforms": "x", "at": written}, "Hello", "UTC", NOW)
        assert (read.problems, WallTime.model_validate(read.said["at"]).instant.hour) == ([], 9)


def test_of_two_equal_times_an_offset_says_which_is_meant() -> None:
    for offset, hour in (("", 0), ("+02:00", 0), ("+01:00", 1)):
        when = {"platforms": "x", "at": f"2027-10-31 02:30{offset}", "zone": "Europe/Vienna"}
        read = read_draft(when, "Hello", "UTC", NOW)
        assert read.problems == []
        meant = WallTime.model_validate(read.said["at"]).instant
        assert meant == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "2026-01-01T09:00"], "has passed"),
        (["--at", "soon"], "is no time"),
        (["--zone", "Mars"], "there is no time zone"),
        (["--reply-to", "me"], "is not the id of a post"),
        (["--on", "instgram"], "is no platform"),
        (["--text", " "], "it is empty"),
        (["--text", "\u200b\u200d"], "it is empty"),
        (["--link", "https://ours\u200b.example"], "is no web address"),
        (["--media", "none.jpg"], "there is no such file"),
        (["--alt", "Roses"], "1 alt_texts for 0 files"),
    ],
)
def test_the_command_writes_no_note_that_could_never_be_asked_about(words: list[str], said: str) -> None:
    answer = CliRunner().invoke(app, ["posts", "draft", "new", "--on", "x", "--text", "Hello", *words])
    assert answer.exit_code != 0
    assert said in str(answer.exception)
    assert "status: ready" not in str(answer.exception)
    assert current_vault().names(Folder.POSTS) == []


def test_a_draft_that_is_unfinished_says_what_it_lacks_and_nobody_is_said_to_ask_who_is_not_at_work() -> None:
    words = ["posts", "draft", "bare", "--on", "instagram", "--text", "No picture"]
    refused = CliRunner().invoke(app, [*words, "--ready"])
    assert "Instagram: it takes no post without a picture or video; add one" in str(refused.exception)
    said = " ".join(CliRunner().invoke(app, words).stdout.split())
    assert "Before that: Instagram: it takes no post without a picture or video; add one." in said
    ready = ["posts", "draft", "dead", "--on", "x", "--text", "Hello", "--ready"]
    assert (
        "the employee is not at work; it is asked about when it is" in CliRunner().invoke(app, ready).stdout
    )


def test_an_unfinished_draft_may_be_kept(tmp_path: Path) -> None:
    picture = tmp_path / "roses.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    words = ["posts", "draft", "long", "--on", "linkedin", "--text", "y" * 4000]
    assert CliRunner().invoke(app, [*words, "--ready"]).exit_code != 0
    assert CliRunner().invoke(app, [*words, "--media", str(picture)]).exit_code == 0
    assert front("long")["status"] == "draft"


def test_the_command_offers_the_platforms_that_posts_are_published_on() -> None:
    shown = CliRunner().invoke(app, ["posts", "draft", "--help"]).stdout
    for platform in Platform:
        assert (platform.value in shown.casefold().split("platform:")[1].split("repeat")[0]) == (
            platform in WORLDS
        )


def test_the_list_says_when_where_and_what_is_wrong() -> None:
    write(
        "odd", "word " * 40, status="draft", at="2027-07-01 09:00", zone="Europe/Vienna", problem="too dull"
    )
    current_vault().path("Company_Handbook.md").unlink()
    [row] = json.loads(CliRunner().invoke(app, ["posts", "list", "--json"]).stdout)
    assert (row["time"], row["platforms"], row["problem"]) == (
        "2027-07-01 09:00 Europe/Vienna",
        "X",
        "too dull",
    )
    assert row["text"].endswith("word…")


async def test_an_address_at_which_the_post_does_not_stand_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    true, false = "https://x.com/ours/status/1", "https://x.com/elsewhere/status/1"

    async def read(_task: str) -> AsyncIterator[Proof]:
        yield Proof(what="x.publish", holds=True, facts={"url": true})

    monkeypatch.setattr(post_proof, "prove_task", read)
    write("garden", status="published", task="order-1", published=[true, f"X: {false}"])
    *_, last = [proof async for proof in post_proof.prove_note("garden")]
    assert (last.holds, last.said) == (False, f"its post does not stand at {false}")


@pytest.mark.parametrize("word", ["draft", "cancelled"])
async def test_a_scheduled_post_whose_note_is_taken_back_by_hand_does_not_go_out(word: str) -> None:
    write("garden", at=TOMORROW)
    await place_ready(NOW)
    (task,) = tasks()
    assert front("garden")["status"] == "asked"
    note = current_vault().read(Folder.POSTS, "garden")
    current_vault().save(Folder.POSTS, "garden", note.with_front(status=word))
    assert look_for_posts(NOW) is LookResult.WORK
    await follow_posts(NOW)
    assert (front("garden")["status"], front("garden").get("problem")) == (word, None)
    assert tasks() == []
    assert current_vault().read(Folder.DONE, task).front["status"] == "cancelled"
    (log,) = [
        record
        for record in search_audit_log(current_vault().root, Query())
        if record["action"] == "post.cancelled"
    ]
    assert (log["resource"], log["details"]["was"]) == (task, "scheduled")
    assert look_for_posts(NOW) is LookResult.NOTHING


async def test_a_note_that_is_a_draft_from_the_beginning_ends_nothing() -> None:
    write("garden", at=TOMORROW)
    await place_ready(NOW)
    copied = current_vault().read(Folder.POSTS, "garden").with_front(status="draft")
    current_vault().save(Folder.POSTS, "copy", copied)
    await follow_posts(NOW)
    assert front("garden")["status"] == "scheduled"
    assert len(tasks()) == 1


def red(size: int = 300) -> bytes:
    """A picture."""
    made = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(made, "PNG")
    return made.getvalue()


async def published(task: str) -> None:
    """Do what was approved."""
    order = find_order(task)
    assert order is not None
    for step in order_plan(task, order).steps:
        await perform(Request(task, step, doubts=[]), Handbook(), lambda: NOW)


async def test_a_picture_at_a_web_address_is_what_it_showed_when_it_was_asked_about(
    web: str, sandbox: SandboxClient
) -> None:
    Web.pages["/rose.png"] = (200, {}, red())
    write("rose", media=[f"{web}/rose.png"], alt_texts=["A rose"])
    [task] = (await place_ready(NOW)).tasks
    noted = front("rose")
    assert noted["media_from"] == [f"{web}/rose.png"]
    assert [current_vault().path(file).read_bytes() for file in noted["media"]] == [red()]
    await decided(task, text="Our rose.")
    Web.pages["/rose.png"] = (200, {}, red(200))
    await published(task)
    sizes = [entry["body"]["total_bytes"] for entry in sandbox.journal(path="/2/media/upload/initialize")]
    assert sizes == [len(red())]
    assert [path for _, path in Web.asked] == ["/rose.png"]


async def test_a_fetched_picture_that_is_swapped_after_its_approval_is_refused(
    web: str, sandbox: SandboxClient
) -> None:
    Web.pages["/rose.png"] = (200, {}, red())
    write("rose", media=[f"{web}/rose.png"])
    [task] = (await place_ready(NOW)).tasks
    await decided(task, text="Our rose.")
    current_vault().path(front("rose")["media"][0]).write_bytes(red(200))
    with pytest.raises(RejectedError, match="approved"):
        await published(task)
    assert not X.public(sandbox)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/page", "page cannot be published: its content is no picture, video or PDF; use a JPEG"),
        ("/absent", "/absent is not fetched: it answers HTTP 404; give the file instead"),
        ("/inside", "is not fetched: it is an address of a private network; give the file instead"),
        ("/busy", "/busy does not hand out what it has (HTTP 503); try again later"),
    ],
)
async def test_an_address_without_a_picture_is_said_with_everything_else_that_is_wrong(
    web: str, path: str, said: str
) -> None:
    Web.pages["/page"] = (200, {}, b"<html>")
    write("rose", media=[f"{web}{path}"], hastags=["garden"])
    assert (await place_ready(NOW)).tasks == []
    noted = front("rose")
    assert (noted["status"], noted["media"]) == ("draft", [f"{web}{path}"])
    assert said in noted["problem"]
    assert "hastags: is not known; write hashtags" in noted["problem"]
    assert tasks() == []


@pytest.mark.parametrize("file", ["film.mp4", "rose.png", "/rose.png"])
async def test_a_post_whose_files_the_disk_has_no_room_for_stays_ready_and_is_asked_about_once_it_has(
    web: str, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    Web.pages["/rose.png"] = (200, {}, red())
    beside("film.mp4", lambda path: path.write_bytes(film_bytes() + box(b"uuid", b"SECRET place".ljust(40))))
    beside("rose.png", lambda path: path.write_bytes(red()))
    write("rose", media=[f"{web}{file}" if file.startswith("/") else file])
    written = files.write_synced

    def full(path: Path, data: bytes) -> None:
        if path.parent.name == Folder.ATTACHMENTS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(files, "write_synced", full)
        placed = await place_ready(NOW)
    assert (placed.tasks, front("rose")["status"], tasks()) == ([], "ready", [])
    assert (
        "free some space (fte doctor shows how much is left), then it is tried again"
        in front("rose")["problem"]
    )
    assert list(current_vault().path(Folder.ATTACHMENTS).iterdir()) == []
    assert len((await place_ready(NOW)).tasks) == 1
    assert (front("rose")["status"], front("rose").get("problem")) == ("asked", None)


def test_the_command_takes_a_web_address_and_leaves_it_to_the_employee() -> None:
    words = [
        "posts",
        "draft",
        "rose",
        "--on",
        "x",
        "--text",
        "A rose",
        "--media",
        "https://ours.example/rose.png",
    ]
    assert CliRunner().invoke(app, [*words, "--ready"]).exit_code == 0
    assert front("rose")["media"] == ["https://ours.example/rose.png"]


async def test_a_draft_with_an_address_is_not_fetched_and_is_not_said_to_lack_a_picture(web: str) -> None:
    write("rose", media=[f"{web}/rose.png"], platforms="instagram", status="redy")
    await place_ready(NOW)
    assert front("rose")["problem"] == "the status 'redy' is not known; write ready"
    assert Web.asked == []
