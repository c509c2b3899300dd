"""Which mail a person wants answered, by whoever wrote it."""

from collections.abc import Sequence
from email.utils import parseaddr

from pydantic import BaseModel, Field

from domain.accounting.party import plain_words
from domain.errors import UnclearNameError
from domain.mail.addresses import registrable
from domain.text import OneLine

TITLES = frozenset(
    plain_words(
        "Mr Mrs Ms Miss Dr Prof Frau Herr Herrn Madame Monsieur Mme Señora Señor Sra Sr Signora Signor"
    )
)


class MailWanted(BaseModel, extra="forbid", frozen=True):
    """Whose mail."""

    who: OneLine = Field(min_length=2, max_length=400, description="name or mail address of its sender")


class OpenMail(BaseModel, frozen=True):
    """A mail whose task is open."""

    task: str
    sender: str = Field(description="as its note names them")
    subject: str
    received: str

    @property
    def address(self) -> str:
        """The bare one."""
        return parseaddr(self.sender)[1].casefold()

    @property
    def words(self) -> frozenset[str]:
        """What its sender can be called by: words of the name, of the address, and the business's domain."""
        name, address = parseaddr(self.sender)
        local, _, host = address.partition("@")
        return frozenset(
            plain_words(f"{name} {local.replace('.', ' ')} {registrable(host).partition('.')[0]}")
        )


class NoMailError(UnclearNameError):
    """Nobody of that name has an open mail, or several have."""

    def __init__(self, who: str, senders: Sequence[str]) -> None:
        several = f"{', '.join(senders)} have open mails" if senders else "nobody called so has an open mail"
        super().__init__(
            who,
            senders,
            f"'{who}': {several}; say the address, or write a new mail: Send an email to ADDRESS: ...",
        )


def mail_meant(wanted: MailWanted, mails: Sequence[OpenMail]) -> OpenMail:
    """The newest open mail of the one sender who is meant.

    Raises:
        NoMailError: nobody is, or several are.
    """
    address = parseaddr(wanted.who)[1].casefold()
    said = frozenset(plain_words(wanted.who)) - TITLES
    found = [
        one
        for one in mails
        if (one.address == address if "@" in wanted.who else bool(said) and said <= one.words)
    ]
    senders = {one.address: one.sender for one in found}
    if len(senders) != 1:
        raise NoMailError(wanted.who, sorted(senders.values()))
    return max(found, key=lambda one: one.received)
