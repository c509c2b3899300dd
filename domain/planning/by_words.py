"""What the words of a mail say of its kind and its domain, on top of what it was roughly taken for.

A bill is only taken to be none here, never made; a fraud and orders to the assistant stay what they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from functools import cached_property
from typing import Self

from domain.mail import content
from domain.mail.addresses import domain_of, is_free_mail
from domain.mail.classify import MailKind, body_of, classify, gives_orders
from domain.mail.facts import MailFacts
from domain.mail.topics import MOST_SHOWN, UNSURE, Topic, folded, topics
from domain.planning.kinds import BY_ITS_DOCUMENT, GIVEN, KINDS, QUIET, name_of
from domain.planning.likely_kind import KindModel, Likely, Parts, parts_of
from domain.planning.triage import Hint, TaskDomain
from domain.policy.handbook import Handbook
from domain.receipts.reading import Reading, ReadingSource
from domain.visible import visible

OWNER = "owner"
ENOUGH = 3.0
"""Below this score the words of a mail say nothing."""
MUCH = 6.0
"""From here on they outweigh what the mail was roughly taken for."""
BEHIND = 0.5
"""How likely a topic is right that only became the first because another could not be."""
NO_BILLS = frozenset(
    {
        "invoice_question",
        "complaint",
        "quote_request",
        "quote",
        "reminder",
        "bank",
        "application",
        "follow_up",
        "appointment",
        "support",
    }
)
"""What a mail that speaks of an invoice can be without bringing one."""


@dataclass(frozen=True)
class RoutedText:
    """What there is to route by.

    Attributes:
        kind: What the document is (`receipt`, `text`, ...); a mail's rough kind.
        confidence: How likely that is right.
        sender: As the note has it.
        subject: As the note has it.
        mail: The mail, if it is one.
        reading: What was read for money.
        words: Of a text or a message that is no mail.
        employee: The address of the employee whose own expense it is; empty: nobody's.
    """

    kind: str
    confidence: float = 1.0
    sender: str = ""
    subject: str = ""
    mail: MailFacts | None = None
    reading: Reading | None = None
    words: str = ""
    employee: str = ""

    @cached_property
    def body(self) -> str:
        """What a reader sees of it."""
        return visible(body_of(self.mail) if self.mail else self.words)

    @classmethod
    def of_mail(cls, mail: MailFacts) -> Self:
        """A mail that nothing else is known of."""
        verdict = classify(mail)
        sender = f"{mail.sender_name} <{mail.sender_address}>"
        return cls(verdict.kind.value, verdict.confidence, sender, mail.subject, mail)


@dataclass(frozen=True)
class RoutedKind:
    """A kind, how likely it is right, and why."""

    kind: str
    confidence: float
    because: str = ""
    domain: TaskDomain | None = None


def kind_said(seen: RoutedText, handbook: Handbook, model: KindModel | None = None) -> RoutedKind:
    """The rough kind, or a finer one by the words: by a model's weights where there is one, else by the rules alone."""
    kept, mail = RoutedKind(seen.kind, round(seen.confidence, 2)), seen.mail
    if mail is None or seen.kind in BY_ITS_DOCUMENT - {MailKind.RECEIPT} or gives_orders(mail):
        return kept
    found = topics(mail, seen.body)
    if seen.kind == MailKind.PHISHING:
        return _unless_contradicted(kept, seen, found, model)
    if seen.kind == MailKind.RECEIPT:
        no_bill = _no_bill(mail, found) or (model and _likely_no_bill(seen, mail, found, model))
        return no_bill or _unless_contradicted(kept, seen, found, model)
    if _is_owner(seen.sender, handbook) and not mail.list_unsubscribe:
        return RoutedKind("owner_request", 0.95, "the handbook knows the sender as the owner")
    if model is not None:
        return _likeliest(seen, found, model)
    return _topic(seen, found) or kept


def _likeliest(seen: RoutedText, found: Sequence[Topic], model: KindModel) -> RoutedKind:
    """What it most likely is, of what words can make it: no bill, and quiet only what went to many readers."""
    parts = parts_of(seen.subject, seen.body, _sender_words(seen))
    ranked = model.likely(parts, facts_of(seen, found))
    first = next(
        one for one in ranked if one.kind in _BY_WORDS and (one.kind not in QUIET or _may_be_quiet(one, seen))
    )
    sure = first.probability
    if sure < LEAST and seen.kind not in QUIET:
        return RoutedKind(seen.kind, round(min(seen.confidence, BEHIND), 2))
    if first.kind in QUIET and not _is_bulk(seen):
        sure = min(sure, UNSURE)  # one reader's mail is not filed away by its words alone
    said = _said(first, sure, parts, model)
    other = next(one for one in ranked if one.kind in _ABOUT - {first.kind})
    if said.confidence > DOUBTED or other.probability < WORTH_SAYING:
        return said
    return replace(said, because=f"{said.because}; if not, perhaps {name_of(other.kind)}")


