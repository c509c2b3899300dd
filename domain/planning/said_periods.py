"""Months and periods in a person's words: those that were, and those in which something is due."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from domain.planning.said_days import (
    DATE_BEFORE,
    NUMBERS,
    month_numbers,
    months_meant,
    weekday_numbers,
)

LAST_MONTH = ("last month", "letzten monat", "mois dernier", "mes pasado", "mese scorso", "vorige maand")
THIS_MONTH = ("this month", "diesen monat", "ce mois", "este mes", "questo mese", "deze maand")
ISO_MONTH = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])\b(?!-)")
PERIODS = {
    "last quarter": ("last quarter", "letztes quartal", "letzten quartal", "dernier trimestre", "trimestre dernier",
                     "trimestre pasado", "ultimo trimestre", "trimestre scorso", "vorig kwartaal", "vorige kwartaal"),
    "this quarter": ("this quarter", "dieses quartal", "diesem quartal", "ce trimestre", "este trimestre",
                     "questo trimestre", "dit kwartaal"),
    "last year": ("last year", "letztes jahr", "letzten jahr", "année dernière", "an dernier",
                  "año pasado", "anno scorso", "vorig jaar"),
    "this year": ("this year", "dieses jahr", "diesem jahr", "heuer", "cette année", "este año", "quest'anno",
                  "dit jaar"),
    "last week": ("last week", "letzte woche", "letzten woche", "semaine dernière", "semana pasada",
                  "settimana scorsa", "vorige week"),
    "this week": ("this week", "diese woche", "dieser woche", "cette semaine", "esta semana", "questa settimana",
                  "deze week"),
    "today": ("today", "heute", "aujourd'hui", "aujourd\u2019hui", "hoy", "oggi", "vandaag"),
    "yesterday": ("yesterday", "gestern", "ayer", "ieri", "gisteren"),
}  # fmt: skip
AHEAD = {
    "this week": PERIODS["this week"],
    "next week": ("next week", "nächste woche", "nächster woche", "kommende woche", "semaine prochaine",
                  "semana que viene", "próxima semana", "settimana prossima", "prossima settimana", "volgende week"),
    "this month": THIS_MONTH,
    "next month": ("next month", "nächsten monat", "nächster monat", "kommenden monat", "mois prochain",
                   "mes que viene", "próximo mes", "mese prossimo", "prossimo mese", "volgende maand"),
    "this quarter": PERIODS["this quarter"],
    "this year": PERIODS["this year"],
    "today": PERIODS["today"],
    "tomorrow": ("tomorrow", "morgen", "demain", "mañana", "domani"),
}  # fmt: skip
PERIOD = re.compile(
    r"\b(?:(?:the|das|im|le|l[ao]|el|il|het)\s+|l['\u2019])?(?P<words>"
    + "|".join(re.escape(word) for words in PERIODS.values() for word in words)
    + r")\b"
    r"|\bQ(?P<quarter>[1-4])(?:\s*(?:of\s+)?(?P<of>20\d\d))?\b|(?<![\d.,/-])(?P<year>20\d\d)(?![\d/-]|[.,]\d)",
    re.IGNORECASE,
)
_BY = r"(?:by|until|bis|jusqu'à|hasta|entro|fino a|tot)\b"
SINCE = re.compile(
    r"\b(?:since|seit|depuis|desde|sinds|from|ab|vanaf)\s+"
    r"(?:the beginning of |anfang |the |dem |den |le |la |el |il )?$",
    re.IGNORECASE,
)
"""Before a period from whose beginning on something is asked."""
LAST_SO_MANY = re.compile(
    r"\b(?:the |den |les |los |le |las |gli |de )?"
    r"(?:(?:last|past|letzten|vergangenen|últim[oa]s|ultim[ie]|laatste|afgelopen)\s+(?P<n1>\d{1,3}|[a-zà-ÿ]+)\s+"
    r"(?P<s1>{0})|(?P<n2>\d{1,3}|[a-zà-ÿ]+)\s+derni(?:ers|ères)\s+(?P<s2>jours|semaines|mois))\b".replace(
        "{0}",
        "days|weeks|months|tage|tagen|wochen|monate|monaten|días|semanas|meses|giorni|settimane|mesi|dagen|weken|maanden",
    ),
    re.IGNORECASE,
)


class Told(NamedTuple):
    """What words rest on that are not said.

    Attributes:
        today: When they were said, in the owner's time zone.
        currency: The books' own.
    """

    today: dt.date
    currency: str = ""


def months(text: str, told: Told) -> Iterator[tuple[str, str]]:
    """Months by their names or in digits, this one and the last; without a year the last of that name."""
    today, this = told.today, told.today.replace(day=1)
    for words, month in ((LAST_MONTH, (this - dt.timedelta(days=1)).replace(day=1)), (THIS_MONTH, this)):
        yield from (
            (word, f"{month:%Y-%m}") for word in words if re.search(rf"\b{word}\b", text, re.IGNORECASE)
        )
    yield from ((found[0], found[0]) for found in ISO_MONTH.finditer(text))
    for found in months_meant(text):
        number = month_numbers()[found[1].casefold()]
        year = int(found[2] or (today.year if number <= today.month else today.year - 1))
        yield text[_begins(text, found) : found.end()], f"{year:04}-{number:02}"


def _begins(text: str, month: re.Match[str]) -> int:
    """Where a month begins, with its preposition where the same word is part of a name as well."""
    before = DATE_BEFORE.search(text[: month.start()])
    is_twice = len(re.findall(rf"\b{month[1]}\b", text, re.IGNORECASE)) > 1
    return before.start() if before and is_twice else month.start()


def periods(text: str, told: Told) -> Iterator[tuple[str, str]]:
    """Months; else quarters, years, weeks and days, in words or in digits; behind *since* until today."""
    for found in LAST_SO_MANY.finditer(text):
        if first := _so_long_ago(found, told.today):
            yield found[0], f"{first}..{told.today}"
            return
    for raw, value in _periods(text, told):
        begins = text.find(raw)
        before = SINCE.search(text[:begins]) if begins >= 0 else None
        if before is None:
            yield raw, value
        else:
            yield f"{before[0]}{raw}", f"{value.partition('..')[0]}..{told.today}"


def _so_long_ago(found: re.Match[str], today: dt.date) -> dt.date | None:
    """The first of the last so many days, weeks or months."""
    said, span = found["n1"] or found["n2"], (found["s1"] or found["s2"]).casefold()
    count = int(said) if said.isdecimal() else int(NUMBERS.get(said.casefold()) or 0)
    if not count:
        return None
    if span.startswith(("mo", "me", "ma")):
        year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
        return dt.date(year, month + 1, min(today.day, 28)) + dt.timedelta(days=1)
    days = count * (7 if span.startswith(("w", "s")) else 1)
    return today - dt.timedelta(days=days - 1)


def _periods(text: str, told: Told) -> Iterator[tuple[str, str]]:
    if named := list(months(text, told)):
        yield from named
        return
    today, year, quarter = told.today, told.today.year, (told.today.month - 1) // 3
    before = (year - 1, 4) if quarter == 0 else (year, quarter)
    monday = today - dt.timedelta(days=today.weekday())
    yesterday = today - dt.timedelta(days=1)
    spans = {
        "last quarter": "{}-Q{}".format(*before), "this quarter": f"{year}-Q{quarter + 1}",
        "last year": str(year - 1), "this year": str(year), "today": str(today), "yesterday": str(yesterday),
        "last week": _week(monday - dt.timedelta(days=7)), "this week": _week(monday),
    }  # fmt: skip
    for found in PERIOD.finditer(text):
        if words := found["words"]:
            yield found[0], next(spans[name] for name, said in PERIODS.items() if words.casefold() in said)
        elif found["quarter"]:
            number = int(found["quarter"])
            yield found[0], f"{found['of'] or (year if number <= quarter + 1 else year - 1)}-Q{number}"
        else:
            yield found[0], found["year"]


def _week(monday: dt.date) -> str:
    return f"{monday}..{monday + dt.timedelta(days=6)}"


def ahead(text: str, told: Told) -> Iterator[tuple[str, str]]:
    """Days that come: today, a day of the week, this week or the next, a month or a quarter."""
    today = told.today
    this, monday = today.replace(day=1), today - dt.timedelta(days=today.weekday())
    following = (this + dt.timedelta(days=31)).replace(day=1)
    spans = {
        "this week": _week(monday), "next week": _week(monday + dt.timedelta(days=7)),
        "this month": f"{this:%Y-%m}", "next month": f"{following:%Y-%m}", "this year": str(today.year),
        "this quarter": f"{today.year}-Q{(today.month - 1) // 3 + 1}",
        "today": str(today), "tomorrow": str(today + dt.timedelta(days=1)),
    }  # fmt: skip
    for name, words in AHEAD.items():
        said = re.findall(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE)
        yield from ((raw, spans[name]) for raw in said)
    for name, number in weekday_numbers().items():
        day = today + dt.timedelta(days=(number - today.weekday()) % 7)
        for raw in re.findall(rf"\b(?:{_BY}\s+)?{re.escape(name)}\b", text, re.IGNORECASE):
            yield raw, f"{today}..{day}" if re.match(_BY, raw, re.IGNORECASE) else str(day)
    yield from ((found[0], found[0]) for found in ISO_MONTH.finditer(text))
    for month in months_meant(text):
        number = month_numbers()[month[1].casefold()]
        year = int(month[2] or today.year + (number < today.month))
        yield text[_begins(text, month) : month.end()], f"{year:04}-{number:02}"
