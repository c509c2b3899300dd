"""Why a value is refused, as a person reads it."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AwareDatetime, BaseModel, Field, HttpUrl, ValidationError, validate_call
from pydantic_core.core_schema import ErrorType

from domain.accounting.bill import BillInputs
from domain.accounting.customer import CustomerInputs
from domain.accounting.invoice import InvoiceInputs
from domain.refused_values import refusals, why_refused
from domain.social.rules import RULES
from domain.text import EmailAddress, OneLine

JARGON = re.compile(
    r"Input should|Value should|String should|Field required|validation|valid [A-Z]|parse|instance|Decimal input|"
    r"pattern|regex|\[\^|items after|Extra inputs|Value error|argument|keyword",
)


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Line(BaseModel):
    price: Decimal = Field(default=Decimal(1), gt=0, lt=900, max_digits=5, decimal_places=2)


class Order(BaseModel, extra="forbid"):
    name: Annotated[OneLine, Field(min_length=2, max_length=5)] = "abc"
    note: str = Field(default="abc", min_length=1, max_length=5)
    email: EmailAddress | None = None
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    strange: str = Field(default="x", pattern=r"^x+$")
    lines: list[Line] = Field(default=[Line()], min_length=1, max_length=2)
    count: int = Field(default=1, ge=1, le=9)
    share: float = Field(default=1, allow_inf_nan=False)
    day: dt.date = dt.date(2026, 1, 1)
    moment: AwareDatetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    is_paid: bool = True
    size: Size = Size.SMALL
    way: Literal["in", "out"] = "in"
    names: dict[str, str] = {}
    choice: str | list[str] = "x"
    page: HttpUrl | None = None


def test_every_pattern_has_words_of_its_own() -> None:
    packages = ("blocks", "deployments", "domain", "flows", "mcp_servers", "tasks")
    sources = [path.read_text() for package in packages for path in Path(package).rglob("*.py")]
    patterns = {found for source in sources for found in re.findall(r'\bpattern=r?"([^"]*)"', source)}
    patterns |= {rf"^({rules.answered})$" for rules in RULES.values()}
    assert len(patterns) > 15
    vague = why_refused({"type": "string_pattern_mismatch", "ctx": {"pattern": "^another$"}})
    said = [
        pattern
        for pattern in patterns
        if why_refused({"type": "string_pattern_mismatch", "ctx": {"pattern": pattern}}) == vague
    ]
    assert said == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "abcdef"}, "name: has 6 characters, at most 5 are allowed; shorten it"),
        ({"name": "a"}, "name: has 1 character, at least 2 are needed; give more"),
        ({"note": "abcdef"}, "note: has 6 characters, at most 5 are allowed; shorten it"),
        ({"note": ""}, "note: is empty; fill it in"),
        ({"name": "a\nb"}, "name: must be one line of text, without control characters; correct it"),
        ({"name": 7}, "name: is not text; give it as text"),
        ({"name": None}, "name: is not text; give it as text"),
        ({"email": "nobody"}, "email: is not an e-mail address; give one such as name@business.com"),
        ({"currency": "dollar"}, "currency: is not a currency code; give three capital letters, such as USD"),
        ({"strange": "y"}, "strange: is not written as it has to be; correct it"),
        ({"lines": []}, "lines: is empty; fill it in"),
        ({"lines": [{}, {}, {}]}, "lines: has 3 entries, at most 2 are allowed; shorten it"),
        ({"lines": "x"}, "lines: is not a list; give a list of values"),
        ({"lines": [{}, 1]}, "lines, no. 2: is not a group of names and values; give one"),
        ({"lines": [{}, {"price": -1}]}, "lines, no. 2, price: must be more than 0; correct it"),
        ({"lines": [{"price": 950}]}, "lines, no. 1, price: must be less than 900; correct it"),
        ({"lines": [{"price": "1.234"}]}, "lines, no. 1, price: has more than 2 decimals; round it"),
        (
            {"lines": [{"price": "123456.7"}]},
            "lines, no. 1, price: has more than 5 digits; give a smaller number",
        ),
        ({"lines": [{"price": "12,50"}]}, "lines, no. 1, price: is not a number; give one such as 12.50"),
        (
            {"lines": [{"price": "NaN"}]},
            "lines, no. 1, price: is not a finite number; give one such as 12.50",
        ),
        ({"count": 0}, "count: must be at least 1; correct it"),
        ({"count": 10}, "count: must be at most 9; correct it"),
        ({"count": 1.5}, "count: has decimals; give a whole number"),
        ({"count": "many"}, "count: is not a whole number; give one such as 12"),
        ({"share": "x"}, "share: is not a number; give one such as 12.50"),
        ({"day": "31/12/2026"}, "day: is not a date; give it as YYYY-MM-DD"),
        ({"day": "2026-02-30"}, "day: is not a date; give it as YYYY-MM-DD"),
        ({"day": []}, "day: is not a date; give it as YYYY-MM-DD"),
        ({"day": "2026-01-01T12:00:00"}, "day: has a time of day; give the day alone, as YYYY-MM-DD"),
        ({"moment": "2026-01-01T12:00:00"}, "moment: says no time zone; give one, such as +00:00"),
        ({"is_paid": "perhaps"}, "is_paid: is neither yes nor no; give true or false"),
        ({"size": "huge"}, "size: is none of 'small' or 'large'; choose one of them"),
        ({"way": "up"}, "way: is none of 'in' or 'out'; choose one of them"),
        ({"names": []}, "names: is not a group of names and values; give one"),
        ({"choice": 5}, "choice: is not text; give it as text"),
        ({"page": "books"}, "page: is not a web address; give one such as https://books.example.com"),
        ({"colour": "red"}, "colour: is not known here; leave it out or correct its name"),
    ],
)
def test_a_refusal_says_which_value_what_is_wrong_and_what_to_do(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(given)
    assert refusals(refused.value)[0] == said


def test_arguments_that_are_missing_or_unknown_are_named() -> None:
    @validate_call
    def pay(invoice: int, amount: Decimal) -> None:
        """Takes two arguments."""

    with pytest.raises(ValidationError) as refused:
        pay(invoice=1, sum=2)  # type: ignore[call-arg]
    assert refusals(refused.value) == [
        "amount: is missing; give it",
        "sum: is not known here; leave it out or correct its name",
    ]


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_kind_of_refusal_is_passed_on_in_the_librarys_words(kind: str) -> None:
    context = {"max_length": 3, "min_length": 2, "actual_length": 1, "pattern": "^[a-z]$"}
    item = {"type": kind, "loc": ("name",), "msg": "Value error, is wrong", "input": "x", "ctx": context}
    said = why_refused(item)
    assert said
    assert not JARGON.search(said), said


@pytest.mark.parametrize("model", [BillInputs, CustomerInputs, InvoiceInputs])
@pytest.mark.parametrize("value", [None, "", "x" * 5000, -1, 10**30, [], {}, True, "NaN", "\x00", "a@b"])
def test_nothing_that_an_action_refuses_is_told_in_jargon(model: type[BaseModel], value: object) -> None:
    said: list[str] = []
    for name in model.model_fields:
        with suppress(ValidationError), telling(said):
            model.model_validate({name: value})
    assert said
    assert [sentence for sentence in said if JARGON.search(sentence)] == []


@contextmanager
def telling(said: list[str]) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        said += refusals(error)
        raise
