"""The Prefect server's own UI as the place of the decision, driven in Chromium."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.employee_fixture import Employee, receipt
from tests.journeys.test_decisions import Asked, ask, ended, suspended

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",  # the page's animated graph of runs, drawn without a graphics card, takes both processors
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine; install it to run these"
)


@pytest.fixture(scope="module")
def asked(employee: Employee) -> Asked:
    """A request for each test that needs no rule of its own."""
    return ask(employee, "HSO-2001", "HSO-2002")


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as server:
        browser = server.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = browser.new_page(viewport={"width": 1400, "height": 1300})
        opened.set_default_timeout(30_000)
        yield opened
        browser.close()


def open_form(page: Page, employee: Employee, request_id: str) -> Locator:
    run = suspended(employee, request_id)[0]
    page.goto(f"http://127.0.0.1:{employee.port}/runs/flow-run/{run['id']}")
    page.get_by_role("button", name="Resume").click()
    return page.get_by_role("dialog")


def answer(  # noqa: PLR0913 (a form has fields)
    page: Page, employee: Employee, request_id: str, decision: str, *, changes: str = "", code: str = ""
) -> None:
    """Fill the form and send it; again if the Prefect server's busy database did not take it, as a person would."""
    for _attempt in range(3):
        form = open_form(page, employee, request_id)
        expect(form.locator("textarea")).to_have_count(4 if code else 3)
        approver, edits, _comment, *proof = form.locator("textarea").all()
        approver.fill("Owner")
        for field in proof:
            field.fill(code)
        edits.fill(changes)
        form.locator(".p-select-button__control").press("ArrowDown")
        page.locator(".p-select-option", has_text=decision).click()
        with page.expect_response(re.compile("/resume$")) as answered:
            form.get_by_role("button", name="Submit").click()
        taken = answered.value.ok
        page.goto("about:blank")
        if taken:
            return
    pytest.fail("the Prefect server refused the form three times")


def test_the_form_shows_what_will_happen_and_approves_it_once(
    employee: Employee, page: Page, asked: Asked
) -> None:
    request_id = asked["HSO-2001"]
    form = open_form(page, employee, request_id)
    for shown in ("Harbor Street Offices", "2480.00 USD", "HSO-2001", "above 1,000.00 USD"):
        expect(form).to_contain_text(shown)
    with page.context.expect_page() as opened:
        form.get_by_role("link", name="Look at the document").click()
    expect(opened.value.locator("main, body").first).to_contain_text("Receipt No: HSO-2001")
    run_id = suspended(employee, request_id)[0]["id"]
    answer(page, employee, request_id, "approve")
    employee.until(lambda: ended(employee, request_id, "Approved"))
    assert [bill["state"] for bill in employee.bills("HSO-2001")] == ["posted"]
    page.goto(f"http://127.0.0.1:{employee.port}/runs/flow-run/{run_id}?tab=Artifacts")
    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_role("link", name="decision").click()
    expect(page.get_by_role("link", name="BILL/")).to_be_visible()


@pytest.mark.long
def test_an_invalid_answer_asks_again_and_a_rejected_bill_is_never_booked(
    employee: Employee, page: Page, asked: Asked
) -> None:
    request_id = asked["HSO-2002"]
    first = suspended(employee, request_id)[0]
    answer(page, employee, request_id, "edit", changes="total: a lot")
    employee.until(lambda: asked_again(employee, request_id, first))
    expect(open_form(page, employee, request_id)).to_contain_text("Your last answer was not taken")
    answer(page, employee, request_id, "reject")
    employee.until(lambda: ended(employee, request_id, "Rejected"))
    assert employee.bills("HSO-2002") == []


