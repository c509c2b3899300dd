"""A tax number as its country writes it; its signs and check digits are python-stdnum's to judge."""

from stdnum.au import abn
from stdnum.ch import vat as swiss
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british
from stdnum.in_ import gstin
from stdnum.no import mva
from stdnum.us import ein

KNOWN = (european, british, swiss, mva, ein, abn, gstin)
"""The countries whose numbers can be checked, those that name their country first."""


def country_of_number(text: str | None) -> str | None:
    """The country (ISO 3166) whose letters a tax number begins with; None where its check digits do not hold."""
    number = "".join(sign for sign in (text or "").upper() if sign.isalnum())
    if number.startswith(("GB", "CHE")):
        return number[:2] if (british if number.startswith("GB") else swiss).is_valid(number) else None
    if not european.is_valid(number):
        return None
    return {"EL": "GR", "XI": "GB"}.get(number[:2], number[:2])


def is_of_the_eu(text: str | None) -> bool:
    """Whether it is a tax number of a country of the European Union (or Northern Ireland)."""
    return european.is_valid(text or "")


def tax_number_of(text: str) -> str:
    """The number without blanks and dashes.

    Raises:
        ValueError: it is no tax number that can be checked, or its check digits do not hold.
    """
    for country in KNOWN:
        try:
            return str(country.validate(text))
        except ValidationError:
            continue
    raise ValueError(
        "is no tax number whose check digits hold; give it with its country, such as DE136695976 (countries of the EU, "
        "GB, CH, NO), or a US EIN, an ABN or a GSTIN"
    )
