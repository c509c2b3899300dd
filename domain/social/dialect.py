"""How each platform takes a post: its part of it, and everything that it would refuse, each with what to change."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from domain.errors import RejectedError
from domain.social.post import Media, Platform, Publication, SocialPost
from domain.social.rules import FILMS, RULES, PictureRules, PlatformRules
from domain.social.x_text import LONGEST_THREAD, has_link, thread_of, weighted_length

MENTION = re.compile(r"(?<![\w@/])@\w[\w.]*")
HASHTAG = re.compile(r"(?<![\w#&])#\w*[^\W\d_]\w*")
KEPT_UNDER = re.compile(r"\A[0-9a-f]{16}(-\d+)?-(?=.)")
FAR_AHEAD_DAYS = 29


class PostRefusedError(RejectedError):
    """No platform would take it as it is; nothing was asked and nothing published."""

    def __init__(self, violations: list[str]) -> None:
        self.violations = violations
        super().__init__("; ".join(violations))


def publication_of(post: SocialPost, platform: Platform, account: str, account_name: str) -> Publication:
    """A platform's part of the post, as it goes over the wire; it may still break that platform's rules."""
    parts = _parts(post, platform)
    return Publication(
        platform=platform,
        account=account,
        account_name=account_name,
        parts=parts,
        media=post.media,
        link=post.link if _has_preview(post, platform) else None,
        reply_to=post.reply_to,
        publish_at=post.at.instant if post.at else None,
        zone=post.at.zone if post.at else None,
        cost=cost_of(parts, platform),
    )


def violations(publication: Publication, now: datetime) -> list[str]:
    """Everything that the platform would refuse, each with what to change; empty: it may be asked for."""
    name, rules = publication.platform.title, RULES[publication.platform]
    found = [
        *_answer_problems(publication, rules),
        *_text_problems(publication, rules),
        *_media_problems(publication, rules),
        *_converted_problems(publication, rules),
        *_time_problems(publication, now),
    ]
    return [f"{name}: {problem}" for problem in found]


def file_problems(platform: Platform, media: Iterable[Media], reply_to: str | None = None) -> list[str]:
    """What the platform would refuse of the files as their author has them, before they are converted for it."""
    files = Publication(platform=platform, account="-", parts=("",), media=tuple(media), reply_to=reply_to)
    return [f"{platform.title}: {problem}" for problem in _media_problems(files, RULES[platform])]


def word_problems(publication: Publication) -> list[str]:
    """What the platform would refuse of a text, before its files are known."""
    found = _text_problems(publication, RULES[publication.platform])
    return [f"{publication.platform.title}: {problem}" for problem in found if publication.text]


def warnings(publication: Publication, now: datetime) -> list[str]:
    """What a person should know before deciding, though the platform takes it."""
    found = []
    if publication.platform is Platform.INSTAGRAM and re.search(r"https?://", publication.text):
        found.append("Instagram shows a link in a caption as plain text that cannot be tapped")
    if missing := [one.document for one in publication.media if one.is_image and not one.alt_text]:
        found.append(
            f"{len(missing)} of {len(publication.media)} pictures have no text for readers who cannot see them"
        )
    premium = RULES[publication.platform].lasts_with_premium
    if premium and any(one.seconds and one.seconds > premium for one in publication.media):
        title = publication.platform.title
        found.append(
            f"{title} takes videos of more than {premium} s from accounts alone that pay for {title} Premium"
        )
    if publication.publish_at and (publication.publish_at - now).days > FAR_AHEAD_DAYS:
        found.append(f"it is more than {FAR_AHEAD_DAYS} days ahead")
    return found


def handed_over(publication: Publication) -> tuple[datetime, datetime] | None:
    """From when until when the platform is given a post that it publishes at its time; None: we publish it then."""
    keeps, at = RULES[publication.platform].keeps, publication.publish_at
    if keeps is None or at is None or publication.reply_to or any(one.is_video for one in publication.media):
        return None
    least, most = keeps
    return at - most, at - least


def _parts(post: SocialPost, platform: Platform) -> tuple[str, ...]:
    tags = " ".join(f"#{tag}" for tag in post.hashtags if f"#{tag}".casefold() not in post.text.casefold())
    link = "" if _has_preview(post, platform) else post.link or ""
    tail = [line for line in (link if link not in post.text else "", tags) if line]
    if platform is Platform.X and post.parts:
        *first, last = post.parts
        return (*first, "\n".join([last, *tail]))
    text = "\n\n".join(filter(None, [post.text or "\n\n".join(post.parts), *tail]))
    return divided(text, platform)


def divided(text: str, platform: Platform) -> tuple[str, ...]:
    """The text as posts of this platform: a thread where one post is too short for it and threads are known."""
    return thread_of(text) if platform is Platform.X else (text,)


def _has_preview(post: SocialPost, platform: Platform) -> bool:
    return platform is Platform.FACEBOOK and not post.media and not post.reply_to


def cost_of(parts: tuple[str, ...], platform: Platform) -> Decimal:
    """US dollars that the platform charges for these posts."""
    rules = RULES[platform]
    if not rules.cost_text:
        return Decimal(0)
    return sum((rules.cost_link if has_link(part) else rules.cost_text for part in parts), Decimal(0))


def _answer_problems(publication: Publication, rules: PlatformRules) -> Iterator[str]:
    if publication.reply_to is None:
        return
    if not re.fullmatch(rules.answered, publication.reply_to):
        yield f"{publication.reply_to} is nothing that can be answered there; take reply_to from the mention's note"
    elif rules.answer and publication.media:
        yield "an answer there is a comment, of text alone; leave the files out"


def _text_problems(publication: Publication, rules: PlatformRules) -> Iterator[str]:
    is_x = publication.platform is Platform.X
    most = rules.answer if publication.reply_to and rules.answer else rules.text
    for number, part in enumerate(publication.parts, start=1):
        where = f"part {number} of the thread" if len(publication.parts) > 1 else "the text"
        length = weighted_length(part) if is_x else len(part)
        if length > most:
            over = length - most
            yield f"{where} has {length:,} characters, {over:,} more than the {most:,} allowed; shorten it"
        if not part and not publication.media:
            yield f"{where} is empty; write something"
    if len(publication.parts) > LONGEST_THREAD:
        yield f"it would be a thread of {len(publication.parts)} posts, more than {LONGEST_THREAD}; shorten it"
    if rules.hashtags is not None and (count := len(HASHTAG.findall(publication.text))) > rules.hashtags:
        yield f"it has {count} hashtags, {count - rules.hashtags} more than allowed; leave some out"
    if rules.mentions is not None and (count := len(MENTION.findall(publication.text))) > rules.mentions:
        yield f"it mentions {count} accounts, {count - rules.mentions} more than allowed; leave some out"


def _media_problems(publication: Publication, rules: PlatformRules) -> Iterator[str]:
    media = publication.media
    images = [one for one in media if one.is_image]
    if not media and rules.needs_media and not publication.reply_to:
        yield "it takes no post without a picture or video; add one"
    if len(images) > rules.pictures.most:
        yield f"it takes {rules.pictures.most} pictures, not {len(images)}; leave some out"
    if len(media) > 1 and len(images) != len(media):
        yield "a video, animation or document stands alone in a post; leave the other files out"
    for one in media:
        yield from _file_problems(one, rules)


def _converted_problems(publication: Publication, rules: PlatformRules) -> Iterator[str]:
    """What our side sees to beforehand, and could not."""
    media = publication.media
    if rules.needs_urls and media and len(publication.media_urls) != len(media):
        yield "it fetches media from a public address, and no media host is connected; run: fte connect media"
    for one in media:
        if one.is_image and is_shaped(one, rules.pictures):
            yield from _encoding_problems(one, own_name(one.document), rules.pictures)


def own_name(document: str) -> str:
    """The file's name as its owner gave it, without the digest under which it is kept."""
    return KEPT_UNDER.sub("", document.rpartition("/")[2])


