"""Signs that a mail is a fraud: a borrowed name, failing proof of origin, misleading links, orders to pay."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.mail.addresses import (
    ADDRESS,
    claimed_brand,
    domain_of,
    host_of,
    impersonated_brand,
    is_bare_ip,
    is_brands_own,
    is_free_mail,
    looks_like,
    owner_label,
    registrable,
)
from domain.mail.facts import MailFacts
from domain.mail.html_text import HtmlLink
from domain.text import without_accents

THRESHOLD = 3.0
"""Weights of signs add up; from here on a mail is taken for phishing."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that speaks for fraud, how much, and in words for a person."""

    weight: float
    reason: str


_BANK_CHANGE = re.compile(
    r"(?:bank(?:ing)?|account|payment|remittance|wire|iban|ach)\W+(?:\w+\W+){0,4}?(?:has|have|had|is|"
    r"are|was)?\W*(?:recently |been |now )*"
    r"(?:changed|updated|new\b|different)|"
    r"(?:chang(?:ed|e|ing)|updat(?:ed|e|ing)|new|switch(?:ed)?)\W+(?:\w+\W+){0,3}?(?:bank|banking|"
    r"remittance|iban|wire|ach)\b(?! holiday)|"
    r"neue[nr]? (?:bankverbindung|iban|kontoverbindung)|bankverbindung (?:hat sich )?geändert|"
    r"nouve(?:au|lles?) (?:rib|coordonnées bancaires)|"
    r"(?:nueva|nuevos) (?:cuenta|datos) bancari|nuov[eoi] (?:iban|coordinate bancarie)|akaun bank baharu",
    re.IGNORECASE,
)
_GIFT_CARDS = re.compile(
    r"gift ?cards?|(?:itunes|steam|google play|apple) cards?|gutscheinkarten?|cartes? cadeaux?|"
    r"tarjetas? (?:de )?regalo",
    re.IGNORECASE,
)
_BUY_THEM = re.compile(
    r"\b(?:buy|purchase|get|pick up|scratch|send|codes?|kauf\w*|besorg\w*|achet\w*|compr\w*)\b", re.IGNORECASE
)
_PAY_ORDER = re.compile(
    r"\b(?:wire(?: transfer)?|bank transfer|transfer (?:of )?(?:the )?(?:funds|money|"
    r"[$\u20ac\u00a3]?\d)|process (?:a|this|the) (?:payment|transfer)|make (?:a|this|the) payment|"
    r"pay (?:this|the|immediately|now|today|at once)|send (?:the )?(?:funds|money|payment)|"
    r"überweis\w+|sofort zahlen|virement|transferencia|bonifico|"
    r"outstanding (?:vendor )?payment)",
    re.IGNORECASE,
)
_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|immediately|right away|asap|today|within (?:\d+|twenty.four|a few) (?:hours?|"
    r"minutes?)|before (?:noon|close of business|cob|\d+ ?[ap]m)|"
    r"final (?:notice|warning)|last warning|dringend|sofort|umgehend|urgent[e]?|immédiatement|"
    r"inmediatamente|segera)\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:confidential|discreet|keep this between|don.?t (?:tell|discuss|call)|can.?t talk|"
    r"in a meeting|are you (?:at your desk|available|free)|"
    r"do not (?:call|mention)|vertraulich|confidentiel\w*|streng geheim)\b",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"(?:verify|confirm|validate|update|re-?activate|unlock|restore)\W+(?:your|ihr\w*|votre|"
    r"su)\W+(?:\w+\W+){0,2}?(?:account|identity|password|billing|payment|"
    r"information|mailbox|konto|compte|cuenta|card)|(?:account|mailbox|konto|compte|cuenta|"
    r"access)\W+(?:\w+\W+){0,4}?(?:suspended|limited|locked|restricted|"
    r"disabled|deactivated|blocked|expire[sd]?|gesperrt|eingeschränkt|bloqué|suspendu|"
    r"bloquead[ao])|unusual (?:sign.?in|activity)|"
    r"unauthori[sz]ed (?:transaction|access|login)|password (?:will )?expire|"
    r"bestätigen sie ihre (?:daten|identität)|"
    r"(?:click|tap) (?:here|below|the (?:link|button)) (?:to|and) (?:verify|confirm|avoid|restore|"
    r"unlock|login|log in|claim)|"
    r"log ?in (?:here |now )?to (?:view|release|retrieve|claim)|held? (?:at|in) (?:our|the) (?:depot|"
    r"customs|warehouse)|(?:redelivery|customs) fee",
    re.IGNORECASE,
)
_WINDFALL = re.compile(
    r"\b(?:lottery|jackpot|inheritance|next of kin|beneficiary|million (?:dollars|usd|euros?)|"
    r"unclaimed (?:funds|prize)|you have won|bitcoin|btc wallet|"
    r"crypto(?:currency)? (?:wallet|payment)|hacked your (?:device|computer|account)|recorded you)\b",
    re.IGNORECASE,
)
_CALL_TO_CANCEL = re.compile(
    r"(?:(?:call|contact|dial|ring)\b.{0,60}\+?[\d(][\d ()./-]{7,}.{0,80}(?:cancel|refund|dispute|"
    r"did not|didn.t|stop))|"
    r"(?:(?:cancel|refund|dispute|did not authori|didn.t).{0,80}(?:call|contact|"
    r"dial)\b.{0,40}\+?[\d(][\d ()./-]{7,})",
    re.IGNORECASE | re.DOTALL,
)
_HOST_SHOWN = re.compile(r"^(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?#].*)?$", re.IGNORECASE)
_RUNNABLE = re.compile(
    (r"\.(?:exe|scr|js|jse|vbs|bat|cmd|com|pif|hta|lnk|iso|img|jar|ps1|docm|xlsm|msi)$"), re.IGNORECASE
)
_WEB_PAGE = re.compile(r"\.(?:html?|shtml|svg)$", re.IGNORECASE)
_SHORT_LINKS = frozenset(
    {"bit.ly", "tinyurl.com", "goo.gl", "is.gd", "ow.ly", "cutt.ly", "rebrand.ly", "t.ly"}
)
_EXECUTIVE = re.compile(
    (r"\b(?:ceo|cfo|president|director|chief|geschäftsführ\w+|directeur|boss|owner)\b"),
    re.IGNORECASE,
)

