import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.party import party_key, party_name, telling_pattern

SPELLINGS = [
    "ACME,  Inc.",
    "acme inc",
    "Acme",
    "ACME LLC",
    "Acmé GmbH",
    "A.C.M.E. S.A.",
    "Acme Co., Ltd.",
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_one_party_has_one_name_and_one_key(name: str) -> None:
    assert party_name(name) == party_key(name) == "acme"


def test_word_order_makes_no_other_party() -> None:
    for same in (party_name, party_key):
        assert same("Müller Peter GmbH & Co. KG") == same("Peter Muller")
        assert same("Acme") != same("Acme Two")
    assert party_key("Inc. Acme") == party_key("Acme")
    assert party_key("Limited Company") == "limited"
    assert party_name("Spa Wellness") != party_name("Wellness")
    assert party_name("Inc") == "inc"


WORDS = ["acme", "Acmé", "inc", "GmbH", "&", "co.", "s.a.", "two", "spa"]


@given(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join))
def test_what_the_books_join_the_limits_join(name: str) -> None:
    for other in ("acme", "acme two", "two acme inc", "spa", "inc"):
        if party_name(name) == party_name(other):
            assert party_key(name) == party_key(other)


@pytest.mark.parametrize(
    ("asked", "in_the_books"),
    [
        ("Muller Holz", "Müller Holz GmbH"),
        ("MÜLLER HOLZ", "Muller Holz"),
        ("Oreilly Inc.", "O'Reilly"),
        ("O'Reilly", "OReilly Ltd"),
        ("ABC Inc", "A.B.C."),
        ("H&M", "H & M"),
        ("The Harbor Company", "Harbor, The"),
        ("&", "&"),
    ],
)
def test_odoo_finds_each_spelling(asked: str, in_the_books: str) -> None:
    like = telling_pattern(asked).replace("%", ".*").replace("_", ".")
    assert re.search(like, in_the_books, re.IGNORECASE)
