"""The actions in public: one for each platform, and all alike."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from blocks.social.errors import (
    NotTakenBackError,
    PostMissingError,
    PostUnreadableError,
    UnprovenError,
)
from blocks.social.platform import Opened, PlatformClient
from domain.errors import DigitalFteError, RejectedError
from domain.planning.catalogue import ALL_PLATFORMS
from domain.planning.order import STEP
from domain.planning.plan import Step, effect_key
from domain.reliability.rate_limits import DueLaterError
from domain.social.dialect import PostRefusedError, publication_of, violations, warnings
from domain.social.planned import too_close
from domain.social.post import Platform, Publication
from domain.social.published import Published, reads_alike
from domain.social.rules import PUBLISHED_ON, RULES
from domain.social.said import PostOrder, SocialInputs, SocialOrder
from tasks.actions.performer import AnyPerformer, Performer, Receipt, by_name, kept, no_client, plain
from tasks.clock import present
from tasks.social.access import platform_access, see_clock
from tasks.social.hosting import clear_media, offer_media, public_addresses
from tasks.social.media import fitted, media_content, media_of
from tasks.social.post_notes import post_lines
from tasks.social.publish import PublishedReceipt, is_settling, is_untouched, publish

PUNCTUAL = timedelta(minutes=10)
"""A platform that keeps a post for its time publishes it within some minutes; one that has not by then will not."""
LOOKED_AT_EVERY = timedelta(seconds=30)


class KeptThereError(DueLaterError):
    """A platform has the post, and publishes it by itself."""

    def __init__(self, publication: Publication, now: datetime) -> None:
        due, title = publication.publish_at or now, publication.platform.title
        if now < due:
            super().__init__(f"{title} has the post and publishes it at its time, {publication.when}", due)
        else:
            super().__init__(
                f"{title} has the post and has not published it yet, though its time has come; it is looked at again",
                now + LOOKED_AT_EVERY,
            )


class OtherAccountError(RejectedError):
    """The approved account is not the connected one."""

    def __init__(self, publication: Publication, name: str) -> None:
        meant, where = publication.account_name or publication.account, publication.platform.title
        super().__init__(
            f"the post was made for {meant}, and {where} is connected to {name} now; nothing was published: make it "
            "again, or connect the other account"
        )


class PostFacts(BaseModel):
    """What readers see of a publication.

    Attributes:
        unread: Why the platform does not let us read it back; then its answer alone names the post.
    """

    posts: list[Published]
    url: str
    unread: str = ""


def _connected(platform: Platform) -> Callable[[], Awaitable[Opened]]:
    async def connect() -> Opened:
        return (await platform_access(platform)).client()

    return connect


class DecidedPlatforms(BaseModel):
    """What a person said yes to; each platform's own step publishes its part."""

    platforms: list[Platform]


async def _decided(_client: None, post: SocialInputs, _key: str) -> DecidedPlatforms:
    return DecidedPlatforms(platforms=[one.platform for one in post.publications])


async def _complete_all(_client: None, order: SocialOrder) -> SocialInputs:
    """Each platform's part; all that any of them would refuse is said at once.

    Raises:
        PostRefusedError: one of them would not take it.
    """
    made, refused = [], []
    for platform in order.platforms:
        words = order.model_dump(exclude={"platforms"})
        try:
            made.append(await _complete(None, PostOrder(platform=platform, **words)))
        except PostRefusedError as error:
            refused += error.violations
    if refused:
        raise PostRefusedError(refused)
    return SocialInputs(publications=tuple(made))


async def _complete(_client: object, order: PostOrder) -> Publication:
    """What goes over the wire, from what was said; everything that the platform would refuse is said now.

    Raises:
        PostRefusedError: the platform would not take it.
    """
    access = await platform_access(order.platform)
    alts = [*order.alt_texts, *[""] * len(order.documents)]
    media = [
        fitted(media_of(name, alt), order.platform) for name, alt in zip(order.documents, alts, strict=False)
    ]
    post = order.post_with(tuple(media))
    publication = publication_of(post, order.platform, access.account_id, access.account_name)
    publication = publication.model_copy(update={"media_urls": await public_addresses(publication)})
    if refused := violations(publication, present()):
        raise PostRefusedError(refused)
    await offer_media(publication)
    return publication


async def _check_all(_client: None, post: SocialInputs, key: str) -> dict[str, Any]:
    """What is unusual about any of the parts."""
    whole = Step(id=STEP, action=ALL_PLATFORMS, inputs=plain(post))
    return {"oddities": _oddities(whole, post.publications, key)}


async def _check(client: PlatformClient, publication: Publication, key: str) -> dict[str, Any]:
    """The account is the connected one, the files are the approved ones, its time has come; and what is unusual."""
    if client.account_id != publication.account:
        raise OtherAccountError(publication, (await platform_access(publication.platform)).account_name)
    for media in publication.media:
        media_content(media)
    if publication.publish_at and publication.publish_at <= present() and is_untouched(key):
        await see_clock(publication.platform)
    alone = Step(id=STEP, action=f"{publication.platform.value}.publish", inputs=plain(publication))
    return {"oddities": _oddities(alone, (publication,), key)}


