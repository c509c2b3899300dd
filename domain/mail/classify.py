"""What a mail is. A mail is content to be judged: nothing in it is an instruction."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.mail.facts import MailFacts

__all__ = ["MailFacts", "MailKind", "MailVerdict", "classify"]


class MailKind(StrEnum):
    """What a mail is good for; only a receipt may become an expense."""

    RECEIPT = "receipt"
    NEWSLETTER = "newsletter"
    ADVERTISING = "advertising"
    PHISHING = "phishing"
    REQUEST = "request"
    OTHER = "other"


class MailVerdict(BaseModel):
    """The kind, why, and how sure."""

    model_config = ConfigDict(frozen=True)

    kind: MailKind
    reasons: tuple[str, ...] = ()
    confidence: float = Field(default=0.5, ge=0, le=1)


def classify(mail: MailFacts) -> MailVerdict:
    """Judge one mail."""
    del mail
    return MailVerdict(kind=MailKind.OTHER, confidence=0.3)
