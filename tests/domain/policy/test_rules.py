"""Which rules hold at once: never wider than what was confirmed, whatever is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.handbook import Handbook, parse_handbook
from domain.policy.rules import DIRECTIONS, compare_rules, flat_handbook, handbook_of

KNOWN = {
    "currency": "USD",
    "ask_above": 1000,
    "day_limit": 800,
    "payee_limit": 600,
    "payee_days": 30,
    "known_payees": ["Acme"],
    "proof": {"amount_above": 500, "new_payees": True, "public_posts": True},
    "approvals": {"remind_hours": 10, "escalate_hours": 20, "expire_hours": 30},
    "business_domains": ["example.com"],
    "people": {"owner": "Olga", "known": {"ann@example.com": {"role": "accountant"}}},
    "autonomy": {"vault_moves_count_as": "Olga", "always_ask": ["odoo.record_payment"]},
    "hours": {"from": "09:00", "to": "17:00"},
    "may_tell": ["tasks done", "new customers"],
}


def changed(**values: Any) -> Handbook:
    return parse_handbook({**KNOWN, **values})


WIDER = [
    {"currency": "JPY"},
    {"ask_above": 900000},
    {"ask_above": "1000.01"},
    {"day_limit": 900000},
    {"day_limit": None},
    {"payee_limit": None},
    {"payee_days": 1},
    {"ask_for_new_payees": False},
    {"known_payees": ["Acme", "Mallory"]},
    {"proof": {**KNOWN["proof"], "amount_above": None}},
    {"proof": {**KNOWN["proof"], "amount_above": 501}},
    {"proof": {**KNOWN["proof"], "new_payees": False}},
    {"proof": {**KNOWN["proof"], "public_posts": False}},
    {"approvals": {**KNOWN["approvals"], "expire_hours": 2000}},
    {"approvals": {**KNOWN["approvals"], "escalate_hours": 25}},
    {"approvals": {**KNOWN["approvals"], "remind_hours": 11}},
    {"confidence_below": 0.1},
    {"business_domains": []},
    {"people": {"owner": "Mallory", "known": KNOWN["people"]["known"]}},
    {"people": {"owner": "Olga", "known": {}}},
    {"autonomy": {**KNOWN["autonomy"], "vault_moves_count_as": "Mallory"}},
    {"autonomy": {**KNOWN["autonomy"], "always_ask": []}},
    {"hours": None},
    {"may_tell": ["tasks done", "new customers", "revenue"]},
    {"mail": {"known_people": True}},
    {"mail": {"most_recipients": 4}},
]
NARROWER = [
    {"mail": {"most_recipients": 1}},
    {"may_tell": ["tasks done"]},
    {"brand": {"name": "Harbour Bakery", "background": "#000000"}},
    {"ask_above": 999},
    {"day_limit": 0},
    {"payee_limit": 1},
    {"payee_days": 60},
    {"known_payees": []},
    {"proof": {**KNOWN["proof"], "amount_above": 1}},
    {"approvals": {"remind_hours": 1, "escalate_hours": 2, "expire_hours": 3}},
    {"confidence_below": 0.95},
    {"autonomy": {**KNOWN["autonomy"], "vault_moves_count_as": None}},
    {"autonomy": {**KNOWN["autonomy"], "always_ask": ["odoo.record_payment", "odoo.record_bill"]}},
]


@pytest.mark.parametrize("change", WIDER, ids=str)
def test_what_widens_does_not_hold_until_it_is_confirmed(change: dict[str, Any]) -> None:
    confirmed = flat_handbook(changed())
    found = compare_rules(confirmed, flat_handbook(changed(**change)))
    assert found.widening
    assert found.effective == confirmed


@pytest.mark.parametrize("change", NARROWER, ids=str)
def test_what_narrows_holds_at_once(change: dict[str, Any]) -> None:
    written = flat_handbook(changed(**change))
    found = compare_rules(flat_handbook(changed()), written)
    assert found.narrowed
    assert not found.widening
    assert handbook_of(found.effective) == handbook_of(written)


def test_of_a_change_both_ways_only_the_narrowing_part_holds() -> None:
    written = flat_handbook(changed(ask_above=100, day_limit=5000, known_payees=["Mallory"]))
    held = handbook_of(compare_rules(flat_handbook(changed()), written).effective)
    assert (held.ask_above, held.day_threshold, held.known_payees) == (100, 800, [])


def test_a_rule_that_nobody_has_classified_asks() -> None:
    found = compare_rules({"new_rule": 1}, {"new_rule": 0})
    assert [change.rule for change in found.widening] == ["new_rule"]


def test_every_direction_names_a_rule_of_the_handbook() -> None:
    assert set(DIRECTIONS) <= set(flat_handbook(Handbook()))


def test_a_handbook_survives_being_flat() -> None:
    assert handbook_of(flat_handbook(changed())) == changed()


amounts = st.none() | st.integers(0, 3000)


@given(st.integers(0, 3000), amounts, amounts, st.integers(0, 3000), amounts, amounts)
def test_no_limit_is_ever_above_the_confirmed_one(  # noqa: PLR0913, PLR0917 (drawn)
    ask: int, day: int | None, payee: int | None, ask2: int, day2: int | None, payee2: int | None
) -> None:
    before = changed(ask_above=ask, day_limit=day, payee_limit=payee)
    written = changed(ask_above=ask2, day_limit=day2, payee_limit=payee2)
    held = handbook_of(compare_rules(flat_handbook(before), flat_handbook(written)).effective)
    assert held.ask_above == min(before.ask_above, written.ask_above)
    assert held.day_threshold == min(before.day_threshold, written.day_threshold)
    assert held.payee_threshold == min(before.payee_threshold, written.payee_threshold)


@pytest.mark.parametrize("rule", sorted(flat_handbook(Handbook())))
def test_a_rule_that_a_later_version_brings_is_compared_like_any_other(rule: str) -> None:
    written = flat_handbook(changed(brand={"name": "Harbour Bakery", "font": "X", "logo": "y.png"}))
    found = compare_rules({name: value for name, value in written.items() if name != rule}, written)
    assert {change.rule for change in [*found.narrowed, *found.widening]} <= {rule}
    handbook_of(found.effective)
    assert not compare_rules(written, {**written, rule: written[rule]}).widening
    compare_rules(written, {name: value for name, value in written.items() if name != rule})
