"""The tools as a client sees them, and that none of them is a way around a person."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from domain.accounting.bill import BillInputs
from domain.planning.order import Order
from mcp_servers.odoo_connector import TOOLS, build_server
from tasks.planning.task_status import TaskReport, TaskStatus
from tasks.vault.vault import current_vault, init_vault

WRITES = {tool.__name__ for tool in (*TOOLS["makes"], *TOOLS["finals"])}


@pytest.fixture
async def tools() -> dict[str, Any]:
    """Every tool that is offered, by its name."""
    async with Client(build_server()) as client:
        return {tool.name: tool for tool in await client.list_tools()}


MANUAL = Path("docs/mcp.md").read_text().partition("| `fte mcp email` |")[0]
LISTED = re.findall(r"^\| `(\w+)\(([^)]*)\)`", MANUAL, re.MULTILINE)


async def test_the_manual_lists_exactly_the_tools_with_their_parameters(tools: dict[str, Any]) -> None:
    besides = {
        "idempotency_key",
        "vendor",
        "number",
        "tax_number",
        "customer_email",
        "customer_tax_number",
        "vendor_email",
        "vendor_tax_number",
        "tax_percent",
    }
    offered = [(name, set(tool.input_schema["properties"]) - besides) for name, tool in tools.items()]
    assert sorted((name, set(filter(None, words.split(", ")))) for name, words in LISTED) == sorted(offered)


async def test_a_client_is_told_which_tools_write_and_which_are_final(tools: dict[str, Any]) -> None:
    for name, tool in tools.items():
        hints = tool.annotations
        assert hints.read_only_hint is (name not in WRITES)
        assert hints.destructive_hint is (name in {tool.__name__ for tool in TOOLS["finals"]})
        assert (hints.idempotent_hint, hints.open_world_hint) == (True, False)
    assert len(tools) == len(TOOLS["reads"]) + len(WRITES)


async def test_every_tool_and_parameter_is_described_and_nothing_else_is_taken(tools: dict[str, Any]) -> None:
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema
        assert tool.input_schema["additionalProperties"] is False
        for name, parameter in tool.input_schema["properties"].items():
            assert parameter.get("description"), (tool.name, name)


async def test_no_tool_approves_or_takes_a_risk_an_approver_or_a_code(tools: dict[str, Any]) -> None:
    words = {name for tool in tools.values() for name in tool.input_schema["properties"]} | set(tools)
    forbidden = re.compile(r"approv|risk|proof|code|confirm|force|skip|reject|decide")
    assert [word for word in words if forbidden.search(word)] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        (
            "create_customer",
            {"name": "x" * 201},
            "name: has 201 characters, at most 200 are allowed; shorten it",
        ),
        ("record_payment", {"invoice_id": 1, "amount": "ten", "method": "bank"}, "amount: is not a number"),
        ("record_payment", {"invoice_id": 1, "amount": 5}, "method: is missing; give it"),
        ("get_task_status", {"task_id": "7"}, "task_id: is not a task id"),
        (
            "generate_financial_report",
            {"report_type": "gossip", "date_range": "2026"},
            "report_type: is none of",
        ),
        ("create_invoice", {"customer": "A", "items": [], "due_date": "soon"}, "items: is empty; fill it in"),
        (
            "create_invoice",
            {"customer": "A", "items": [{"description": "Design"}], "due_date": "2026-01-01"},
            "items, no. 1: needs a description and a price; give both, or name a product",
        ),
    ],
)
async def test_a_wrong_argument_is_named_in_plain_words(
    tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with Client(build_server()) as client:
        with pytest.raises(ToolError, match=said):
            await client.call_tool(tool, arguments)


@pytest.mark.parametrize(
    ("tool", "arguments", "place"),
    [
        ("record_payment", {"invoice_id": 1, "amount": "1e3", "method": "bank"}, "amount"),
        (
            "record_expense",
            {"category": "travel", "amount": "1e3", "description": "a", "date": "2026-11-20"},
            "amount",
        ),
        ("create_product", {"name": "a", "price": "1e3", "category": "b"}, "price"),
        (
            "create_invoice",
            {"customer": "A", "items": [{"description": "a", "price": "1e3"}], "due_date": "2027-01-01"},
            "items.0.price",
        ),
    ],
)
async def test_a_sum_is_ordered_in_the_digits_that_a_person_reads(
    monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, Any], place: str
) -> None:
    ordered: list[Any] = []

    async def order(_tool: str, said: Any, **_: Any) -> TaskReport:
        ordered.append(said)
        return TaskReport(task_id="order-" + "0" * 16, status=TaskStatus.DONE, said="done")

    monkeypatch.setattr("mcp_servers.odoo_connector.ordered", order)
    async with Client(build_server()) as client:
        await client.call_tool(tool, arguments)
    found = ordered[0]
    for part in place.split("."):
        found = found[int(part) if part.isdigit() else part]
    assert found == "1000"


def test_nothing_that_a_greeting_does_not_need_is_imported_before_it() -> None:
    heavy = {"prefect", "sqlalchemy", "pandas", "griffe", "mcp_servers.ordering"}
    code = "import sys; from mcp_servers.serve import build_server; build_server('odoo'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.isdisjoint(done.stdout.split())


async def test_an_expense_names_its_vendor_and_rate_of_tax_and_is_else_the_same_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    init_vault(current_vault().root)
    taken: list[tuple[dict[str, Any], dict[str, Any]]] = []

    async def ordered(
        _tool: str, arguments: dict[str, Any], *, key: str | None, make: Callable[[], Order]
    ) -> TaskReport:
        taken.append((arguments, make().inputs))
        return TaskReport(task_id=f"order-{key}", status=TaskStatus.UNDER_WAY, said="it is being worked on")

    monkeypatch.setattr("mcp_servers.odoo_connector.ordered", ordered)
    said = {
        "category": "meals",
        "amount": "9",
        "description": "Lunch",
        "date": "2026-11-23",
        "vendor": "Twin",
    }
    async with Client(build_server()) as client:
        await client.call_tool("record_expense", said)
        named = {"vendor_tax_number": "US123", "vendor_email": "south@twin.example"}
        await client.call_tool("record_expense", said | named)
        await client.call_tool("record_expense", said | {"tax_percent": 7})
        await client.call_tool("record_expense", said | {"amount": "9.99", "tax_percent": "19"})
        with pytest.raises(ToolError, match="vendor_email: is not an e-mail address"):
            await client.call_tool("record_expense", said | {"vendor_email": "south"})
    (plain, untaxed), (both, inputs), (rated, taxed), (_, uneven) = taken
    assert plain == said | {"number": None}
    assert both == plain | {"vendor_vat": "US123", "vendor_email": "south@twin.example"}
    assert rated == plain | {"tax_percent": "7"}
    assert "tax" not in untaxed
    bills = [BillInputs.model_validate(one) for one in (taxed, uneven)]
    assert [(str(one.net), str(one.tax)) for one in bills] == [("8.41", "0.59"), ("8.40", "1.59")]
    assert [len(one.tax_breakdown) for one in bills] == [0, 2]
    bill = BillInputs.model_validate(inputs)
    assert (bill.vendor, bill.vendor_vat, bill.vendor_email) == ("Twin", "US123", "south@twin.example")
