"""Days as people say them: without a year, as a day of the week, until when, by when, so many days ago.

A day that can be two, or none that is known, stays as it was said, so that its speaker is asked.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from domain.receipts.dates import dates_in as written_dates

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "one einen eine ein un une una uno een",
            "two zwei deux dos due twee",
            "three drei trois tres tre drie",
            "four vier quatre cuatro quattro",
            "five fünf cinq cinco cinque vijf",
            "six sechs seis sei zes",
            "seven sieben sept siete sette zeven",
            "eight acht huit ocho otto",
            "nine neun neuf nueve nove negen",
            "ten zehn dix diez dieci tien",
            "eleven elf onze undici",
            "twelve zwölf douze doce dodici twaalf",
        ),
        start=1,
    )
    for word in words.split()
}
FOR_SO_LONG = re.compile(
    rf"\b(?:for(?: the next| another)?|für(?: die nächsten)?|pendant|pour|durante|por|per|voor|gedurende)\s+"
    rf"(?P<n>\d{{1,3}}|an?|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})\s+"
    r"(?:(?P<day>days?|tage?n?|jours?|días?|giorn[oi]|dag(?:en)?)|(?P<week>weeks?|wochen?|semaines?|semanas?"
    r"|settiman[ae]|week|weken)"
    r"|(?P<month>months?|monate?n?|mois|mes(?:es)?|mes[ei]|maand(?:en)?))\b",
    re.IGNORECASE,
)
"""For two weeks, *für einen Monat*: from today on."""
TWO_WAYS = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}")
SHORT_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "okt": 10,
    "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
"""Beside the number of a day."""
AGO = re.compile(
    r"\b(?:(?P<a>\d{1,2}) days? ago|vor (?P<b>\d{1,2}) tagen|il y a (?P<c>\d{1,2}) jours|hace (?P<d>\d{1,2}) días"
    r"|(?P<e>\d{1,2}) giorni fa|(?P<f>\d{1,2}) dagen geleden)\b",
    re.IGNORECASE,
)
LAST = "last|past|letzten?|vergangenen?|vorige|afgelopen"
BEFORE_UNTIL = re.compile(
    r"\b(?:until|till|(?<!\w)'til|bis(?: zum| zur)?|jusqu['\u2019](?:au|à la|à|en)|jusque|hasta(?: el| la)?"
    r"|fin(?:o|ché)(?: al?| alla| all['\u2019])?|tot(?: en met)?)\s+|\bjusqu['\u2019](?=après|a)",
    re.IGNORECASE,
)
BEFORE_DUE = re.compile(
    r"\b(?:(?:is |and )?(?:due|payable)(?: (?:on|by|before))?|to be paid (?:on|by|before)|(?:no later than|at the"
    r" latest|by)"
    r"|(?:und )?(?:zahlbar|fällig)(?: (?:am|bis|bis zum|zum))?|bis(?: zum)?|(?:à payer|payable)(?: avant|"
    r" pour)? le|avant le"
    r"|d['\u2019]ici (?:au|le)|au plus tard le|échéance(?: au| le)?|(?:pagader[oa]|a pagar) (?:antes del"
    r"|hasta el|el)|antes del"
    r"|(?:que )?vence el|con vencimiento (?:el|al)|(?:pagabile |da pagare )?entro (?:il|l['\u2019])|scadenza(?: il|"
    r" al)?"
    r"|(?:te betalen |betaalbaar )?(?:vóór|voor|uiterlijk(?: op)?)|vervalt op)\s*(?=\w)",
    re.IGNORECASE,
)
OPEN_END = re.compile(
    r"(?:further notice|i (?:say|tell)\b.*|(?:auf )?weiteres|ich (?:es )?sage|nouvel ordre|nuevo aviso|nueva orden"
    r"|nuov[oa] (?:avviso|ordine)"
    r"|nader order|nader bericht)$",
    re.IGNORECASE,
)
"""Until one says otherwise."""
_ARTICLE = (
    r"(?:the|der|des|den|dem|die|das|le|la|l['\u2019]|les|el|los|las|il|lo|de|het|du|del|della|dell['\u2019]|of"
    r"|van)\s*"
)
_START = re.compile(
    rf"^(?:{_ARTICLE})*(?:(?:beginning|start|begin|first day|anfang|beginn|début|principios?|inicios?|inizio"
    rf"|primo)\s+(?:{_ARTICLE})*)?",
    re.IGNORECASE,
)
_END_OF = re.compile(
    rf"^(?:{_ARTICLE})*(?:end|ende|fin|finales|final|fine|eind|einde)\s+(?:(?:{_ARTICLE}|of|de|di|this|dieses|cette"
    rf"|ce|este|questo|deze|dit)\s*)*(?P<of>\w+)$",
    re.IGNORECASE,
)
_SPANS = {
    "month": "month monats monat mois mes mese maand",
    "year": "year jahres jahr année año anno jaar",
    "week": "week woche semaine semana settimana",
}
_NEXT = re.compile(
    r"^(?:(?:next|nächste[nrsm]?|kommende[nrsm]?|volgende?|próxim[oa]|prossim[oa])\s+(?P<a>\w+)"
    r"|(?:le |la |el |l['\u2019]|il )?(?P<b>\w+) (?:prochaine?|próxim[oa]|que viene|prossim[oa]))$",
    re.IGNORECASE,
)
_STOPS = re.compile(
    r"[,.;!?\n\u00a6]|\s+(?:and|und|et|y|e|en|please|bitte|s'il|por favor|per favore|alsjeblieft)\b"
)
_TOMORROW = frozenset("tomorrow morgen demain mañana domani".split())  # noqa: SIM905 (a list of words)
_TODAY = frozenset("today heute aujourd'hui hoy oggi vandaag".split())  # noqa: SIM905 (a list of words)
MOST_WORDS = 6


@cache
def month_numbers() -> dict[str, int]:
    """The names of months in `LANGUAGES`; short forms such as `Mar` are too many other words."""
    from babel.dates import get_month_names

    names = (get_month_names("wide", locale=language).items() for language in LANGUAGES)
    return {name.casefold(): number for months in names for number, name in months}


@cache
def weekday_numbers() -> dict[str, int]:
    """The names of the days of a week in `LANGUAGES`, Monday first."""
    from babel.dates import get_day_names

    names = (get_day_names("wide", locale=language).items() for language in LANGUAGES)
    return {name.casefold(): number for days in names for number, name in days}


@cache
def named_months() -> re.Pattern[str]:
    """A month's name, and its year."""
    names = "|".join(sorted(map(re.escape, month_numbers()), key=len, reverse=True))
    return re.compile(rf"\b({names})\b(?:\s+(20\d\d)\b)?", re.IGNORECASE)


