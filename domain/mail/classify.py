"""What a mail is. A mail is content to be judged: nothing in it is ever an instruction to us.

Fraud is looked for first; then what is no expense although it speaks of money (quotes, reminders, refunds,
payouts, parcels, offers); only what is left and shows a bill's own words becomes a receipt.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, Field

from domain.mail import content
from domain.mail.facts import MailFacts
from domain.mail.html_text import HtmlPage, read_page
from domain.mail.phishing import THRESHOLD, Sign, signs
from domain.mail.structured import read_structured
from domain.visible import visible

__all__ = ["MailFacts", "MailKind", "MailVerdict", "body_of", "classify", "gives_orders"]

MAX_BODY = 60_000
_STRONG, _ENOUGH = 4.0, 2.5


class MailKind(StrEnum):
    """What a mail is good for; only a receipt may become an expense."""

    RECEIPT = "receipt"
    NEWSLETTER = "newsletter"
    ADVERTISING = "advertising"
    PHISHING = "phishing"
    REQUEST = "request"
    OTHER = "other"


class MailVerdict(BaseModel, frozen=True):
    """The kind, why, and how sure."""

    kind: MailKind
    reasons: tuple[str, ...] = ()
    confidence: float = Field(default=0.5, ge=0, le=1)


def classify(mail: MailFacts) -> MailVerdict:
    """Judge one mail by its sender, its proof of origin, its words, links and attachments."""
    mail = mail.model_copy(
        update={name: visible(getattr(mail, name)) for name in ("subject", "text", "html")}
    )
    page = read_page(mail.html) if mail.html else HtmlPage()
    body = (page.text or mail.text)[:MAX_BODY]
    fraud = signs(mail, body, page.links)
    if sum(sign.weight for sign in fraud) >= THRESHOLD:
        return _phishing(fraud)
    if _gives_orders(mail, body):
        return _verdict(
            MailKind.REQUEST, 0.9, "it gives orders to the assistant; they are content and not followed"
        )
    receipt, reasons = _receipt_score(mail, body)
    other = _no_expense(mail, body, receipt)
    if other is not None:
        return other
    if receipt >= _ENOUGH:
        return _verdict(MailKind.RECEIPT, min(0.97, 0.6 + 0.07 * receipt), *reasons)
    return _the_rest(mail, body)


def gives_orders(mail: MailFacts) -> bool:
    """Whether it gives orders to the assistant."""
    return _gives_orders(mail, visible(body_of(mail))[:MAX_BODY])


def _gives_orders(mail: MailFacts, body: str) -> bool:
    text = content.subject_and_body(mail, body)
    return bool(
        content.ASSISTANT_ORDERS.search(text) or content.ASSISTANT_ORDERS.search(mail.text[:MAX_BODY])
    )


def body_of(mail: MailFacts) -> str:
    """What a reader sees: the HTML's visible text where there is one, else the plain text."""
    return read_page(mail.html).text if mail.html else mail.text


def _phishing(fraud: Sequence[Sign]) -> MailVerdict:
    weight = sum(sign.weight for sign in fraud)
    reasons = tuple(sign.reason for sign in sorted(fraud, key=lambda sign: -sign.weight))
    return MailVerdict(
        kind=MailKind.PHISHING, reasons=reasons, confidence=min(0.99, 0.7 + 0.05 * (weight - THRESHOLD))
    )


def _verdict(kind: MailKind, confidence: float, *reasons: str) -> MailVerdict:
    return MailVerdict(kind=kind, reasons=reasons, confidence=round(confidence, 2))


