"""What a mail's sender wrote: nothing that the mail quotes or forwards, however its program marks that."""

import re

from domain.mail.facts import MailFacts
from domain.mail.html_text import read_page

_HEAD = "from|von|de|da|van"
_WROTE = "wrote|schrieb|écrit|escribió|scritto|schreef|geschreven"
OTHERS_BEGIN = re.compile(
    rf"^\s*(?:>|(?:fwd?|wg)\s*:|-{{2,}}|_{{5,}}|\*?(?:{_HEAD})\*?\s*:"
    rf"|(?:(?:on|am|le|el|il|op)\b.{{0,120}}\n)?.{{0,160}}\b(?:{_WROTE})\b.*:\s*$"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:transféré"
    r"|réexpédié)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""From where on a mail is no longer its sender's: what is quoted, forwarded, or below a signature's line."""


def unquoted(mail: MailFacts) -> str:
    """The text without what the mail's page has as a quotation; its plain text may not mark that."""
    if not mail.html:
        return mail.text
    page = read_page(mail.html)
    if not page.quoted:
        return mail.text
    if mail.text == page.text:
        return page.own
    theirs, own = " ".join(page.quoted.split()), " ".join(page.own.split())
    kept: list[str] = []
    for line in mail.text.splitlines():
        said = " ".join(line.split())
        if said and said in theirs and said not in own:
            break
        kept.append(line)
    return "\n".join(kept)


def seen_above_quotes(mail: MailFacts) -> str:
    """What a reader sees, down to the first mail that is quoted."""
    return read_page(mail.html).own if mail.html else mail.text
