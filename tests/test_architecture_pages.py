"""The pictures of docs/architecture/ against the code that they draw."""

import ast
import re
from pathlib import Path

import pytest

from deployments.looking import LOOKERS
from deployments.schedules import ROWS
from domain.planning.remedy import ASK_FOR_DOCUMENT
from domain.reliability.backoff import OUTAGE
from mcp_servers.serve import SERVERS
from tasks.planning.open_tasks import ESCALATED, OPEN
from tasks.reliability.retries import STEP_PAUSES_SECONDS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "architecture").glob("*.md"))
WATCHERS = (ROOT / "docs" / "architecture" / "watchers.md").read_text()
LOOP = (ROOT / "docs" / "architecture" / "ralph-wiggum-loop.md").read_text()


def drawings(page: Path) -> list[str]:
    """The page's pictures of files and imports."""
    drawn = re.findall(r"```mermaid\n(.*?)```", page.read_text(), re.DOTALL)
    return [one for one in drawn if re.search(r'\["[\w/]+\.py"\]', one)]


def imported(path: Path) -> set[str]:
    """The modules that a file imports, and those whose parts it imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_arrow_between_files_is_an_import(page: Path) -> None:
    for drawing in drawings(page):
        boxes = dict(re.findall(r'(\w+)\["([\w/]+\.py)"\]', drawing))
        missing = [path for path in boxes.values() if not (ROOT / path).exists()]
        assert missing == []
        arrows = re.findall(r'(\w+)(?:\["[^"]*"\])? --> (\w+)', drawing)
        assert {name for arrow in arrows for name in arrow} == set(boxes)
        for begin, end in arrows:
            module = boxes[end].removesuffix(".py").replace("/", ".")
            assert module in imported(ROOT / boxes[begin]), f"{boxes[begin]} does not import {module}"


def test_every_mcp_server_is_drawn() -> None:
    [drawing] = drawings(ROOT / "docs" / "architecture" / "mcp-servers.md")
    modules = {f"{server.module.replace('.', '/')}.py" for server in SERVERS.values()}
    assert modules <= set(re.findall(r'\["([\w/]+\.py)"\]', drawing))


def test_the_orchestrator_is_drawn() -> None:
    assert drawings(ROOT / "docs" / "architecture" / "orchestrator.md")


def test_the_loop_is_drawn_with_the_statuses_that_a_note_can_have() -> None:
    [drawing] = re.findall(r"stateDiagram-v2\n(.*?)```", LOOP, re.DOTALL)
    drawn = set(re.findall(r"\w+", " ".join(re.sub(r":.*", "", line) for line in drawing.splitlines())))
    assert drawn == OPEN | {ESCALATED, "done"}


def test_the_loop_names_the_end_states_of_a_round() -> None:
    table = LOOP.split("| end state |")[1].split("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    code = (ROOT / "flows" / "work_task.py").read_text()
    described = code.split("Named end states:")[1].split('"""')[0]
    assert named == set(re.findall(r"`([A-Z]\w+)`", described))


def test_the_loop_says_how_often_is_tried() -> None:
    assert f"| {len(STEP_PAUSES_SECONDS) + 1} tries |" in LOOP
    assert f"| {OUTAGE.retries + 1} tries of a service" in LOOP


def test_the_loop_says_how_often_a_document_is_asked_for() -> None:
    assert "| asked once and reminded once, then escalated |" in LOOP
    playbook = (ROOT / "Vault" / "Playbooks" / f"{ASK_FOR_DOCUMENT}.md").read_text()
    assert playbook.count("action: mail.send_email") == 2  # the question and one reminder
    assert f"`{ASK_FOR_DOCUMENT}`" in LOOP


def test_every_watcher_is_drawn_and_listed_with_how_often_it_is_looked_at() -> None:
    watching = {row.flow for row in ROWS if row.flow.startswith("watch_")}
    [drawing] = re.findall(r"flowchart LR\n(.*?)```", WATCHERS, re.DOTALL)
    arrows = [line.split(" --> ") for line in drawing.splitlines()]
    assert {end.strip() for ends in arrows for end in ends if "watch_" in end} == watching
    assert {ends[0].strip() for ends in arrows if ends[-1].startswith("store")} == watching
    listed = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (\d+) s\b", WATCHERS, re.MULTILINE))
    looked_at = {
        looker.flow: f"{looker.every_seconds:g}" for looker in reversed(LOOKERS) if looker.flow in watching
    }
    assert listed == looked_at
