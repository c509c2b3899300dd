"""So many at a price each, as people say it: `450 per day for 3 days`, `3 hours at 90`, `2 x 150`, `3 jours à 400`."""

import re
from typing import NamedTuple

from domain.planning.said_days import NUMBERS, month_numbers, weekday_numbers
from domain.planning.slots import AMOUNT_FORM, amount_said

HALF = r"half an?|(?:einen |eine )?halben?|une? demi-?e?|medi[oa]|mezz[ao]|een halve?|halve"
_NUMBER = rf"(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?(?![.,]?\d)|{HALF}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_SPAN = (
    r"(?:hours?|hrs?|h|days?|weeks?|months?|Stunden?|Std\.?|Tage?n?|Wochen?|Monate?n?|heures?|jours?|journées?"
    r"|semaines?|mois|horas?"
    r"|días?|jornadas?|semanas?|mes(?:es)?|or[ae]|giorn[oi]|giornat[ae]|settiman[ae]|mes[ei]|uur|uren|dag(?:en)"
    r"?|week|weken|maand(?:en)?)"
)
_CURRENCY = (
    r"(?:\u20ac|\u00a3|\$|(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|MYR|euros?|dollars?|pounds?|franken"
    r"|francs?|franchi)\b)"
)
_PRICE = rf"(?P<price>(?:{_CURRENCY}\s?)?{AMOUNT_FORM}(?:\s?{_CURRENCY})?)(?![\w%]|[.,]\d|\s*{_SPAN}\b)"
_NET = r"(?:\s+(?:net|netto|netti|netós?|HT|hors taxes))?"
_EACH = (
    r"(?:each|apiece|a piece|jeweils|das Stück|pro Stück|chacune?|l['\u2019]unité|pièce|cada un"
    r"[oa]|la unidad|ciascun[oa]|l['\u2019]un[oa]|cadauno|per stuk)"
)
_PER = (
    rf"(?:\s*(?:/|per|an?|the|pro|je|die|den|par|de l['\u2019]|l['\u2019]|la|le|al|a la|por|el|all['\u2019]|a|il|het"
    rf"|de)\s*{_SPAN}\b|\s*{_EACH}(?!\w))"
)
_AT = r"(?:at|@|à|á|zu(?:\s+je)?|je|a|ad|tegen|op|x|\u00d7)"
_FOR = r"(?:(?:for|für|pour|por|durante|per|voor|x|\u00d7|mal|times|fois|volte|keer)\s*)"
_BEFORE = r"(?:\b(?:for|of|over|für|über|von|pour|de|por|per|di|da|voor|van)\s+)?(?<![\w.,/:%-])"
_OF = (
    r"(?:\s+(?:of|d['\u2019]|de|di|van)\s*[^\W\d][\w'\u2019-]*(?:\s+[^\W\d][\w'\u2019-]*){0,2}?(?=\s*(?:$|[,.;!?]|\b"
    r"(?:and|und|et|y|e|en|for|für|pour|por"
    r"|per|voor|to|an|à|a|aan|plus|less|minus|mit|with)\b))|\s+(?-i:[A-Z\u00c0-\u00de])[\w-]*(?=\s*(?:$|[,.;!?]"
    r"|\b(?:und|en|in)\b)))?"
)
"""What was worked: `3 hours of garden work`, `3 Stunden Gartenarbeit`."""
_TIMES = r"(?:x|\u00d7|\*|times|mal|fois|veces|volte|keer|maal)"
_FLAGS = re.IGNORECASE
_FORMS = (
    re.compile(rf"{_BEFORE}{_PRICE}{_NET}{_PER}\s*,?\s*{_FOR}?{_NUMBER}\s+(?P<thing>{_SPAN}\b{_OF})", _FLAGS),
    re.compile(
        rf"{_BEFORE}{_NUMBER}[\s-]*(?P<thing>{_SPAN}\b(?:\s+(?!{_AT}\s)[^\W\d][\w'\u2019-]*){{0,4}}?),"
        rf"?\s+{_AT}\s*{_PRICE}{_NET}{_PER}?",
        _FLAGS,
    ),
    re.compile(
        rf"{_BEFORE}{_NUMBER}\s+(?P<thing>[^\W\d][\w'\u2019-]*(?:\s+[^\W\d][\w'\u2019-]*){{0,2}}?),"
        rf"?\s+{_AT}\s*{_PRICE}{_NET}{_PER}?",
        _FLAGS,
    ),
    re.compile(
        rf"{_BEFORE}(?P<price>{_CURRENCY}\s?{AMOUNT_FORM}"
        rf"|{AMOUNT_FORM.replace('?P<', '?P<z').replace('?P=mark', '?P=zmark')}\s"
        rf"?{_CURRENCY})\s*{_TIMES}\s*{_NUMBER}(?P<thing>(?:\s+{_SPAN}\b)?)",
        _FLAGS,
    ),
    re.compile(rf"{_BEFORE}{_NUMBER}\s*{_TIMES}\s*{_PRICE}{_NET}{_PER}?(?P<thing>)", _FLAGS),
)
_NO_SUM = re.compile(r"[^\d.,'\u2019\u00a0 ]")
_NO_THING = re.compile(
    rf"(?:{_CURRENCY}|(?:invoice|rechnung|facture|factura|fattura|factuur|for|to|an|für|pour|por|per|voor|aan"
    rf"|à|of|from|von|x)\b)",
    _FLAGS,
)
_CONNECTS = re.compile(r"(?:and|und|et|y|e|en|plus|bill|charge|invoice|factur\w+|fattur\w+|.*[,;:])", _FLAGS)
"""What may stand before a count."""
_NO_COUNT = re.compile(
    rf"(?:{_PRICE}{_NET}(?P<per>{_PER})|("
    rf"?P<of>\b{_SPAN}\s+{_AT})\s*{_PRICE.replace('?P<', '?P<z').replace('?P=mark', '?P=zmark')})",
    _FLAGS,
)
"""A price of each, and nothing says how many there are."""


