"""What the layers of import-linter do not show: circles, and imports by a name that it cannot see."""

import ast
import graphlib
from pathlib import Path

import grimp

PACKAGES = ("domain", "blocks", "tasks", "flows", "deployments", "mcp_servers", "sandbox")


def test_no_module_imports_itself_in_a_circle() -> None:
    """Imports within functions and for type checking count, too."""
    graph = grimp.build_graph(PACKAGES[0], *PACKAGES[1:], cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    order = list(graphlib.TopologicalSorter(imports).static_order())

    assert order.index("tasks.reliability.effect_ledger") < order.index("tasks.actions.effects")


ROOT = Path(__file__).parents[1]
BY_NAME = {
    "deployments/backup.py": "every module of tasks that may own a table, and those stand below",
    "deployments/lazy_commands.py": "a command's module, when the command is run",
    "deployments/schedules.py": "a flow's module, by the row of its deployment",
    "mcp_servers/loading.py": "what a call needs is loaded beside the loop, and imported as any other where it is used",
    "mcp_servers/serve.py": "a server's module by its row",
    "tasks/actions/performers.py": "a service's actions by its row; `tasks.briefing.action` alone stands above",
    "tasks/health/questions.py": "the clients of the accounts that are asked, which take seconds to load",
}
"""Where modules are imported by name, and which."""


def test_every_import_by_name_is_declared() -> None:
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).rpartition(".")[2] in {
                    "import_module",
                    "__import__",
                }:
                    found.add(path.relative_to(ROOT).as_posix())
    assert found == set(BY_NAME)
