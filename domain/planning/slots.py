"""What a playbook has to be told before it can be planned: its declared inputs, their types, and what is missing."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer
from stdnum import iban

from domain.accounting.bank import plain_account
from domain.accounting.date_range import PeriodError, parse_period
from domain.accounting.tax_number import tax_number_of

MOST_CHARACTERS = 2_000
FEW_HAVE = frozenset({"means", "only_for"})
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_ADDRESS = re.compile(r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$")
AMOUNT_FORM = (
    r"(?P<whole>\d{1,3}(?P<mark>[.,'\u2019\u00a0 ])\d{3}(?:(?P=mark)\d{3}){0,2}|\d{1,7})"
    r"(?:(?!(?P=mark))[.,](?P<cents>\d{1,2}))?"
)
"""A sum as people write it: `1,234.50`, `1 234,50`, `12,5`; three digits behind a mark are thousands."""
_NO_DIGIT = re.compile(r"\D")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class SlotType(StrEnum):
    """What kind of value an input is."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    PERIOD = "period"
    AHEAD = "period_ahead"
    YES_NO = "yes_no"
    EMAIL = "email"
    TAX_NUMBER = "tax_number"
    IBAN = "iban"
    AMOUNT = "amount"
    CURRENCY = "currency"
    MOMENT = "moment"
    DAYS = "days"
    REASON = "reason"
    NET = "net_amount"
    QUANTITY = "quantity"
    UNTIL = "until"
    DUE = "due"
    DOCUMENT = "document"
    RECORD = "record"
    LIST = "list"


KNOWN_BY_FORM = frozenset(
    {
        SlotType.IBAN,
        SlotType.TAX_NUMBER,
        SlotType.MONTH,
        SlotType.PERIOD,
        SlotType.AHEAD,
        SlotType.DATE,
        SlotType.EMAIL,
        SlotType.DAYS,
        SlotType.REASON,
        SlotType.NET,
        SlotType.AMOUNT,
        SlotType.MOMENT,
        SlotType.QUANTITY,
        SlotType.UNTIL,
        SlotType.DUE,
        SlotType.DOCUMENT,
    }
)
"""Values that are found in a sentence wherever they stand."""

SCHEMAS: Mapping[SlotType, dict[str, Any]] = {
    SlotType.TEXT: {"type": "string"},
    SlotType.NUMBER: {"type": "number"},
    SlotType.DATE: {"type": "string", "format": "date"},
    SlotType.MONTH: {"type": "string"},
    SlotType.PERIOD: {"type": "string"},
    SlotType.AHEAD: {"type": "string"},
    SlotType.YES_NO: {"type": "boolean"},
    SlotType.EMAIL: {"type": "string"},
    SlotType.TAX_NUMBER: {"type": "string"},
    SlotType.IBAN: {"type": "string"},
    SlotType.AMOUNT: {"type": "number"},
    SlotType.CURRENCY: {"type": "string"},
    SlotType.MOMENT: {"type": "string"},
    SlotType.DAYS: {"type": "integer"},
    SlotType.REASON: {"type": "string"},
    SlotType.NET: {"type": "number"},
    SlotType.QUANTITY: {"type": "number"},
    SlotType.UNTIL: {"type": "string", "format": "date"},
    SlotType.DUE: {"type": "string", "format": "date"},
    SlotType.DOCUMENT: {"type": "string"},
    SlotType.RECORD: {},
    SlotType.LIST: {"type": "array", "items": {}},
}
"""Each as JSON Schema, to compare it with what an action takes."""


class Slot(BaseModel, extra="forbid", frozen=True):
    """One declared input.

    Attributes:
        question: What a person is asked when nobody said it.
        default: Its value where nobody said one; without it the input has to be said.
        one_of: The only values that it may have; empty: any.
        said: Of a yes_no, the words that mean yes, `mail|send` for either; one that begins with `^` only where a
            sentence begins so.
        of: Of a quantity, the text that what is counted belongs to: `3 hours`.
        means: Of values to choose from, the words that mean each, as `said`.
        only_for: Values of other inputs that alone make it count, by their names: `paid_with: own money`.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: SlotType = SlotType.TEXT
    question: str = Field(default="", max_length=300)
    default: Any = None
    one_of: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    of: str = ""
    optional: bool = False
    means: Mapping[str, tuple[str, ...]] = {}
    only_for: Mapping[str, str] = {}

    @model_serializer(mode="wrap")
    def _without_what_few_have(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What was asked before there were these stays the same question."""
        return {name: value for name, value in plain(self).items() if value or name not in FEW_HAVE}

    def is_wanted(self, values: Mapping[str, str]) -> bool:
        """Whether it counts beside these values; beside what nobody has said yet it does."""
        return all(values.get(name) in {"", None, value} for name, value in self.only_for.items())

    @property
    def asked(self) -> str:
        """The question in words."""
        return self.question or f"{self.name.replace('_', ' ')}?"


class SlotError(ValueError):
    """A value that an input cannot have."""


class FilledSlots(BaseModel):
    """Declared inputs with what was said.

    Attributes:
        values: JSON values of those that are known.
        missing: The names of those that have to be asked for.
        refused: By name, why what was said cannot be.
    """

    values: dict[str, Any] = {}
    missing: list[str] = []
    refused: dict[str, str] = {}

    @property
    def problems(self) -> list[str]:
        """What is wrong or missing, one sentence each."""
        said = [f"{name}: {why}" for name, why in self.refused.items()]
        return [*said, *(f"{name}: is missing; give it" for name in self.missing)]


