"""The Vault as resources and tools: notes of some folders, and nothing by any name, address or link."""

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastmcp import Client
from fastmcp.exceptions import McpError, ToolError

from mcp_servers.serve import SERVERS, build_server
from tasks.vault.vault import current_vault, init_vault

SECRET = "SECRET-OF-THE-OWNER"


@pytest.fixture
def vault() -> Path:
    init_vault(current_vault().root)
    root = current_vault().root
    for place in (
        "Logs/private/audit.md",
        "Logs/audit.md",
        "Attachments/a.md",
        "Approved/a.md",
        ".hidden.md",
    ):
        (root / place).parent.mkdir(exist_ok=True, parents=True)
        (root / place).write_text(f"---\ncode: 1\n---\n{SECRET}\n")
    (root.parent / "outside.md").write_text(f"---\na: 1\n---\n{SECRET}\n")
    done = root / "Done"
    (done / "plain.md").write_text("---\nstatus: done\n---\n\nIt is done.\n")
    (done / "coded.md").write_text(f"---\ndecision: approve\ncode: '{SECRET}'\n---\n\nText\n")
    (done / "own.md").write_text(f"---\ndomain: personal\n---\n\n{SECRET}\n")
    (done / "long.md").write_text("---\na: 1\n---\n" + "Größe 漢字\n" * 4_000)
    (done / "link.md").symlink_to("../Logs/private/audit.md")
    (done / "out.md").symlink_to(root.parent / "outside.md")
    os.mkfifo(done / "pipe.md")
    (root / "Dead_Letters").rmdir()
    (root / "Dead_Letters").symlink_to("Logs/private")
    (root / "CEO_Briefing_2026-11-02.md").write_text("---\na: 1\n---\n# The week\n")
    return root


NAMES = [
    "../Logs/private/audit",
    "../Company_Handbook",
    "..%2FLogs%2Faudit",
    "%2e%2e/Company_Handbook",
    "..\\Company_Handbook",
    "/etc/passwd",
    "link",
    "out",
    "pipe",
    "own",
    ".hidden",
    "link\0",
    "plain.md/../../Company_Handbook",
    "CON",
    "",
]


@pytest.mark.usefixtures("vault")
async def test_no_name_address_or_link_leads_out_of_the_folders_that_are_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, "fastmcp")  # a hundred tracebacks take ten seconds
    async with Client(build_server("vault")) as client:
        for name in NAMES:
            with pytest.raises(ToolError) as refused:
                await client.call_tool("read_note", {"folder": "Done", "name": name})
            assert SECRET not in str(refused.value)
        folders = (
            "Logs",
            "Logs/private",
            "..",
            ".",
            "Attachments",
            "Approved",
            "Inbox",
            "%2e%2e",
            "Done/..",
            "Templates",
        )
        addresses = [
            f"vault://notes/Done/{form(name)}"
            for name in NAMES
            for form in (str, quote, lambda it: quote(it, safe=""))
        ]
        addresses += [f"vault://notes/{form(folder)}/audit" for folder in folders for form in (str, quote)]
        addresses += [
            "vault://notes/Dead_Letters/audit",
            "vault://../Logs/audit",
            "file:///etc/passwd",
            "vault://notes",
        ]
        for address in addresses:
            with pytest.raises((McpError, ToolError, ValueError)) as refused:
                await client.read_resource(address)
            assert SECRET not in str(refused.value)


@pytest.mark.usefixtures("vault")
async def test_what_is_shown_is_the_note_without_what_a_person_typed_to_prove_it() -> None:
    async with Client(build_server("vault")) as client:

        async def call(tool: str, **arguments: Any) -> Any:
            return (await client.call_tool(tool, arguments)).structured_content

        listed = (await call("list_notes", folder="Done"))["notes"]
        assert {one["name"] for one in listed} == {"plain", "coded", "own", "long"}
        assert (await call("list_notes", folder="Dead_Letters"))["notes"] == []
        assert [one["name"] for one in (await call("list_notes", folder="Briefings"))["notes"]] == [
            "CEO_Briefing_2026-11-02"
        ]
        assert "It is done." in (await call("read_note", folder="Done", name="plain"))["text"]
        coded = (await call("read_note", folder="Done", name="coded"))["text"]
        assert "decision: approve" in coded
        assert SECRET not in coded
        first = await call("read_note", folder="Done", name="long")
        parts = [
            (await call("read_note", folder="Done", name="long", page=number))["text"]
            for number in range(1, first["part"]["pages"] + 1)
        ]
        assert "".join(parts) == (current_vault().root / "Done" / "long.md").read_text()
        (read,) = await client.read_resource("vault://notes/Done/plain")
        assert "It is done." in read.text
        (begun,) = await client.read_resource("vault://notes/Done/long")
        assert len(begun.text.encode()) < 12_000
        assert "Page 1 of" in begun.text[-100:]
        (week,) = await client.read_resource("vault://notes/Briefings/CEO_Briefing_2026-11-02")
        assert "# The week" in week.text


async def test_every_prompt_is_words_alone_and_none_has_an_agent_decide() -> None:
    for name in SERVERS:
        async with Client(build_server(name)) as client:
            for prompt in await client.list_prompts():
                said = await client.get_prompt(
                    prompt.name, {one.name: "2026-10" for one in prompt.arguments or []}
                )
                assert prompt.description
                assert "approve" not in said.messages[0].content.text