class CountedText(NamedTuple):
    """What was counted in a text.

    Attributes:
        text: The text with the price alone in its place.
        quantities: As numbers; what is none, as it was said.
        things: What is counted, in the words that were said: `3 hours`.
    """

    text: str
    quantities: list[tuple[str, str]]
    things: list[str]


def counted(text: str, mark: str) -> CountedText:
    """How many at which price; `mark` stands behind each price, so that it ends there."""
    quantities: list[tuple[str, str]] = []
    things: list[str] = []

    def priced(found: re.Match[str]) -> str:
        thing = " ".join((found["thing"] or "").split())
        digits = _NO_SUM.sub("", found["price"]).strip()
        price = amount_said(digits)
        if price is None or (thing and not _is_counted(text, found, thing)):
            return found[0]
        quantities.append((found[0], _number(found["n"])))
        things.extend([f"{found['n']} {thing}"] if thing else [])
        is_mere_number = found["price"] == digits  # no currency: its cents tell that it is a sum
        return f" {f'{price:.2f}' if is_mere_number else found['price']} {mark} "

    for form in _FORMS:
        text = form.sub(priced, text)
    if not quantities and (found := _NO_COUNT.search(text)):
        said = " ".join((found["per"] or found["of"]).split())
        quantities.append((found[0], said))
        if found["per"]:
            text = f"{text[: found.start('per')]} {mark} {text[found.end('per') :]}"
    return CountedText(" ".join(text.split()), quantities, things)


def _is_counted(text: str, found: re.Match[str], thing: str) -> bool:
    """Whether the number says how many: no day of a month, and no number of a room or a house before other words."""
    first = thing.split(" ", maxsplit=1)[0].casefold()
    if first in month_numbers() or first in weekday_numbers() or _NO_THING.match(thing):
        return False
    before = text[: found.start()].rstrip().rpartition(" ")[2]
    return bool(re.match(_SPAN, thing, _FLAGS)) or not before.islower() or bool(_CONNECTS.fullmatch(before))


def _number(said: str) -> str:
    word = said.casefold()
    if re.fullmatch(HALF, word, re.IGNORECASE):
        return "0.5"
    return NUMBERS.get(word) or said.replace(",", ".")
