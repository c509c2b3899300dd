"""Mails that must decide nothing, written byte for byte: what a mail's own form can hide, and proofs that are none."""

import base64
import quopri
from collections.abc import Callable, Iterator

from tests.forged_replies import OWNER, PASS, STUDIO, Asked

DOMAIN = "northwindlane.example"
GMAIL = (
    "mx.google.com; spf=pass (google.com: domain of {mailfrom} designates 192.0.2.7 as permitted sender) "
    "smtp.mailfrom={mailfrom}; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=northwindlane.example"
)
"""What Gmail writes above a mail in the owner's name: the envelope's address is the forger's to choose."""
NO_POLICY = (
    "mx.google.com; spf=pass (google.com: domain of {mailfrom} designates it) smtp.mailfrom={mailfrom}"
)
"""The same for a domain that says nothing about forged mails."""

ENVELOPES = (
    "dmarc=pass@evil.example",
    "x.dmarc=pass@evil.example",
    "x+dmarc=pass@evil.example",
    '"dmarc=pass"@evil.example',
    '"; dmarc=pass"@evil.example',
    '"x); dmarc=pass ("@evil.example',
    '"x\\"; dmarc=pass"@evil.example',
    "=?utf-8?q?=3B_dmarc=3Dpass_?=@evil.example",
    "=?utf-8?b?OyBkbWFyYz1wYXNzIA==?=@evil.example",
    "DMARC=PASS@evil.example",
)
PROOFS = (
    "mx.google.com; dmarc=pass header.from=evil.example",
    "mx.google.com; dmarc=pass (p=REJECT) header.from=northwindlane.example.evil.example",
    "mx.google.com; dmarc=pass header.from=northwindIane.example",
    "mx.google.com; dmarc=pass header.from=xn--northwindlne-z4a.example",
    "mx.google.com; x-dmarc=pass; dmarc=none header.from=northwindlane.example",
    "mx.google.com; dmarc=fail header.from=northwindlane.example; dmarc=pass header.from=northwindlane.example",
    "mx.google.com; dmarc=bestguesspass header.from=northwindlane.example",
    "mx.google.com; dmarc=temperror header.from=northwindlane.example",
    "mx.google.com (dmarc=pass); spf=pass; dkim=pass header.d=northwindlane.example",
    "mx.google.com; dkim=pass header.i=@dmarc=pass header.d=northwindlane.example",
    "mx.google.com; none",
    "",
)
SENDERS = (
    f"x@evil.example, Ann <{OWNER}>",
    f"Ann <{OWNER}>, x@evil.example",
    f"Ann <{OWNER}> <x@evil.example>",
    f'"Ann <{OWNER}>" <x@evil.example>',
    f'"{OWNER}" <x@evil.example>',
    f'"{OWNER}"@evil.example',
    f"Ann <{OWNER}@evil.example>",
    f"Ann <@{DOMAIN},@evil.example:x@evil.example>",
    f"Owners: {OWNER}, x@evil.example;",
    f"x@evil.example ({OWNER})",
    "Ann <owner@northwindlane.example.evil.example>",
    "Ann <owner@northwindIane.example>",
    "Ann <owner@northwindl\u0430ne.example>",
    "Ann <own\u0435r@northwindlane.example>",
    "Ann <owner\u200b@northwindlane.example>",
    "Ann <owner@northwindlane.example\u3002evil.example>",
    "Ann <owner+ann@northwindlane.example>",
    "=?utf-8?q?Ann_=3Cowner=40northwindlane=2Eexample=3E?= <x@evil.example>",
    "",
)


def _raw(asked: Asked, text: str, *, body: bytes | None = None, **facts: str) -> bytes:
    """A reply; `body` begins with its own headers of content."""
    headers = {
        "Authentication-Results": facts.get("proof", PASS),
        "From": facts.get("sender", f"Ann <{OWNER}>"),
        "To": STUDIO,
        "Subject": facts.get("subject", "Re: Please decide"),
        "Message-ID": "<r1@phone.example>",
        "In-Reply-To": asked.message,
        "MIME-Version": "1.0",
    }
    headers |= {name.replace("_", "-"): value for name, value in facts.items() if name[0].isupper()}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    return head + (body or b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode())


