"""Accounts for lines of one rate of tax, as German charts have them: `Revenue, 19 % VAT`, `Revenue, 7 % VAT`.

Such an account's name says the rate, and Odoo's default taxes of the account are those of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

RATE = re.compile(r"\d+(?:[.,]\d+)?\s*%")
BEFORE_A_RATE = re.compile(rf"(.*?)\W*{RATE.pattern}")


@dataclass(frozen=True)
class RatedAccount:
    """An account, and the taxes that Odoo puts on its lines where none is named."""

    account_id: int
    name: str
    taxes: frozenset[int]


def says_a_rate(name: str) -> bool:
    """Whether an account of that name is for lines of one rate."""
    return bool(RATE.search(name))


def account_of_tax(
    account_id: int, tax_id: int | None, accounts: Sequence[RatedAccount]
) -> RatedAccount | None:
    """Of the accounts for the same thing the one that is for lines of this tax, or for lines without one.

    None where that is the account itself or there is no such account: then the line stays on the account.

    Args:
        account_id: the account that a line would go to.
        tax_id: the line's tax; None for none.
        accounts: those of the same type, in the order of their codes.
    """
    own = next((one for one in accounts if one.account_id == account_id), None)
    if own is None or not own.taxes or tax_id in own.taxes:
        return None
    same = [one for one in accounts if _subject(one.name) == _subject(own.name)]
    return next((one for one in same if (tax_id in one.taxes if tax_id else not one.taxes)), None)


def _subject(name: str) -> str:
    """What the name says before the rate: `Revenue` of `Revenue, 19 % VAT`."""
    found = BEFORE_A_RATE.match(name)
    return (found[1] if found else name).strip().casefold()
