"""The pictures of the documentation, of a sandbox employee at work: `python -m benchmarks.screenshots [--to FOLDER]`.

Needs Chromium. An employee is started in a home of its own, is given a bill to ask about, and is looked at as its
owner would; then it is stopped and its home is removed.
"""

import argparse
import io
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.employee_fixture import Employee, receipt
from tests.journeys.test_browser import CHROMIUM, QUIET
from tests.journeys.test_decisions import ask, suspended

COLOURS = 64
WIDTH, HEIGHT = 1280, 900
STARTS_MILLISECONDS = 120_000


def save(page: Page, path: Path, *, height: int = HEIGHT) -> None:
    """What is seen, in few colours, so that the repository stays small."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_load_state("networkidle")
    seen = Image.open(io.BytesIO(page.screenshot()))
    seen.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path, f"{path.stat().st_size / 1000:.0f} kB")


@contextmanager
def window() -> Iterator[Page]:
    """A browser's window, as the owner has it."""
    with sync_playwright() as server:
        browser = server.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(STARTS_MILLISECONDS)
        expect.set_options(timeout=STARTS_MILLISECONDS)
        yield page
        browser.close()


def take(employee: Employee, folder: Path) -> None:
    """Each picture, its page opened as a person opens it."""
    employee.drop("coffee.txt", receipt("Cloudberry Hosting Inc.", "12.50", "CBH-7101"))
    request_id = ask(employee, "HSO-4711")["HSO-4711"]
    employee.until(lambda: employee.note_with("Done", "CBH-7101"))
    for flow in ("sync_odoo", "check_health"):
        employee.fte("run", flow, ok=False)
    health = Path(employee.fte("health", "--page", ok=False).stdout.strip())
    ui = f"http://127.0.0.1:{employee.port}"
    with window() as page:
        page.goto(f"{ui}/runs?tag=waits-for-you")
        expect(page.get_by_text("2480.00 USD").first).to_be_visible()
        save(page, folder / "waiting.png", height=1000)
        page.goto(f"{ui}/runs/flow-run/{suspended(employee, request_id)[0]['id']}")
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_role("dialog")).to_contain_text("above 1,000.00 USD")
        save(page, folder / "approval.png", height=1500)
        page.goto(json.loads(employee.fte("status", "--json").stdout)["dashboard"])
        expect(page.get_by_text("Harbor Street Offices").first).to_be_visible()
        save(page, folder / "dashboard.png", height=1100)
        page.goto(health.as_uri())
        save(page, folder / "health.png")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("docs/images"))
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home:
        employee = Employee(Path(home))
        try:
            employee.start()
            take(employee, asked.to)
        finally:
            employee.stop()


if __name__ == "__main__":
    main()