def _parts(kind: str, *parts: tuple[str, str]) -> bytes:
    """Parts of so many kinds, each with its headers' text and its content."""
    inside = "".join(f"--b\r\nContent-Type: {head}\r\n\r\n{content}\r\n" for head, content in parts)
    return f'Content-Type: multipart/{kind}; boundary="b"\r\n\r\n{inside}--b--\r\n'.encode()


PLAIN, PAGE = "text/plain; charset=utf-8", "text/html; charset=utf-8"
FILE = 'text/plain; name="code.txt"\r\nContent-Disposition: attachment; filename="code.txt"'

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
Body = Callable[[str], bytes]
BODIES: dict[str, Body] = {
    "an empty text, and the answer in a file": lambda yes: _parts("mixed", (PLAIN, ""), (FILE, yes)),
    "other words, and the answer in a file": lambda yes: _parts("mixed", (PLAIN, "See it."), (FILE, yes)),
    "the answer in a second part": lambda yes: _parts("mixed", (PLAIN, "What is this?"), (PLAIN, yes)),
    "the answer behind an empty part": lambda yes: _parts("mixed", (PLAIN, ""), (PLAIN, yes)),
    "a page that says something else": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, "<p>no, never</p>")
    ),
    "a page that says no": lambda yes: _parts("alternative", (PLAIN, yes), (PAGE, "<p>no</p>")),
    "a second page that says no": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f"<p>{yes}</p>"), (PAGE, "<p>no</p>")
    ),
    "a second text that says no": lambda yes: _parts("alternative", (PLAIN, yes), (PLAIN, "no")),
    "a lively page (AMP) that says no": lambda yes: _parts(
        "alternative", (PLAIN, yes), ("text/x-amp-html; charset=utf-8", "<p>no</p>"), (PAGE, f"<p>{yes}</p>")
    ),
    "rich text that says no": lambda yes: _parts("alternative", (PLAIN, yes), ("text/enriched", "no")),
    "a page of related parts that says no": lambda yes: _parts(
        "alternative",
        (PLAIN, yes),
        ('multipart/related; boundary="c"', f"--c\r\nContent-Type: {PAGE}\r\n\r\n<p>no</p>\r\n--c--"),
    ),
    "an invitation with the answer": lambda yes: _parts("mixed", (PLAIN, ""), ("text/calendar", yes)),
    "a picture's words alone": lambda yes: _parts(
        "related", (PAGE, f'<img alt="{yes}" src="cid:x"><p>hello</p>'), ("image/png", "x")
    ),
    "a page's title alone": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f"<title>{yes}</title><p>hello</p>")
    ),
    "a page's remark alone": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f"<!-- {yes} --><p>hello</p>")
    ),
    "a field's value alone": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f'<input value="{yes}"><p>hello</p>')
    ),
    "a style alone": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f"<style>{yes}</style><p>hello</p>")
    ),
    "a page far below": lambda yes: _parts(
        "alternative", (PLAIN, yes), (PAGE, f"<p>hello</p><p>there</p><p>{yes}</p>")
    ),
    "no text beside the page, encoded": lambda yes: (
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(f"<p>{yes}</p>".encode())
    ),
    "a text in base64 that is said to be none": lambda yes: (
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + base64.b64encode(yes.encode())
    ),
    "a code that its encoding breaks in two": lambda yes: (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring(f"{yes[:-3]}\n{yes[-3:]}".encode())
    ),
    "a text in UTF-7": lambda yes: (
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + f"+/v8-{yes}".encode() + b"\r\n+AG4-o"
    ),
    "a report of a delivery": lambda yes: _parts(
        'report; report-type="delivery-status"', (PLAIN, yes), ("message/delivery-status", "Action: failed")
    ),
    "a mail in the mail": lambda yes: _parts(
        "mixed", (PLAIN, ""), ("message/rfc822", f"Subject: x\r\n\r\n{yes}")
    ),
    "a digest of mails": lambda yes: _parts("digest", ("message/rfc822", f"Subject: x\r\n\r\n{yes}")),
    "a part of a longer mail": lambda yes: (
        b'Content-Type: message/partial; id="x"; number=1; total=2\r\n\r\n' + yes.encode()
    ),
    "a text that lies elsewhere": lambda yes: (
        b'Content-Type: message/external-body; access-type="URL"\r\n\r\nContent-Type: text/plain\r\n\r\n'
        + yes.encode()
    ),
    "no kind at all": lambda yes: b"Content-Type: application/octet-stream\r\n\r\n" + yes.encode(),
}
WORDS: dict[str, Callable[[Asked], str]] = {
    "Arabic digits": lambda asked: "yes " + "".join(chr(0x660 + int(one)) for one in asked.code),
    "wide digits": lambda asked: "yes " + "".join(chr(0xFF10 + int(one)) for one in asked.code),
    "digits of mathematics": lambda asked: "yes " + "".join(chr(0x1D7CE + int(one)) for one in asked.code),
    "digits in circles": lambda asked: "yes " + "".join(f"{one}\u20e3" for one in asked.code),
    "digits with a mark inside": lambda asked: f"yes {asked.code[:2]}\u0300{asked.code[2:]}",
    "digits backwards": lambda asked: f"yes \u202e{asked.code[::-1]}\u202c",
    "digits in isolates": lambda asked: f"yes \u2067{asked.code}\u2069",
    "a word of look-alikes": lambda asked: f"y\u0435s {asked.code}",
    "a word with a mark between": lambda asked: f"y\u00ades {asked.code}",
    "a word joined": lambda asked: f"ye\u2060s {asked.code}",
    "a word backwards": lambda asked: f"\u202esey\u202c {asked.code}",
    "a tick alone": lambda asked: f"\u2705 {asked.code}",
    "a thumb alone": lambda asked: f"\U0001f44d {asked.code}",
    "seven digits": lambda asked: f"yes {asked.code}7",
    "five digits": lambda asked: f"yes {asked.code[:5]}",
    "the code twice": lambda asked: f"yes {asked.code} {asked.code}",
    "two codes": lambda asked: f"yes {asked.code} {asked.old}",
    "a code in letters": lambda asked: f"yes {' '.join(DIGITS[int(one)] for one in asked.code)}",
    "yes and no": lambda asked: f"yes {asked.code} no",
    "no and yes": lambda asked: f"no yes {asked.code}",
    "a question": lambda asked: f"yes {asked.code}?? or not",
    "a condition before it": lambda asked: f"Only if it is cheap\nyes {asked.code}",
    "a negation before it": lambda asked: f"Do not take this as\nyes {asked.code}",
    "crossed out": lambda asked: f"~~yes {asked.code}~~",
    "an answer in quotation marks": lambda asked: f'"yes {asked.code}"',
    "an answer quoted with a bar": lambda asked: f"| yes {asked.code}",
    "an answer behind a signature": lambda asked: f"hello\n-- \nyes {asked.code}",
    "the code of another request": lambda asked: f"yes {asked.other_id} {asked.code}",
    "both requests": lambda asked: f"yes {asked.request_id} {asked.other_id} {asked.code}",
    "a bell in the code": lambda asked: f"yes {asked.code[:3]}\x07{asked.code[3:]}",
    "a tag sign behind it": lambda asked: f"yes {asked.code}\U000e0041",
}


