"""A mail as a reply to one of ours: what it answers, its own words, what speaks against taking it for a person's."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage, MIMEPart

from domain.mail.facts import MailFacts
from domain.mail.html_text import read_page
from domain.mail.outgoing import message_ids
from domain.mail.parse import BrokenMailError, parse_mail, refuse_many_boundaries
from domain.mail.phishing import proof_of_origin

OUR_HEADER = "X-Digital-Fte-Id"
"""Of every mail that the employee writes; carries its Message-ID once more, which some mailboxes replace."""

_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst)\s*:", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_LIST_HEADERS = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List")
_ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Failed-Recipients", "Feedback-ID")
_ROBOTS = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.IGNORECASE)
_PARSER_FAILURES = (ValueError, LookupError, AttributeError, TypeError, HeaderParseError, RecursionError)


@dataclass(frozen=True)
class MailReply:
    """One mail that answers another.

    Attributes:
        answers: The Message-IDs that it answers: the mail itself and those before it in the thread.
        text: Its own plain text; empty where it has none.
        versions: What those see who read it otherwise, such as its web page, above what that quotes.
        automatic: Why it is not a person's: an automatic answer, a report, a mailing list's. Empty: it may be.
        forwarded: It passes something on.
        is_ours: It carries the header of the mails that the employee writes, which anybody can copy.
        is_authentic: The receiving server found that it came from the domain of its sender (DMARC).
    """

    message_id: str
    answers: tuple[str, ...]
    sender: str
    subject: str
    text: str
    versions: tuple[str, ...]
    automatic: str
    forwarded: bool
    is_ours: bool
    is_authentic: bool


def reply_in(raw: bytes) -> MailReply:
    """The mail as a reply.

    Raises:
        BrokenMailError: it cannot be read.
    """
    facts = parse_mail(raw).facts
    try:
        refuse_many_boundaries(raw)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        return _reply(message, facts)
    except _PARSER_FAILURES as error:
        raise BrokenMailError(type(error).__name__) from error


def _reply(message: EmailMessage, facts: MailFacts) -> MailReply:
    named = " ".join([*_all(message, "References"), *_all(message, "In-Reply-To")])
    plain = message.get_body(("plain",))
    kinds = {part.get_content_type() for part in message.walk()}
    return MailReply(
        message_id=next(iter(message_ids(facts.message_id)), ""),
        answers=tuple(dict.fromkeys(message_ids(named))),
        sender=facts.sender_address.casefold(),
        subject=facts.subject,
        text="" if plain is None else _text(plain),
        versions=tuple(map(_seen, _others(message, plain))),
        automatic=_automatic(message, facts, kinds),
        forwarded=bool(_FORWARDED.match(facts.subject)) or "message/rfc822" in kinds,
        is_ours=bool(_all(message, OUR_HEADER)),
        is_authentic=proof_of_origin(facts, "dmarc") == "pass",
    )


def _automatic(message: EmailMessage, facts: MailFacts, kinds: set[str]) -> str:
    said = " ".join(_all(message, "Auto-Submitted")).casefold()
    if said and said != "no":
        return "it is an automatic answer"
    if any(_all(message, name) for name in _ROBOT_HEADERS) or "multipart/report" in kinds:
        return "it is an automatic answer or a report"
    if any(value.strip().casefold() in _BULK for value in _all(message, "Precedence")):
        return "it is bulk mail"
    if any(_all(message, name) for name in _LIST_HEADERS):
        return "it came over a mailing list"
    if any(value.strip() == "<>" for value in _all(message, "Return-Path")) or _ROBOTS.match(
        facts.sender_address
    ):
        return "its sender is no person"
    return ""


def _all(message: EmailMessage, name: str) -> list[str]:
    """Every header of that name as it was written."""
    return [str(value) for key, value in message.raw_items() if key.casefold() == name.casefold()]


def _others(message: EmailMessage, plain: MIMEPart | None) -> list[MIMEPart]:
    """Its web page, and whatever else a mail program may show in the plain text's place."""
    found = [message.get_body(("html",))]
    for part in message.walk():
        if part.get_content_type() == "multipart/alternative":
            found += [one.get_body() or one for one in part.iter_parts()]
    return [one for one in found if one is not None and one is not plain]


def _seen(part: MIMEPart) -> str:
    text = _text(part)
    return text if part.get_content_type() == "text/plain" else read_page(text).own


def _text(part: MIMEPart) -> str:
    """In its stated character set, or as near as it comes."""
    content = part.get_payload(decode=True)
    known = content if isinstance(content, bytes) else b""
    try:
        return known.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return known.decode("utf-8", "replace")