_FINDING = re.compile(
    r"(?P<method>[a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*(?P<result>\w+)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_JUDGED = re.compile(r"\bheader\.from\s*=\s*([^\s;]+)", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_REMARK = re.compile(r"\([^()]*\)")
_DEEPEST = 5

_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
"""How German names stand in addresses."""
_SHORTEST_NAME = 5


def signs(mail: MailFacts, body: str, links: list[HtmlLink]) -> list[Sign]:
    """Everything that speaks for fraud; a mail is judged by the sum."""
    return [*_origin(mail), *_names(mail), *_links(mail, links), *_words(mail, body), *_attachments(mail)]


def proof_of_origin(mail: MailFacts, method: str) -> str | None:
    """The result of `spf`, `dkim` or `dmarc` as the receiving server wrote it (RFC 8601); None where it wrote nothing.

    Some of that header is the sender's own, such as the envelope's address, which may read `dmarc=pass@evil.example`:
    only what begins a finding counts, of several DMARC findings the worst, and that about the sender's domain alone.
    """
    found = [
        result
        for part in _without_remarks(mail.auth_results).split(";")
        if (result := _FINDING.fullmatch(part.strip())) and result["method"].lower() == method
    ]
    results = [one["result"].lower() for one in found]
    if method != "dmarc":
        return results[0] if results else None
    about = {registrable(domain_of(domain)) for one in found for domain in _JUDGED.findall(one["rest"])}
    if about - {registrable(domain_of(mail.sender_address))}:
        return None
    return next((one for one in results if one != "pass"), results[0] if results else None)


def _without_remarks(findings: str) -> str:
    """Without quoted words and remarks in brackets, which may be the sender's."""
    bare = _QUOTED.sub('""', findings)
    for _ in range(_DEEPEST):
        bare = _REMARK.sub(" ", bare)
    return bare


def _origin(mail: MailFacts) -> Iterator[Sign]:
    dmarc = proof_of_origin(mail, "dmarc")
    if dmarc in {"fail", "permerror"}:
        yield Sign(3.0, "the sender's domain denies this mail (DMARC fails)")
    if dmarc is None:
        failed = [name.upper() for name in ("spf", "dkim") if proof_of_origin(mail, name) == "fail"]
        if failed:
            yield Sign(1.5 * len(failed), f"the proof of origin fails ({' and '.join(failed)})")
    reply, sender = domain_of(mail.reply_to), domain_of(mail.sender_address)
    if reply and sender and registrable(reply) != registrable(sender):
        private = is_free_mail(reply) and not is_free_mail(sender)
        money = _PAY_ORDER.search(mail.text) or _BANK_CHANGE.search(mail.text)
        weight = (2.5 if private else 0.5) + (1.0 if money else 0.0)
        yield Sign(weight, f"answers go to {reply}, not to {sender}")
    if looks_like(reply, sender):
        yield Sign(3.0, f"{reply} imitates {sender}")


def _names(mail: MailFacts) -> Iterator[Sign]:
    sender = domain_of(mail.sender_address)
    shown = ADDRESS.search(mail.sender_name)
    if shown and registrable(domain_of(shown[0])) != registrable(sender):
        yield Sign(3.0, f"the shown name is another address ({shown[0]}) than the real one")
    brand = claimed_brand(mail.sender_name)
    if brand and not is_brands_own(sender, brand):
        yield Sign(3.0, f"it calls itself {mail.sender_name}, but comes from {sender}")
    imitated = impersonated_brand(sender)
    if imitated:
        yield Sign(3.5, f"the sender's domain {sender} imitates {imitated}")
    if looks_like(sender, domain_of(mail.to)):
        yield Sign(4.0, f"the sender's domain {sender} imitates our own")
    if _imitates_own_name(mail.sender_name, sender):
        yield Sign(3.0, f"the sender's domain {sender} is a misspelt {mail.sender_name}")
    if is_free_mail(sender) and _EXECUTIVE.search(mail.sender_name):
        yield Sign(2.0, "an executive's name on a private address")


def _imitates_own_name(name: str, sender: str) -> bool:
    """`Contoso Supplies <billing@cont0so.com>`: the domain looks like the name but is not it."""
    owner = owner_label(sender)
    spellings = {without_accents(name.lower()), without_accents(name.lower().translate(_SPELT_OUT))}
    words = {word for one in spellings for word in re.findall(r"[a-z0-9]{5,}", one)}
    words |= {joined for one in spellings if len(joined := re.sub(r"[^a-z0-9]", "", one)) >= _SHORTEST_NAME}
    if any(word in owner for word in words):
        return False
    return any(looks_like(f"{word}.com", f"{owner}.com") for word in words)


def _links(mail: MailFacts, links: list[HtmlLink]) -> Iterator[Sign]:
    trusted = bool(mail.list_unsubscribe) and proof_of_origin(mail, "dmarc") == "pass"
    for link in links[:200]:
        host = host_of(link.target)
        shown = _HOST_SHOWN.match(link.shown.strip())
        if not host:
            continue
        if is_bare_ip(host) or "@" in link.target.split("?", 1)[0].removeprefix("mailto:").partition("//")[2]:
            yield Sign(3.0, f"a link hides where it leads ({host})")
        elif shown and registrable(shown[1].lower()) != registrable(host):
            yield Sign(0.5 if trusted else 3.0, f"a link shows {shown[1]} but leads to {host}")
            return
        elif impersonated_brand(host):
            yield Sign(3.0, f"a link leads to {host}, which imitates {impersonated_brand(host)}")
            return
        elif host in _SHORT_LINKS:
            yield Sign(0.7, f"a shortened link ({host})")


def _words(mail: MailFacts, body: str) -> Iterator[Sign]:
    text = f"{mail.subject}\n{body}\n{mail.text}"
    if _BANK_CHANGE.search(text):
        yield Sign(3.0, "it announces new bank details; call the vendor on the number you know")
    if _GIFT_CARDS.search(text) and _BUY_THEM.search(text) and (_URGENT.search(text) or _SECRET.search(text)):
        yield Sign(3.5, "it asks for gift cards")
    pays, urgent, secret = (bool(pattern.search(text)) for pattern in (_PAY_ORDER, _URGENT, _SECRET))
    if pays and (urgent or secret):
        yield Sign(1.0 + urgent * 0.5 + secret * 1.5, "it asks for an urgent payment")
    if _CREDENTIALS.search(text):
        yield Sign(2.0 + urgent * 0.7, "it asks to confirm an account or a password")
    windfalls = {match.group().lower() for match in _WINDFALL.finditer(text)}
    if windfalls:
        yield Sign(2.0 + 0.5 * len(windfalls), "it promises or demands money without a reason")
    if _CALL_TO_CANCEL.search(text) and is_free_mail(domain_of(mail.sender_address)):
        yield Sign(3.5, "a bill from a private address that asks you to call to cancel it")


def _attachments(mail: MailFacts) -> Iterator[Sign]:
    for name in mail.attachments:
        if _RUNNABLE.search(name):
            yield Sign(3.5, f"the attachment {name} is a program")
        elif _WEB_PAGE.search(name):
            yield Sign(2.0, f"the attachment {name} is a web page")