DATE_BEFORE = re.compile(
    r"\b(?:for|in|of|im|vom|für|pour|en|d['\u2019]|de|du|por|para|del|per|di|van|voor|since|from|seit|depuis"
    r"|desde|da|sinds)\s*$",
    re.IGNORECASE,
)
_TO_WHOM = re.compile(r"\b(?:to|an|à|aan|a|al)\s+$", re.IGNORECASE)
_LEGAL = (
    r"(?:Ltd|Limited|LLC|LLP|Inc|Corp|Co|PLC|plc|GmbH|mbH|AG|KG|OG|UG|OHG|GbR|e\.U|SARL|Sarl|SASU?|SA|EURL|SLU?|S\.L"
    r"|SRL|Srl|S\.r\.l|SpA|S\.p\.A|Snc|BV"
    r"|B\.V|NV|N\.V|VOF|Group|Gruppe|Holding)(?![\w])"
)
_IN_NAME = re.compile(
    rf"(?:\s+[A-Z\u00c0-\u00de&][\w.&'\u2019-]*){{0,3}}?\s+{_LEGAL}"
    r"|\s*&\s*[A-Z\u00c0-\u00de]|\s+(?:and|und|et|y|e|en)\s+(?:Sons?|Söhne|Sohn|Töchter|Daughters|Fils"
    r"|Hijos?|Figli|Zonen|Zoon|Co\b|Partners?|Brothers)"
)
"""What follows the name of a month that is part of a company's: `March Ltd`, `May & Sons`."""
_CAPITAL = r"[A-Z\u00c0-\u00de][\w&'\u2019-]*"
_JOINS = re.compile(
    r"(?:\b(?:and|or|und|oder|et|ou|y|o|e|en|of|to|bis|through|until)|[,/&+-])\s*$", re.IGNORECASE
)


