"""Reads letters.txt: mails written for the tests, what a small business finds in its box in a few weeks.

Each begins with `== kind: name`, then headers, an empty line and the body; a body's `<html>` part is its HTML.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, cast

from domain.mail.facts import MailFacts

if TYPE_CHECKING:
    from email.message import EmailMessage

PASS = "mx.ours.example; spf=pass smtp.mailfrom=x; dkim=pass header.d=x; dmarc=pass"
FAIL = "mx.ours.example; spf=fail smtp.mailfrom=x; dkim=none; dmarc=fail (p=reject)"


@dataclass(frozen=True)
class Letter:
    """A mail and what it is."""

    kind: str
    name: str
    mail: MailFacts


def _read(block: str) -> Letter:
    heading, _, rest = block.partition("\n")
    kind, _, name = heading.partition(": ")
    message = cast("EmailMessage", email.message_from_string(rest, policy=email.policy.default))
    body = str(message.get_payload())
    html = re.search(r"<html>.*</html>", body, re.DOTALL)
    attached = [one.strip() for one in str(message.get("Attachments", "")).split(",")]
    shown, _, address = str(message["From"]).rpartition(" <")
    mail = MailFacts(
        sender_name=shown.strip('"'),
        sender_address=address.rstrip(">"),
        to="office@northwind-studio.example",
        reply_to=parseaddr(str(message.get("Reply-To", "")))[1],
        subject=str(message["Subject"]),
        text=body.replace(html[0], "").strip() if html else body.strip(),
        html=html[0] if html else "",
        auth_results=str(message.get("Authentication-Results", PASS)),
        list_unsubscribe=str(message.get("List-Unsubscribe", "")),
        attachments=tuple(filter(None, attached)),
    )
    return Letter(kind, name, mail)


LETTERS = [
    _read(block)
    for block in re.split(
        r"^== ", Path(__file__).with_name("letters.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )[1:]
]
