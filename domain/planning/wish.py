"""A request in a person's words: the playbook that they mean, and what they said of its inputs.

A playbook lists how it is asked for (`asked: ["monthly invoice for {customer}"]`). What is understood is never done at
once: the person is shown it, with their own words, and asked for what is missing, in one question.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from domain.iban import IBAN_START, iban_at
from domain.planning.playbook import OPEN, Playbook
from domain.planning.slots import Slot, SlotType

LONGEST_REQUEST = 2000
MOST_BETWEEN = 2
"""Other words between two words of a phrase."""
LONGEST_VALUE = 8
"""Words of a value that a phrase leaves open."""
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
LAST_MONTH = ("last month", "letzten monat", "mois dernier", "mes pasado", "mese scorso", "vorige maand")
THIS_MONTH = ("this month", "diesen monat", "ce mois", "este mes", "questo mese", "deze maand")
LEADING = "(?:for|of|in|to|f\u00fcr|im|vom|pour|de|du|para|por|per|di|voor|van)"
ENDS = re.compile(
    rf"\s*(?:[?!;\n\u00a6]|[,.](?=\s|$)|\b(?:please|thanks|thank|and|with|by|{LEADING}|bitte|danke|und|merci|et|"
    r"gracias|y|grazie|e|bedankt|en)\b)",
    re.IGNORECASE,
)
"""Where a value that a phrase leaves open ends at the latest."""
KEPT_ENDS = re.compile(r"\b(?:co|inc|ltd|llc|corp|bros|s\.a|b\.v)\.$", re.IGNORECASE)
APART = r"[^\w.;?!]+"
BETWEEN = rf"{APART}(?:[\w'\u2019-]+{APART}){{0,{MOST_BETWEEN}}}?"
SOME_WORDS = rf"\S+(?:\s+\S+){{0,{LONGEST_VALUE - 1}}}"
TAKEN_OUT = " \u00a6 "
"""Where a value stood that is known by its form: a value that a phrase leaves open ends there."""
ISO_MONTH = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])\b(?!-)")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
NEW_ENTRY = re.compile(r"\s*\n\s*(?=\n|[-*\u2022] |[^\n:]{1,30}:)")
"""Where a line of a form or a list begins: `VAT number: ...`."""
LABELLED_IBAN = re.compile(r"\bIBAN\b\W*([A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8})\b", re.IGNORECASE)
LABELLED_TAX = re.compile(
    r"\b(?:VAT|tax|UID|USt-?Id(?:Nr)?|USt|TVA|IVA|BTW|NIF|EIN|ABN|GSTIN)\b"
    r"[ .-]*(?:ID|No|Nr|number|num\u00e9ro|nummer)?\W*(?:(?:is|ist|lautet|est|\u00e8)\b\W*)?"
    r"((?:[A-Z]{2,3}[ -]?[A-Z]?)?\d(?:[ .-]?\d){5,12}(?:[A-Z]\d{0,2})?)(?![\w-])",
    re.IGNORECASE,
)
DAY_COUNT = re.compile(r"\b(\d{1,3})\s+(?:days?|Tagen?|jours|d\u00edas|giorni|dagen|hari)\b", re.IGNORECASE)


SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
SHORTEST_MORE = 3
NOT = re.compile(
    r"\b(?:not|never|nicht|keine?[nrms]?|nie(?:mals)?|ne|n['\u2019]|pas|jamais|no|nunca|non|mai|niet|geen|nooit"
    r"|stop|cancel|storniere?n?|annulez?|cancele?|annulla(?:re)?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
REMIND = re.compile(
    r"\b(?:do not|don['\u2019]t) (?:forget|worry)|\bno (?:rush|hurry|prisa|problem)|\bnicht (?:zu )?vergessen"
    r"|\bvergiss nicht|\bn['\u2019]oublie[rz]? pas|\bno (?:te )?olvides?|\bnon dimenticar\w*|\bniet (?:te )?vergeten"
    r"|\bvergeet niet",
    re.IGNORECASE,
)
"""Words of `NOT` that forbid nothing."""
WAS_IT = re.compile(
    r"^\W*(?:did|have|has|was|were|is|are|why|when|hast|haben|hat|wurden?|ist|sind|warum|wann|as-tu|avez-vous"
    r"|pourquoi|ha|por qu\u00e9|cu\u00e1ndo|hai|avete|perch\u00e9|quando|heb|heeft|waarom|wanneer)\b.*\?",
    re.IGNORECASE,
)
COURTESY = re.compile(
    r"\b(?:thanks?|thank you|regards|hello|hi|dear|danke|gr(?:u|\u00fc)(?:\u00df|ss)e?n?|hallo|merci|bonjour"
    r"|cordialement|gracias|hola|saludos?|grazie|ciao|saluti|bedankt|groet(?:en|jes)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wish:
    """What was understood.

    Attributes:
        values: By input, as text; what was not said is left out.
        fits: How many words of the playbook's phrase were found.
        rest: Sentences that are no part of it, and neither a greeting nor thanks.
    """

    playbook: Playbook
    values: Mapping[str, str]
    fits: int
    rest: tuple[str, ...] = ()


def wish_in(words: str, playbooks: Sequence[Playbook], today: dt.date) -> Wish | None:
    """The one playbook that is asked for; None where no phrase fits, or phrases of several fit as well."""
    text = " ".join(NEW_ENTRY.sub(" ; ", words[:LONGEST_REQUEST]).split())
    questions = [line for line in words[:LONGEST_REQUEST].splitlines() if WAS_IT.search(line)]
    wishes = [wish for book in playbooks for wish in _wishes(text, questions, book, today)]
    best = max((wish.fits for wish in wishes), default=0)
    fitting = {wish.playbook.name: wish for wish in reversed(wishes) if wish.fits == best}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _wishes(text: str, questions: Sequence[str], playbook: Playbook, today: dt.date) -> Iterator[Wish]:
    typed, rest = _typed(text, playbook.inputs, today)
    for phrase in playbook.asked:
        found = _pattern(phrase).search(rest)
        sentences = SENTENCE_END.split(text)
        asking, asked = (
            [one for one in said if _pattern(phrase).search(_typed(one, playbook.inputs, today)[1])]
            for said in (sentences, questions)
        )
        if found and not asked and not any(NOT.search(REMIND.sub(" ", one)) for one in asking):
            said = {name: value for name, raw in found.groupdict().items() if (value := _ended(raw))}
            others = [
                one for one in sentences if asking and one not in asking and _says_more(one, playbook, today)
            ]
            yield Wish(playbook, typed | said, len(OPEN.sub(" ", phrase).split()), tuple(others))


def _says_more(sentence: str, playbook: Playbook, today: dt.date) -> bool:
    """Whether it is more than a greeting and names no value of the playbook's."""
    is_value = bool(_typed(sentence, playbook.inputs, today)[0])
    return len(sentence.split()) >= SHORTEST_MORE and not is_value and not COURTESY.search(sentence)