def fill_slots(slots: list[Slot], said: Mapping[str, Any]) -> FilledSlots:
    """The declared inputs with what was said of them; what is not declared is refused."""
    filled = FilledSlots()
    for name in said.keys() - {slot.name for slot in slots}:
        filled.refused[name] = "is not known here; leave it out or correct its name"
    for slot in slots:
        value = said.get(slot.name)
        value = slot.default if value in (None, "") else value
        if value is None:
            filled.values[slot.name] = None
            filled.missing += [] if slot.optional else [slot.name]
            continue
        try:
            filled.values[slot.name] = value_of(slot, value)
        except SlotError as error:
            filled.refused[slot.name] = str(error)
    return filled


def value_of(slot: Slot, said: Any) -> Any:
    """What was said, as the input's type (a JSON value).

    Raises:
        SlotError: it is of another type.
    """
    if slot.type in {SlotType.RECORD, SlotType.LIST}:
        wanted = list if slot.type is SlotType.LIST else Mapping
        if not isinstance(said, wanted):
            raise SlotError(f"is no {slot.type.value}; hand one over with a reference")
        return said
    text = " ".join(str(said).split()) if slot.type is not SlotType.TEXT else str(said).strip()
    if len(text) > MOST_CHARACTERS:
        raise SlotError(f"has {len(text)} characters, at most {MOST_CHARACTERS} are allowed; shorten it")
    value = _READERS[slot.type](text)
    value = next(
        (one for one in slot.one_of if isinstance(value, str) and one.casefold() == value.casefold()), value
    )
    if slot.one_of and value not in slot.one_of:
        raise SlotError(f"is none of {', '.join(slot.one_of)}; choose one of them")
    return value


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise SlotError("is not a number; give one such as 12.50") from error
    if not number.is_finite():
        raise SlotError("is not a finite number; give one such as 12.50")
    return f"{number:f}"


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise SlotError("is not a date; give it as YYYY-MM-DD") from error


def _month(text: str) -> str:
    if not _MONTH.match(text):
        raise SlotError("is not a month; give it as YYYY-MM")
    return text


def _period(text: str) -> str:
    try:
        parse_period(text)
    except PeriodError as error:
        raise SlotError(str(error).partition("' ")[2]) from error
    return text


def _yes_no(text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise SlotError("is neither yes nor no; give yes or no")
    return _YES_NO[text.casefold()]


def _email(text: str) -> str:
    if not _ADDRESS.match(text):
        raise SlotError("is not an e-mail address; give one such as name@business.com")
    return text


def _tax_number(text: str) -> str:
    try:
        return tax_number_of(text)
    except ValueError as error:
        raise SlotError(str(error)) from error


def _iban(text: str) -> str:
    number = plain_account(text)
    if not iban.is_valid(number, check_country=False):
        raise SlotError("is no IBAN whose check digits hold; correct it")
    return number


def amount_said(text: str) -> Decimal | None:
    """The sum; None where it is none, or could be two."""
    found = re.fullmatch(AMOUNT_FORM, text.strip(" \u20ac\u00a3$"))
    return Decimal(f"{_NO_DIGIT.sub('', found['whole'])}.{found['cents'] or '0'}") if found else None


def _amount(text: str) -> str:
    amount = amount_said(text)
    if not amount:
        raise SlotError("is no amount; give one such as 12.50")
    return f"{amount:.2f}"


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise SlotError("is no currency; give its code, such as USD")
    return text.upper()


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SlotError("is no local time; give it as 2026-12-24 09:00") from error
    if found.tzinfo or ":" not in text:
        raise SlotError("is no local time; give it as 2026-12-24 09:00")
    return f"{found:%Y-%m-%d %H:%M}"


def _quantity(text: str) -> str:
    found = re.fullmatch(r"\d{1,6}(?:[.,]\d{1,2})?", text)
    if found is None or not Decimal(text.replace(",", ".")):
        raise SlotError("does not say how many; give a number such as 3 or 1.5")
    return text.replace(",", ".")


def _day_count(text: str) -> str:
    found = re.fullmatch(r"(\d{1,3})(?:\s+[^\W\d]+)?", text)
    if found is None:
        raise SlotError("is no number of days; give one such as 30")
    return found[1]


_READERS: Mapping[SlotType, Callable[[str], Any]] = {
    SlotType.TEXT: str,
    SlotType.NUMBER: _number,
    SlotType.DATE: _date,
    SlotType.MONTH: _month,
    SlotType.PERIOD: _period,
    SlotType.AHEAD: _period,
    SlotType.YES_NO: _yes_no,
    SlotType.EMAIL: _email,
    SlotType.TAX_NUMBER: _tax_number,
    SlotType.IBAN: _iban,
    SlotType.AMOUNT: _amount,
    SlotType.CURRENCY: _currency,
    SlotType.MOMENT: _moment,
    SlotType.DAYS: _day_count,
    SlotType.REASON: str,
    SlotType.NET: _amount,
    SlotType.QUANTITY: _quantity,
    SlotType.UNTIL: _date,
    SlotType.DUE: _date,
    SlotType.DOCUMENT: str,
}
