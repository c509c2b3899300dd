import graphlib

import grimp

PACKAGES = ("domain", "blocks", "tasks", "flows", "deployments", "mcp_servers", "sandbox")


def test_no_module_imports_itself_in_a_circle() -> None:
    """Imports within functions and for type checking count, too."""
    graph = grimp.build_graph(PACKAGES[0], *PACKAGES[1:], cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    order = list(graphlib.TopologicalSorter(imports).static_order())

    assert order.index("tasks.reliability.ledger") < order.index("tasks.actions.effects")
