"""The policy: sums are cumulative, unknown payees ask, and nothing makes a question go away."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounting.bank import BankDetails
from domain.money import Money
from domain.policy.assess import assess, vendor_doubt
from domain.policy.facts import Facts, MovedMoney, Risk
from domain.policy.handbook import Handbook, ProofRules, parse_handbook

HANDBOOK = Handbook()
amounts = st.decimals(min_value="0.01", max_value="5000", places=2)


def facts(amount: Any = "100", **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "action": "odoo.record_bill",
        "base_risk": Risk.LOW,
        "money": Money(amount=Decimal(amount), currency="USD"),
        "payee": "Acme",
        "payee_known": True,
    }
    return Facts(**(known | changes))


def test_a_small_sum_to_a_known_payee_goes_ahead() -> None:
    verdict = assess(facts("1000.00"), HANDBOOK, MovedMoney())
    assert not verdict.needs_approval
    assert verdict.reasons == []


@pytest.mark.parametrize(
    ("case", "history", "said"),
    [
        (facts("1000.01"), MovedMoney(), "ask_above"),
        (facts("600"), MovedMoney(payee_spent=Decimal("400.01"), day_spent=Decimal(0)), "payee_limit"),
        (facts("600"), MovedMoney(day_spent=Decimal("400.01")), "day_limit"),
        (facts(payee_known=False), MovedMoney(), "new payee"),
        (facts(payee=None), MovedMoney(), "nobody is named"),
        (facts(payee=" - "), MovedMoney(), "new payee"),
        (facts(bank_details=BankDetails.CHANGED), MovedMoney(), "bank details"),
        (facts(bank_details=BankDetails.NEW), MovedMoney(), "bank details of Acme are new"),
        (facts(public=True), MovedMoney(), "public"),
        (facts(doubts=["the total was hard to read"]), MovedMoney(), "doubtful"),
        (facts(base_risk=Risk.HIGH), MovedMoney(), "always shown"),
        (facts(money=Money(amount=Decimal(5), currency="EUR")), MovedMoney(), "cannot be compared"),
        (facts("-5"), MovedMoney(), "negative"),
    ],
)
def test_each_rule_asks_and_says_why(case: Facts, history: MovedMoney, said: str) -> None:
    verdict = assess(case, HANDBOOK, history)
    assert verdict.needs_approval
    assert any(said in reason for reason in verdict.reasons)


def test_one_big_sum_is_explained_once() -> None:
    assert len(assess(facts("1500"), HANDBOOK, MovedMoney()).reasons) == 1


def test_a_payee_the_handbook_lists_is_not_new_however_it_is_spelt() -> None:
    handbook = Handbook(known_payees=["ACME, Inc."])
    assert not assess(facts(payee="Acme Inc", payee_known=False), handbook, MovedMoney()).needs_approval


def test_new_payees_may_be_let_through_but_changed_accounts_never() -> None:
    handbook = Handbook(ask_for_new_payees=False)
    assert not assess(facts(payee_known=False), handbook, MovedMoney()).needs_approval
    assert assess(
        facts(payee_known=False, bank_details=BankDetails.CHANGED), handbook, MovedMoney()
    ).needs_approval


@pytest.mark.parametrize("payee", ["Acme", None])
def test_money_that_comes_in_pays_nobody(payee: str | None) -> None:
    case = replace(facts(payee=payee, payee_known=False), is_outgoing=False)
    verdict = assess(case, Handbook(proof=ProofRules(new_payees=True)), MovedMoney())
    assert not verdict.needs_approval
    assert assess(replace(case, is_outgoing=True), Handbook(), MovedMoney()).needs_approval


def test_the_owner_can_have_an_action_always_asked() -> None:
    handbook = parse_handbook({"autonomy": {"always_ask": ["odoo.record_bill"]}})
    assert assess(facts("1"), handbook, MovedMoney()).needs_approval


@pytest.mark.parametrize(
    ("rules", "case", "history", "wanted"),
    [
        (ProofRules(), facts("9999"), MovedMoney(), False),
        (ProofRules(amount_above=Decimal(2000)), facts("1500"), MovedMoney(), False),
        (ProofRules(amount_above=Decimal(2000)), facts("2000.01"), MovedMoney(), True),
        (ProofRules(amount_above=Decimal(2000)), facts("1500"), MovedMoney(payee_spent=Decimal(501)), True),
        (ProofRules(amount_above=Decimal(50)), facts("60"), MovedMoney(), True),
        (
            ProofRules(amount_above=Decimal(50)),
            facts(money=Money(amount=Decimal(1), currency="EUR")),
            MovedMoney(),
            True,
        ),
        (ProofRules(new_payees=True), facts(payee_known=False), MovedMoney(), True),
        (ProofRules(new_payees=True), facts(bank_details=BankDetails.CHANGED), MovedMoney(), True),
        (ProofRules(new_payees=True), facts(bank_details=BankDetails.NEW), MovedMoney(), True),
        (ProofRules(new_payees=True), facts("1500"), MovedMoney(), False),
        (ProofRules(public_posts=True), facts(money=None, public=True), MovedMoney(), True),
    ],
)
def test_a_code_is_asked_for_where_the_owner_wants_one(
    rules: ProofRules,
    case: Facts,
    history: MovedMoney,
    wanted: bool,  # noqa: FBT001 (a case)
) -> None:
    verdict = assess(case, Handbook(proof=rules), history)
    assert verdict.proof_required is wanted
    assert verdict.needs_approval or not wanted


@given(st.lists(amounts, min_size=1, max_size=30), st.booleans())
def test_splitting_a_sum_never_avoids_the_question(parts: list[Decimal], one_payee: bool) -> None:  # noqa: FBT001 (drawn)
    """Whatever is paid without asking, to one payee or over one day, stays within the limit."""
    spent, asked = Decimal(0), False
    for number, part in enumerate(parts):
        history = MovedMoney(payee_spent=spent) if one_payee else MovedMoney(day_spent=spent)
        payee = "Acme" if one_payee else f"Payee {number}"
        verdict = assess(facts(part, payee=payee), HANDBOOK, history)
        asked = asked or verdict.needs_approval
        if not verdict.needs_approval:
            spent += part
    assert spent <= HANDBOOK.ask_above
    assert asked or sum(parts) <= HANDBOOK.ask_above


@given(amounts, amounts, amounts, amounts)
def test_more_money_never_needs_less(amount: Decimal, payee: Decimal, day: Decimal, more: Decimal) -> None:
    handbook = Handbook(proof=ProofRules(amount_above=Decimal(1500)))
    before = assess(facts(amount), handbook, MovedMoney(payee, day))
    for bigger in (
        assess(facts(amount + more), handbook, MovedMoney(payee, day)),
        assess(facts(amount), handbook, MovedMoney(payee + more, day)),
        assess(facts(amount), handbook, MovedMoney(payee, day + more)),
    ):
        assert bigger.needs_approval >= before.needs_approval
        assert bigger.proof_required >= before.proof_required


@given(amounts, st.decimals(min_value="-5000", max_value="0", places=2))
def test_money_that_came_back_makes_no_room(amount: Decimal, refund: Decimal) -> None:
    assert assess(facts(amount), HANDBOOK, MovedMoney(refund, refund)) == assess(
        facts(amount), HANDBOOK, MovedMoney()
    )


@given(amounts, st.booleans(), st.sampled_from(BankDetails), st.booleans())
def test_each_bad_sign_only_adds(amount: Decimal, public: bool, details: BankDetails, high: bool) -> None:  # noqa: FBT001 (drawn)
    plain = facts(amount)
    risk = Risk.HIGH if high else Risk.LOW
    worse = replace(plain, public=public, bank_details=details, base_risk=risk)
    assert (
        assess(worse, HANDBOOK, MovedMoney()).needs_approval
        >= assess(plain, HANDBOOK, MovedMoney()).needs_approval
    )


def test_a_name_in_the_handbook_makes_no_other_legal_form_known() -> None:
    handbook = Handbook(known_payees=["Acme Inc"])
    assert not assess(
        facts(Decimal(5), payee="ACME, inc.", payee_known=False), handbook, MovedMoney()
    ).needs_approval
    assert assess(
        facts(Decimal(5), payee="Acme Ltd", payee_known=False), handbook, MovedMoney()
    ).needs_approval


def test_what_comes_in_has_the_single_sum_rule_and_no_cumulative_limit() -> None:
    before = MovedMoney(payee_spent=Decimal(5000), day_spent=Decimal(5000))
    assert not assess(facts(Decimal(900), is_outgoing=False), HANDBOOK, before).needs_approval
    assert assess(facts(Decimal(900)), HANDBOOK, before).needs_approval
    assert assess(facts(Decimal("1000.01"), is_outgoing=False), HANDBOOK, MovedMoney()).needs_approval


@pytest.mark.parametrize("limit", ["incoming_day_limit", "incoming_payee_limit"])
def test_what_comes_in_has_limits_of_its_own_where_the_owner_wants_them(limit: str) -> None:
    handbook = Handbook.model_validate({limit: 800})
    before = MovedMoney(payee_spent=Decimal(500), day_spent=Decimal(500))
    assert not assess(facts(Decimal(300), is_outgoing=False), handbook, before).needs_approval
    verdict = assess(facts(Decimal(301), is_outgoing=False), handbook, before)
    assert limit in " ".join(verdict.reasons)
    assert not assess(facts(Decimal(301)), handbook, before).needs_approval


def test_a_small_purchase_of_which_nobody_said_who_was_paid_goes_ahead_within_its_limits() -> None:
    sundry = {"payee": "Sundry purchases", "payee_known": False, "is_sundry": True}
    assert not assess(facts("42.50", **sundry), HANDBOOK, MovedMoney()).needs_approval
    above = assess(facts("50.01", **sundry), HANDBOOK, MovedMoney())
    assert above.reasons == ["nobody is named as payee of more than 50.00 USD (the handbook's sundry_limit)"]
    second = assess(facts("42.50", **sundry), HANDBOOK, MovedMoney(payee_day_spent=Decimal(60)))
    assert "sundry_day_limit" in second.reasons[0]


def test_a_document_that_calls_its_seller_sundry_purchases_is_of_nobody_who_is_known() -> None:
    for name in ("Sundry purchases", "SUNDRY PURCHASES Inc."):
        assert assess(facts("5", payee=name, payee_known=True), HANDBOOK, MovedMoney()).needs_approval


def test_a_first_account_of_a_payee_whom_nobody_knows_is_no_second_reason() -> None:
    (reason,) = assess(facts(payee_known=False, bank_details=BankDetails.NEW), HANDBOOK, MovedMoney()).reasons
    assert reason == "Acme is a new payee"


@pytest.mark.parametrize(
    ("in_the_books", "is_asked"),
    [
        ({"payee_name": "ACME."}, False),
        ({"payee_name": "Acme Trading"}, True),
        ({"payee_name": "Acme", "payee_known": False}, True),
        ({}, True),
    ],
    ids=["letter by letter", "another name", "nothing booked yet", "not in the books"],
)
def test_a_name_that_the_books_know_is_not_doubted(in_the_books: dict[str, Any], is_asked: bool) -> None:  # noqa: FBT001 (a case)
    doubt = vendor_doubt("Acme", "62%, line 1: Acme")
    reasons = assess(facts(doubts=[doubt], **in_the_books), HANDBOOK, MovedMoney()).reasons
    assert (f"doubtful: {doubt}" in reasons) is is_asked
    assert assess(
        facts(doubts=["total '5' is uncertain"], **in_the_books), HANDBOOK, MovedMoney()
    ).needs_approval
