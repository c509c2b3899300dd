"""`make notebook`: JupyterLab opens the notebooks, from the lock and apart from the employee's environment."""

import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest


def test_make_opens_the_notebooks_in_an_environment_of_their_own() -> None:
    said = subprocess.run(
        ["make", "--dry-run", "notebook", "ARGS=--no-browser"], capture_output=True, text=True, check=True
    ).stdout
    command = said.splitlines()[-1]
    assert "UV_PROJECT_ENVIRONMENT=.venv-notebook" in command
    assert "--group notebook" in command
    assert command.endswith("jupyter lab notebooks --no-browser")


def test_jupyterlab_is_locked_and_the_employee_does_without_it() -> None:
    packages = tomllib.loads(Path("uv.lock").read_text())["package"]
    own = next(one for one in packages if one["name"] == "digital-fte")
    groups = {group: {one["name"] for one in names} for group, names in own["dev-dependencies"].items()}
    assert "jupyterlab" in groups.pop("notebook")
    assert not [group for group, names in groups.items() if "jupyterlab" in names]


@pytest.mark.parametrize("path", sorted(Path("notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_results(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
