"""Why a value is refused, in plain words: which one, what is wrong with it, what to do.

The one place that knows pydantic's own wording, so that nobody has to read it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from domain.social.rules import RULES

_PATTERNS = {
    r"^[A-Z]{3}$": "is not a currency code; give three capital letters, such as USD",
    r"^([A-Z]{2})?$": "is not a country code; give two capital letters, such as US",
    r"^order-[0-9a-f]{16}$": "is not a task id; give the task_id that a tool answered",
    r"^[0-9]{1,19}$": "is not the id of a post; give its digits alone, such as 2126548700175007745",
    r"^([0-9]+(_[0-9]+)?|urn:li:[A-Za-z0-9:(),]+)$": "is not the id of a post; give reply_to of the mention's note, "
    "or a post's digits alone",
    r"^[a-z][a-z0-9_]*$": "is not a name; use small letters, digits and _, a letter first",
    r"^[a-z0-9][a-z0-9-]{0,39}$": "is not a short name; use small letters, digits and -, 40 at most",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{2,110}$": "is not a task's name; use letters, digits, ., _ and -, 3 to 111 of them",
    r"^\d{4}-(0[1-9]|1[0-2])$": "is not a month; give it as YYYY-MM",
    r"^gmail-[a-z0-9-]{1,100}$": "is not the task of a mail; give the name of its note, which begins with gmail-",
    r"^whatsapp-[a-z0-9-]{1,100}$": "is not the task of a message; give the name of its note, which begins with "
    "whatsapp-",
    r"^([a-z0-9_]{1,512}/[a-z]{2,3}(_[A-Z]{2})?)?$": "is not a template; give its name and its language, such as "
    "reminder/en_US",
    r"^[a-z0-9_]{1,512}$": "is not a template's name; use small letters, digits and _",
    r"^[a-z]{2,3}(_[A-Z]{2})?$": "is not a language; give one such as en_US",
    r"^[0-9a-f]{64}$": "is not a SHA-256 checksum; give its 64 digits of 0 to 9 and a to f",
    r"^(image|video|application)/[a-z0-9.+-]+$": "is not a picture, video or document; give one such as image/png",
    r"^[a-z]+/[a-z0-9.+-]+$": "is not a kind of file; give one such as application/pdf",
    r"^[^/\\\x00-\x1f\x7f]{1,150}$": "is not a file's name; leave out / and \\, at most 150 characters",
    r"^<[!-;=?-~]{3,990}>$": "is not a mail's Message-ID; give it with its < and >",
    r"^[A-Za-z0-9_-]{1,64}$": "is not the id of a thread; give it as Gmail has it",
    r"^[0-9]{1,30}$": "is not an id of WhatsApp's; give its digits alone",
    r"^[!-~]{1,250}$": "is not the id of a message; give it as WhatsApp has it",
    r"^v\d\d\.0$": "is not a version of the API; give one such as v25.0",
    r"^https?://[^\s/]+$": "is not a server's address; give one such as https://books.example.com, without a path",
}
_PATTERNS |= {
    rf"^({rules.answered})$": "is nothing that can be answered there; give the reply_to of a mention's task"
    for rules in RULES.values()
}
_BY_TYPE = {
    "missing": "is missing; give it",
    "missing_argument": "is missing; give it",
    "missing_keyword_only_argument": "is missing; give it",
    "extra_forbidden": "is not known here; leave it out or correct its name",
    "unexpected_keyword_argument": "is not known here; leave it out or correct its name",
    "none_required": "must be left out",
    "finite_number": "is not a finite number; give one such as 12.50",
    "int_from_float": "has decimals; give a whole number",
    "int_parsing_size": "is too large a number; give a smaller one",
    "json_invalid": "is not JSON; correct it",
    "recursion_loop": "contains itself; give plain values",
    "string_unicode": "is not readable text; give it in UTF-8",
    "date_from_datetime_inexact": "has a time of day; give the day alone, as YYYY-MM-DD",
    "date_past": "is not in the past; give an earlier day, as YYYY-MM-DD",
    "date_future": "is not in the future; give a later day, as YYYY-MM-DD",
    "timezone_aware": "says no time zone; give one, such as +00:00",
    "url_scheme": "is not a web address of the right kind; give one that begins with https://",
}
_BY_KIND = {
    "string": "is not text; give it as text",
    "int": "is not a whole number; give one such as 12",
    "float": "is not a number; give one such as 12.50",
    "decimal": "is not a number; give one such as 12.50",
    "bool": "is neither yes nor no; give true or false",
    "date": "is not a date; give it as YYYY-MM-DD",
    "datetime": "is not a date with a time; give it as YYYY-MM-DDTHH:MM:SS+00:00",
    "time": "is not a time of day; give it as HH:MM",
    "list": "is not a list; give a list of values",
    "tuple": "is not a list; give a list of values",
    "set": "is not a list; give a list of values",
    "dict": "is not a group of names and values; give one",
    "mapping": "is not a group of names and values; give one",
    "model": "is not a group of names and values; give one",
    "url": "is not a web address; give one such as https://books.example.com",
    "uuid": "is not an id; give it as it was answered",
}
_BOUNDS = {
    "greater_than": ("gt", "must be more than {}; correct it"),
    "greater_than_equal": ("ge", "must be at least {}; correct it"),
    "less_than": ("lt", "must be less than {}; correct it"),
    "less_than_equal": ("le", "must be at most {}; correct it"),
    "multiple_of": ("multiple_of", "must be a multiple of {}; correct it"),
    "enum": ("expected", "is none of {}; choose one of them"),
    "literal_error": ("expected", "is none of {}; choose one of them"),
    "decimal_max_digits": ("max_digits", "has more than {} digits; give a smaller number"),
    "decimal_whole_digits": (
        "whole_digits",
        "has more than {} digits before the point; give a smaller number",
    ),
    "decimal_max_places": ("decimal_places", "has more than {} decimals; round it"),
}
_UNION_CHOICE = re.compile(r".*[\[(].*|str|int|float|bool|decimal|date", re.DOTALL)


def refusals(error: ValidationError) -> list[str]:
    """One sentence for each refused value: `items, no. 2, price: must be more than 0; correct it`."""
    said = (_sentence(item) for item in error.errors(include_url=False))
    return list(dict.fromkeys(said))


def place_of(item: Mapping[str, Any]) -> list[str | int]:
    """Where in the input a refused value stands; which choice of several was tried is left out."""
    place: Sequence[str | int] = item["loc"]
    return [
        part
        for number, part in enumerate(place)
        if not (number and isinstance(part, str) and _UNION_CHOICE.fullmatch(part))
    ]


def why_refused(item: Mapping[str, Any]) -> str:
    """What is wrong with a value and what to do, to be read after its name."""
    kind, context = str(item["type"]), item.get("ctx") or {}
    if kind in {"value_error", "assertion_error"}:
        return str(item["msg"]).partition(", ")[2]
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context.get("pattern", ""), "is not written as it has to be; correct it")
    if kind.endswith(("too_long", "too_short")):
        return _wrong_length(item, context)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return words.format(context.get(name))
    return _BY_TYPE.get(kind) or _BY_KIND.get(kind.partition("_")[0], "cannot be used here; correct it")


def _wrong_length(item: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    value, kind = item.get("input"), str(item["type"])
    count = context.get("actual_length") or (
        len(value) if isinstance(value, str | bytes | list | tuple) else ""
    )
    what = _counted("character" if isinstance(value, str | bytes) else "entry", count)
    if kind.endswith("too_long"):
        return f"has {count} {what}, at most {context['max_length']} are allowed; shorten it"
    least = context["min_length"]
    if not count and least == 1:
        return "is empty; fill it in"
    return f"has {count or 'no'} {what}, at least {least} are needed; give more"


def _counted(what: str, count: object) -> str:
    return what if count == 1 else f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


def _sentence(item: Mapping[str, Any]) -> str:
    place = ", ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in place_of(item))
    why = why_refused(item)
    return f"{place}: {why}" if place else why