@pytest.mark.long
def test_where_the_handbook_wants_a_code_a_name_is_not_enough_and_an_edit_is_booked_as_edited(
    employee: Employee, page: Page
) -> None:
    secret = enrol(employee, "Owner")
    with employee.rule("  amount_above:  ", "  amount_above: 3000 "):
        request_id = ask(employee, "HSO-2003", total="3100.00")["HSO-2003"]
        first = suspended(employee, request_id)[0]
        answer(page, employee, request_id, "approve", code="000000")
        employee.until(lambda: asked_again(employee, request_id, first))
        assert employee.bills("HSO-2003") == []
        answer(page, employee, request_id, "edit", changes="total: 3050.00", code=next_code(secret))
        employee.until(lambda: ended(employee, request_id, "Approved"))
    [bill] = employee.bills("HSO-2003")
    assert (bill["state"], bill["amount_total"]) == ("posted", 3050.0)


def asked_again(employee: Employee, request_id: str, first: dict) -> bool:
    return any(run["state_id"] != first["state_id"] for run in suspended(employee, request_id))


def enrol(employee: Employee, name: str) -> str:
    """Enrol an approver as an authenticator app would; the secret it keeps."""
    command = [sys.executable, "-m", "deployments.command_line", "approvers", "enrol", name]
    with subprocess.Popen(
        command, env=employee.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin
        assert running.stdout
        secret = next(
            found[1] for line in running.stdout if (found := re.search(r"secret=([A-Z2-7]+)", line))
        )
        running.stdin.write(pyotp.TOTP(secret).now() + "\n")
        running.stdin.close()
        said = running.stdout.read()
    assert running.returncode == 0, said
    return secret


def next_code(secret: str) -> str:
    """The code after the one that enrolment used up; the clock's tolerance takes it already."""
    return pyotp.TOTP(secret).at(time.time() + 30)


@pytest.mark.usefixtures("asked")
def test_runs_are_called_by_what_they_did_and_carry_the_mode(employee: Employee) -> None:
    employee.drop("lunch.txt", receipt("Cloudberry Hosting Inc.", "8.40", "RUN-1"))

    for name in ("Dropped files: 1 new", "Work: lunch.txt"):
        employee.until(lambda name=name: employee.runs(flow_runs={"name": {"any_": [name]}}))
    (watched, *_) = employee.runs(flow_runs={"name": {"any_": ["Dropped files: 1 new"]}})
    assert "sandbox" in watched["tags"]


@pytest.mark.long
def test_the_dashboard_leads_to_the_decision_and_foreign_titles_do_nothing(
    employee: Employee, page: Page
) -> None:
    title = "Pay <img src=x onerror=alert(1)> [here](http://evil.example) | now"
    note = f"---\nstatus: escalated\ndomain: personal\npriority: high\ndocument: a.txt\n---\n\n# {title}\n"
    (employee.vault / "Needs_Action" / "letter.md").write_text(note)
    request_id = ask(employee, "HSO-2004")["HSO-2004"]
    run = suspended(employee, request_id)[0]["id"]
    asked_dialogs: list[str] = []
    page.on("dialog", lambda dialog: asked_dialogs.append(dialog.message))

    def shown() -> str | None:
        wanted = {"artifacts": {"key": {"any_": ["dashboard"]}}}
        found = httpx.post(f"{employee.api}/artifacts/latest/filter", json=wanted).json()
        is_there = found and run in found[0]["data"] and "evil" in found[0]["data"]
        return found[0]["latest_id"] if is_there else None

    artifact = employee.until(shown)
    page.goto(f"http://127.0.0.1:{employee.port}/artifacts/artifact/{artifact}")
    expect(page.get_by_role("heading", name="Tasks today")).to_be_visible()
    expect(page.locator("th").filter(has_text="Both (")).to_have_count(1)
    assert page.locator("img[src='x']").count() == 0
    assert page.get_by_role("link", name="here").count() == 0
    assert asked_dialogs == []
    with page.context.expect_page() as opened:
        page.locator(f"a[href$='{run}']").first.click()
    expect(opened.value.get_by_role("button", name="Resume")).to_be_visible(timeout=30_000)
