"""Reading a document as a person would: what is it, and what does it say about money?"""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.mail.classify import MailVerdict
from domain.mail.facts import MailFacts
from domain.receipts.reading import Line, Reading, read_receipt


class DocumentKind(StrEnum):
    """What was dropped or attached; only `receipt` may become an expense."""

    RECEIPT = "receipt"
    MAIL_NEWSLETTER = "mail-newsletter"
    MAIL_ADVERTISING = "mail-advertising"
    MAIL_PHISHING = "mail-phishing"
    MAIL_REQUEST = "mail-request"
    MAIL_OTHER = "mail-other"
    TEXT = "text"
    UNREADABLE = "unreadable"


class Understanding(BaseModel):
    """What a document is; `problem` says in words what a person has to look at."""

    model_config = ConfigDict(frozen=True)

    kind: DocumentKind
    reading: Reading | None = None
    mail: MailFacts | None = None
    verdict: MailVerdict | None = None
    problem: str | None = None


def read_document(path: Path) -> Understanding:
    """Understand one file."""
    lines = [Line(text) for text in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    reading = read_receipt(lines)
    kind = DocumentKind.RECEIPT if reading.total else DocumentKind.TEXT
    return Understanding(kind=kind, reading=reading)
