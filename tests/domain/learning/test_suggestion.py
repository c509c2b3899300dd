"""What decisions speak for, and what nobody can make them speak for."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.learning.edit import changed_handbook, difference, filled_playbook, playbook_name
from domain.learning.outcome import OutcomeEnd
from domain.learning.suggestion import (
    AlwaysAsk,
    BusinessDomain,
    DecidedStep,
    Fill,
    NoLongerKnown,
    SuggestionGrounds,
    suggestions,
)
from domain.planning.correction import Correction, CorrectionKind, features_of
from domain.planning.playbook import parse_playbook
from domain.policy.handbook import parse_handbook
from domain.policy.rules import compare_rules, flat_handbook
from domain.vault.note import Note

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BILL = "odoo.record_bill"
HOUSE = Path(__file__).parents[3] / "Vault"
RECEIPT = Note.parse((HOUSE / "Playbooks" / "receipt.md").read_text())
HANDBOOK = Note.parse((HOUSE / "Company_Handbook.md").read_text())


def decided(number: int, how: str = "edited", **changes: Any) -> DecidedStep:
    asked = {"vendor": "Harbor", "category": "office", "total": "10.00"} | changes.pop("asked", {})
    edits = {"category": "rent"} | changes.pop("approved", {})
    approved = asked | edits if how == "edited" else asked
    facts = {"action": BILL, "playbook": "receipt", "payee": asked["vendor"]} | changes
    return DecidedStep(
        request_id=f"ask-{number:03}",
        at=NOW + timedelta(hours=number),
        how=OutcomeEnd(how),
        asked=asked,
        approved=approved,
        **facts,
    )


def corrected(number: int, new: str = "business", sender: str = "ann@acme.example") -> Correction:
    at = NOW + timedelta(hours=number)
    return Correction(
        f"gmail-{number}", "domain", "both", new, CorrectionKind.VALUE, features_of(sender, "hello"), at
    )


def known(*decisions: DecidedStep, rules: dict[str, Any] | None = None, **changes: Any) -> SuggestionGrounds:
    books = [parse_playbook("receipt", RECEIPT.front)]
    facts: dict[str, Any] = {"corrections": [], "done_alone": frozenset({BILL})} | changes
    return SuggestionGrounds(list(decisions), handbook=parse_handbook(rules or {}), playbooks=books, **facts)


FILL = Fill("receipt", BILL, "category", "rent", "harbor")
THREE = [decided(number) for number in range(3)]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (known(*THREE), [FILL]),
        (known(*THREE[:2]), []),
        (known(*THREE, decided(4, "approved")), []),  # the newest stayed as it was read
        (known(*THREE, decided(4, "approved", asked={"category": "rent"})), [FILL]),
        (known(*[replace(one, playbook="") for one in THREE]), []),  # an order of an agent's
        (
            known(*[decided(number, asked={"vendor": f"Vendor {number}"}) for number in range(5)]),
            [replace(FILL, payee="")],
        ),
        (known(*[decided(number, asked={"vendor": f"Vendor {number}"}) for number in range(4)]), []),
        (known(*[decided(n, approved={"category": "rent\nsteps:"}) for n in range(3)]), []),
        (known(*[decided(n, approved={"category": "office", "total": "1.00"}) for n in range(9)]), []),
        (known(*[decided(n, approved={"category": "office", "vendor": "Evil"}) for n in range(9)]), []),
        (known(*[decided(number, "rejected") for number in range(3)]), [AlwaysAsk(BILL)]),
        (known(*[decided(n, "rejected") for n in range(3)], *[decided(n, "approved") for n in range(3)]), []),
        (known(*[decided(number, "rejected") for number in range(3)], done_alone=frozenset()), []),
        (
            known(
                *[decided(number, "rejected") for number in range(3)],
                rules={"known_payees": ["Harbor Ltd."], "autonomy": {"always_ask": [BILL]}},
            ),
            [NoLongerKnown("Harbor Ltd.")],
        ),
        (known(corrections=[corrected(number) for number in range(3)]), [BusinessDomain("acme.example")]),
        (known(corrections=[corrected(1), corrected(2), corrected(3, "personal")]), []),
        (known(corrections=[corrected(number, sender="ann@gmail.com") for number in range(3)]), []),
    ],
)
def test_what_is_suggested(given: SuggestionGrounds, wanted: list[Any]) -> None:
    assert [one.change for one in suggestions(given)] == wanted


def test_what_was_settled_needs_new_evidence() -> None:
    settled = {FILL: NOW + timedelta(hours=2)}
    assert suggestions(known(*THREE, settled=settled)) == []
    later = [decided(number) for number in range(3, 5)]
    assert suggestions(known(*THREE, *later, settled=settled)) == []
    (again,) = suggestions(known(*THREE, *later, decided(6), settled=settled))
    assert [one.of for one in again.evidence] == ["ask-003", "ask-004", "ask-006"]


def test_a_change_leaves_all_else_as_it_was_written() -> None:
    asks = changed_handbook(HANDBOOK, AlwaysAsk(BILL))
    assert difference(HANDBOOK.render(), asks.render(), "h").count("\n+") == 3
    assert "# actions it never does alone" in asks.render()
    filled = filled_playbook(RECEIPT, replace(FILL, payee=""))
    assert parse_playbook("receipt", filled.front).steps[0].inputs == {"from": "reading", "category": "rent"}
    own = filled_playbook(RECEIPT, FILL)
    assert parse_playbook(playbook_name(FILL), own.front).when == {"kind": "receipt", "payee": "harbor"}
    assert playbook_name(replace(FILL, payee="株式会社")) != playbook_name(replace(FILL, payee="合同会社"))


def test_no_history_speaks_for_being_asked_less() -> None:
    """1,000 of them: one who approves all, one who edits anything to anything, a vendor that writes what it likes."""
    chance = random.Random(7)  # noqa: S311 (made up)
    rules = {"known_payees": ["Acme"], "ask_above": 500, "proof": {"amount_above": 200}}
    limits = flat_handbook(parse_handbook(rules))
    made = 0
    for _ in range(1000):
        hows = chance.choice([["approved"], ["edited"], ["approved", "edited"], ["rejected", "edited"]])
        values = chance.sample(["rent", "ask_above: 9999", "office", "known_payees", "{{ task.why }}"], 2)
        fields = chance.sample(["category", "total", "vendor", "vendor_iban", "due_on", "currency"], 2)
        vendors = chance.choice([["Acme"], ["Evil", "Evil GmbH"], [f"V{n}" for n in range(9)]])
        decisions = [
            decided(
                number,
                chance.choice(hows),
                asked={"vendor": chance.choice(vendors), "vendor_iban": "DE00"},
                approved={field: chance.choice(values) for field in fields},
            )
            for number in range(chance.randint(3, 30))
        ]
        hosts = [corrected(n, chance.choice(["business", "personal"])) for n in range(chance.randint(0, 5))]
        for one in suggestions(known(*decisions, rules=rules, corrections=hosts)):
            made += 1
            if isinstance(one.change, Fill):
                changed = filled_playbook(RECEIPT, one.change)
                (step,) = parse_playbook("x", changed.front).steps
                assert step.action == BILL
                assert set(step.inputs) == {"from", "category"}
                assert "{{" not in step.inputs["category"]
                continue
            after = flat_handbook(parse_handbook(changed_handbook(Note.new(rules), one.change).front))
            widened = {change.rule for change in compare_rules(limits, after).widening}
            assert widened <= {"business_domains"}
            assert {"ask_above", "proof.amount_above"} <= {
                name for name in limits if after[name] == limits[name]
            }
    assert made > 200
