"""LinkedIn's client on the wire."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.social import linkedin
from blocks.social.credentials import LinkedInCredentials, PlatformCredentials
from blocks.social.errors import (
    ContentRefusedError,
    DuplicateRefusedError,
    MediaNotReadyError,
    MediaRefusedError,
    NotAuthorizedError,
    PermissionMissingError,
    PlatformBusyError,
    PlatformUnavailableError,
    PostMissingError,
    PostUnreadableError,
    PublicationUnknownError,
    VersionEndedError,
)
from blocks.social.linkedin_account import Speaker
from domain.social.measured import Metric
from domain.social.post import Media
from domain.social.published import Piece
from tests.sandbox_fixture import SandboxClient
from tests.social_worlds import LINKEDIN

PERSON = "urn:li:person:demo-1"
RESERVED = r"All of \ | { } @ [ ] ( ) < > # * _ ~ and #two_words, c#1 & more: a@b.example"


@pytest.fixture
def page(sandbox: SandboxClient) -> PlatformCredentials:
    return LINKEDIN.access(sandbox)


def person(sandbox: SandboxClient, scope: str = "openid profile w_member_social") -> PlatformCredentials:
    access = LINKEDIN.access(sandbox, scope)
    return access.model_copy(update={"account_id": PERSON, "speaker": Speaker.PERSON})


def media(name: str = "boat.jpg", kind: str = "image/jpeg", alt_text: str = "") -> Media:
    facts = {"document": f"Attachments/{name}", "sha256": "0" * 64, "size_bytes": 9}
    return Media.model_validate(facts | {"kind": kind, "alt_text": alt_text})


async def published(access: PlatformCredentials, text: str, *files: Media) -> str:
    """A post with these files; its URN."""
    async with access.client() as client:
        ids = [await client.upload(one, b"bytes", None) for one in files]
        return await client.publish(Piece(text=text, media=files, media_ids=tuple(ids)))


async def test_a_post_is_read_back_as_it_was_written_though_its_characters_are_reserved(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    made = await published(page, RESERVED)
    async with page.client() as client:
        read = await client.read(made)
        recent = [post.id async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))]
        later = [post.id async for post in client.recent(datetime.now(UTC) + timedelta(hours=1))]
    assert read.text == RESERVED
    assert read.url == f"{sandbox.url}/feed/update/{made}/"
    assert (recent, later) == ([made], [])
    assert Piece(text=RESERVED).is_shown_by(read)
    (sent,) = sandbox.journal(method="POST", path="^/rest/posts$")
    assert "{hashtag|\\#|two\\_words}" in sent["body"]["commentary"]


async def test_a_page_that_is_mentioned_stays_mentioned(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    text = "Thanks to @[Alder_Street Books](urn:li:organization:1900002) for the window."
    made = await published(page, text)
    async with page.client() as client:
        assert (await client.read(made)).text == text
    (sent,) = sandbox.journal(method="POST", path="^/rest/posts$")
    assert "@[Alder\\_Street Books](urn:li:organization:1900002)" in sent["body"]["commentary"]


async def test_the_stand_in_cuts_what_is_not_escaped_as_linkedin_does(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    sandbox.http.post("/_sandbox/linkedin/posts", json={"text": "Come (all) of you"})
    async with page.client() as client:
        (post,) = [post async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))]
    assert post.text == "Come "


async def test_the_timeline_is_read_to_its_end(sandbox: SandboxClient, page: PlatformCredentials) -> None:
    for number in range(120):
        sandbox.http.post("/_sandbox/linkedin/posts", json={"text": f"post {number}"})
    async with page.client() as client:
        posts = [post.text async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))]
    assert posts == [f"post {number}" for number in reversed(range(120))]
    assert len(sandbox.journal(method="GET", path="^/rest/posts$")) == 2


@pytest.mark.parametrize(
    ("files", "content"),
    [
        ([media(alt_text="A boat")], {"media": {"id": "image", "altText": "A boat"}}),
        (
            [media(alt_text="A boat"), media("sea.jpg")],
            {"multiImage": {"images": [{"id": "image", "altText": "A boat"}, {"id": "image"}]}},
        ),
        (
            [media("prices.pdf", "application/pdf")],
            {"media": {"id": "document", "title": "prices.pdf"}},
        ),
    ],
    ids=["picture", "pictures", "document"],
)
async def test_files_go_up_are_waited_for_and_described(
    sandbox: SandboxClient, page: PlatformCredentials, files: list[Media], content: dict[str, Any]
) -> None:
    made = await published(page, "Look", *files)
    (post,) = LINKEDIN.posts(sandbox)
    ids = [part for part in json.dumps(post["content"]).split('"') if part.startswith("urn:li:")]
    assert len(set(ids)) == len(files)
    shown = json.dumps(post["content"])
    for urn in ids:
        shown = shown.replace(urn, urn.split(":")[2])
    assert json.loads(shown) == content
    async with page.client() as client:
        assert (await client.read(made)).media_count == len(files)


async def test_a_file_that_cannot_be_prepared_or_takes_too_long_is_not_published(
    sandbox: SandboxClient, page: PlatformCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = {"method": "GET", "path": "^/rest/images/"}
    sandbox.fault("wrong_json", content='{"status": "PROCESSING_FAILED"}', **looks)
    with pytest.raises(MediaRefusedError, match="could not be prepared"):
        await published(page, "Look", media())
    monkeypatch.setattr("blocks.social.preparing.PROCESSING_SECONDS", 0)
    sandbox.fault("wrong_json", content='{"status": "PROCESSING"}', **looks)
    with pytest.raises(MediaNotReadyError):
        await published(page, "Look", media())
    assert LINKEDIN.posts(sandbox) == []


async def test_what_linkedin_refuses_says_what_to_do(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    made = await published(page, "Once")
    with pytest.raises(DuplicateRefusedError, match=f"{made}.*change the text"):
        await published(page, "Once")
    with pytest.raises(ContentRefusedError, match="longer than 3000"):
        await published(page, "y" * 10_000)
    async with page.client() as client:
        with pytest.raises(MediaRefusedError):
            await client.upload(media(), b"", None)
        await client.delete(made)
        await client.delete(made)
        with pytest.raises(PostMissingError):
            await client.read(made)
    assert LINKEDIN.posts(sandbox) == []


async def test_a_version_that_has_ended_says_what_to_do(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    old = page.model_copy(update={"api_version": "202507"})
    with pytest.raises(VersionEndedError, match=r"version 202507 .*update Digital FTE.*fte connect linkedin"):
        await published(old, "Hello")
    assert LINKEDIN.posts(sandbox) == []


@pytest.mark.parametrize("version", ["202606", "202613", "2026-08", "latest"])
def test_only_versions_that_are_known_to_work_are_taken(version: str) -> None:
    with pytest.raises(ValidationError, match="no version from 202607 on"):
        LinkedInCredentials.unconnected("id", "secret", api_version=version)


async def test_an_ended_token_a_missing_permission_and_a_used_up_limit_are_told_apart(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    with pytest.raises(PermissionMissingError, match="tick every box: fte connect linkedin"):
        await published(LINKEDIN.access(sandbox, "openid"), "Hello")
    sandbox.fault("status", method="POST", path=LINKEDIN.path, status=429, times=1)
    with pytest.raises(PlatformBusyError):
        await published(page, "Hello")
    sandbox.http.post("/_sandbox/linkedin/expire_tokens")
    with pytest.raises(NotAuthorizedError, match="connect it again: fte connect linkedin"):
        await published(page, "Hello")
    assert LINKEDIN.posts(sandbox) == []


@pytest.mark.parametrize("kind", ["drop_after_effect", "wrong_json", "status_after_effect", "truncate"])
async def test_an_answer_that_is_lost_leaves_the_outcome_unknown_unless_its_header_came(
    sandbox: SandboxClient, page: PlatformCredentials, kind: str
) -> None:
    sandbox.fault(kind, method="POST", path=LINKEDIN.path, times=1)
    if kind == "truncate":  # the answer has no body that could be cut, and its header names the post
        assert await published(page, "Is it out?") == LINKEDIN.posts(sandbox)[0]["id"]
        return
    with pytest.raises(PublicationUnknownError, match="timeline is read"):
        await published(page, "Is it out?")
    assert len(LINKEDIN.posts(sandbox)) == 1


async def _timeline(client: Any) -> None:
    assert [post async for post in client.recent(datetime.now(UTC) - timedelta(hours=1))] == []


async def _upload(client: Any) -> None:
    await client.upload(media(), b"bytes", None)


LOST = ["drop_after_effect", "wrong_json", "status_after_effect"]


@pytest.mark.parametrize(
    ("path", "kind", "act"),
    [
        *(("^/rest/posts$", kind, _timeline) for kind in [*LOST, "truncate"]),
        *(("^/rest/images$", kind, _upload) for kind in [*LOST, "truncate"]),
        *(("^/dms-uploads/", kind, _upload) for kind in LOST),  # an empty answer cannot be cut
    ],
)
async def test_a_lost_answer_before_a_post_is_only_a_failure(
    sandbox: SandboxClient,
    page: PlatformCredentials,
    path: str,
    kind: str,
    act: Callable[[Any], Awaitable[None]],
) -> None:
    sandbox.fault(kind, path=path, times=2)  # a read is sent once more
    async with page.client() as client:
        with pytest.raises(PlatformUnavailableError):
            await act(client)


@pytest.mark.parametrize(
    "act",
    [
        _timeline,
        _upload,
        lambda client: client.accounts(),
        lambda client: client.read("urn:li:share:1"),
    ],
    ids=["timeline", "upload", "accounts", "read"],
)
async def test_an_answer_of_another_shape_is_no_empty_one(
    sandbox: SandboxClient, page: PlatformCredentials, act: Callable[[Any], Awaitable[object]]
) -> None:
    sandbox.http.post("/_sandbox/linkedin/posts", json={"text": "There"})
    sandbox.fault("status", service="linkedin", status=200, content="{}", times=9)
    async with page.client() as client:
        with pytest.raises(PlatformUnavailableError, match="the answer has no"):
            await act(client)


async def test_where_nobody_listens_nothing_was_sent(page: PlatformCredentials) -> None:
    gone = page.model_copy(update={"api_url": "http://127.0.0.1:9"})
    with pytest.raises(PlatformUnavailableError, match="no connection"):
        await published(gone, "Hello")


async def test_a_consent_speaks_for_its_person_or_for_the_pages_they_administer(
    sandbox: SandboxClient, page: PlatformCredentials
) -> None:
    async with page.client() as client:
        (organization,) = await client.accounts()
    assert (organization.id, organization.name) == ("urn:li:organization:1900001", "Northwind Lane Studio")
    async with person(sandbox).client() as client:
        (member,) = await client.accounts()
    assert (member.id, member.name) == (PERSON, "Robin Lane")


async def test_a_persons_post_is_published_and_cannot_be_read(sandbox: SandboxClient) -> None:
    made = await published(person(sandbox), "From me")
    async with person(sandbox).client() as client:
        with pytest.raises(PostUnreadableError) as found:
            await client.read(made)
    assert found.value.url == f"{sandbox.url}/feed/update/{made}/"
    assert LINKEDIN.public(sandbox) == ["From me"]


async def test_own_posts_come_with_what_linkedin_counted(sandbox: SandboxClient) -> None:
    page = LINKEDIN.access(sandbox)
    sandbox.http.post("/_sandbox/linkedin/posts", json={"text": "Nobody has seen this yet"})
    async with page.client() as client:
        year = await client.insights(datetime.now(UTC) - timedelta(days=365), most=3000)
    assert len(year.posts) > 150
    assert {one.kind for one in year.posts} == {"text", "link", "picture", "video"}
    assert (year.posts[0].post.text, year.posts[0].counts) == ("Nobody has seen this yet", {})
    old = year.posts[-1]
    assert set(old.counts) == set(linkedin.COUNTS)
    assert old.counts[Metric.CLICKS] <= old.counts[Metric.IMPRESSIONS]
    assert year.followers is not None
    assert len(year.days) > 350
    reads = sandbox.journal(method="GET", path="/rest/organizationalEntityShareStatistics")
    assert len(reads) == -(-len(year.posts) // linkedin.AT_ONCE)
