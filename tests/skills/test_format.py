"""Every skill: valid for the format's own validator, short, with links that lead somewhere and every tool explained."""

import re
import subprocess
import sys
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
import skills_ref
import typer

from deployments.commands import posts, whatsapp
from deployments.skill_pages import SERVERS as SKILL_SERVERS
from deployments.skill_pages import pages
from mcp_servers.serve import SERVERS
from tests.skills.scripts import SKILLS

LONGEST_BODY = 500
"""Lines, as the format recommends."""


def tools_of(server: str) -> set[str]:
    """What the server hands out."""
    return {tool.__name__ for tools in import_module(SERVERS[server].module).TOOLS.values() for tool in tools}


def tools_in(skill: str) -> set[str]:
    """What the skill explains; of the platforms together, nothing."""
    page = SKILLS / skill / "references" / "tools.md"
    return rows_of(page) if page.is_file() else set()


def rows_of(page: Path) -> set[str]:
    """What a page's tables have a row for."""
    return set(re.findall(r"^\| `(\w+)` \|", page.read_text(), re.MULTILINE))


@pytest.mark.parametrize("skill", SKILL_SERVERS)
def test_a_skill_is_valid_and_short_and_its_links_lead_somewhere(skill: str) -> None:
    folder = SKILLS / skill
    assert skills_ref.validate(folder) == []
    text = (folder / "SKILL.md").read_text()
    assert len(text.splitlines()) < LONGEST_BODY
    links = set(re.findall(r"\]\(([^)]+)\)", text))
    assert {f"references/{path.name}" for path in (folder / "references").iterdir()} <= links
    assert [link for link in links if not (folder / link).is_file()] == []


@pytest.mark.parametrize("server", sorted(set(chain(*SKILL_SERVERS.values()))))
def test_every_tool_of_a_server_is_explained_and_no_other(server: str) -> None:
    skills = [skill for skill, servers in SKILL_SERVERS.items() if server in servers]
    assert set.union(*map(tools_in, skills)) == tools_of(server)


@pytest.mark.parametrize(
    ("skill", "commands", "some"),
    [
        ("managing-social-media", posts.app, {"draft", "cancel", "list"}),
        ("watching-whatsapp", whatsapp.app, {"list", "reply", "settle"}),
    ],
)
def test_every_command_that_is_explained_is_there(skill: str, commands: typer.Typer, some: set[str]) -> None:
    explained = rows_of(SKILLS / skill / "references" / "commands.md")
    there = {one.name or getattr(one.callback, "__name__", "") for one in commands.registered_commands}
    assert explained >= some
    assert explained <= there


def test_what_the_code_can_tell_is_told_by_it() -> None:
    """Else: python -m deployments.skill_pages."""
    written = {place: place.read_text() for place in pages()}
    assert written == pages()


def test_every_skill_is_known() -> None:
    assert {path.name for path in SKILLS.iterdir()} == set(SKILL_SERVERS)


def test_no_script_imports_prefect_before_it_has_said_where_the_server_is() -> None:
    scripts = [str(path) for path in sorted(SKILLS.glob("*/*.py"))]
    assert len(scripts) == 2 * len(SKILL_SERVERS)
    program = (
        "import runpy, sys\n"
        "for script in sys.argv[1:]:\n"
        "    runpy.run_path(script, run_name='imported')\n"
        "    assert 'prefect' not in sys.modules, script\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *scripts], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