def dates_in(words: str, today: dt.date) -> set[str]:
    """The months (YYYY-MM) and days that are said, in digits or in words such as `last month`."""
    text = " ".join(words.split())
    return {value for find in (_months, _days) for _, value in find(text, today)}


def values_in(words: str, slots: Sequence[Slot], today: dt.date) -> dict[str, str]:
    """The values of these types that stand in the words, one of each type; two of one type say nothing."""
    return _typed(" ".join(words.split()), slots, today)[0]


def _typed(text: str, slots: Sequence[Slot], today: dt.date) -> tuple[dict[str, str], str]:
    """Months, days, addresses and numbers, wherever they stand, and the rest; two of one type say nothing."""
    values: dict[str, str] = {}
    for kind, find in FINDERS:
        wanted = [slot.name for slot in slots if slot.type is kind]
        found = list(find(text, today)) if wanted else []
        for raw, _ in found:
            text = re.sub(
                rf"(?:\b{LEADING}\s+)?(?<!\w){re.escape(raw)}(?!\w)", TAKEN_OUT, text, flags=re.IGNORECASE
            )
        said = {value for _, value in found}
        if len(wanted) == 1 and len(said) == 1:
            values[wanted[0]] = said.pop()
    return values, " ".join(text.split())


def _months(text: str, today: dt.date) -> Iterator[tuple[str, str]]:
    this = today.replace(day=1)
    for words, month in ((LAST_MONTH, (this - dt.timedelta(days=1)).replace(day=1)), (THIS_MONTH, this)):
        yield from (
            (word, f"{month:%Y-%m}") for word in words if re.search(rf"\b{word}\b", text, re.IGNORECASE)
        )
    yield from ((found[0], found[0]) for found in ISO_MONTH.finditer(text))
    for found in _named_months().finditer(text):
        number = _month_numbers()[found[1].casefold()]
        year = int(found[2] or (today.year if number <= today.month else today.year - 1))
        yield found[0], f"{year:04}-{number:02}"