def _likely_no_bill(
    seen: RoutedText, mail: MailFacts, found: Sequence[Topic], model: KindModel
) -> RoutedKind | None:
    """What a mail that looked like a bill most likely is, where that is clear and no bill is attached."""
    if mail.attachments:
        return None
    parts = parts_of(seen.subject, seen.body, _sender_words(seen))
    first = model.likely(parts, facts_of(seen, found))[0]
    if first.kind not in NO_BILLS | {"payment_problem"} or first.probability < CERTAIN:
        return None
    return _said(first, first.probability, parts, model)


def _unless_contradicted(
    kept: RoutedKind, seen: RoutedText, found: Sequence[Topic], model: KindModel | None
) -> RoutedKind:
    """What signs of fraud or a bill's own words made of it; doubted where a model takes it for something else.

    A bill by the words of its mail alone is sure only where a model takes it for one, too: a notice of a payment has
    the same words. Of one that brings a bill the model has to be certain, because a doubted bill asks; a doubted
    fraud only says so.
    """
    if model is None or kept.confidence <= DOUBTED:
        return kept
    first = model.likely(parts_of(seen.subject, seen.body, _sender_words(seen)), facts_of(seen, found))[0]
    is_other = first.kind != kept.kind
    if kept.kind == MailKind.RECEIPT and _brings_a_bill(seen):
        is_other = is_other and first.probability >= CERTAIN
    if is_other:
        return RoutedKind(kept.kind, DOUBTED, f"its words are like those of {name_of(first.kind)}")
    if kept.kind == MailKind.RECEIPT and first.probability < AGREED and not _brings_a_bill(seen):
        return RoutedKind(kept.kind, DOUBTED, "its words are not clearly those of a bill")
    return kept


def _brings_a_bill(seen: RoutedText) -> bool:
    """Whether a file is named like a bill, or what was read is data and no text."""
    names = seen.mail.attachments if seen.mail else ()
    read = seen.reading.source if seen.reading else None
    return read in _AS_DATA or any(content.DOCUMENT_NAME.search(name) for name in names)


def _said(one: Likely, sure: float, parts: Parts, model: KindModel) -> RoutedKind:
    words = model.telling(parts, f"{one.kind}/{one.domain}")[:MOST_SHOWN]
    because = (
        "it says " + ", ".join(f"'{word}'" for word in words)
        if words
        else "its words are like those of others"
    )
    sure = min(sure, 0.99) if sure >= CLEAR else min(sure, DOUBTED)
    return RoutedKind(one.kind, round(sure, 2), because, TaskDomain(one.domain))


def _may_be_quiet(one: Likely, seen: RoutedText) -> bool:
    return one.kind != MailKind.NEWSLETTER or _is_bulk(seen)


def _sender_words(seen: RoutedText) -> str:
    """A sender's name, box and host as words."""
    name, address = parseaddr(seen.sender)
    return f"{name} {address.replace('@', ' ').rpartition('.')[0]}"


CLEAR, DOUBTED = 0.99, 0.79
"""What a model is less sure of than the first, it calls no likelier than the second, which no playbook acts on: the
least from which on it was right 99 times in 100 in each set of messages that was left out of its learning whole."""
CERTAIN = 0.99
"""Only from here on a model's word outweighs a bill that is attached."""
AGREED = 0.8
"""From here on a model's word agrees with a bill's own words."""
LEAST = 0.4
"""Below this a model says nothing: a guess is no help to who reads it."""
FEWEST_WORDS_OF_A_TEXT = 9
"""A dropped text is mostly its owner's own note: of a shorter one the weights, which are learnt from mails, say what is
not so (*What do we owe Harbor Street Offices?* was a request for a quote)."""
SUFFIX = re.compile(r"\.\w{1,5}$")
"""How the name of a file ends, which says nothing of what it is about."""
WORTH_SAYING = 0.05
"""A second guess that is likelier than this is named beside a first one that is doubted."""
_AS_DATA = frozenset({ReadingSource.EINVOICE, ReadingSource.STRUCTURED})
_BY_WORDS = GIVEN - {"owner_request"}
_ABOUT = _BY_WORDS - QUIET


def _topic(seen: RoutedText, found: list[Topic]) -> RoutedKind | None:
    best = next((one for one in found if _may_be(one, seen)), None)
    if best is None or (seen.kind in QUIET and best.kind not in QUIET and best.score < MUCH):
        return None
    sure = best.confidence or BEHIND
    if best.kind == seen.kind:
        sure = 1 - (1 - sure) * (1 - seen.confidence)
    elif best.kind in QUIET and not _is_bulk(seen):
        sure = min(sure, UNSURE)  # one reader's mail is not filed away by its words alone
    return RoutedKind(best.kind, round(sure, 2), best.because)


def _no_bill(mail: MailFacts, found: list[Topic]) -> RoutedKind | None:
    """What a mail that looked like a bill is about, where its words say so and no bill is attached."""
    if any(content.DOCUMENT_NAME.search(name) for name in mail.attachments):
        return None
    best = next((one for one in found if one.kind in NO_BILLS), None)
    if best is None or best != found[0] or best.score < MUCH or best.strongest < ENOUGH:
        return None
    return RoutedKind(best.kind, best.confidence, best.because)


