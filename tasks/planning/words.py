"""The owner's own words in a task: a note they dropped, a mail or a WhatsApp message of theirs that is proven to be."""

from domain.mail.own_words import OTHERS_BEGIN, unquoted
from domain.mail.phishing import proof_of_origin
from domain.planning.correction import REPLY
from domain.policy.addressees import owners
from domain.policy.handbook import Handbook
from domain.whatsapp.channel import shown_number
from tasks.mail.understand import DocumentKind, Understanding
from tasks.vault.vault import current_vault
from tasks.whatsapp.events import order_of_task
from tasks.whatsapp.owner_requests import owners_numbers

LONGEST_WORDS = 2000


def owners_words(
    task_id: str, understanding: Understanding, document: str, handbook: Handbook
) -> tuple[str, str]:
    """Who says it, and the words; empty where nobody vouches that they are the owner's.

    Who can write a note into the Vault's Inbox/ works at the owner's machine; a page or a PDF there is somebody's
    document. What a mail quotes, and the subject that it answers, are not said by its sender.
    """
    if understanding.kind is DocumentKind.TEXT and task_id.startswith("file-") and _is_note(document):
        return "a note in Inbox/", current_vault().path(document).read_text("utf-8", "replace")[
            :LONGEST_WORDS
        ]
    if understanding.kind is DocumentKind.MESSAGE:
        message = order_of_task(task_id)
        if message is None or message.number not in owners_numbers(handbook):
            return "", ""
        return f"WhatsApp from {shown_number(message.number)}", message.words[:LONGEST_WORDS]
    mail = understanding.mail
    if mail is None or mail.sender_address.casefold() not in owners(handbook.people):
        return "", ""
    if proof_of_origin(mail, "dmarc") != "pass":
        return "", ""
    subject = "" if REPLY.match(mail.subject) else mail.subject
    own = OTHERS_BEGIN.split(f"{subject}\n{unquoted(mail)}", maxsplit=1)[0]
    return f"a mail from {mail.sender_address}", own[:LONGEST_WORDS]


def _is_note(document: str) -> bool:
    return document.casefold().endswith((".txt", ".md"))