def months_meant(text: str) -> list[re.Match[str]]:
    """The names of months in a text that are months, and no part of a company's or a person's name."""
    found = [one for one in named_months().finditer(text) if not _is_name(text, one)]
    if len({one[1].casefold() for one in found}) < 2:  # noqa: PLR2004 (one of them may be a name)
        return found
    dated = [one for one in found if one[2] or DATE_BEFORE.search(text[: one.start()])]
    others = [one for one in found if one not in dated]
    return dated if dated and all(_is_beside_a_name(text, one) for one in others) else found


def _is_name(text: str, month: re.Match[str]) -> bool:
    behind = text[month.end() :]
    if month[2] or not month[1][0].isupper():
        return False
    if _IN_NAME.match(behind):
        return True
    follows = re.match(rf"\s+({_CAPITAL})", behind)
    return bool(
        follows and _TO_WHOM.search(text[: month.start()]) and follows[1].casefold() not in month_numbers()
    )


def _is_beside_a_name(text: str, month: re.Match[str]) -> bool:
    """Whether a capital stands next to it, and nothing that joins it to another month."""
    before, behind = text[: month.start()], text[month.end() :]
    if _JOINS.search(before) or re.match(r"\s*(?:[,/&+-]|(?:and|or|und|oder|et|ou|y|o|e|en|of)\b)", behind):
        return False
    return month[1][0].isupper() and bool(
        re.match(rf"\s+{_CAPITAL}", behind) or re.search(rf"(?<=\s){_CAPITAL}\s+$", before)
    )


@cache
def _days_of_months() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, [*month_numbers(), *SHORT_MONTHS]), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,/:-])(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\u00ba|\.)?\s*(?:(?:of|de|di)\s+)?(?P<m1>{names})\b(?!\."
        rf"?,?\s*(?:de\s+|del\s+)?(?:19|20)\d\d(?!\d))"
        rf"|\b(?P<m2>{names})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,:]\d|\s*(?:%|x\b|,?\s*20\d\d))"
        r"|(?<![\w.,/-])(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?!\d)",
        re.IGNORECASE,
    )


@cache
def _weekdays() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, weekday_numbers()), key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<last>{LAST})\s+)?(?P<next>(?:next|this|nächsten?|kommenden?|diesen?|volgende|komende)\s+)?"
        rf"(?:(?:on|am|op|le|el|il)\s+)?(?P<name>{names})\b(?P<behind>\s+(?:dernier|dernière|pasad[oa]|scors"
        rf"[oa]|prochaine?|próxim[oa]|prossim[oa]))?",
        re.IGNORECASE,
    )


def days_behind(text: str, today: dt.date) -> Iterator[tuple[str, str]]:
    """Days without a year and days of the week, the last of that name up to today."""
    for found in AGO.finditer(text):
        count = next(filter(None, found.groups()))
        yield found[0], (today - dt.timedelta(days=int(count))).isoformat()
    for found in _days_of_months().finditer(text):
        if days := [
            day for year in (today.year, today.year - 1) if (day := _day_of(found, year)) and day <= today
        ]:
            yield found[0], days[0].isoformat()
    for found in _weekdays().finditer(text):
        behind = (found["behind"] or "").strip().casefold()
        ago = (today.weekday() - weekday_numbers()[found["name"].casefold()]) % 7
        is_last = bool(found["last"]) or behind.startswith(("dernier", "pasad", "scors"))
        if found["next"] or behind.startswith("pro") or (ago == 0 and not is_last):
            yield found[0], found[0]
        else:
            yield found[0], (today - dt.timedelta(days=ago or 7)).isoformat()


def _day_of(found: re.Match[str], year: int) -> dt.date | None:
    day, named, number = found["d1"] or found["d2"] or found["d3"], found["m1"] or found["m2"], found["m3"]
    month = int(number) if number else SHORT_MONTHS.get(named.casefold()) or month_numbers()[named.casefold()]
    return _date(year, month, int(day))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def until(text: str, today: dt.date) -> Iterator[tuple[str, str]]:
    """Until when: a day; a month, a week or a year that comes is meant until its first day."""
    for found in FOR_SO_LONG.finditer(text):
        count = int(NUMBERS.get(found["n"].casefold()) or (found["n"] if found["n"].isdecimal() else 1))
        yield found[0], _after(today, count, found).isoformat()
    for found in BEFORE_UNTIL.finditer(text):
        said = _clipped(text[found.end() :])
        if said and not OPEN_END.match(said):
            raw, value = _day_ahead(said, today)
            yield f"{found[0]}{raw}", value
        elif said:
            yield f"{found[0]}{said}", ""


