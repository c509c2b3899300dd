"""A mail to send: what is said of it, and exactly what is approved and goes over the wire."""

import re
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Annotated, Any, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, BeforeValidator, Field, field_validator, model_validator

from domain.mail.html_text import read_page
from domain.mail.money_words import money_in
from domain.markdown import shown_inline
from domain.social.post import plain
from domain.social.preview import Preview, ShownFile
from domain.text import OneLine

MOST_RECIPIENTS = 100
LARGEST_BYTES = 25_000_000
"""Of text and files together (Gmail help: Send attachments with your Gmail message, 25 MB)."""

MOST_REFERENCES = 20
UNKNOWN_KIND = "application/octet-stream"
BLOCKED = frozenset(
    """
    ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ins iso isp
    jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc
    wsf wsh xll
    """.split()  # noqa: SIM905 (a list of words is read more easily)
)
"""Endings of files that Gmail takes from nobody (Gmail help: File types blocked in Gmail)."""

CONTENT_ID = r"^[A-Za-z0-9._-]{1,100}@[A-Za-z0-9._-]{1,100}$"
_ACTIVE = re.compile(
    r"<\s*/?\s*(script|iframe|frame|object|embed|applet|form|input|button|link|base|svg)\b"
    r"|<\s*meta\b(?!\s+(charset|name)=)"
    r"|\son[a-z]+\s*=|(javascript|vbscript)\s*:",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?<=>)[^<>\"']+(?=<|$)")
"""Words between tags: after a > without quotes nothing can be an attribute, so a name may be any words."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,990}>")

MessageId = Annotated[str, Field(pattern=r"^<[!-;=?-~]{3,990}>$")]


def address_of(value: str) -> str:
    """The bare address of `ann@example.com` or `Ann <ann@example.com>`; a foreign host in its ASCII spelling.

    Raises:
        ValueError: no mail can be sent there.
    """
    try:
        found = validate_email(
            value.strip(), check_deliverability=False, allow_smtputf8=False, allow_display_name=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"{value!r} is no address: {str(error).rstrip('.')}; correct it") from error
    return str(found.ascii_email)


def _addresses(value: object) -> object:
    """One or many, each once."""
    many = [value] if isinstance(value, str) else value
    if not isinstance(many, list | tuple) or not all(isinstance(one, str) for one in many):
        return many
    return tuple({one.casefold(): one for one in reversed([address_of(one) for one in many])}.values())[::-1]


Addresses = Annotated[tuple[str, ...], BeforeValidator(_addresses)]


class MailFile(BaseModel, frozen=True, extra="forbid"):
    """An attached file; its digest binds an approval to exactly these bytes."""

    document: str = Field(description="the file, relative to the Vault")
    name: str = Field(pattern=r"^[^/\\\x00-\x1f\x7f]{1,150}$", description="as the reader sees it")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    kind: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$")
    size_bytes: int = Field(gt=0)
    content_id: str | None = Field(
        default=None, pattern=CONTENT_ID, description="what the page names a picture inside it with"
    )

    @field_validator("name")
    @classmethod
    def _taken(cls, value: str) -> str:
        ending = PurePosixPath(value.casefold()).suffix.removeprefix(".")
        if ending in BLOCKED:
            raise ValueError(f"{value!r} is of a kind that Gmail takes from nobody (.{ending}); leave it out")
        return value


class _Letter(BaseModel, frozen=True, extra="forbid"):
    """What is written, and to whom; nobody is written to twice."""

    to: Addresses = ()
    cc: Addresses = ()
    bcc: Addresses = ()
    subject: OneLine = Field(default="", max_length=250)
    text: str = Field(min_length=1, max_length=200_000)
    html: str | None = Field(default=None, max_length=500_000)

    @field_validator("subject")
    @classmethod
    def _plain_subject(cls, value: str) -> str:
        return plain(value)

    @field_validator("text", mode="before")
    @classmethod
    def _plain_text(cls, value: object) -> object:
        return plain(value) if isinstance(value, str) else value

    @field_validator("html")
    @classmethod
    def _harmless(cls, value: str | None) -> str | None:
        if value is not None and (active := _ACTIVE.search(_WORDS.sub("", value))):
            raise ValueError(f"holds {active[0].strip()!r}, which no reader should run; leave it out")
        return value

    @property
    def everybody(self) -> tuple[str, ...]:
        """All who get it."""
        return (*self.to, *self.cc, *self.bcc)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        """Somebody named twice stays where most can see it."""
        seen: set[str] = set()
        for field in ("to", "cc", "bcc"):
            own = tuple(one for one in getattr(self, field) if one.casefold() not in seen)
            seen |= {one.casefold() for one in own}
            object.__setattr__(self, field, own)
        if len(seen) > MOST_RECIPIENTS:
            raise ValueError(f"it has {len(seen)} recipients; at most {MOST_RECIPIENTS} get one mail")
        return self


class MailOrder(_Letter):
    """A mail as a person or an agent says it; files are named as they lie in the Vault."""

    attachments: tuple[OneLine, ...] = Field(default=(), max_length=20)
    pictures: dict[Annotated[str, Field(pattern=CONTENT_ID)], OneLine] = Field(
        default={}, max_length=20, description="those inside the page: Content-ID -> file"
    )
    reply_to_task: str | None = Field(
        default=None, pattern=r"^gmail-[a-z0-9-]{1,100}$", description="the task of the mail that is answered"
    )

    @model_validator(mode="after")
    def _is_addressed(self) -> Self:
        if not self.reply_to_task and not self.to:
            raise ValueError("to is missing; give an address, or reply_to_task")
        if not self.reply_to_task and not self.subject:
            raise ValueError("subject is missing; give one line")
        return self


class MailInputs(_Letter):
    """Exactly what a person approves and what is sent."""

    sender: str = Field(min_length=3, max_length=320, description="the mailbox that writes")
    attachments: tuple[MailFile, ...] = ()
    in_reply_to: MessageId | None = None
    references: tuple[MessageId, ...] = Field(default=(), max_length=MOST_REFERENCES)
    thread_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}$")

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if not self.to:
            raise ValueError("to is missing; give an address")
        if not self.subject:
            raise ValueError("subject is missing; give one line")
        size = sum(file.size_bytes for file in self.attachments) + len(self.text) + len(self.html or "")
        if size > LARGEST_BYTES:
            raise ValueError(
                f"it has {size / 1_000_000:.1f} MB; Gmail takes {LARGEST_BYTES // 1_000_000}: leave files out"
            )
        return self

    @property
    def money(self) -> str:
        """The first words of it that speak of money; the subject of an answer is its thread's, and only named."""
        said = " ".join([self.text, self.html or "", *(file.name for file in self.attachments)])
        return money_in(self.subject, is_said=not self.thread_id) or money_in(said)

    def preview(self) -> Preview:
        """As a person looks at it: to whom, what it says, then files and the rest."""
        seen = {"To": self.to, "copy to": self.cc, "blind copy to": self.bcc}
        whom = ", ".join(f"{how} {', '.join(map(shown_inline, who))}" for how, who in seen.items() if who)
        texts = [(whom, self.subject), ("Text", self.text)]
        if self.html:
            texts.append(("The same as web page", _seen_in(self.html)))
        files = [
            ShownFile(
                f"File {number}", one.document, f"{one.name}, {one.size_bytes:,} bytes", is_picture=False
            )
            for number, one in enumerate(self.attachments, start=1)
        ]
        answers = self.in_reply_to or self.thread_id
        facts = {"sent_from": self.sender, "sent": "as soon as you approve", "answers": answers}
        return Preview(texts, files, facts)

    def changeable(self) -> dict[str, Any]:
        """What may be corrected while approving; an answer keeps its subject, and a web page its text."""
        if self.html:
            return {}
        return {"text": self.text} | ({} if self.thread_id else {"subject": self.subject})


