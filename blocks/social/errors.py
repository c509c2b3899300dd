"""What can go wrong with any platform, in the five kinds of `domain.errors`."""

from datetime import UTC, datetime
from typing import Protocol

from domain.audit.patterns import REDACTED
from domain.audit.redaction import redacted_text
from domain.errors import RejectedError, TransientError, UnknownOutcomeError
from domain.mail.excerpt import sanitized
from domain.reliability.rate_limits import DueLaterError
from domain.social.post import Media

LONGEST_QUOTED = 300


class NamedService(Protocol):
    """A platform, or another service of its owner, as errors name it."""

    @property
    def title(self) -> str:
        """As it writes itself."""
        ...

    @property
    def access(self) -> str:
        """What its access is called, as in `fte connect NAME`."""
        ...


def quoted(said: object, *secrets: str) -> str:
    """A platform's own words: one line, harmless in a note, without a token that they repeat (Meta's do)."""
    words = " ".join(sanitized(str(said)).split())
    for secret in filter(None, secrets):
        words = words.replace(secret, REDACTED)
    return redacted_text(words)[:LONGEST_QUOTED]


def _connect(platform: NamedService) -> str:
    return f"fte connect {platform.access}"


class PlatformUnavailableError(TransientError):
    """It does not answer, or not wholly; nothing was changed."""

    def __init__(self, platform: NamedService, problem: str) -> None:
        super().__init__(f"{platform.title} is unavailable ({problem}); it will be tried again")


class UploadCutError(PlatformUnavailableError):
    """It has a part of a file, and the rest did not arrive."""

    def __init__(
        self, platform: NamedService, error: PlatformUnavailableError, media: Media, sent: int
    ) -> None:
        TransientError.__init__(
            self,
            f"{platform.title} has {sent:,} of the {media.size_bytes:,} bytes of {media.document}, and the rest did "
            f"not arrive; it goes on from there ({error})",
        )


class PlatformBusyError(TransientError):
    """Its rate limit is used up; nothing was changed.

    Attributes:
        until: When it takes calls again, as it said; None: it did not say.
        retry_after: The same in seconds; nobody asks it before.
    """

    def __init__(self, platform: NamedService, said: str, until: datetime | None = None) -> None:
        self.until = until
        self.retry_after = max((until - datetime.now(UTC)).total_seconds(), 0.0) if until else None
        super().__init__(_busy(platform, said, until))


class AllowanceUsedError(DueLaterError):
    """It takes no more posts of this account until `due`; everything else of it goes on. Nothing was changed."""

    def __init__(self, platform: NamedService, said: str, due: datetime) -> None:
        super().__init__(_busy(platform, said, due), due)


def _busy(platform: NamedService, said: str, until: datetime | None) -> str:
    when = f"at {until:%Y-%m-%d %H:%M:%S} UTC" if until else "later"
    return f"{platform.title} is rate limited ({said}); it will be tried again {when}"


class TemporarilyBlockedError(TransientError):
    """It takes no posts of this account for a while."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} takes nothing from this account for a while ({said}); it will be tried again, "
            "and a look at the account's own page says why"
        )


class MediaNotReadyError(TransientError):
    """It still prepares a picture or video; nothing is published yet."""

    def __init__(self, platform: NamedService, seconds: float) -> None:
        super().__init__(
            f"{platform.title} still prepares the media after {seconds:.0f} s; it goes on from there"
        )


class PublicationUnknownError(UnknownOutcomeError):
    """It was handed over, and the answer is missing: it may be public."""

    def __init__(self, platform: NamedService, call: str, problem: str) -> None:
        super().__init__(
            f"{platform.title} may or may not have done {call} ({problem}); its timeline is read before anything else"
        )


class PublicationUnseenError(UnknownOutcomeError):
    """It was handed over, the answer is missing, and the access may not look for it."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} may or may not have published the post, and lets this access publish and not read "
            f"({said}); nothing is repeated: look at the account's own page"
        )


class NotTakenBackError(TransientError):
    """It was given a post for a later time, and nobody knows that it will not publish it."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} has the post for its time, and it is not certain that it gave it back ({said}); it "
            "is tried again each minute, and you may delete it there"
        )


class UnprovenError(TransientError):
    """It was published, and reading it back does not work yet; it stays public."""

    def __init__(self, platform: NamedService, post_id: str, said: str) -> None:
        super().__init__(
            f"{platform.title} published the post {post_id}, and it cannot be read back yet ({said}); it is not "
            "published again, and will be looked at again"
        )


class NotAuthorizedError(RejectedError):
    """The account is closed to us until its owner connects it again."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} does not accept the saved access ({said}); connect it again: {_connect(platform)}"
        )


class PermissionMissingError(NotAuthorizedError):
    """The access is good and does not cover this.

    Attributes:
        said: The platform's own words.
    """

    def __init__(self, platform: NamedService, said: str) -> None:
        self.said = said
        RejectedError.__init__(
            self,
            f"{platform.title} misses a permission ({said}); connect it again and tick every box: {_connect(platform)}",
        )


class CreditsUsedUpError(NotAuthorizedError):
    """Calls cost money there, and what was paid for is used up; nothing was changed."""

    def __init__(self, platform: NamedService, said: str) -> None:
        RejectedError.__init__(
            self,
            f"{platform.title} does nothing more until its owner buys credits for its API ({said}); buy some in its "
            "developer console; it stays connected",
        )


class PostUnreadableError(PermissionMissingError):
    """The access may publish and not read, so a post cannot be looked for or read back.

    Attributes:
        url: Where readers find the post; empty when many were asked for.
    """

    def __init__(self, platform: NamedService, said: str, url: str = "") -> None:
        self.said, self.url = said, url
        RejectedError.__init__(
            self, f"{platform.title} lets this access publish and not read its posts ({said})"
        )


class VersionEndedError(RejectedError):
    """The platform has retired the version of its API that the access names."""

    def __init__(self, platform: NamedService, version: str, said: str) -> None:
        super().__init__(
            f"{platform.title} no longer takes version {version} of its API ({said}); nothing was published: update "
            f"Digital FTE, then connect it again: {_connect(platform)}"
        )


class ContentRefusedError(RejectedError):
    """It understood the post and does not want it."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(f"{platform.title} refused the post ({said}); change it and ask again")


class ReadRefusedError(RejectedError):
    """It understood the question and does not answer it."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} does not answer that question ({said}); nothing was read: ask otherwise"
        )


class DuplicateRefusedError(ContentRefusedError):
    """The account said exactly this before."""

    def __init__(self, platform: NamedService, said: str) -> None:
        RejectedError.__init__(
            self,
            f"{platform.title} refused the post: this account published the same text before ({said}); change the text",
        )


class MediaRefusedError(RejectedError):
    """It does not take the picture or video."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(f"{platform.title} refused the media ({said}); use another file or format")


class TrendsWithheldError(RejectedError):
    """The account is told no trends."""

    def __init__(self, platform: NamedService) -> None:
        super().__init__(f"{platform.title} tells what is trending to subscribers of X Premium alone")


class PostMissingError(RejectedError):
    """There is no such post, or nothing else by that address."""

    def __init__(self, platform: NamedService, said: str) -> None:
        super().__init__(
            f"{platform.title} does not have what it was asked for ({said}); somebody deleted it, or the account "
            "cannot see it"
        )


class MediaSwappedError(RejectedError):
    """At the address of an approved file there is another one."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} shows another file than the approved one; nothing was published: ask again"
        )
