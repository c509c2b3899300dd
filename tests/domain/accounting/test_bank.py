import pytest

from domain.accounting.bank import BankAccount, is_other_account, plain_account

IBAN, OTHER = "DE89370400440532013000", "DE02120300000000202051"


def account(number: str = IBAN, *, active: bool = True) -> BankAccount:
    return BankAccount(number=number, active=active)


def test_blanks_signs_and_case_make_no_difference() -> None:
    assert plain_account(" de89 3704-0044.0532_0130 00 ") == IBAN
    assert not is_other_account("de89 3704 0044 0532 0130 00", None, [account()])


@pytest.mark.parametrize("known", [[], [account(OTHER), account()]], ids=["none on record", "one of two"])
def test_a_vendor_without_accounts_or_with_this_one_is_not_changed(known: list[BankAccount]) -> None:
    assert not is_other_account(IBAN, None, known)


def test_an_account_that_is_not_on_record_is_another_one() -> None:
    assert is_other_account(OTHER, None, [account()])
    assert is_other_account(None, "12345678", [account()])


def test_an_account_that_a_person_archived_is_another_one() -> None:
    assert is_other_account(IBAN, None, [account(active=False)])
    assert is_other_account(IBAN, None, [account(active=False), account(OTHER)])


def test_a_document_without_an_account_changes_nothing() -> None:
    assert not is_other_account(None, "", [account()])


def test_the_national_number_of_a_known_iban_is_the_same_account() -> None:
    assert not is_other_account(IBAN, "0532013000", [account()])
    assert is_other_account(IBAN, "99999999", [account()])
    assert is_other_account(OTHER, "0532013000", [account()])