def is_shaped(one: Media, rules: PictureRules) -> bool:
    """Whether a picture is neither too wide nor too high for its other side."""
    return (
        not (rules.ratios and one.height)
        or rules.ratios[0] <= Fraction(one.width, one.height) <= rules.ratios[1]
    )


def _file_problems(one: Media, rules: PlatformRules) -> Iterator[str]:
    name = own_name(one.document)
    if one.is_image:
        yield from _picture_problems(one, name, rules.pictures)
        return
    kind, most = (
        ("videos", rules.video)
        if one.is_video
        else ("animations", rules.animations)
        if one.is_animated
        else ("PDF documents", rules.documents if one.kind == "application/pdf" else 0)
    )
    if not most:
        yield f"it takes no {kind}, and {name} is one; leave it out"
    elif one.is_video and one.kind not in FILMS:
        yield f"{name} is {one.kind}; save it as MP4"
    elif one.size_bytes > most:
        yield f"{name} has {one.size_bytes / 1e6:.1f} MB, more than {most / 1e6:.0f} MB; make it smaller"
    elif one.seconds is not None and rules.lasts and not rules.lasts[0] <= one.seconds <= rules.lasts[1]:
        least, longest = rules.lasts
        yield f"{name} lasts {one.seconds:g} s; it takes videos of {least:g} to {longest:,} s: cut it, or use another"


def _encoding_problems(one: Media, name: str, rules: PictureRules) -> Iterator[str]:
    if one.kind not in rules.kinds:
        yield f"{name} is {one.kind}, not {' or '.join(rules.kinds)}; save it as one of these"
    if one.size_bytes > rules.size_bytes:
        yield f"{name} has {one.size_bytes / 1e6:.1f} MB, more than {rules.size_bytes / 1e6:.0f} MB; make it smaller"
    if rules.most_pixels and one.width * one.height > rules.most_pixels:
        yield f"{name} has {one.width} x {one.height} pixels, too many; make it smaller"


def _picture_problems(one: Media, name: str, rules: PictureRules) -> Iterator[str]:
    if rules.ratios and not is_shaped(one, rules):
        narrow, wide = map(float, rules.ratios)
        yield (
            f"{name} is {one.width} x {one.height} pixels; its width has to be between {narrow:.2f} and {wide:.2f} "
            "of its height: crop it"
        )
    if len(one.alt_text) > rules.alt_text:
        length = len(one.alt_text)
        yield f"the alternative text of {name} has {length:,} characters, more than {rules.alt_text:,}; shorten it"


def _time_problems(publication: Publication, now: datetime) -> Iterator[str]:
    if publication.publish_at is not None and publication.publish_at <= now:
        yield f"its time, {publication.when}, has passed; choose a later one, or none"
