"""An answer that is a comment: as a person approved it, in its place, once, whatever is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks.social import credentials
from blocks.social.credentials import PlatformCredentials
from blocks.social.errors import PlatformUnavailableError, PostMissingError, PublicationUnknownError
from domain.errors import DigitalFteError
from domain.planning.plan import Step
from domain.social.dialect import PostRefusedError
from domain.social.post import Platform, Publication
from tasks.actions.effects import ApprovalNeededError
from tasks.actions.performers import preview_step
from tasks.social.publish import PublishedReceipt, publish
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient
from tests.tasks.actions.test_social import approved, done, ordered, picture
from tests.tasks.planning.test_comments import PLACES, Place

LOST = ["drop_after_effect", "truncate", "status_after_effect", "wrong_json"]


@pytest.fixture(params=PLACES, ids=lambda place: place.name)
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.param
    return found


@pytest.fixture(autouse=True)
def access(sandbox: SandboxClient, place: Place, monkeypatch: pytest.MonkeyPatch) -> PlatformCredentials:
    init_vault(current_vault().root)
    block = place.world.access(sandbox)

    async def saved(_platform: Platform) -> PlatformCredentials:
        return block

    monkeypatch.setattr(credentials, "saved_access", saved)
    return block


def made(sandbox: SandboxClient, place: Place) -> list[dict[str, Any]]:
    """The comments that came from us and are there."""
    return sandbox.journal(method="POST", path=place.answers, effect=True)


def said(entry: dict[str, Any]) -> str:
    body = entry["body"]
    return str(body["message"]["text"]) if isinstance(body, dict) else str(body)


async def tried(
    access: PlatformCredentials, what: Publication, *, minutes: float = 0, key: str = "effect-1"
) -> PublishedReceipt | DigitalFteError:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    async with access.client() as client:
        try:
            return await publish(client, what, key=key, now=lambda: moment)
        except DigitalFteError as error:
            return error


async def test_an_answer_waits_for_a_person_and_stands_where_it_belongs_once(
    sandbox: SandboxClient, place: Place
) -> None:
    comment = place.comment(sandbox, "When do you open?", place.post(sandbox))
    inputs = await ordered(place.world, text="On Saturday (from nine).", reply_to=comment)
    with pytest.raises(ApprovalNeededError):
        await done(place.world, inputs)
    assert made(sandbox, place) == []
    approved(place.world, inputs)
    evidence = await done(place.world, inputs)
    assert (await done(place.world, inputs)).receipt == evidence.receipt
    assert len(made(sandbox, place)) == 1
    assert evidence.read_back["posts"][0]["text"] == "On Saturday (from nine)."
    page = sandbox.http.get(evidence.read_back["url"])
    assert "On Saturday (from nine)." in page.text
    assert place.world.public(sandbox) == ["Our garden is open."], "an answer is no post"


async def test_an_answer_within_a_thread_goes_under_its_first_comment(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials
) -> None:
    first = place.comment(sandbox, "Nice.", place.post(sandbox))
    second = place.comment(sandbox, "Is it?", first)
    answered = second if place.name == "linkedin" else first  # what the mention's note says
    found = await tried(access, place.world.publication("It is.", reply_to=answered))
    assert isinstance(found, PublishedReceipt)
    async with access.client() as client:
        assert (await client.read(found.posts[0])).answers == first


@pytest.mark.parametrize("kind", LOST)
async def test_an_answer_whose_receipt_was_lost_is_found_among_the_comments(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials, kind: str
) -> None:
    comment = place.comment(sandbox, "When?", place.post(sandbox))
    what = place.world.publication("On Saturday.", reply_to=comment)
    for number in range(120):
        place.comment(sandbox, f"Comment {number}", comment)
    sandbox.fault(kind, method="POST", path=place.answers)
    assert isinstance(await tried(access, what), PublicationUnknownError)
    assert isinstance(await tried(access, what), PublishedReceipt)
    assert len(made(sandbox, place)) == 1


async def test_an_answer_that_never_arrived_is_repeated_once_the_comments_have_settled(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials
) -> None:
    what = place.world.publication("Yes.", reply_to=place.comment(sandbox, "Open?", place.post(sandbox)))
    sandbox.fault("refuse_before", method="POST", path=place.answers)
    assert isinstance(await tried(access, what), PublicationUnknownError)
    sandbox.fault("status", method="GET", path=place.answers, status=500)
    assert isinstance(await tried(access, what, minutes=2), PlatformUnavailableError)
    assert made(sandbox, place) == []
    assert isinstance(await tried(access, what, minutes=2), PublishedReceipt)
    assert len(made(sandbox, place)) == 1


async def test_who_decides_reads_the_words_that_are_answered(sandbox: SandboxClient, place: Place) -> None:
    comment = place.comment(sandbox, "Open on Saturday?", place.post(sandbox))
    inputs = await ordered(place.world, text="From nine.", reply_to=comment)
    step = Step(id="order", action=place.world.action, inputs=inputs)
    assert await preview_step(step) == {f"answers on {place.world.platform.title}": "Open on Saturday?"}


async def test_the_same_words_to_two_people_are_two_answers(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials
) -> None:
    post = place.post(sandbox)
    thread = place.comment(sandbox, "Lovely.", post)
    what = place.world.publication("Thank you!", reply_to=thread)
    first = await tried(access, what, key="effect-1")
    sandbox.fault("refuse_before", method="POST", path=place.answers)
    assert isinstance(await tried(access, what, key="effect-2"), PublicationUnknownError)
    second = await tried(access, what, minutes=2, key="effect-2")
    assert isinstance(first, PublishedReceipt)
    assert isinstance(second, PublishedReceipt)
    assert first.posts != second.posts
    assert [said(entry) for entry in made(sandbox, place)] == [said(made(sandbox, place)[0])] * 2


async def test_an_answer_to_what_is_gone_is_refused_and_leaves_no_doubt(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials
) -> None:
    comment = place.comment(sandbox, "When?", place.post(sandbox))
    async with access.client() as client:
        await client.delete(comment)
    what = place.world.publication("On Saturday.", reply_to=comment)
    assert isinstance(await tried(access, what), PostMissingError)
    assert made(sandbox, place) == []


async def test_an_answer_is_taken_back_once(
    sandbox: SandboxClient, place: Place, access: PlatformCredentials
) -> None:
    comment = place.comment(sandbox, "When?", place.post(sandbox))
    found = await tried(access, place.world.publication("On Saturday.", reply_to=comment))
    assert isinstance(found, PublishedReceipt)
    async with access.client() as client:
        address = (await client.read(found.posts[0])).url
        await client.delete(found.posts[0])
        await client.delete(found.posts[0])
    assert "On Saturday." not in sandbox.http.get(address).text


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reply_to": "2126548700175007745"}, "nothing that can be answered there"),
        ({"text": "x" * 8001}, "more than the"),
        ({"documents": 1}, "leave the files out"),
    ],
)
async def test_what_cannot_be_an_answer_is_said_before_anybody_is_asked(
    sandbox: SandboxClient,
    place: Place,
    changes: dict[str, Any],
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comment = place.comment(sandbox, "When?", place.post(sandbox))
    if "documents" in changes:
        changes = {"documents": [picture()]}
    place.world.with_host(sandbox, monkeypatch)
    with pytest.raises(PostRefusedError, match=problem):
        await ordered(place.world, **{"text": "On Saturday.", "reply_to": comment, **changes})
    assert made(sandbox, place) == []
