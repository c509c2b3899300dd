"""A notebook in a kernel of its own."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path("notebooks")


def prepare_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that sees this checkout and writes nothing into the person's home."""
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))


async def run_notebook(name: str) -> list[Any]:
    """What the cells show."""
    book = nbformat.read(FOLDER / name, as_version=4)
    await NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).async_execute()
    return [output for cell in book.cells for output in cell.get("outputs", [])]
