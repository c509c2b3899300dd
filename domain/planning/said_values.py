"""The values in a person's words that are known by their form: days, months, amounts, addresses and numbers."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple

from domain.iban import IBAN_START, iban_at
from domain.planning.said_counts import counted
from domain.planning.said_days import (
    TWO_WAYS,
    days_behind,
    due,
    until,
    weekday_numbers,
)
from domain.planning.said_money import amounts, currencies, net_amounts
from domain.planning.said_periods import Told, ahead, months, periods
from domain.planning.slots import Slot, SlotType
from domain.receipts.dates import dates_in as written_dates

DAYS_AGO = {
    "yesterday": 1, "gestern": 1, "hier": 1, "ayer": 1, "ieri": 1, "gisteren": 1,
    "today": 0, "heute": 0, "aujourd'hui": 0, "aujourd\u2019hui": 0, "hoy": 0, "oggi": 0, "vandaag": 0,
}  # fmt: skip
BEFORE_YESTERDAY = re.compile(
    r"\b(?:the )?day before yesterday\b|\bvorgestern\b|\bavant[- ]hier\b|\banteayer\b|\bantes de ayer\b"
    r"|\b(?:l['\u2019]altro ieri|ieri l['\u2019]altro)\b|\beergisteren\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(?:j['\u2019]ai|nous|on a|pour|une?|les?|la|chez|avec|payé|dépensé|acheté)(?!\w)",
    re.IGNORECASE,
)
"""Words beside which *hier* is yesterday; in German and Dutch it is *here*."""
DAYS_AHEAD = DAYS_AGO | {
    "tomorrow": -1, "morgen": -1, "demain": -1, "mañana": -1, "domani": -1,
}  # fmt: skip
BEFORE_DATES = (
    "(?:for|over|über|of|in|to|on|from|für|im|vom|von|am|pour|de|du|d['\u2019]|para|por|del|per|di|dell"
    "['\u2019]"
    "|voor|van"
    "|op|l[eo]|el|il|until|till|bis|bis zum|jusqu['\u2019]au|jusqu['\u2019]à|hasta|fino al|fino a|tot)"
)
TAKEN_OUT = " \u00a6 "
"""Where a value stood that is known by its form: a value that a phrase leaves open ends there."""
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LABELLED_IBAN = re.compile(r"\bIBAN\b\W*([A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8})\b", re.IGNORECASE)
LABELLED_TAX = re.compile(
    r"\b(?:VAT|tax|UID|USt-?Id(?:Nr)?|USt|TVA|IVA|BTW|NIF|EIN|ABN|GSTIN)\b"
    r"[ .-]*(?:ID|No|Nr|number|numéro|nummer)?\W*(?:(?:is|ist|lautet|est|è)\b\W*)?"
    r"((?:[A-Z]{2,3}[ -]?[A-Z]?)?\d(?:[ .-]?\d){5,12}(?:[A-Z]\d{0,2})?)(?![\w-])",
    re.IGNORECASE,
)
DOCUMENT = re.compile(
    r"(?:\b(?P<kind>invoices?|bills?|receipt|credit note|rechnung|gutschrift|facture|avoir|factura|fattura|factuur"
    r"|rekening)\b[\s.:]*)?(?P<raw>(?P<label>\b(?:number|nummer|num[ée]ro|n[uú]mero|no|nr|n[\u00b0\u00ba])(?!\w)[\s.:#]*"
    r"|\#\s?)?(?<![\w/.,-])(?P<number>[A-Z]{0,8}[-/]?\d[\w/-]*))(?![.,]\d|\s?[\u20ac\u00a3$%])",
    re.IGNORECASE,
)
WRITTEN_AS_NUMBER = re.compile(r"[A-Z]{1,8}[-/]?\d+(?:[-/]\d+)+|[A-Z]{2,8}[-/]\d{2,}", re.IGNORECASE)
"""The number of an invoice or bill: behind a word for one, or written as such numbers are, *INV/2026/00042*."""
BECAUSE = (
    r"because(?:\s+of)?|since|as|weil|denn|wegen|da|car|parce\s+(?:que|qu['\u2019])|à\s+cause\s+de|porque|por"
    r"|perché|poiché|omdat|want|wegens"
)
REASON = re.compile(
    rf"(?:\s*,\s*(?:{BECAUSE})\s+|\s+(?:because(?:\s+of)?|weil|wegen|parce\s+(?:que|qu['\u2019])|car|porque|perché"
    r"|omdat|wegens)\s+)(?P<why>[^.!?\n;]+)|(?:\s*,|(?<=\d):|\s+[-\u2013\u2014])\s+(?P<said>[^.!?\n;,]+)(?=$|[.!?\n;])",
    re.IGNORECASE,
)
"""Why, at the end of a sentence: behind *because*, or behind a comma where it begins small or has two words."""
NO_REASON = re.compile(
    r"\b(?:please|thanks?|bitte|danke|merci|s'il|gracias|por favor|grazie|per favore|bedankt|alsjeblieft|not|don|never"
    r"|nicht|keine?n?|ne|pas|no|non|niet|geen|and|und|et|y|e|en|then|dann|send|inc|ltd|llc|gmbh|co)\b",
    re.IGNORECASE,
)
"""Words of what stands behind a comma and is no reason: a courtesy, a no, something else that is asked for."""
NO_WORDS = (
    r"not|never|nicht|keine?[nrms]?|nie(?:mals)?|ne|n['\u2019]|pas|jamais|no|nunca|non|mai(?!\s+(?-i:[A-Z0-9&]))"
    r"|niet|geen|nooit"
)
"""A no in the six languages."""
NO = re.compile(rf"\b(?:{NO_WORDS})\b|n['\u2019]t\b", re.IGNORECASE)
LEADS = re.compile(
    r"\b(?:with|by|using|from|out of|mit|per|von|vom|aus|avec|par|de|con|desde|da|met|van)\s+"
    r"(?:(?:the|der|la|le|el|il)\s+)?$",
    re.IGNORECASE,
)
"""What leads to the words that mean one of several values: *with my own card*."""
DAY_COUNT = re.compile(r"\b(\d{1,3})\s+(?:days?|Tagen?|jours|días|giorni|dagen|hari)\b", re.IGNORECASE)


def dates_in(words: str, today: dt.date) -> set[str]:
    """The months (YYYY-MM) and days that are said, in digits or in words such as `last month`."""
    text = " ".join(words.split())
    return {value for find in (months, _days) for _, value in find(text, Told(today))}


def values_in(words: str, slots: Sequence[Slot], today: dt.date) -> dict[str, str]:
    """The values of these types that stand in the words, one of each type; two of one type say nothing."""
    return found_in(" ".join(words.split()), slots, Told(today)).values


class SaidValues(NamedTuple):
    """What is known by its form in a text.

    Attributes:
        values: By input.
        rest: The text without them.
        unsure: By input what was said of it where that is two values, or none for certain.
        of: By text input what is counted: `3 hours`.
    """

    values: dict[str, str]
    rest: str
    unsure: dict[str, tuple[str, ...]]
    of: dict[str, str]

    @property
    def names(self) -> frozenset[str]:
        """The inputs of which something was said."""
        return frozenset({*self.values, *self.unsure})


def found_in(text: str, slots: Sequence[Slot], told: Told) -> SaidValues:
    """Months, days, addresses and numbers, wherever they stand, and the rest; two of one type say nothing."""
    values: dict[str, str] = {}
    unsure: dict[str, tuple[str, ...]] = {}
    of: dict[str, str] = {}
    finders = [
        *(([slot.name], partial(_meant, slot=slot)) for slot in slots if slot.said or slot.means),
        *(([slot.name for slot in slots if slot.type is kind], find) for kind, find in FINDERS),
    ]
    for slot in slots:
        if slot.type is SlotType.QUANTITY:
            text, quantities, things = counted(text, TAKEN_OUT.strip())
            _keep(slot.name, quantities, values, unsure)
            of |= {slot.of: ", ".join(things)} if slot.of and things else {}
    for wanted, find in finders:
        found = list(find(text, told)) if wanted else []
        for raw in filter(None, (raw for raw, _ in found)):
            text = re.sub(
                rf"(?:\b{BEFORE_DATES}\s*){{0,2}}(?<!\w){re.escape(raw)}(?!\w)",
                TAKEN_OUT,
                text,
                flags=re.IGNORECASE,
            )
        if len(wanted) == 1:
            _keep(wanted[0], found, values, unsure)
    return SaidValues(values, " ".join(text.split()), unsure, of)


def _keep(
    name: str, found: Sequence[tuple[str, str]], values: dict[str, str], unsure: dict[str, tuple[str, ...]]
) -> None:
    said = {value for _, value in found}
    if len(said) == 1:
        values |= {name: value} if (value := next(iter(said))) else {}
    elif said:
        unsure[name] = tuple(dict.fromkeys(raw.strip() or value for raw, value in found))


@cache
def _day_and_hour() -> re.Pattern[str]:
    """`tomorrow at 9`, `2026-12-24 17:30`, `morgen um 9 Uhr`, `Friday at 9`."""
    named = sorted({*DAYS_AHEAD, *weekday_numbers()}, key=len, reverse=True)
    return re.compile(
        r"\b(?:(?:on|am|op|le|el)\s+)?(?<!next )(?<!nächsten )"
        rf"(?P<day>20\d\d-\d\d-\d\d|{'|'.join(map(re.escape, named))})\b,?\s+"
        r"(?:(?:at|um|à|a las?|alle|om)\s+)?"
        r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)|(?=\s?(?:am|pm|Uhr|h\b|uur))|(?=\s*(?:$|[:,;.!?])))"
        r"(?:\s?(?P<half>am|pm|Uhr|h|uur)\b)?",
        re.IGNORECASE,
    )


def _moments(text: str, told: Told) -> Iterator[tuple[str, str]]:
    """Local times; one that no clock shows stays as it is."""
    for found in _day_and_hour().finditer(text):
        day, half = found["day"].casefold(), (found["half"] or "").casefold()
        if _is_here(day, text):
            continue
        date = _day_to_come(day, told.today)
        hour = int(found["hour"]) % 12 + 12 * (half == "pm") if half in {"am", "pm"} else int(found["hour"])
        yield found[0], f"{date} {hour:02}:{found['minute'] or '00'}"


def _day_to_come(said: str, today: dt.date) -> str:
    """Of a day of the week the next one after today."""
    if said in DAYS_AHEAD:
        return (today - dt.timedelta(days=DAYS_AHEAD[said])).isoformat()
    if said in weekday_numbers():
        ahead = (weekday_numbers()[said] - today.weekday() - 1) % 7 + 1
        return (today + dt.timedelta(days=ahead)).isoformat()
    return said


def _is_here(word: str, text: str) -> bool:
    return word == "hier" and not FRENCH.search(text)


def _days(text: str, told: Told) -> Iterator[tuple[str, str]]:
    """Days in words and in digits; one that reads in two ways stays as it is, so that its speaker is asked."""
    for before in BEFORE_YESTERDAY.finditer(text):
        yield before[0], (told.today - dt.timedelta(days=2)).isoformat()
    text = BEFORE_YESTERDAY.sub(TAKEN_OUT, text)
    for word, ago in DAYS_AGO.items():
        if (found := re.search(rf"\b{word}\b", text, re.IGNORECASE)) and not _is_here(word, text):
            yield found[0], (told.today - dt.timedelta(days=ago)).isoformat()
    yield from _written_days(text)
    yield from days_behind(text, told.today)


def _written_days(text: str) -> Iterator[tuple[str, str]]:
    for seen in written_dates(text):
        raw = text[seen.start : seen.end]
        if seen.form == "text" and re.match(r"[.,]\d", text[seen.end :]):
            continue  # *3 November 12.80*: a sum and no year
        if seen.certainty == 1:
            yield raw, seen.value.isoformat()
        elif TWO_WAYS.fullmatch(raw):
            yield raw, raw


def _addresses(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    yield from ((found[0], found[0]) for found in ADDRESS.finditer(text))


def _ibans(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    """Those that hold, else one that is called so: whoever said it is told what is wrong with it."""
    upper = text.upper()
    ends = [(at.start(), found) for at in IBAN_START.finditer(upper) if (found := iban_at(upper, at.start()))]
    yield from ((text[begin:end], number) for begin, (number, end) in ends)
    if not ends:
        yield from ((found[1], found[1]) for found in LABELLED_IBAN.finditer(text))


def _tax_numbers(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[1]) for found in LABELLED_TAX.finditer(text))


def _day_counts(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    yield from ((found[0], found[1]) for found in DAY_COUNT.finditer(text))


def _reasons(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    for found in REASON.finditer(text):
        why = " ".join((found["why"] or found["said"]).split())
        is_why = found["why"] or (
            not NO_REASON.search(why)
            and (why[:1].islower() or len(why.split()) > 1)
            and not why[:1].isdigit()
        )
        if is_why:
            yield found[0].lstrip(" ,:-\u2013\u2014"), why


def _meant(text: str, _told: Told, slot: Slot) -> Iterator[tuple[str, str]]:
    """The words that mean yes, or a value; a verb at the beginning stays where it is, for the phrases."""
    means = [(phrase, "yes") for phrase in slot.said]
    for phrase, value in [*means, *((words, name) for name, said in slot.means.items() for words in said)]:
        begins, words = phrase.startswith("^"), phrase.removeprefix("^").split()
        body = r"[,\s]+".join(f"(?:{'|'.join(map(re.escape, word.split('|')))})" for word in words)
        before = r"(?:^|[.!?;:,]\s+)(?:[\w']+[,\s]+){0,3}?" if begins else r"\b"
        found = re.search(rf"{before}{body}\b", text, re.IGNORECASE)
        if found and not _is_refused(text, found):
            led = LEADS.search(text[: found.start()]) if value != "yes" else None
            yield ("" if begins else f"{led[0] if led else ''}{found[0]}"), value


def _is_refused(text: str, found: re.Match[str]) -> bool:
    """Whether a *no* stands close before the words or behind them: *do not send it*, *envoie-la pas*."""
    before = re.split(r"[.!?;]", text[max(0, found.start() - 20) : found.start()])[-1]
    behind = re.split(r"[.!?;,]", text[found.end() : found.end() + 14])[0]
    return NO.search(f"{before}{found[0]}{behind}") is not None


def _documents(text: str, _told: Told) -> Iterator[tuple[str, str]]:
    for found in DOCUMENT.finditer(text):
        if found["kind"] or found["label"] or WRITTEN_AS_NUMBER.fullmatch(found["number"]):
            yield found["raw"], found["number"]


FINDERS = (
    (SlotType.DOCUMENT, _documents),
    (SlotType.REASON, _reasons),
    (SlotType.IBAN, _ibans),
    (SlotType.CURRENCY, lambda text, told: currencies(text, told.currency)),
    (SlotType.TAX_NUMBER, _tax_numbers),
    (SlotType.MOMENT, _moments),
    (SlotType.UNTIL, lambda text, told: until(text, told.today)),
    (SlotType.DUE, lambda text, told: due(text, told.today)),
    (SlotType.AHEAD, ahead),
    (SlotType.PERIOD, periods),
    (SlotType.MONTH, months),
    (SlotType.DATE, _days),
    (SlotType.EMAIL, _addresses),
    (SlotType.AMOUNT, lambda text, _told: amounts(text)),
    (SlotType.DAYS, _day_counts),
    (SlotType.NET, lambda text, _told: net_amounts(text)),
)
"""What is known by its form, in the order in which it is taken out of the text."""
