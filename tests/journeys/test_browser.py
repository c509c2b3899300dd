"""The engine's own UI as the place of the decision, driven in Chromium."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.employee_fixture import Employee
from tests.journeys.test_decisions import ask, ended, suspended

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine; install it to run these"
)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = browser.new_page(viewport={"width": 1400, "height": 1300})
        opened.set_default_timeout(30_000)
        yield opened
        browser.close()


def open_form(page: Page, employee: Employee, request_id: str) -> Locator:
    run = suspended(employee, request_id)[0]
    page.goto(f"http://127.0.0.1:{employee.port}/runs/flow-run/{run['id']}")
    page.get_by_role("button", name="Resume").click()
    return page.get_by_role("dialog")


def answer(page: Page, form: Locator, decision: str, changes: str = "") -> None:
    approver, _comment, _code, edits = form.locator("textarea").all()
    approver.fill("Owner")
    edits.fill(changes)
    form.locator("button", has_text="reject").press("ArrowDown")
    page.locator(".p-select-option", has_text=decision).click()
    form.get_by_role("button", name="Submit").click()


def test_the_form_shows_what_will_happen_and_approves_it_once(employee: Employee, page: Page) -> None:
    request = ask(employee, "HSO-2001")
    form = open_form(page, employee, request["id"])
    for shown in ("Harbor Street Offices", "2480.00 USD", "HSO-2001", "above 1,000.00 USD"):
        expect(form).to_contain_text(shown)
    answer(page, form, "approve")
    employee.until(lambda: ended(employee, request["id"], "Approved"))
    assert [bill["state"] for bill in employee.bills("HSO-2001")] == ["posted"]


def test_an_invalid_answer_asks_again(employee: Employee, page: Page) -> None:
    request = ask(employee, "HSO-2002")
    first = suspended(employee, request["id"])[0]
    answer(page, open_form(page, employee, request["id"]), "edit", "total: a lot")
    employee.until(
        lambda: [run for run in suspended(employee, request["id"]) if run["state_id"] != first["state_id"]]
    )
    expect(open_form(page, employee, request["id"])).to_contain_text("Your last answer was not taken")
    assert employee.bills("HSO-2002") == []