def _oddities(step: Step, publications: tuple[Publication, ...], key: str) -> list[str]:
    """What a person should know before deciding; the note of the post itself is no other one."""
    now = present()
    others = [
        line for line in post_lines() if effect_key(line.task, step.id, step.action, step.inputs) != key
    ]
    found = [said for one in publications for said in (*warnings(one, now), *too_close(one, others, now))]
    return list(dict.fromkeys(found))


async def _publish(client: PlatformClient, publication: Publication, key: str) -> PublishedReceipt:
    receipt = await publish(client, publication, key=key, now=present)
    await clear_media(publication)
    return receipt


async def _answered(client: PlatformClient, publication: Publication) -> dict[str, str]:
    """The words that are answered, for the person who decides."""
    if publication.reply_to is None:
        return {}
    said = await client.read(publication.reply_to)
    return {f"answers on {publication.platform.title}": said.text}


async def _answered_by_all(_client: None, post: SocialInputs) -> dict[str, str]:
    words: dict[str, str] = {}
    for one in post.publications:
        words |= await _publisher(one.platform).preview(one)
    return words


async def _read(client: PlatformClient, receipt: Receipt, publication: Publication) -> PostFacts:
    """What readers see.

    Raises:
        KeptThereError: the platform has it, and will show it at its time.
        UnprovenError: it was published, and cannot be looked at now.
    """
    posts = []
    for post_id in receipt["posts"]:
        try:
            posts.append(await client.read(post_id))
        except PostMissingError as error:
            if is_settling(post_id, present()):
                raise UnprovenError(client.platform, post_id, str(error)) from error
        except PostUnreadableError as error:
            return PostFacts(posts=[], url=error.url, unread=str(error))
        except RejectedError as error:
            raise UnprovenError(client.platform, post_id, str(error)) from error
    facts = PostFacts(posts=posts, url=posts[0].url if posts else "")
    due, now = publication.publish_at, present()
    if _is_kept(facts) and due and now < due + PUNCTUAL and not _differences(publication, facts):
        raise KeptThereError(publication, now)
    return facts


async def _take_back(client: PlatformClient, _key: str, receipt: Receipt) -> bool:
    """Take back what was handed over for its time; False: it is public, or may be, and stays so.

    Raises:
        NotTakenBackError: it is not certain that it will not be published.
    """
    if client.account_id != receipt["account"]:
        raise NotTakenBackError(client.platform, "another account is connected now")
    try:
        goes_out = PublishedReceipt.model_validate(receipt).goes_out
        taken_back = [await _is_taken_back(client, post_id, goes_out) for post_id in receipt["posts"]]
    except DigitalFteError as error:
        raise NotTakenBackError(client.platform, str(error)) from error
    return all(taken_back)


async def _is_taken_back(client: PlatformClient, post_id: str, goes_out: datetime | None) -> bool:
    try:
        post = await client.read(post_id)
    except PostMissingError:
        if is_settling(post_id, present()):
            raise  # it may only not be shown yet
        return goes_out is not None and present() < goes_out  # later it may be public, and not be shown
    if post.public_from is None:
        return False
    await client.delete(post_id)
    return True


def _is_kept(facts: PostFacts) -> bool:
    return any(post.public_from for post in facts.posts)


def _problems(publication: Publication, facts: PostFacts) -> list[str]:
    if facts.unread:
        return []  # the platform's answer named the post, and more it does not let us know
    if _is_kept(facts):
        late = f"{publication.platform.title} has not published the post at its time, {publication.when}"
        return [late, *_differences(publication, facts)]
    return _differences(publication, facts)


def _differences(publication: Publication, facts: PostFacts) -> list[str]:
    if len(facts.posts) != len(publication.parts):
        return [f"{len(facts.posts)} of {len(publication.parts)} posts are there"]
    return [
        f"post {post.id} reads otherwise than approved ({post.url})"
        for post, text in zip(facts.posts, publication.parts, strict=True)
        if not reads_alike(post.text, text)
    ]


def _publisher(platform: Platform) -> AnyPerformer:
    return Performer(
        name=f"{platform.value}.publish",
        connect=_connected(platform),
        check=_check,
        recalls=True,
        complete=_complete,
        do=_publish,
        read=_read,
        problems=_problems,
        tell=_answered,
        untouched=is_untouched,
        undo=_take_back if RULES[platform].keeps else None,
    )


PERFORMERS = by_name(
    Performer(
        name=ALL_PLATFORMS,
        connect=no_client,
        check=_check_all,
        complete=_complete_all,
        do=_decided,
        read=kept(DecidedPlatforms),
        tell=_answered_by_all,
        problems=lambda _post, _decided: [],
    ),
    *map(_publisher, PUBLISHED_ON),
)