def forged_mails(asked: Asked) -> Iterator[tuple[str, bytes]]:
    """Each with what it is; the first families bring a code that counts, the others none."""
    yes = f"yes {asked.code}"
    yield from ((name, _raw(asked, "", body=body(yes))) for name, body in BODIES.items())
    yield from ((name, _raw(asked, words(asked))) for name, words in WORDS.items())
    yield "the code in the subject", _raw(asked, "yes", subject=f"Re: {asked.code}")
    yield "the answer in the subject", _raw(asked, "", subject=f"Re: yes {asked.code}")
    yield "the answer in another header", _raw(asked, "see above", Comments=yes)
    yield "a meeting's answer", _raw(asked, yes, Auto_Submitted="auto-replied; owner-email=x")
    yield "a receipt of reading", _raw(asked, yes, Precedence="AUTO_REPLY")
    for form in (GMAIL, NO_POLICY):
        for envelope in ENVELOPES:
            yield (
                f"a no, and the envelope {envelope}",
                _raw(asked, "no", proof=form.format(mailfrom=envelope)),
            )
    yield from ((f"a no, and the proof {one}", _raw(asked, "no", proof=one)) for one in PROOFS)
    for sender in SENDERS:
        proof = "mx.google.com; spf=pass; dmarc=pass header.from=evil.example"
        yield f"a no of {sender}", _raw(asked, "no", sender=sender, proof=proof, Reply_To=OWNER, Sender=OWNER)
    yield (
        "a no whose first sender is another",
        _raw(asked, "no", Sender=f"x@evil.example\r\nFrom: {OWNER}", sender="x@evil.example"),
    )
