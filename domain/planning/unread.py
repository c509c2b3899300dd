"""What no input took of a request's words: numbers, sums, days, taxes, discounts, instalments.

None of it is lost: the person is asked about it in the one question that shows what was understood.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from domain.planning.said_days import NUMBERS, month_numbers, weekday_numbers

TAX = r"(?:vat|gst|sales tax|taxes|tax|mwst|ust|mehrwertsteuer|umsatzsteuer|tva|taxes|iva|btw)"
_LESS = (
    "less|minus|off|discount|rebate|reduction|abzüglich|abzgl|rabatt|nachlass|skonto|remise|réduction"
    "|rabais|escompte|moins|menos"
    "|descuento|rebaja|meno|sconto|ribasso|korting|min"
)
_PARTS = (
    "instal?lments?|parts|payments|raten|teilbeträgen|teilzahlungen|fois|plazos|cuotas|pagos|rate|termijnen"
    "|delen"
)
_DOWN = (
    "deposit|down payment|up front|upfront|anzahlung|acompte|arrhes|anticipo|señal|acconto|aanbetaling"
    "|voorschot"
)
_WITH = (
    "with|plus|less|minus|after|before|mit|abzüglich|zuzüglich|nach|avec|moins|après|con|menos"
    "|más|meno|più|met|min|und|and|et|y|e|en|a|ein|eine|einen|un|une|una|een|\\d+ ?%"
)
_TAX_SAID = (
    rf"(?:plus|incl\w*\.?|inkl\w*\.?|including|with|without|no|free of|ohne|zzgl\.?|zuzüglich|exkl\w*\.?|sans"
    rf"|hors|con|sin|más|mas|più|piú|senza|met|zonder"
    rf"|exclusief|excl\w*\.?|before|ex|avec|ajout\w*|add|mit|keine?)\s+(?:\d+(?:[.,]\d+)?\s?%\s*)?{TAX}\b"
)
MONEY_TERM = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|percent|per cent|prozent|pour ?cent|por ciento|per cento|procent)(?!\w)"
    r"|(?:\b(?:and|und|et|y|e|en|plus)|\+)\s+(?:another\s+)?[\u20ac\u00a3$]?\d+(?:[.,]\d+)?\s?(?:[\u20ac\u00a3$]"
    r"|euros?\b|dollars?\b)?\s*"
    r"(?:on|for|für|auf|pour|en|por|per|voor|aan)\b"
    r"|(?:\b(?:plus|zuzüglich|zzgl|más|più)\s*|\+\s+|\+(?=[\u20ac\u00a3$]))[\u20ac\u00a3$]?\d"
    rf"|{_TAX_SAID}|\b{TAX}\s+(?:free|extra|on top|incl\w*|excl\w*|inbegrepen|compris\w*)\b"
    rf"|\b(?:{_WITH})\s+(?:{_LESS})\b|\b(?:{_LESS})\s+(?:of|von|de|di|van)?\s*[\d\u20ac$\u00a3]"
    rf"|\b(?:in|en)\s+(?:\w+\s+){{0,2}}(?:{_PARTS})\b|\b(?:{_WITH})\s+(?:\w+\s+){{0,2}}?(?:{_DOWN})\b"
    r"|\bhalf (?:of|now|up ?front|in advance)\b|\b(?:die hälfte|la moitié|la mitad|la metà|de helft)\b",
    re.IGNORECASE,
)
"""What changes a sum that is said beside it."""
TERMS = re.compile(
    r"\b(?:due|payable|end of month|eom|monatsende|fin de mois|fin de mes|fine mese|einde maand|on receipt|zahlbar"
    r"|fällig|payable|à réception|pagader[oa]|al contado|pagabile"
    r"|alla ricezione|betaalbaar|bij ontvangst)\b",
    re.IGNORECASE,
)
NET = re.compile(
    rf"(?:\b(?:plus|excl\w*\.?|zzgl\.?|zuzüglich|exkl\w*\.?|before|hors|más|mas|più|exclusief"
    rf"|ex)\s+{TAX}\b|\b(?:net of (?:vat|tax)|ht|netto|net)\b)",
    re.IGNORECASE,
)
"""Words by which a sum is one before tax."""
CONNECTS = re.compile(
    r"\s*(?:[,;(+]|[-\u2013\u2014]\s|\b(?:plus|less|minus|with|without|after|before|mit|ohne|abzüglich"
    r"|zuzüglich|abzgl|zzgl|inkl|incl|excl|exkl|avec|sans|moins|hors"
    r"|con|sin|menos|más|senza|meno|più|met|zonder|min|and|und|et|y|e|en|in|payable|due|zahlbar"
    r"|fällig|pagadero|pagabile|betaalbaar)\b)",
    re.IGNORECASE,
)
DAY_WORDS = (
    "last month|last year|this month|letzte[nrs]? (?:monat|jahr)|mois dernier|mes pasado|mese scorso|vorige maand"
    "|tomorrow|tonight|yesterday|today|next week|next month|next year|last week|nächste[nrs]? (?:woche|monat"
    "|jahr)|heute|gestern"
    "|demain|semaine prochaine|mois prochain|mañana|próxim[oa]|semana que viene|domani|prossim[oa]"
    "|volgende (?:week|maand)"
    "|christmas|easter|weihnachten|ostern|noël|pâques|navidad|natale|pasqua|kerst(?:mis)?|pasen|quarter"
    "|quartal|trimestre|kwartaal"
)
HANGS = re.compile(
    r"(?:\s+(?:for|to|of|on|the|a|für|an|den|die|das|der|pour|à|le|la|l['\u2019]|por|para|el|per|il|lo"
    r"|voor|aan|de|het|een))+$",
    re.IGNORECASE,
)
"""What leads to a value that was taken."""
LONGEST = 120


@cache
def _telling() -> re.Pattern[str]:
    days = "|".join(sorted(map(re.escape, [*month_numbers(), *weekday_numbers()]), key=len, reverse=True))
    spans = (
        "days?|weeks?|tagen?|tage|wochen?|monaten?|monate|jours?|semaines?|días?|semanas?|giorn[oi]|settiman"
        "[ae]|dagen|weken"
    )
    counts = (
        rf"\b(?:an?|{'|'.join(map(re.escape, NUMBERS))})\s+(?:hours?|months?|stunden?|heures?|horas?|ore|uur"
        rf"|{spans})\b"
    )
    return re.compile(
        rf"\d|{counts}|\b(?:{days}|{DAY_WORDS})\b|{MONEY_TERM.pattern}|{TERMS.pattern}", re.IGNORECASE
    )


ONLY_LEADS = re.compile(
    r"(?:(?:due|payable|net|netto|zahlbar|fällig|à|a|payer|pagader[oa]|pagar|vence|pagabile|scadenza|te"
    r"|betalen|betaalbaar|within|innerhalb|von|sous|in|en"
    r"|dans|binnen|entro|by|bis|am|zum|le|el|il|and|und|et|y|e)\s*)+",
    re.IGNORECASE,
)
"""What is left before a day or a term that was taken."""
SINCE = re.compile(
    r"\s*\b(?:until|till|bis|ab|erst ab|erst|from|since|starting|seit|à partir d[eu]|depuis|jusqu\w*|desde|a"
    r" partir de|hasta|dal?|a partire da|fino|vanaf|sinds"
    r"|pas|tot|on|am|next|over|above|under|more than|über|mehr als|plus de|más de|più di|meer dan)\s+"
    r"(?=\S)",
    re.IGNORECASE,
)
"""Before a day or a sum behind a name, which is no part of it."""


def unread_in(left: str, mark: str, *, is_net: bool) -> Iterator[str]:
    """The parts of what is left of a text, once its values are taken out, that still say something.

    Args:
        left: It.
        mark: What stands in it in the place of a value.
        is_net: Whether its sum is one before tax, as *plus VAT* says.
    """
    for part in re.split(rf"[\n;{mark}]|[.!?](?=\s|$)|,(?=\s)", left):
        said = " ".join(part.split()).strip(" ,:()\"'")
        seen = NET.sub(" ", said) if is_net else said
        if seen.strip() and not ONLY_LEADS.fullmatch(seen.strip()) and _telling().search(seen):
            yield HANGS.sub("", said)[:LONGEST]


def name_alone(value: str) -> tuple[str, str]:
    """A name, and what stands behind it that is a day or a sum: *Hofer* and *erst ab Januar*."""
    for found in SINCE.finditer(value):
        if found.start() and _telling().search(value[found.end() :]):
            return value[: found.start()], value[found.start() :].strip()
    return value, ""


def without_terms(value: str, *, is_net: bool) -> tuple[str, str]:
    """What something is for, or who is meant, and what stands behind it and changes the sum or its term."""
    if is_net:
        value = re.sub(rf"[\s,;(]*(?:{NET.pattern})[\s)]*(?=$|[,;])", "", value, flags=re.IGNORECASE) or value
    cleared = NET.sub(lambda found: " " * len(found[0]), value) if is_net else value
    found = [one for one in (MONEY_TERM.search(cleared), TERMS.search(cleared)) if one]
    if not found:
        return value, ""
    at = min(one.start() for one in found)
    begins = [one.start() for one in CONNECTS.finditer(value) if 0 < one.start() <= at]
    return (value[: begins[-1]].rstrip(" ,;"), value[begins[-1] :].strip(" ,;")) if begins else (value, value)


def speaks_of_money(said: Sequence[str], *, is_net: bool) -> bool:
    """Whether any of it changes a sum."""
    return any(MONEY_TERM.search(NET.sub(" ", one) if is_net else one) for one in said)


def speaks_of_a_time(said: str) -> bool:
    """Whether it names a day or an hour."""
    return bool(_telling().search(said)) and not MONEY_TERM.search(said)
