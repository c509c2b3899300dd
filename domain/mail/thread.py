"""Which task a mail continues: by what it answers, where Gmail keeps it, and who wrote it. All three have to fit.

`References` are anybody's to write. So they lead to a task only from the address of somebody who was part of that
conversation, and not where the receiving server found that the mail is not from there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.approvals.reply import new_lines
from domain.mail.addresses import domain_of, is_free_mail, registrable
from domain.mail.classify import MailKind, classify
from domain.mail.facts import MailFacts
from domain.mail.forwarded import forwarded_in
from domain.mail.parse import is_readable, is_wrapped, parse_mail
from domain.mail.phishing import proof_of_origin
from domain.mail.reply import MailReply, reply_in

MOST_WORDS = 15
_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|cheers|received|got it|noted|perfect|great|danke|vielen dank|erhalten|passt|merci|"
    r"bien reçu|parfait|gracias|recibido|perfecto|grazie|ricevuto|perfetto|obrigad[oa]|recebido|"
    r"terima kasih|diterima)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ThreadMail:
    """A mail of a task: one that came in, or one that was sent for it.

    Attributes:
        message_id: With its angle brackets.
        thread: Where Gmail keeps it; empty: not known.
        people: The addresses it came from and went to, in lower case.
    """

    message_id: str
    task_id: str
    thread: str
    people: frozenset[str]


@dataclass(frozen=True)
class Incoming:
    """A mail that came in, as far as it is looked at here."""

    reply: MailReply
    facts: MailFacts
    thread: str
    brings_documents: bool

    @property
    def named(self) -> tuple[str, ...]:
        """The mails that it answers, the nearest first."""
        return self.reply.answers[::-1]

    @property
    def is_fraud(self) -> bool:
        """Whether it is taken for an attempt at fraud."""
        return classify(self.facts).kind is MailKind.PHISHING

    @property
    def is_bill(self) -> bool:
        """Whether it is a bill by itself."""
        return classify(self.facts).kind is MailKind.RECEIPT

    @property
    def asks_nothing(self) -> bool:
        """Whether nobody has to do anything about it: an automatic answer, or a short thank-you."""
        if self.brings_documents or self.is_bill:
            return False
        words = " ".join(new_lines(self.reply.text or next(iter(self.reply.versions), "")))
        is_short = len(words.split()) <= MOST_WORDS and not re.search(r"[?\d]", words)
        return bool(self.reply.automatic) or (is_short and bool(_THANKS.search(words)))


@dataclass(frozen=True)
class Belonging:
    """The task that a mail continues; none, and then why not where it names mails of some."""

    task_id: str = ""
    why_not: str = ""


def incoming(raw: bytes, thread: str) -> Incoming:
    """A mail that came in.

    Raises:
        BrokenMailError: it cannot be read.
    """
    parsed = parse_mail(raw)
    has_files = any(
        is_readable(one.name, one.content_type) or is_wrapped(one.name, one.content_type)
        for one in parsed.attachments
    )
    return Incoming(reply_in(raw), parsed.facts, thread, has_files or bool(forwarded_in(raw)))


def belonging(mail: Incoming, known: Sequence[ThreadMail]) -> Belonging:
    """The task that the mail continues.

    Args:
        mail: It.
        known: The mails that it names, as far as they are of tasks.
    """
    by_id = {one.message_id: one for one in known}
    answered = [by_id[name] for name in mail.named if name in by_id]
    if not answered:
        return Belonging()
    fitting = [one for one in answered if not _why_not(mail, one)]
    if fitting and not mail.is_fraud:
        return Belonging(fitting[0].task_id)
    why = "it looks like a fraud" if fitting else _why_not(mail, answered[0])
    return Belonging(why_not=f"it names a mail of {answered[0].task_id}, but {why}")


def _why_not(mail: Incoming, known: ThreadMail) -> str:
    """What speaks against it in words; empty: nothing."""
    sender = mail.reply.sender
    if known.thread and known.thread != mail.thread:
        return "Gmail keeps it in another conversation"
    if _is_denied(mail.facts):
        return f"the proof that it comes from {sender or 'its sender'} fails"
    if sender in known.people or (mail.reply.is_authentic and _is_colleague(sender, known.people)):
        return ""
    return f"{sender or 'its sender'} had no part in that conversation"


def _is_denied(facts: MailFacts) -> bool:
    dmarc = proof_of_origin(facts, "dmarc")
    if dmarc == "pass":
        return False
    return dmarc in {"fail", "permerror"} or "fail" in {
        proof_of_origin(facts, method) for method in ("spf", "dkim")
    }


def _is_colleague(sender: str, people: frozenset[str]) -> bool:
    """Whether somebody of the sender's own domain had a part, where not everybody can have an address."""
    host = domain_of(sender)
    return (
        bool(host)
        and not is_free_mail(host)
        and registrable(host) in {registrable(domain_of(one)) for one in people}
    )
