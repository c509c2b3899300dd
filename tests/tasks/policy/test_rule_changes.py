"""The rules are a door: what widens them waits for the owner, whoever wrote it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pyotp
import pytest
from sqlalchemy import text

from blocks.database import transaction
from domain.approvals.answer import Answer, Channel, Decision
from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.policy.handbook import Handbook
from tasks.accounting.goals import read_goals
from tasks.approvals.decide import AnswerResult, record_answer
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.record import find, pending
from tasks.planning.written import read_playbooks
from tasks.policy.confirmed import ForgedRulesError, mark_sent, unsent_notices
from tasks.policy.handbook import read_handbook
from tasks.vault.vault import current_vault, init_vault

HANDBOOK = "Company_Handbook.md"
GOALS = "Business_Goals.md"


@pytest.fixture(autouse=True)
def started() -> None:
    """A Vault whose rules were met once."""
    init_vault(current_vault().root)
    read_handbook()
    read_playbooks()
    read_goals()


def write(old: str, new: str, file: str = HANDBOOK) -> None:
    path = current_vault().root / file
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def decide(decision: Decision, code: str = "") -> AnswerResult:
    request = one()
    answer = Answer(decision=decision, approver="Olga", channel=Channel.CLI, code=code)
    return record_answer(
        request.id,
        answer,
        datetime.now(UTC),
        read_handbook,
    ).kind


def one() -> ApprovalRequest:
    (request,) = pending()
    return request


def audited(action: str) -> list[dict[str, object]]:
    lines = [
        json.loads(line)
        for path in sorted((current_vault().root / "Logs").glob("audit_*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    return [line for line in lines if line["action"] == action]


def test_a_raised_limit_holds_only_once_the_owner_has_confirmed_it() -> None:
    write("day_limit: 1000", "day_limit: 900000")
    write("payee_limit: 1000", "payee_limit: 900000")
    assert read_handbook().day_threshold == read_handbook().payee_threshold == Decimal(1000)
    assert "900000" in one().shown
    assert "1000" in one().shown
    assert len(audited("rules.written")) == 1
    assert "900000" in str(audited("rules.written")[0]["details"])
    assert "900000" in unsent_notices()[HANDBOOK][0]
    assert decide(Decision.APPROVE) is AnswerResult.APPROVED
    assert read_handbook().day_threshold == Decimal(900000)
    assert audited("rules.changed")[0]["approved_by"] == "Olga"


def test_a_lowered_limit_holds_at_once_and_is_on_record() -> None:
    write("day_limit: 1000", "day_limit: 10")
    assert read_handbook().day_threshold == Decimal(10)
    assert not pending()
    changes = audited("rules.changed")[0]["details"]["changes"]  # type: ignore[index]
    assert changes == [{"rule": "day_limit", "old": "1000", "new": "10"}]


def test_a_rejected_change_leaves_the_old_value_and_is_not_asked_again() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    decide(Decision.REJECT)
    assert read_handbook().ask_above == read_handbook().ask_above == Decimal(1000)
    assert not pending()
    assert len(audited("rules.kept")) == 1
    assert "rejected" in unsent_notices()[HANDBOOK][-1]


def test_a_second_edit_voids_the_question_and_its_answer() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    first = one()
    write("ask_above: 5000", "ask_above: 6000")
    read_handbook()
    after = find(first.id)
    assert after is not None
    assert after.state is ApprovalState.SUPERSEDED
    assert "6000" in one().shown
    assert read_handbook().ask_above == Decimal(1000)


def test_an_edit_after_the_approval_is_not_covered_by_it() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    decide(Decision.APPROVE)
    write("ask_above: 5000", "ask_above: 900000")
    assert read_handbook().ask_above == Decimal(1000)


def test_an_approval_counts_for_one_change_only() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    decide(Decision.APPROVE)
    assert read_handbook().ask_above == Decimal(5000)
    write("ask_above: 5000", "ask_above: 1000")
    assert read_handbook().ask_above == Decimal(1000)
    write("ask_above: 1000", "ask_above: 5000")
    assert read_handbook().ask_above == Decimal(1000)
    assert one().is_open


def test_taking_a_change_back_closes_its_question() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    write("ask_above: 5000", "ask_above: 1000")
    read_handbook()
    assert not pending()


def test_rules_are_confirmed_as_shown_or_not_at_all() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    request = one()
    answer = Answer(decision=Decision.EDIT, approver="Olga", channel=Channel.CLI, changes={"revision": "7"})
    outcome = record_answer(request.id, answer, datetime.now(UTC), Handbook)
    assert outcome.kind is AnswerResult.ASK_AGAIN
    assert "as shown" in (outcome.reason or "")


def test_where_somebody_is_enrolled_the_rules_need_a_code() -> None:
    enrolment = begin_enrolment("Olga")
    now = datetime.now(UTC)
    confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(int(now.timestamp()) - 30), now)
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    assert decide(Decision.APPROVE) is AnswerResult.ASK_AGAIN
    assert read_handbook().ask_above == Decimal(1000)
    assert decide(Decision.APPROVE, pyotp.TOTP(enrolment.secret).now()) is AnswerResult.APPROVED
    assert read_handbook().ask_above == Decimal(5000)


@pytest.mark.parametrize("content", [None, "", "---\nask_above: many\n---\n", "---\n: [\n---\n"])
def test_a_deleted_or_broken_handbook_keeps_the_last_confirmed(content: str | None) -> None:
    write("ask_above: 1000", "ask_above: 7")
    read_handbook()
    path = current_vault().root / HANDBOOK
    path.unlink() if content is None else path.write_text(content)
    read_handbook()
    assert read_handbook().ask_above == Decimal(7)
    assert len(audited("rules.unreadable")) == (0 if content == "" else 1)


def test_confirmed_rules_that_were_changed_in_the_database_are_not_followed() -> None:
    with transaction() as session:
        session.execute(text("update confirmed_rules set rules = replace(rules, '\"1000\"', '\"900000\"')"))
    with pytest.raises(ForgedRulesError):
        read_handbook()


def test_a_changed_playbook_is_not_followed_until_it_is_confirmed() -> None:
    before = {book.name: book for book in read_playbooks()}
    write("action: odoo.record_bill", "action: vault.file_away", "Playbooks/receipt.md")
    (current_vault().root / "Playbooks" / "new.md").write_text(
        "---\nname: new\nwhen: {kind: phishing}\n"
        "steps: [{id: a, action: odoo.record_bill, inputs: {from: reading}}]\n---\n"
    )
    (current_vault().root / "Playbooks" / "quiet_mail.md").unlink()
    assert {book.name: book for book in read_playbooks()} == before
    shown = one().shown
    assert "-  - action: odoo.record_bill" in shown
    assert "+  - action: vault.file_away" in shown
    assert "would not be followed any more" in shown
    assert "{'" not in shown, "a note's lines, not a program's"
    decide(Decision.APPROVE)
    after = {book.name: book for book in read_playbooks()}
    assert set(after) == {*before, "new"} - {"quiet_mail"}
    assert after["receipt"].steps[0].action == "vault.file_away"


GOOD = "---\nname: new\nwhen: {kind: phishing}\nsteps: [{id: a, action: vault.file_away, inputs: {reason: so}}]\n---\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("---\nsteps: [{id: a, action: odoo.no_such}]\n---\n", "odoo.no_such"),
        ("---\nsteps: many\n---\n", "steps"),
        ("---\n: [\n---\n", ""),
        ("no front matter", ""),
    ],
)
@pytest.mark.parametrize("name", ["receipt", "bad"])
def test_a_playbook_that_cannot_be_followed_is_refused_alone(name: str, content: str, why: str) -> None:
    before = {book.name: book for book in read_playbooks()}
    (current_vault().root / "Playbooks" / f"{name}.md").write_text(content)
    (current_vault().root / "Playbooks" / "new.md").write_text(GOOD)
    for _ in range(3):
        assert {book.name: book for book in read_playbooks()} == before
    [said] = [line for line in unsent_notices()["Playbooks"] if "cannot be followed" in line]
    assert said.startswith(f"Playbooks/{name}.md cannot be followed, so ")
    assert why in said
    assert ("as you last confirmed it" in said) is (name in before)
    assert len(audited("rules.unreadable")) == len(audited("rules.written")) == 1
    assert decide(Decision.APPROVE) is AnswerResult.APPROVED
    after = {book.name: book for book in read_playbooks()}
    assert after == {**before, "new": after["new"]}
    read_playbooks()
    assert len(audited("rules.unreadable")) == 1, "said once, also after another change"
    assert not pending()


def test_a_change_that_would_break_another_playbook_is_refused_itself() -> None:
    root = current_vault().root / "Playbooks"
    called = GOOD.replace("name: new", "name: called")
    (root / "called.md").write_text(called)
    (root / "caller.md").write_text("---\nsteps: [{id: a, playbook: called}]\n---\n")
    read_playbooks()
    decide(Decision.APPROVE)
    before = {book.name: book for book in read_playbooks()}
    assert {"called", "caller"} <= before.keys()
    (root / "called.md").write_text(called.replace("steps:", "inputs: {who: {type: text}}\nsteps:"))
    (root / "new.md").write_text(GOOD)
    read_playbooks()
    assert "caller, which calls it, could no longer be followed" in "".join(unsent_notices()["Playbooks"])
    decide(Decision.APPROVE)
    assert {book.name: book for book in read_playbooks()}.keys() == {*before, "new"}
    (root / "called.md").unlink()
    assert "called" in {book.name for book in read_playbooks()}


def test_text_below_a_playbooks_rules_is_free() -> None:
    path = current_vault().root / "Playbooks" / "receipt.md"
    path.write_text(path.read_text() + "\nA word for the reader.\n")
    read_playbooks()
    assert not pending()


def test_the_accounts_of_a_category_wait_while_budgets_are_free() -> None:
    write("accounts: {}", 'accounts: {travel: ["625100"]}', GOALS)
    write("rent: 2500", "rent: 9000", GOALS)
    goals = read_goals()
    assert goals.accounts == {}
    assert goals.budgets["rent"] == Decimal(9000)
    decide(Decision.APPROVE)
    assert read_goals().accounts == {"travel": ["625100"]}


def test_what_was_told_is_not_told_again() -> None:
    write("ask_above: 1000", "ask_above: 5000")
    read_handbook()
    read_handbook()
    assert len(unsent_notices()[HANDBOOK]) == 1
    mark_sent(HANDBOOK, 1)
    read_handbook()
    assert unsent_notices() == {}
