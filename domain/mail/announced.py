"""A document that a mail speaks of and does not bring, and whether its sender can be asked for it.

Who is asked is whom the mail is proven to come from, and nobody that it names: else a stranger could have us write to
others.
"""

import re
from collections.abc import Collection
from enum import StrEnum

from domain.approvals.reply import new_lines
from domain.mail import content
from domain.mail.facts import MailFacts
from domain.mail.own_words import unquoted
from domain.mail.phishing import proof_of_origin

_ATTACHED = re.compile(
    r"\b(?:attached|attachment|enclosed|beigefügt|anbei|anhang|beiliegend|ci-joint\w*|pièce jointe|"
    r"adjunt[oa]s?|allegat[oai]|bijgevoegd|bijlage|em anexo|anexad[oa]|terlampir|lampiran)\b",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|donotreply|nicht-?antworten|mailer-daemon|postmaster|bounces?)\b|[-+._](?:no-?reply|bounces?)\b",
    re.IGNORECASE,
)


class Missing(StrEnum):
    """What is missing, in words for its sender; nothing of the mail is repeated."""

    NOTHING = "nothing is attached to it"
    UNREADABLE = "what is attached to it cannot be opened"
    WRAPPED = "what is attached to it is of a kind that we do not open"


def announces_a_document(mail: MailFacts) -> bool:
    """Whether its sender says, in words of their own, that a bill is attached; and nothing is."""
    if mail.attachments:
        return False
    own = " ".join(new_lines(unquoted(mail)))
    return bool(_ATTACHED.search(own) and content.RECEIPT_SUBJECT.search(f"{mail.subject} {own}"))


def why_not_asked(mail: MailFacts, own: Collection[str]) -> str:
    """Why its sender is not asked for what is missing; empty: they can be.

    Args:
        mail: It.
        own: The owner's addresses, in lower case.
    """
    sender = mail.sender_address.casefold()
    if not sender or proof_of_origin(mail, "dmarc") != "pass":
        return "it is not proven (DMARC) whom the mail comes from"
    if sender in own:
        return "it came from you"
    if _UNREAD.search(sender.partition("@")[0]) or mail.list_id or mail.list_unsubscribe:
        return f"nobody reads what is answered to {sender}"
    return ""
