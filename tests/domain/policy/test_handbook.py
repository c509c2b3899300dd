"""The handbook: what the owner wrote is what counts, and nothing is guessed."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.policy.handbook import Handbook, HandbookError, parse_handbook
from domain.vault.note import Note

TEMPLATE = Path("Vault/Company_Handbook.md")


def test_the_handbook_that_comes_with_the_vault_can_be_followed() -> None:
    handbook = parse_handbook(Note.parse(TEMPLATE.read_text()).front)
    assert handbook.ask_above == Decimal(1000)
    assert handbook.mover == handbook.owner == "Owner"


def test_an_empty_handbook_has_the_careful_defaults() -> None:
    handbook = parse_handbook({})
    assert handbook == Handbook()
    assert handbook.ask_for_new_payees
    assert handbook.day_threshold == handbook.payee_threshold == handbook.ask_above == Decimal(1000)
    assert handbook.mover is None


def test_amounts_stay_what_was_written() -> None:
    handbook = parse_handbook(
        {"ask_above": 1000.10, "day_limit": "2500.55", "proof": {"amount_above": 99.99}}
    )
    assert handbook.ask_above == Decimal("1000.10")
    assert handbook.day_limit == Decimal("2500.55")
    assert handbook.proof.amount_above == Decimal("99.99")


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ("currency: USD\nask_abve: 5", 3, "did you mean ask_above"),
        ("currency: USD\nask_above: many", 3, "many"),
        ("proof:\n  amount_abov: 5", 3, "not a key of this group"),
        ("approvals:\n  expire_hours: 0", 3, "must be more than 0"),
        ("currency: dollars", 2, "is not a currency code"),
        ("ask_above: -1", 2, "must be at least 0"),
        ("ask_above: true", 2, "must be an amount"),
        ("known_payees: Acme", 2, "list"),
        ("currency: USD\ntime_zone: Vienna", 3, "no time zone"),
        ("may_tell: [profits]", 2, "profits"),
        ("brand:\n  background: blue", 3, "blue"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(lines: str, line: int, said: str) -> None:
    note = Note.parse(f"---\n{lines}\n---\nbody\n")
    with pytest.raises(HandbookError, match=f"line {line}") as caught:
        parse_handbook(note.front)
    assert said in str(caught.value)


def test_a_misspelt_key_is_refused_without_positions_too() -> None:
    with pytest.raises(HandbookError, match="did you mean known_payees"):
        parse_handbook({"known payees": ["Acme"]})


def test_other_keys_are_the_owners_own() -> None:
    assert parse_handbook({"tags": ["policy"], "aliases": None}) == Handbook()


def test_an_escalation_before_the_reminder_is_refused() -> None:
    with pytest.raises(HandbookError, match="escalate_hours must not be smaller"):
        parse_handbook({"approvals": {"remind_hours": 24, "escalate_hours": 12}})


def test_a_move_counts_as_whom_the_handbook_names() -> None:
    assert parse_handbook({"autonomy": {"vault_moves_count_as": "Ann"}}).mover == "Ann"
    owner = {"people": {"owner": "Olga"}, "autonomy": {"vault_moves_count_as": "owner"}}
    assert parse_handbook(owner).mover == "Olga"
    assert parse_handbook({"autonomy": {"vault_moves_count_as": "owner"}}).mover is None
