"""Charts that have an account for each rate of tax: a line goes to that of its own."""

import pytest

from domain.accounting.rated_account import RatedAccount, account_of_tax, says_a_rate

FULL, REDUCED, EU = 19, 7, 40


def account(account_id: int, name: str, *taxes: int) -> RatedAccount:
    return RatedAccount(account_id, name, frozenset(taxes))


REVENUE = [
    account(8200, "Revenue"),
    account(8300, "Revenue, 7 % VAT", REDUCED),
    account(8310, "Revenue from other services, 7 % VAT", REDUCED),
    account(8400, "Revenue, 19 % VAT", FULL),
    account(8410, "Revenue, 19 % VAT", FULL),
]


def place(account_id: int, tax_id: int | None, accounts: list[RatedAccount] = REVENUE) -> int:
    other = account_of_tax(account_id, tax_id, accounts)
    return other.account_id if other else account_id


@pytest.mark.parametrize(
    ("account_id", "tax_id", "expected"),
    [
        (8400, FULL, 8400),
        (8410, FULL, 8410),
        (8400, REDUCED, 8300),
        (8400, None, 8200),
        (8300, FULL, 8400),
        (8400, EU, 8400),
        (8200, REDUCED, 8200),
        (8310, None, 8310),
    ],
)
def test_a_line_goes_to_the_account_of_its_rate(account_id: int, tax_id: int | None, expected: int) -> None:
    assert place(account_id, tax_id) == expected


def test_names_in_other_languages_say_the_rate_as_well() -> None:
    goods = [account(1, "Wareneingang"), account(2, "Wareneingang 7 % Vorsteuer", REDUCED)]
    goods.append(account(3, "Wareneingang 19 % Vorsteuer", FULL))
    assert (place(3, REDUCED, goods), place(3, None, goods)) == (2, 1)
    part = [account(1, "Cost of goods, 10.7 % tax", FULL), account(2, "Cost of goods", EU)]
    assert place(1, EU, part) == 2


def test_only_a_name_with_a_rate_is_for_one() -> None:
    assert says_a_rate("Cost of merchandise, 19 % input tax")
    assert says_a_rate("Erlöse 7% USt")
    assert not says_a_rate("Product Sales")
    assert not says_a_rate("Office 365")
