"""The pages that name tests against these, and the promises about what is installed and unpacked."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from benchmarks.advisories import NoCopyError, advisories, vulnerable

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
DEGRADATION = (ROOT / "docs" / "degradation.md").read_text()
OURS = ("domain", "blocks", "tasks", "flows", "deployments", "mcp_servers")
UNPACKERS = {"zipfile", "tarfile", "shutil.unpack_archive", "py7zr", "rarfile"}


@pytest.mark.parametrize(("page", "least"), [(PAGE, 50), (DEGRADATION, 20)], ids=["security", "degradation"])
def test_every_promise_names_a_test_that_exists(page: str, least: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) > least
    for path, name in named:
        functions = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
        assert name in functions, f"{path} has no {name}"


def test_every_row_of_a_promise_says_what_holds_it() -> None:
    promises = PAGE.partition("## Promises")[2].partition("## Not promised")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ") and "held by" not in line]
    assert [row for row in rows if "::test_" not in row and "python -m benchmarks." not in row] == []


def test_every_row_of_what_is_away_says_what_holds_it() -> None:
    rows = [line for line in DEGRADATION.splitlines() if line.startswith("| ") and "held by" not in line]
    assert len(rows) == 7
    assert [row for row in rows if "::test_" not in row.split(" | ")[-1]] == []


def test_nothing_of_ours_unpacks_an_archive_but_restore() -> None:
    found = set()
    for path in (path for folder in OURS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [ast.unparse(node)] if isinstance(node, ast.Attribute) else []
            if UNPACKERS & set(names):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == {"deployments/archive.py"}


def test_every_package_is_pinned_by_its_digest() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    from_elsewhere = [package for package in lock["package"] if "registry" not in package["source"]]
    assert [package["name"] for package in from_elsewhere] == ["digital-fte"]
    files = {
        package["name"]: [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        for package in lock["package"]
        if package not in from_elsewhere
    }
    assert all(files.values())
    assert all(file["hash"].startswith("sha256:") for each in files.values() for file in each)

    installs_them = (ROOT / "deployments" / "uv.txt").read_text()
    assert set(re.findall(r"--hash=(\S+)", installs_them)) == {file["hash"] for file in files["uv"]}, (
        "make lock"
    )
    for name in ("Makefile", "fte.ps1", "deployments/Dockerfile"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if "pip install" in line]
        assert lines, name
        assert all(re.search(r"--require-hashes -r deployments[\\/]uv\.txt", line) for line in lines), name


@pytest.mark.parametrize(
    ("affected", "is_found"),
    [
        ("ranges: [{type: ECOSYSTEM, events: [{introduced: '0'}, {fixed: 2.11}]}]", True),
        ("ranges: [{type: ECOSYSTEM, events: [{introduced: '0'}, {fixed: '2.10'}]}]", False),
        ("ranges: [{type: ECOSYSTEM, events: [{introduced: '1'}, {last_affected: '2.9'}]}]", False),
        (
            "ranges: [{type: ECOSYSTEM, events: [{introduced: '1'}, {fixed: '2'}, {introduced: '2.10rc1'}]}]",
            True,
        ),
        ("versions: ['2.10']", True),
        ("versions: ['2.1', '2.10.1']", False),
    ],
)
def test_a_copy_of_the_advisories_is_asked_about_what_is_locked(
    tmp_path: Path, affected: str, *, is_found: bool
) -> None:
    with pytest.raises(NoCopyError):
        advisories(tmp_path)
    folder = tmp_path / "vulns" / "some-thing"
    folder.mkdir(parents=True)
    text = f"id: PYSEC-1\naliases: [CVE-1]\naffected:\n- package: {{name: Some_Thing}}\n  {affected}\n"
    (folder / "PYSEC-1.yaml").write_text(text)
    (folder / "PYSEC-2.yaml").write_text(f"{text}withdrawn: 2026-01-01\n")
    found = list(vulnerable({"some-thing": "2.10", "other": "2.10"}, advisories(tmp_path)))
    assert found == (["some-thing 2.10: PYSEC-1 (CVE-1)"] if is_found else [])