def _seen_in(html: str) -> str:
    """What a reader of the web page sees, and where its links lead."""
    page = read_page(html)
    links = [f"{link.shown or 'a link'} leads to {link.target}" for link in page.links]
    return "\n".join([page.text, *links])


def kind_of(name: str) -> str:
    """What a file is said to be, by its name; mail programs look no further."""
    kind, packed = guess_type(name)
    is_plain = (
        kind and not packed and kind.partition("/")[0] in {"application", "image", "audio", "video", "text"}
    )
    return kind if kind and is_plain else UNKNOWN_KIND


def answer_subject(asked: str) -> str:
    """The subject of an answer: Gmail keeps a thread only while the subject stays."""
    subject = " ".join(plain(asked).split())
    return subject if subject.casefold().startswith("re:") else f"Re: {subject}".strip()


def is_same_subject(one: str, other: str) -> bool:
    """Whether both are of one thread: `Re:` and blanks aside."""
    bare = [re.sub(r"^(re:\s*)+", "", " ".join(each.casefold().split())) for each in (one, other)]
    return bare[0] == bare[1]


def message_ids(header: str) -> tuple[str, ...]:
    """The Message-IDs that a header names, the last of them."""
    return tuple(_MESSAGE_ID.findall(header))[-MOST_REFERENCES:]


def senders_address(headers: dict[str, str]) -> str:
    """Where an answer goes: Reply-To, else From.

    Raises:
        ValueError: there is no address.
    """
    for name in ("reply-to", "from"):
        if address := parseaddr(headers.get(name, ""))[1]:
            return address_of(formataddr(("", address)))
    raise ValueError("the mail names nobody who could be answered; give to")


def mail_title(values: Mapping[str, Any]) -> str:
    """What the task of a mail is called, of its words or of its parts."""
    return f"Mail: {values['subject']}" if values.get("subject") else "Answer to a mail"