def _may_be(topic: Topic, seen: RoutedText) -> bool:
    """Whether the words are enough for this kind: only what went to many readers is a newsletter."""
    return topic.score >= ENOUGH and (topic.kind != MailKind.NEWSLETTER or _is_bulk(seen))


def _is_bulk(seen: RoutedText) -> bool:
    return seen.mail is not None and bool(seen.mail.list_unsubscribe or seen.mail.list_id)


def _is_owner(sender: str, handbook: Handbook) -> bool:
    known = handbook.people.who_wrote(sender)
    return known is not None and "@" in known[0] and known[1].role.strip().casefold() == OWNER


def facts_of(seen: RoutedText, found: Sequence[Topic]) -> dict[str, float]:
    """What is known of a task beside its words, and what the words said to the rules: for the weights of a model."""
    facts = {f"topic:{one.kind}": min(one.score, _MOST) / _MOST for one in found}
    mail = seen.mail
    if mail is None:
        return facts | {"no mail": 1.0}
    names = [name.casefold() for name in mail.attachments]
    facts[f"rough:{seen.kind}"] = seen.confidence
    facts["many readers"] = float(_is_bulk(seen))
    facts["bill attached"] = float(any(content.DOCUMENT_NAME.search(name) for name in names))
    facts["attached"] = float(bool(names))
    facts["invitation"] = float(any(name.endswith(".ics") for name in names))
    facts["answer"] = float(bool(_ANSWER.match(mail.subject)))
    return facts


_MOST = 10.0
_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|r)\s*:", re.IGNORECASE)

_BUSINESS = re.compile(
    r"\b(?:vat\b|sales tax|payroll|your (?:company|business)|business account|umsatzsteuer|gewerbe|betriebs?\b"
    r"|firmen?\b|geschaftskonto|tva\b|entreprise|employeur|urssaf|cotisations|empresa|employer|arbeitgeber|autonomo"
    r"|iva\b"
    r"|impresa|azienda|partita iva|btw\b|bedrijf|handelsregister|camera di commercio|registry|invoice)"
)
_PERSONAL = re.compile(
    r"\b(?:personal income|income tax|einkommensteuer|impot sur le revenu|declaracion de la renta|passport"
    r"|dichiarazione dei redditi|personalausweis|reisepass|carte d'identite|passeport|pasaporte|dni\b|carta d'identita"
    r"|passaporto|haircut|friseur|coiffeur|peluquer|parrucchier|kapper|gym\b|yoga|driving licence|fuhrerschein"
    r"|permis de conduire)"
)
_TELLING = frozenset({"official", "bank", "appointment", "notice", "delivery"})
"""Kinds that may be either domain's, so that the words decide."""


def topic_said(seen: RoutedText, model: KindModel | None = None) -> RoutedKind | None:
    """What a message or a text may be about; its kind is what it is answered by, and stays."""
    is_text = seen.kind == "text"
    if not seen.words or (is_text and len(seen.words.split()) < FEWEST_WORDS_OF_A_TEXT):
        return None
    subject = SUFFIX.sub("", seen.subject) if is_text else seen.subject
    found = topics(MailFacts(subject=subject, text=seen.words), seen.body)
    if model is not None:
        parts = parts_of(subject, seen.body)
        ranked = model.likely(parts, facts_of(seen, found))
        first = next(one for one in ranked if one.kind in _ABOUT)
        return _said(first, first.probability, parts, model) if first.probability >= LEAST else None
    if not found or found[0].score < ENOUGH or found[0].kind in QUIET:
        return None
    return RoutedKind(found[0].kind, found[0].confidence, found[0].because)


def domain_said(said: RoutedKind, seen: RoutedText, about: RoutedKind | None) -> Hint | None:
    """Whose matter it is by the words, where its kind may be either domain's."""
    if about is not None and (domain := about.domain or KINDS[about.kind].domain):
        return TaskDomain(domain), f"{domain}: perhaps {name_of(about.kind)}; {about.because}"
    if said.domain is not None and said.domain is not TaskDomain.BOTH and not KINDS[said.kind].domain:
        return said.domain, f"{said.domain}: {said.because}"
    return _domain_of_words(said.kind, seen) if said.kind in _TELLING else None


def _domain_of_words(kind: str, seen: RoutedText) -> Hint | None:
    text = folded(f"{seen.sender} {seen.subject} {seen.body[:2000]}")
    for domain, pattern in ((TaskDomain.PERSONAL, _PERSONAL), (TaskDomain.BUSINESS, _BUSINESS)):
        found = pattern.search(text)
        if found:
            return domain, f"{domain.value}: it says '{found.group()}'"
    host = domain_of(parseaddr(seen.sender)[1])
    if kind == "appointment" and host and not is_free_mail(host):
        return TaskDomain.BUSINESS, f"business: an appointment with somebody at {host}"
    return None
