import pytest

from domain.accounting.account import Account, account_for
from domain.accounting.partner import (
    VENDOR,
    AmbiguousPartnerError,
    Identity,
    KnownBy,
    Partner,
    match_partner,
    partner_key,
    plain_email,
)

ACME = Partner(partner_id=1, name="Acme, Inc.", vat="US 12-345", email="bills@acme.example")
OTHER = Partner(partner_id=2, name="Other Ltd", email="hello@other.example")


@pytest.mark.parametrize("name", ["ACME", "Acme Inc", "acme inc.", "Acme Co., Inc.", "Acme Incorporated"])
def test_spellings_of_one_name_are_one_vendor(name: str) -> None:
    assert match_partner(VENDOR, Identity(name=name), [ACME, OTHER]).partner == ACME


@pytest.mark.parametrize(
    ("vendor", "known_by"),
    [
        (Identity(name="New name", vat="us12345"), KnownBy.VAT),
        (Identity(name="New name", email="Acme <BILLS@acme.example>"), KnownBy.EMAIL),
        (Identity(name="acme"), KnownBy.NAME),
        (Identity(name="Acme Tools"), KnownBy.UNKNOWN),
    ],
)
def test_what_told_who_it_is_is_kept(vendor: Identity, known_by: KnownBy) -> None:
    assert match_partner(VENDOR, vendor, [ACME, OTHER]).known_by is known_by


def test_a_known_name_with_another_tax_number_is_not_taken() -> None:
    with pytest.raises(AmbiguousPartnerError, match="another tax number"):
        match_partner(VENDOR, Identity(name="Acme", vat="US99"), [ACME])


def test_a_business_and_its_contact_are_one() -> None:
    contact = ACME.model_copy(update={"name": "Jane at Acme"})
    match = match_partner(VENDOR, Identity(name="Acme", email="bills@acme.example"), [ACME, contact])
    assert match.partner is not None
    assert match.partner.partner_id == 1


def test_two_of_one_name_are_told_apart_or_asked_about() -> None:
    twin = Partner(partner_id=3, name="ACME", email="bills@acme.example")
    with pytest.raises(AmbiguousPartnerError, match=r"id 1.*id 3"):
        match_partner(VENDOR, Identity(name="Acme"), [ACME, twin])
    assert match_partner(VENDOR, Identity(name="Acme", vat="US12345"), [ACME, twin]).partner == ACME


def test_one_vendor_has_one_key_however_it_is_spelled() -> None:
    assert partner_key(Identity(name="Acme, Inc.")) == partner_key(Identity(name="ACME"))
    assert partner_key(Identity(name="a", vat="US 12")) == partner_key(Identity(name="b", vat="us-12"))
    assert partner_key(Identity(name="a")) != partner_key(Identity(name="b"))


def test_plain_forms() -> None:
    assert plain_email("Jane <Jane@X.example>") == "jane@x.example"
    assert plain_email("no address") == ""


CHART = [
    Account(account_id=i, name=name, account_type="expense")
    for i, name in enumerate(
        [
            "Expenses",
            "Purchase of Equipments",
            "Rent",
            "Bank Fees",
            "Sales Expenses",
            "Office Supplies",
            "Travel",
        ],
        1,
    )
]


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("Office supplies", "Office Supplies"),
        ("stationery", "Office Supplies"),
        ("office rent", "Rent"),
        ("Computer hardware", "Purchase of Equipments"),
        ("bank charges", "Bank Fees"),
        ("Hotel", "Travel"),
        ("Advertising", "Sales Expenses"),
        ("Miscellaneous", "Expenses"),
        ("Something nobody thought of", "Expenses"),
    ],
)
def test_a_category_finds_its_account_by_name_or_takes_the_default(category: str, name: str) -> None:
    account = account_for(category, CHART, default_id=1)
    assert account is not None
    assert account.name == name


def test_without_a_default_there_may_be_no_account() -> None:
    assert account_for("nothing", CHART, default_id=None) is None
