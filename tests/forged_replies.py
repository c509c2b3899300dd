"""Replies that must decide nothing: families of forgeries, each in many shapes; and honest ones, to compare."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

OWNER = "owner@northwindlane.example"
STUDIO = "studio@northwindlane.example"
YES = ("yes", "Yes", "YES,", "ok", "approve", "ja", "Oui", "sí", "sì")
NO = ("no", "No.", "nein", "Non", "reject")
GREETINGS = ("", "", "Hi,\n\n", "Hallo!\n", "Bonjour,\n\n")
BELOW = ("", "\n\nAnn", "\n\nAnn Lee\n+49 171 2345678", "\n\nSent from my iPhone", "\n-- \nAnn")
PASS = "mx.google.com; dkim=pass; spf=pass; dmarc=pass header.from=northwindlane.example"
FAIL = "mx.google.com; dkim=none; spf=softfail; dmarc=fail header.from=northwindlane.example"


@dataclass
class Letter:
    """A mail that answers a request.

    Attributes:
        answers: The Message-ID that it answers.
        more: Headers beside.
    """

    answers: str
    text: str | None
    html: str | None = None
    sender: str = OWNER
    subject: str = "Re: Please decide"
    proof: str = PASS
    more: dict[str, str] = field(default_factory=dict)
    attached: bytes | None = None

    def raw(self) -> bytes:
        """Its bytes as the mailbox keeps them."""
        message = EmailMessage(policy=SMTP)
        message["Authentication-Results"] = self.proof
        for name, value in self.more.items():
            message[name] = value
        facts = {
            "From": f"Ann <{self.sender}>",
            "To": STUDIO,
            "Subject": self.subject,
            "Message-ID": "<r1@phone.example>",
        }
        facts |= {"In-Reply-To": self.answers, "References": self.answers} if self.answers else {}
        for name, value in facts.items():
            message[name] = value
        if self.text is not None:
            message.set_content(self.text)
        if self.html is not None and self.text is None:
            message.set_content(self.html, subtype="html")
        elif self.html is not None:
            message.add_alternative(self.html, subtype="html")
        if self.attached is not None:
            inner = EmailMessage(policy=SMTP)
            inner["From"], inner["Subject"] = OWNER, "Please decide"
            inner.set_content(self.attached.decode())
            message.add_attachment(inner)
        return message.as_bytes()


@dataclass(frozen=True)
class Asked:
    """What a forger knows at most: the message that asked, its request, a code that counts, one that was used, one of
    an hour ago, another request, and the message of a request that was changed since."""

    message: str
    request_id: str
    code: str
    used: str
    old: str
    other_id: str
    other_message: str
    changed_message: str


Forgery = Callable[[random.Random, Asked], Letter]


def _said(rng: random.Random, words: str) -> str:
    return rng.choice(GREETINGS) + words + rng.choice(BELOW)


def _yes(rng: random.Random, code: str) -> str:
    spaced = rng.choice([code, f"{code[:3]} {code[3:]}"])
    change = rng.choice(["", "", " total: 1.00"])
    return f"{rng.choice(YES)} {spaced}{change}"


def _robot(rng: random.Random, asked: Asked) -> Letter:
    header, value = rng.choice(
        [
            ("Auto-Submitted", "auto-replied"),
            ("Auto-Submitted", "auto-generated (vacation)"),
            ("Precedence", "bulk"),
            ("Precedence", "list"),
            ("Precedence", "auto_reply"),
            ("X-Autoreply", "yes"),
            ("X-Autorespond", "out of office"),
            ("List-Id", "<all.northwindlane.example>"),
            ("List-Unsubscribe", "<mailto:leave@list.example>"),
            ("Return-Path", "<>"),
            ("X-Failed-Recipients", OWNER),
        ]
    )
    return Letter(asked.message, _said(rng, _yes(rng, asked.code)), more={header: value})


def _bounce(rng: random.Random, asked: Asked) -> Letter:
    sender = rng.choice(["mailer-daemon@x.example", "postmaster@northwindlane.example", "no-reply@x.example"])
    return Letter(asked.message, _yes(rng, asked.code), sender=sender, subject="Undeliverable")


def _quoted(rng: random.Random, asked: Asked) -> Letter:
    yes = _yes(rng, asked.code)
    above = rng.choice(["", "What is this?\n\n", "thanks\n\n"])
    below = rng.choice(
        [
            f"> {yes}",
            f"> > {yes}",
            f"On Fri, 20 Nov 2026 at 09:00, Ann <{OWNER}> wrote:\n\n{yes}",
            f"Am 20.11.2026 um 09:00 schrieb Ann:\n{yes}",
            f"Le ven. 20 nov. 2026, Ann a écrit :\n{yes}",
            f"El vie, 20 nov 2026, Ann escribió:\n{yes}",
            f"Il giorno ven 20 nov 2026 Ann ha scritto:\n{yes}",
            f"-----Original Message-----\nFrom: Ann\n\n{yes}",
            f"________________________________\nVon: Ann\n{yes}",
            f"On Fri, 20 Nov 2026 at 09:00, Ann\n<{OWNER}> wrote:\n{yes}",
        ]
    )
    return Letter(asked.message, above + below)


def _forwarded(rng: random.Random, asked: Asked) -> Letter:
    if rng.random() < 0.3:
        return Letter(asked.message, _yes(rng, asked.code), attached=b"Please decide\n")
    return Letter(
        asked.message,
        _yes(rng, asked.code),
        subject=f"{rng.choice(['Fwd', 'FW', 'WG', 'TR', 'RV', 'I'])}: Please decide",
    )


def _two(rng: random.Random, asked: Asked) -> Letter:
    yes = _yes(rng, asked.code).partition(" total")[0]
    text = rng.choice(
        [
            f"{yes} {asked.used}",
            f"{yes}\n\n{asked.used}",
            f"{yes}\n\n{rng.choice(NO)}",
            f"{rng.choice(NO)}\n\n{yes}",
            f"{yes}\n\n{_yes(rng, asked.old)}",
            f"{yes} or {rng.choice(NO)}",
        ]
    )
    return Letter(asked.message, rng.choice(GREETINGS) + text)


def _page_only(rng: random.Random, asked: Asked) -> Letter:
    return Letter(asked.message, None, html=f"<div>{_yes(rng, asked.code)}</div>")


def _hidden(rng: random.Random, asked: Asked) -> Letter:
    yes = _yes(rng, asked.code)
    style = rng.choice(["display:none", "visibility:hidden", "font-size:0", "opacity:0"])
    seen = rng.choice(["What is this?", "", "no", "thanks!"])
    return rng.choice(
        [
            Letter(asked.message, yes, html=f"<p>{seen}</p>"),
            Letter(asked.message, yes, html=f'<p style="{style}">{yes}</p><p>{seen}</p>'),
            Letter(
                asked.message,
                seen,
                html=f'<p style="{style}">{yes}</p><p>{seen or "hm"}</p>',
                sender="a@b.example",
            ),
            Letter(asked.message, "".join(f"{sign}\u200b" for sign in yes)),
            Letter(asked.message, f"\u202e{yes}"),
        ]
    )


def _more_words(rng: random.Random, asked: Asked) -> Letter:
    yes = f"{rng.choice(YES)} {asked.code}"
    text = rng.choice(
        [
            f"{yes} but only half of it",
            f"{yes}\nif the landlord agrees",
            f"I did not say\n{yes}",
            f"{yes} total: 1.00\n0000 more",
            f"{yes} nonsense: 5",
            f"{yes} vendor",
            f"please write {yes}",
        ]
    )
    return Letter(asked.message, text)


def _elsewhere(rng: random.Random, asked: Asked) -> Letter:
    """It names another request, or answers two."""
    yes = rng.choice(YES)
    return rng.choice(
        [
            Letter(asked.message, f"{yes} {asked.other_id} {asked.code}"),
            Letter(
                asked.message, f"{yes} {asked.code}", more={"X-Also": "1", "References": asked.other_message}
            ),
            Letter("", f"{yes} {asked.code}", subject=f"Re: [{asked.request_id}] [{asked.other_id}]"),
        ]
    )


FAMILIES: dict[str, Forgery] = {
    "a yes without a code": lambda rng, asked: Letter(asked.message, _said(rng, rng.choice(YES))),
    "a guessed code": lambda rng, asked: Letter(
        asked.message,
        _said(rng, _yes(rng, f"{(int(asked.code) + rng.randrange(1, 10**6)) % 10**6:06}")),
        sender="x@y.example",
    ),
    "a replayed code": lambda rng, asked: Letter(asked.message, _said(rng, _yes(rng, asked.used))),
    "an old code": lambda rng, asked: Letter(asked.message, _said(rng, _yes(rng, asked.old))),
    "a no in the owner's name": lambda rng, asked: Letter(
        asked.message,
        _said(rng, rng.choice(NO)),
        proof=rng.choice(
            [FAIL, "mx.google.com; dmarc=none", "mx.google.com; spf=pass; dkim=pass", f"{FAIL}; x={PASS}"]
        ),
    ),
    "a no with a proof that it brings itself": lambda rng, asked: Letter(
        asked.message, rng.choice(NO), proof=FAIL, more={"Authentication-Results": PASS}
    ),
    "a no of somebody else": lambda rng, asked: Letter(
        asked.message,
        _said(rng, rng.choice(NO)),
        sender=rng.choice(["x@y.example", f"{OWNER}.evil.example", STUDIO]),
    ),
    "a no by its id alone": lambda rng, asked: Letter("", f"{rng.choice(NO)} {asked.request_id}"),
    "a no with a wrong code": lambda rng, asked: Letter(asked.message, f"{rng.choice(NO)} {asked.old}"),
    "a robot": _robot,
    "a bounce": _bounce,
    "a quoted yes": _quoted,
    "a forwarded request": _forwarded,
    "two answers": _two,
    "a page alone": _page_only,
    "hidden text": _hidden,
    "more words": _more_words,
    "another request": _elsewhere,
    "a request that was changed": lambda rng, asked: Letter(
        asked.changed_message, _said(rng, _yes(rng, asked.code))
    ),
    "an unknown message": lambda rng, asked: Letter(
        f"<fte.{asked.request_id}-{rng.randrange(16**24):024x}@northwindlane.example>", _yes(rng, asked.code)
    ),
}


def forged(count: int, seed: int) -> Iterator[tuple[str, Forgery, random.Random]]:
    """So many forgeries, of each family as many."""
    names = list(FAMILIES)
    for number in range(count):
        name = names[number % len(names)]
        yield name, FAMILIES[name], random.Random(f"{seed}-{number}")  # noqa: S311 (a test's)


def replied(answers: str, text: str, **facts: Any) -> bytes:
    """An honest reply."""
    return Letter(answers, text, **facts).raw()