def _after(today: dt.date, count: int, said: re.Match[str]) -> dt.date:
    if said["month"]:
        year, month = divmod(today.month - 1 + count, 12)
        days = (_date(today.year + year, month + 1, day) for day in range(today.day, 0, -1))
        return next(day for day in days if day)
    return today + dt.timedelta(days=count * (7 if said["week"] else 1))


def due(text: str, today: dt.date) -> Iterator[tuple[str, str]]:
    """By when: a day; what is none says nothing of it."""
    for found in BEFORE_DUE.finditer(text):
        said = _clipped(text[found.end() :])
        raw, value = _day_ahead(said, today) if said else ("", "")
        if value and (value != said or TWO_WAYS.fullmatch(value)):
            yield f"{found[0]}{raw}", value


def _clipped(text: str) -> str:
    """Up to where the sentence goes on with something else; a mark inside a date is none."""
    for seen in written_dates(text[:40]):
        if seen.start <= len("the "):
            return text[: seen.end]
    if (found := _days_of_months().search(text)) and found.start() <= len("the "):
        return text[: found.end()]
    stop = _STOPS.search(text)
    return " ".join((text[: stop.start()] if stop else text).split()[:MOST_WORDS])


def _day_ahead(said: str, today: dt.date) -> tuple[str, str]:
    """The words of it, and the day; the same words where no day is known by them, or two are."""
    for seen in written_dates(said):
        raw = said[seen.start : seen.end]
        return said, seen.value.isoformat() if seen.certainty == 1 or not TWO_WAYS.fullmatch(raw) else raw
    if found := _days_of_months().search(said):
        days = [
            day for year in (today.year, today.year + 1) if (day := _day_of(found, year)) and day >= today
        ]
        return said, days[0].isoformat() if days else said
    ways = (_named_day, _end_of, _span_ahead, _month_ahead)
    for words in _prefixes(said):
        for way in ways:
            if day := way(words, today):
                return words, day.isoformat()
    return said, said


def _prefixes(said: str) -> Iterator[str]:
    words = said.split()
    yield from (" ".join(words[:count]) for count in range(len(words), 0, -1))


def _named_day(words: str, today: dt.date) -> dt.date | None:
    name = re.sub(rf"^(?:{_ARTICLE}|on\s+|am\s+|op\s+)*", "", words, flags=re.IGNORECASE).casefold()
    if name in _TOMORROW or name in _TODAY:
        return today + dt.timedelta(days=int(name in _TOMORROW))
    number = weekday_numbers().get(name)
    return None if number is None else today + dt.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _end_of(words: str, today: dt.date) -> dt.date | None:
    found = _END_OF.match(words)
    if found is None:
        return None
    of, this = found["of"].casefold(), today.replace(day=1)
    if of in month_numbers():
        this = _first_of(month_numbers()[of], today, is_open=True)
    elif _span(of) == "year":
        return today.replace(month=12, day=31)
    elif _span(of) == "week":
        return today + dt.timedelta(days=6 - today.weekday())
    elif _span(of) != "month":
        return None
    return (this + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _span_ahead(words: str, today: dt.date) -> dt.date | None:
    found = _NEXT.match(
        re.sub(
            r"^(?:the|den|de|la|le|el)\s+(?=next|nächst|volgend|próx|pross)",
            "",
            words,
            flags=re.IGNORECASE,
        )
    )
    span = _span((found["a"] or found["b"]).casefold()) if found else None
    if span == "month":
        return (today.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    if span == "year":
        return dt.date(today.year + 1, 1, 1)
    return today + dt.timedelta(days=7 - today.weekday()) if span == "week" else None


def _span(word: str) -> str | None:
    return next((span for span, words in _SPANS.items() if word in words.split()), None)


def _month_ahead(words: str, today: dt.date) -> dt.date | None:
    found = named_months().fullmatch(_START.sub("", words))
    if found is None:
        return None
    number = month_numbers()[found[1].casefold()]
    if found[2]:
        return dt.date(int(found[2]), number, 1)
    return None if number == today.month else _first_of(number, today, is_open=False)


def _first_of(number: int, today: dt.date, *, is_open: bool) -> dt.date:
    """The first of the next month of that number; of this one, where it is not over yet."""
    is_over = number < today.month or (number == today.month and not is_open)
    return dt.date(today.year + int(is_over), number, 1)