def _days(text: str, _today: dt.date) -> Iterator[tuple[str, str]]:
    yield from ((found[0], found[0]) for found in DAY.finditer(text))


def _addresses(text: str, _today: dt.date) -> Iterator[tuple[str, str]]:
    yield from ((found[0], found[0]) for found in ADDRESS.finditer(text))


def _ibans(text: str, _today: dt.date) -> Iterator[tuple[str, str]]:
    """Those that hold, else one that is called so: whoever said it is told what is wrong with it."""
    upper = text.upper()
    ends = [(at.start(), found) for at in IBAN_START.finditer(upper) if (found := iban_at(upper, at.start()))]
    yield from ((text[begin:end], number) for begin, (number, end) in ends)
    if not ends:
        yield from ((found[1], found[1]) for found in LABELLED_IBAN.finditer(text))


def _tax_numbers(text: str, _today: dt.date) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[1]) for found in LABELLED_TAX.finditer(text))


def _day_counts(text: str, _today: dt.date) -> Iterator[tuple[str, str]]:
    yield from ((found[0], found[1]) for found in DAY_COUNT.finditer(text))


FINDERS = (
    (SlotType.IBAN, _ibans),
    (SlotType.TAX_NUMBER, _tax_numbers),
    (SlotType.MONTH, _months),
    (SlotType.DATE, _days),
    (SlotType.EMAIL, _addresses),
    (SlotType.DAYS, _day_counts),
)
"""What is known by its form, in the order in which it is taken out of the text."""


@cache
def _month_numbers() -> dict[str, int]:
    """The names of months in `LANGUAGES`; short forms such as `Mar` are too many other words."""
    from babel.dates import get_month_names

    names = (get_month_names("wide", locale=language).items() for language in LANGUAGES)
    return {name.casefold(): number for months in names for number, name in months}


@cache
def _named_months() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _month_numbers()), key=len, reverse=True))
    return re.compile(rf"\b({names})\b(?:\s+(20\d\d)\b)?", re.IGNORECASE)


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase's words in their order, few others between them; what it leaves open is captured."""
    pattern = r"\b"
    before = ""
    for word in phrase.split():
        is_open = OPEN.fullmatch(word)
        if before:
            pattern += r"\W+" if is_open else BETWEEN if before == "word" else r"\b.*?\b"
        pattern += f"(?P<{is_open[1]}>{SOME_WORDS})" if is_open else rf"{re.escape(word)}\b"
        before = "open" if is_open else "word"
    return re.compile(pattern, re.IGNORECASE)


def _ended(value: str) -> str:
    """Up to where the sentence goes on with something else, without the signs around it."""
    end = ENDS.search(value, 1)
    kept = value[: end.start()] if end else value
    if end and end[0].strip() == "." and KEPT_ENDS.search(f"{kept}."):
        return f"{kept}."
    return kept.strip(" \"'\u201c\u201d\u201e,;:()[]\u00a6")
