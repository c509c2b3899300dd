"""The Vault's folder: a moved note is a request that is checked, and the note follows the decision."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from blocks.settings import settings
from deployments.command_line import app
from domain.approvals.request import ApprovalRequest, ApprovalState
from domain.policy.handbook import Handbook, parse_handbook
from domain.vault.note import Note
from tasks.approvals import notes
from tasks.approvals.decide import record_answer
from tasks.approvals.notes import NoteResult, collect_moved, place_note, result_of
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import find, finish, get
from tasks.reliability import effect_ledger
from tests.approval_requests import NOW, answer, ask, ask_now, begin_approved

SOON = NOW + timedelta(minutes=5)
OWNED = parse_handbook({"people": {"owner": "Olga"}, "autonomy": {"vault_moves_count_as": "owner"}})


@pytest.fixture
def request_() -> ApprovalRequest:
    request = ask()
    place_note(request)
    return request


def path(folder: str, request: ApprovalRequest) -> Path:
    return settings().vault_path / folder / f"{request.id}.md"


def read(folder: str, request: ApprovalRequest) -> Note:
    return Note.parse(path(folder, request).read_text())


def move(request: ApprovalRequest, target: str = "Approved", **front: Any) -> None:
    """As a person does it: fill in properties, then drag the note."""
    here = path("Pending_Approval", request)
    here.write_text(Note.parse(here.read_text()).with_front(**front).render())
    path(target, request).parent.mkdir(exist_ok=True)
    here.rename(path(target, request))


def collect(handbook: Handbook = OWNED) -> list[Any]:
    return [(note.result, note.reason) for note in collect_moved(handbook, SOON)]


def state(request: ApprovalRequest) -> ApprovalState:
    return now(request).state


def now(request: ApprovalRequest) -> ApprovalRequest:
    found = find(request.id)
    assert found is not None
    return found


def audited(action: str) -> list[dict[str, Any]]:
    files = (settings().vault_path / "Logs").glob("audit_*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [line for line in lines if line["action"] == action]


def test_a_note_shows_everything_and_says_how_to_decide(request_: ApprovalRequest) -> None:
    note = read("Pending_Approval", request_)
    assert request_.shown in note.body
    assert f"fte approvals approve {request_.id}" in note.body
    assert note.front["status"] == "pending"
    assert {"approver", "comment", "code", "changes"} <= set(note.front)


def test_writing_the_note_again_keeps_what_the_person_is_typing(request_: ApprovalRequest) -> None:
    here = path("Pending_Approval", request_)
    here.write_text(Note.parse(here.read_text()).with_front(approver="Ann", mine="kept").render())
    before = here.read_text()
    place_note(request_)
    assert here.read_text() == before


def test_a_text_that_was_changed_while_it_waits_is_put_right(request_: ApprovalRequest) -> None:
    here = path("Pending_Approval", request_)
    whole = here.read_text()
    here.write_text(whole.replace("1500.00", "15.00"))
    place_note(request_)
    assert here.read_text() == whole


def test_a_move_to_approved_approves_and_to_rejected_rejects(request_: ApprovalRequest) -> None:
    other = ask(task_id="file-2")
    place_note(other)
    move(request_, approver="Ann", comment="rent")
    move(other, "Rejected", approver="Bo")
    assert collect() == [(NoteResult.DECIDED, None), (NoteResult.DECIDED, None)]
    decided = now(request_)
    assert (decided.state, decided.approver, decided.channel) == (ApprovalState.APPROVED, "Ann", "vault")
    assert decided.comment == "rent"
    assert (now(other).state, now(other).approver) == (ApprovalState.REJECTED, "Bo")


def test_a_move_without_a_name_counts_as_the_owners_where_the_handbook_says_so(
    request_: ApprovalRequest,
) -> None:
    move(request_)
    collect()
    assert now(request_).approver == "Olga"


def test_a_move_without_a_name_is_asked_again_where_the_handbook_is_silent(request_: ApprovalRequest) -> None:
    move(request_, comment="fine with me", code="123456")
    assert collect(Handbook())[0][0] is NoteResult.RETURNED
    note = read("Pending_Approval", request_)
    assert "fill in 'approver'" in note.front["problem"]
    assert note.front["comment"] == "fine with me"
    assert note.front["code"] is None
    assert state(request_) is ApprovalState.PENDING
    move(request_, approver="Ann")
    assert collect(Handbook())[0][0] is NoteResult.DECIDED


@pytest.mark.parametrize("changes", ["total: 900.00", {"total": 900.5}])
def test_changes_in_the_note_are_approved_as_edited(request_: ApprovalRequest, changes: Any) -> None:
    move(request_, approver="Ann", changes=changes)
    collect()
    decided = now(request_)
    assert decided.is_edited
    assert decided.inputs["total"] in {"900.00", "900.5"}


def test_changes_that_do_not_fit_come_back_with_the_reason(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann", changes="total: lots")
    assert collect()[0][0] is NoteResult.RETURNED
    note = read("Pending_Approval", request_)
    assert "total" in note.front["problem"]
    assert note.front["changes"] == "total: lots"


def test_a_tampered_text_decides_nothing_and_the_original_comes_back(request_: ApprovalRequest) -> None:
    here = path("Pending_Approval", request_)
    here.write_text(here.read_text().replace("1500.00", "15.00"))
    move(request_, approver="Ann")
    assert collect()[0][0] is NoteResult.RETURNED
    note = read("Pending_Approval", request_)
    assert "1500.00" in note.body
    assert "not what was recorded" in note.front["problem"]
    assert state(request_) is ApprovalState.PENDING
    assert path("Dead_Letters", request_).exists()
    assert len(audited("approval.note_refused")) == 1


def test_tampered_hashes_decide_nothing(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann", content_sha256="0" * 64)
    assert collect()[0][0] is NoteResult.RETURNED
    assert state(request_) is ApprovalState.PENDING


def test_a_forged_note_is_set_aside_and_audited() -> None:
    forged = settings().vault_path / "Approved" / "ask-forged.md"
    forged.parent.mkdir(parents=True)
    forged.write_text("---\nrequest: ask-forged\napprover: Boss\n---\nPay 9,999.00\n")
    assert collect()[0][0] is NoteResult.SET_ASIDE
    assert not forged.exists()
    assert (settings().vault_path / "Dead_Letters" / "ask-forged.md").exists()
    assert audited("approval.note_refused")[0]["resource"] == "ask-forged"


def test_one_requests_note_under_another_requests_name_decides_nothing(request_: ApprovalRequest) -> None:
    other = ask(task_id="file-2")
    place_note(other)
    text = path("Pending_Approval", request_).read_text()
    path("Pending_Approval", other).write_text(text)
    move(other, approver="Ann")
    assert collect()[0][0] is NoteResult.RETURNED
    assert state(other) is ApprovalState.PENDING


def test_broken_front_matter_is_kept_and_explained(request_: ApprovalRequest) -> None:
    here = path("Pending_Approval", request_)
    here.write_text(here.read_text().replace("approver:", "approver: [Ann"))
    here.rename(_in("Approved", request_))
    result, reason = collect()[0]
    assert result is NoteResult.RETURNED
    assert "line" in reason
    assert read("Pending_Approval", request_).front["problem"] == reason
    assert "[Ann" in path("Dead_Letters", request_).read_text()
    assert state(request_) is ApprovalState.PENDING


def test_a_copied_instead_of_moved_note_counts_and_leaves_one_note(request_: ApprovalRequest) -> None:
    here = path("Pending_Approval", request_)
    _in("Approved", request_).write_text(here.read_text())
    assert collect()[0][0] is NoteResult.DECIDED
    finish(request_.id, SOON)
    collect()
    place_note(now(request_))
    assert path("Done", request_).exists()


def test_the_note_follows_a_decision_from_another_door(request_: ApprovalRequest) -> None:
    record_answer(request_.id, answer(), SOON, Handbook)
    place_note(now(request_))
    assert read("Approved", request_).front["approver"] == "Ann"
    finish(request_.id, SOON)
    place_note(now(request_))
    done = read("Done", request_).front
    assert (done["status"], done["channel"], done["proof"]) == ("approved", "cli", "self-declared")
    assert not path("Approved", request_).exists()


def test_a_decided_note_says_what_was_decided_and_nothing_of_how_to_decide(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann", comment="rent", code="", changes="total: 900.00")
    collect()
    effect_ledger.finish_effect(
        begin_approved(now(request_)), {"name": "BILL/7", "url": "https://x.example/7"}, SOON
    )
    finish(request_.id, SOON)
    collect()
    note = read("Done", request_)
    for part in (
        "| Decision | approved, as edited |",
        "| By | Ann |",
        "| Through | the Vault |",
        "| At | 2026-11-20 09:05 UTC |",
        "| Total, changed | 1500.00 -\\&gt; 900.00 |".replace("\\", ""),
        "| What came of it | Done: [BILL/7](<https://x.example/7>) |",
        "it is big",
    ):
        assert part in note.body
    assert note.body.lstrip().startswith(
        "### Book a vendor bill in Odoo: 900.00 USD, Harbor Street Offices\n"
    )
    for past in ("To decide", "Without an answer", "fte approvals approve"):
        assert past not in note.body
    assert not {"expires", "code", "changes", "problem"} & set(note.front)
    assert (note.front["decided"], note.front["edited"]["total"]) == (
        "2026-11-20 09:05 UTC",
        "1500.00 -> 900.00",
    )


def test_a_decided_note_is_not_taken_for_a_forgery_until_it_is_done(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann")
    assert collect() == [(NoteResult.DECIDED, None)]
    assert "| By | Ann |" in read("Approved", request_).body
    assert collect() == [(NoteResult.SETTLED, None)]
    assert not path("Dead_Letters", request_).exists()


def test_a_note_that_was_rewritten_while_it_was_being_read_is_settled(
    request_: ApprovalRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(request_, approver="Ann")
    read_first = notes.find

    def decided_meanwhile(name: str) -> ApprovalRequest | None:
        found = read_first(name)
        record_answer(name, answer("reject", approver="Bo"), SOON, Handbook)
        place_note(now(request_))
        return found

    monkeypatch.setattr(notes, "find", decided_meanwhile)
    assert collect() == [(NoteResult.GONE, None)]
    assert read("Rejected", request_).front["approver"] == "Bo"
    assert not path("Dead_Letters", request_).exists()


def test_a_move_after_another_decision_changes_nothing(request_: ApprovalRequest) -> None:
    record_answer(request_.id, answer("reject", approver="Bo"), SOON, Handbook)
    finish(request_.id, SOON)
    move(request_, approver="Ann")
    assert collect() == [(NoteResult.SETTLED, None)]
    assert read("Done", request_).front["status"] == "rejected"
    assert read("Done", request_).front["approver"] == "Bo"


def test_an_expired_request_lies_in_done(request_: ApprovalRequest) -> None:
    expire_due(NOW + timedelta(hours=80))
    place_note(now(request_))
    assert read("Done", request_).front["status"] == "expired"


def test_a_code_does_not_stay_in_the_note(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann", code="123456")
    collect()
    assert "123456" not in read("Pending_Approval", request_).render()


def test_a_deleted_note_is_written_again(request_: ApprovalRequest) -> None:
    path("Pending_Approval", request_).unlink()
    place_note(request_)
    assert path("Pending_Approval", request_).exists()


def test_the_audit_log_says_who_decided_by_which_door_and_how_sure_it_is(request_: ApprovalRequest) -> None:
    move(request_, approver="Ann", comment="private words")
    collect()
    (line,) = audited("approval.approved")
    assert line["approved_by"] == "Ann"
    assert line["approver_channel"] == "vault (self-declared)"
    assert line["payload_hash"] == request_.content_hash
    assert "private words" not in json.dumps(line)


def _in(folder: str, request: ApprovalRequest) -> Path:
    target = path(folder, request)
    target.parent.mkdir(exist_ok=True)
    return target


def replace_by(kind: str, note: Path) -> None:
    note.unlink()
    match kind:
        case "folder":
            note.mkdir()
        case "pipe":
            os.mkfifo(note)
        case _:
            note.symlink_to(Path(__file__) if kind == "link out" else settings().vault_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
@pytest.mark.parametrize("kind", ["folder", "pipe", "link out", "link in"])
def test_what_lies_in_a_notes_place_is_set_aside_and_the_note_written_again(
    request_: ApprovalRequest, kind: str
) -> None:
    replace_by(kind, path("Pending_Approval", request_))
    place_note(request_)
    assert read("Pending_Approval", request_).front["request"] == request_.id
    assert not path("Pending_Approval", request_).is_symlink()


@pytest.mark.parametrize(
    "typed",
    [
        {"comment": "\ud800"},
        {"approver": "Ann\ud800", "code": "123456"},
        {"changes": {"\ud800": "x"}},
        {"changes": {"vendor": "\ud800"}},
        {"changes": {"total": "1e99"}},
        {"k" * 200: "x"},
        {"k" * 200: "x", "approver": ""},
    ],
)
def test_a_note_that_cannot_be_stored_or_reckoned_with_keeps_no_other_waiting(
    request_: ApprovalRequest, typed: dict[str, Any]
) -> None:
    other = ask(task_id="file-2")
    place_note(other)
    written = path("Pending_Approval", request_).read_text().split("---\n", 2)[2]
    front = read("Pending_Approval", request_).front | {"approver": "Ann"} | typed
    path("Approved", request_).parent.mkdir()
    # JSON is YAML, and spells what a file cannot hold
    path("Approved", request_).write_text(f"---\n{json.dumps(dict(front))}\n---\n{written}")
    path("Pending_Approval", request_).unlink()
    move(other, approver="Ann")
    assert len(collect_moved(Handbook(), SOON)) == 2
    found = find(other.id)
    assert found is not None
    assert found.state is ApprovalState.APPROVED


SAID = "the task: Later, record_bill: Odoo is away"


@pytest.fixture
def approved() -> ApprovalRequest:
    request = ask_now()
    record_answer(request.id, answer(), datetime.now(UTC), Handbook)
    return get(request.id)


def test_what_was_booked_is_named_with_its_link(approved: ApprovalRequest) -> None:
    receipt = {"name": "BILL/2026/12/0012", "url": "https://books.example.com/odoo/action-1/12"}
    effect_ledger.finish_effect(begin_approved(approved), receipt, datetime.now(UTC))
    assert (
        result_of(approved, SAID) == "Done: [BILL/2026/12/0012](<https://books.example.com/odoo/action-1/12>)"
    )


def test_a_refusal_says_why(approved: ApprovalRequest) -> None:
    effect_ledger.refuse_effect(begin_approved(approved), "the period is closed", datetime.now(UTC))
    assert result_of(approved, SAID) == "Refused, nothing was done: the period is closed"


def test_a_lost_answer_is_not_called_done(approved: ApprovalRequest) -> None:
    effect_ledger.mark_unknown(begin_approved(approved), "the connection broke", datetime.now(UTC))
    assert result_of(approved, SAID).startswith("Not certain yet: the connection broke")


def test_what_was_undone_says_so(approved: ApprovalRequest) -> None:
    key = begin_approved(approved)
    effect_ledger.finish_effect(key, {"name": "BILL/1"}, datetime.now(UTC))
    effect_ledger.compensate_effect(key, {"name": "BILL/1"}, datetime.now(UTC))
    assert result_of(approved, SAID) == "Done, and undone afterwards: BILL/1"


def test_what_has_not_begun_says_what_it_waits_for(approved: ApprovalRequest) -> None:
    assert "Odoo is away" in result_of(approved, SAID)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ApprovalState.REJECTED, "Nothing was done."),
        (ApprovalState.EXPIRED, "Nobody decided in time; nothing was done. Ask again: `fte approvals again "),
    ],
)
def test_without_an_approval_nothing_was_done(state: ApprovalState, said: str) -> None:
    assert result_of(ask_now().model_copy(update={"state": state}), SAID).startswith(said)


def test_times_are_by_the_clocks_of_the_business() -> None:
    settings().vault_path.mkdir(parents=True, exist_ok=True)
    handbook = settings().vault_path / "Company_Handbook.md"
    handbook.write_text("---\ntime_zone: Europe/Vienna\n---\n")
    request = ask(now=datetime.now(UTC))
    place_note(request)
    until = f"{request.expires_at.astimezone(ZoneInfo('Europe/Vienna')):%Y-%m-%d %H:%M} Europe/Vienna"
    assert read("Pending_Approval", request).front["expires"] == until
    assert f"it expires on {until}" in request.shown
    shown = " ".join(CliRunner().invoke(app, ["approvals", "list"]).stdout.split())
    assert until[:16] in shown
    assert "Vienna" in shown
    record_answer(request.id, answer(), datetime.now(UTC), lambda: OWNED)
    place_note(get(request.id))
    note = read("Approved", request)
    assert note.front["decided"].endswith(" Europe/Vienna")
    assert note.front["decided"] in note.body
    handbook.write_text("---\ntime_zone: Mars\n---\n")
    place_note(get(request.id))
    assert read("Approved", request).front["decided"].endswith(" UTC")
