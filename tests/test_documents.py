"""The documents as their reader follows them: every link, every page of the site, the picture of the layers."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    *sorted((ROOT / ".claude" / "skills").rglob("*.md")),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What a link may lead to within a page: its headings in small letters, blanks as hyphens."""
    headings = re.findall(
        r"^#+ (.+)$", CODE.sub(lambda found: found[0].strip("`"), page.read_text()), re.MULTILINE
    )
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, str]]:
    """File and anchor of each link that stays here."""
    for target in LINK.findall(CODE.sub("", page.read_text())):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_every_page_is_in_the_site() -> None:
    text = (ROOT / "mkdocs.yml").read_text().replace("!!python/name:", "")
    parts = [
        part if isinstance(part, str) else next(iter(part.values())) for part in yaml.safe_load(text)["nav"]
    ]
    listed = [name for part in parts for name in ([part] if isinstance(part, str) else part)]
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


def test_the_layers_are_drawn_as_they_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    chain = [layer.split(" | ")[0] for layer in contracts[0]["layers"]]
    assert f"    {' --> '.join(chain)}\n" in (DOCS / "architecture" / "overview.md").read_text()


@pytest.mark.parametrize(
    "page", ["development/onboarding.md", "lessons-learned.md", "architecture/overview.md"]
)
def test_every_file_that_is_named_exists(page: str) -> None:
    named = re.findall(
        r"`((?:domain|blocks|tasks|flows|deployments|mcp_servers|sandbox|tests)/[^`]*)`",
        (DOCS / page).read_text(),
    )
    assert named
    for name in named:
        choices = re.fullmatch(r"(.*)\{(.*)\}(.*)", name)
        names = [choices[1] + part + choices[3] for part in choices[2].split(",")] if choices else [name]
        assert all(list(ROOT.glob(one)) for one in names), name
