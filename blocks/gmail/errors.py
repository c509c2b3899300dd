"""What can go wrong with Gmail, in the five kinds of `domain.errors`."""

from datetime import datetime

from domain.errors import RejectedError, TransientError, UnknownOutcomeError


class LostAnswerError(Exception):
    """Between transport and client only: the request left, its answer did not arrive whole."""


RECONNECT = "connect it again: fte connect gmail"


class GmailUnavailableError(TransientError):
    """Gmail does not answer, or not wholly; nothing was changed."""

    def __init__(self, url: str, problem: str, service: str = "Gmail") -> None:
        super().__init__(f"{service} at {url} is unavailable ({problem}); it will be tried again")


class GmailBusyError(TransientError):
    """Gmail refused because of its rate limits; nothing was changed."""

    def __init__(self, call: str, said: str, retry_after: float | None, service: str = "Gmail") -> None:
        self.retry_after = retry_after
        wait = "later" if retry_after is None else f"in {retry_after:.0f} s"
        super().__init__(f"{service} is rate limited: {call}: {said}; it will be tried again {wait}")


class GmailOutcomeUnknownError(UnknownOutcomeError):
    """A mail was handed over and the answer is missing: it may have been sent."""

    def __init__(self, call: str, problem: str) -> None:
        super().__init__(
            f"Gmail may or may not have done {call} ({problem}); look for its Message-ID before it is done again"
        )


class GmailConsentError(RejectedError):
    """The mailbox stays closed until its owner connects it again."""


class GmailGrantRevokedError(GmailConsentError):
    """The owner's consent was withdrawn or has expired."""

    def __init__(self, said: str) -> None:
        super().__init__(f"Gmail no longer accepts our access ({said}); {RECONNECT}")


class GmailClientRefusedError(GmailConsentError):
    """Google does not know the OAuth client, or its secret is wrong."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"Google refuses the OAuth client ({said}); download its file again from Google Cloud "
            f"(APIs & Services, Credentials), then {RECONNECT}"
        )


class GmailScopeError(GmailConsentError):
    """The consent does not cover what is asked."""

    def __init__(self, call: str, said: str) -> None:
        super().__init__(
            f"the consent for Gmail does not cover {call} ({said}); {RECONNECT} and tick every box"
        )


class GmailMissingError(RejectedError):
    """The message, label or thread is not there."""

    def __init__(self, call: str) -> None:
        super().__init__(f"Gmail does not have what {call} asks for; it was deleted in the mailbox")


class GmailHistoryTooOldError(RejectedError):
    """Gmail no longer knows what happened since this cursor (it keeps about a week)."""

    def __init__(self, history_id: str) -> None:
        self.history_id = history_id
        super().__init__(f"Gmail no longer has the history since {history_id}; list the newest mail instead")


class GmailRefusedError(RejectedError):
    """Gmail understood and refused, in its own words."""

    def __init__(self, call: str, status: int, said: str, service: str = "Gmail") -> None:
        self.status = status
        super().__init__(f"{service} refused {call} (HTTP {status}): {said}")


def seconds_until(moment: datetime, now: datetime) -> float:
    """How long a reset is away; never negative."""
    return max(0.0, (moment - now).total_seconds())
