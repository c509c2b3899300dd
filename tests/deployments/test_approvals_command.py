"""`fte approvals` and `fte approvers`: they work while the Prefect server is down, and say what to do."""

import json
import re
import shutil
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from typer.testing import CliRunner, Result

from blocks.settings import settings
from deployments.commands import approvals, approvers
from domain.approvals.request import ApprovalState, ApproverProof
from domain.errors import RejectedError
from tasks.approvals.notes import place_note
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment
from tasks.approvals.overdue import expire_due
from tasks.approvals.record import get, pending
from tests.approval_requests import ask, ask_now, bill


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Vault, and a Prefect server that is not there."""
    settings().vault_path.mkdir(parents=True)
    shutil.copy("Vault/Company_Handbook.md", settings().vault_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("FTE_PORT", str(free.getsockname()[1]))


def run(*words: str, app: Any = approvals.app, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=typed, catch_exceptions=True)


def refused(result: Result) -> str:
    assert isinstance(result.exception, RejectedError)
    return str(result.exception)


def test_an_empty_list_says_so() -> None:
    assert "Nothing waits" in run("list").stdout


def test_the_list_names_what_waits_and_what_it_needs() -> None:
    request = ask_now(proof_required=True)
    shown = run("list").stdout
    assert request.id in shown
    assert "code" in shown
    assert "pending" not in shown, "all that wait are"
    assert "pending" in run("list", "--all").stdout
    words = " ".join(shown.split())
    for part in ("Book a vendor bill", "1500.00 USD, Harbor"):
        assert part in words
    assert request.action not in shown
    facts = json.loads(run("list", "--json").stdout)
    assert [(item["id"], item["needs"], item["inputs"]["total"]) for item in facts] == [
        (request.id, "code", "1500.00")
    ]


def test_hostile_names_do_nothing_to_the_terminal() -> None:
    ask_now(inputs={"vendor": "\x1b[31mAcme[/bold]\n[red]", "total": "1", "currency": "USD"})
    result = run("list")
    assert result.exit_code == 0
    assert "\x1b[31m" not in result.stdout


def test_show_shows_exactly_what_will_happen() -> None:
    request = ask_now()
    shown = run("show", request.id).stdout
    for part in ("Book a vendor bill: 1500.00 USD, Harbor Street Offices", "it is big", "HSO-1"):
        assert part in shown
    assert "Needs your name. Without an answer it expires on" in shown
    assert json.loads(run("show", request.id, "--json").stdout)["shown"] == request.shown


def test_each_file_is_shown_once_with_where_it_lies_and_a_text_with_its_blank_lines() -> None:
    request = ask_now(inputs=bill(document="Attachments/a-x_1.pdf", description="One\n\nTwo"))
    shown = run("show", request.id).stdout
    flat = "".join(shown.split())
    assert flat.count("a-x_1.pdf") == 1
    assert f"{settings().vault_path}/Attachments/a-x_1.pdf".replace(" ", "") in flat
    lines = [line.strip("▌ \u00a0") for line in shown.splitlines()]
    assert lines[lines.index("One") :][:3] == ["One", "", "Two"]


def test_approving_works_while_the_prefect_server_is_down_and_moves_the_note() -> None:
    request = ask_now()
    place_note(request)
    result = run("approve", request.id, "--approver", "Ann", "--comment", "rent")
    assert result.exit_code == 0
    assert "not at work" in result.stdout
    decided = get(request.id)
    assert (decided.state, decided.approver, decided.channel) == (ApprovalState.APPROVED, "Ann", "cli")
    assert (settings().vault_path / "Approved" / f"{request.id}.md").exists()


def test_a_silent_prefect_server_keeps_no_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = ask_now()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("FTE_PORT", str(silent.getsockname()[1]))
        result = run("approve", request.id, "--approver", "Ann")
    assert "not at work" in result.output
    assert get(request.id).state is ApprovalState.APPROVED


def test_the_beginning_of_an_id_is_enough_when_it_is_the_only_one() -> None:
    request = ask_now()
    assert run("approve", request.id[4:9], "--approver", "Ann").exit_code == 0
    assert "no approval request 'zzz'" in refused(run("show", "zzz"))
    assert "no approval request ''" in refused(run("show", ""))
    ask_now()
    assert "give more letters" in refused(run("show", "ask-")) or get(request.id)


def test_changes_are_approved_as_edited_and_checked_first() -> None:
    request = ask_now()
    wrong = run("approve", request.id, "--approver", "Ann", "--set", "total=lots")
    assert "total" in refused(wrong)
    assert "The last answer was not taken: total: is not a number" in " ".join(
        run("show", request.id).stdout.split()
    )
    assert run("approve", request.id, "--approver", "Ann", "--set", "total").exit_code == 2
    assert run("approve", request.id, "--approver", "Ann", "--set", "total=900.00").exit_code == 0
    assert get(request.id).inputs["total"] == "900.00"


def test_a_missing_name_is_asked_for() -> None:
    request = ask_now()
    assert run("reject", request.id, typed="Ann\n").exit_code == 0
    assert get(request.id).state is ApprovalState.REJECTED


def test_nobody_is_asked_for_a_name_about_what_cannot_be_decided() -> None:
    request, overdue = ask_now(), ask(now=datetime.now(UTC) - timedelta(hours=80))
    run("reject", request.id, "--approver", "Bo")
    for word in ("approve", "reject"):
        for known, why in (("zzz", "no approval"), (request.id, "already rejected"), (overdue.id, "expired")):
            result = run(word, known)
            assert why in refused(result)
            assert result.output == "", "nothing was asked"


def test_a_decided_request_says_who_decided() -> None:
    request = ask_now()
    run("reject", request.id, "--approver", "Bo")
    assert "already rejected by Bo through the command line" in refused(
        run("approve", request.id, "--approver", "Ann")
    )


def test_an_expired_request_can_be_asked_again() -> None:
    request = ask(now=datetime.now(UTC) - timedelta(hours=80))
    assert "already expired" in refused(run("approve", request.id, "--approver", "Ann"))
    expire_due(datetime.now(UTC))
    assert run("again", request.id).exit_code == 0
    assert [item.version for item in pending()] == [2]


def test_a_code_is_taken_and_a_wrong_one_is_not() -> None:
    enrolment = begin_enrolment("Ann")
    past = datetime.now(UTC) - timedelta(hours=1)
    confirm_enrolment(enrolment, pyotp.TOTP(enrolment.secret).at(past), past)
    request = ask_now(proof_required=True)
    assert "one-time code" in refused(run("approve", request.id, "--approver", "Ann"))
    code = pyotp.TOTP(enrolment.secret).now()
    assert run("approve", request.id, "--approver", "Ann", "--code", code).exit_code == 0
    assert get(request.id).proof is ApproverProof.CODE


def test_enrolling_shows_a_qr_code_and_its_address_and_wants_the_first_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = pyotp.random_base32()
    monkeypatch.setattr(pyotp, "random_base32", lambda: secret)
    result = run("enrol", "Ann Lee", app=approvers.app, typed=pyotp.TOTP(secret).now() + "\n")
    assert result.exit_code == 0
    assert f"secret={secret}" in result.stdout
    assert re.search("[█▀▄]{10,}", result.stdout)
    assert "Ann Lee, since" in run("list", app=approvers.app).stdout
    assert json.loads(run("list", "--json", app=approvers.app).stdout)[0]["name"] == "Ann Lee"
    assert run("remove", "ann lee", app=approvers.app).exit_code == 0
    assert "Nobody is enrolled" in run("list", app=approvers.app).stdout


def test_a_wrong_first_code_enrols_nobody() -> None:
    assert "was not enrolled" in refused(run("enrol", "Ann", app=approvers.app, typed="000\n"))
    assert json.loads(run("list", "--json", app=approvers.app).stdout) == []


def test_what_is_shown_reads_without_the_signs_of_its_markup() -> None:
    request = ask_now(inputs=bill(vendor="Smith & Sons [Ltd]", description="50% of A_B* | part 1"))
    shown = " ".join(run("show", request.id).stdout.split())
    assert "Smith & Sons [Ltd]" in shown
    assert "50% of A_B* | part 1" in shown
    assert not {"\\", "&amp;", "**", "###", "| ---"} & set(re.findall(r"\\|&amp;|\*\*|###|\| ---", shown))


def test_a_decided_request_shows_who_decided_and_what_came_of_it() -> None:
    request = ask_now()
    run("reject", request.id, "--approver", "Bo", "--comment", "not ours")
    shown = run("show", request.id).stdout
    for part in ("rejected", "Bo", "not ours", "the command line", "Nothing was done.", "Harbor"):
        assert part in shown
    assert "Without an answer" not in shown


def test_nothing_that_is_shown_is_cut_off() -> None:
    long = "Attachments/" + "invoice-of-the-harbor-street-offices-" * 3 + ".pdf"
    request = ask_now(inputs=bill(document=long))
    shown = "".join(run("show", request.id).stdout.split())
    assert str(settings().vault_path / long) in shown
    assert "…" not in shown