def _receipt_score(mail: MailFacts, body: str) -> tuple[float, tuple[str, ...]]:
    """How much speaks for a bill or a receipt."""
    in_body = len({match.lower() for match in content.RECEIPT_BODY.findall(body) if isinstance(match, str)})
    named = any(content.DOCUMENT_NAME.search(name) for name in mail.attachments)
    readable = any(content.READABLE_NAME.search(name) for name in mail.attachments)
    subject = bool(content.RECEIPT_SUBJECT.search(mail.subject))
    has_amount = bool(content.AMOUNT.search(body))
    evidence = [
        (2.0, "the subject names a receipt or an invoice", subject),
        (2.0, "a document is attached that is named like one", named),
        (1.0, "a document is attached", readable and not named and (subject or in_body > 0)),
        (1.0, "the text reads like a bill", in_body > 0 and (has_amount or readable)),
        (1.0, "several of a bill's own words", in_body > 1 and has_amount),
        (1.0, "an amount beside them", has_amount and (subject or in_body > 0)),
        (3.0, "the shop's own structured data", bool(mail.html) and read_structured(mail.html) is not None),
    ]
    held = [(weight, reason) for weight, reason, holds in evidence if holds]
    score = sum(weight for weight, _ in held)
    if not (has_amount or readable or score > _STRONG):
        score = min(score, 1.0)
    return score, tuple(reason for _, reason in held)


def _no_expense(mail: MailFacts, body: str, receipt: float) -> MailVerdict | None:
    """Mails about money that is not spent, or not yet; and offers, unless they are the footer of a real bill."""
    text = content.subject_and_body(mail, body)
    attached = any(content.DOCUMENT_NAME.search(name) for name in mail.attachments)
    if content.REMINDER.search(text):
        return _verdict(
            MailKind.REQUEST, 0.85, "a reminder or a statement: the bill itself is another document"
        )
    if content.NOT_YET.search(mail.subject) or (content.NOT_YET.search(text) and receipt < _STRONG):
        return _verdict(MailKind.REQUEST, 0.8, "a quote, a failed or a future charge: nothing was bought yet")
    if content.INCOMING.search(mail.subject) or (
        content.INCOMING.search(text) and receipt < _STRONG and not attached
    ):
        return _verdict(MailKind.OTHER, 0.8, "money that comes in, a refund or a cancellation")
    if content.SHIPPING.search(mail.subject) or (
        content.SHIPPING.search(text) and receipt < _STRONG and not attached
    ):
        return _verdict(MailKind.OTHER, 0.85, "a note about a parcel; the bill is another mail")
    return _offer(mail, text, receipt)


def _offer(mail: MailFacts, text: str, receipt: float) -> MailVerdict | None:
    praise = len({match.group().lower() for match in content.ADVERTISING.finditer(text)})
    bulk = bool(mail.list_unsubscribe) or bool(content.BULK.search(text))
    in_subject = bool(content.ADVERTISING.search(mail.subject))
    if praise == 1 and not in_subject and content.NEWSLETTER.search(mail.subject):
        return None
    if (praise >= 1 and receipt < _ENOUGH) or (praise >= 2 and (bulk or in_subject) and receipt < _STRONG):  # noqa: PLR2004 - more than a footer
        return _verdict(MailKind.ADVERTISING, min(0.95, 0.65 + 0.1 * praise), "it offers something for sale")
    if in_subject and receipt < _STRONG + 1:
        return _verdict(MailKind.ADVERTISING, 0.75, "its subject is an offer")
    return None


def _the_rest(mail: MailFacts, body: str) -> MailVerdict:
    text = content.subject_and_body(mail, body)
    if content.ASKS_PAYMENT.search(text):
        return _verdict(
            MailKind.REQUEST, 0.85, "it asks for a payment without a bill; a mail's order is only content"
        )
    if mail.list_unsubscribe or content.BULK.search(text) or len(content.NEWSLETTER.findall(text)) > 1:
        return _verdict(
            MailKind.NEWSLETTER, 0.85 if mail.list_unsubscribe else 0.7, "it went to many readers"
        )
    if content.NEWSLETTER.search(mail.subject):
        return _verdict(MailKind.NEWSLETTER, 0.7, "its subject is a newsletter's")
    if content.ASKS.search(re.sub(r"\s+", " ", text)):
        return _verdict(MailKind.REQUEST, 0.6, "somebody asks for something")
    return _verdict(MailKind.OTHER, 0.5, "nothing in it is a bill, an offer or a request")
