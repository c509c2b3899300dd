"""What flows are made of: they call tasks, and define none."""

import ast
from pathlib import Path

FLOWS = Path(__file__).parents[2] / "flows"


def test_no_flow_defines_a_task() -> None:
    taken = [
        f"{path.name}: {node.lineno}"
        for path in sorted(FLOWS.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "prefect"
            and "task" in {a.name for a in node.names}
        )
        or (isinstance(node, ast.Attribute) and ast.unparse(node) == "prefect.task")
    ]
    assert not taken
