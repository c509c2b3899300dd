"""`fte odoo setup` shows what categories mean in the books, and lists accounts only if the owner wants it."""

import asyncio
import os
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from blocks.odoo.client import OdooAccount
from blocks.odoo.session import OdooSessionClient
from blocks.settings import settings
from deployments.commands import odoo
from deployments.commands.odoo import _Choice, _propose_accounts
from domain.accounting.setup import CompanyProfile, FoundSetup
from domain.vault.note import Note
from tasks.accounting.goals import read_goals
from tests.ports import free_port

SHIPPED = Path("Vault/Business_Goals.md")
ROWS = [(1, "654000", "Software"), (2, "663000", "Airfare"), (3, "664000", "Hotels")]


@pytest.fixture
def note() -> Path:
    vault = settings().vault_path
    vault.mkdir(parents=True)
    path = vault / SHIPPED.name
    path.write_text(SHIPPED.read_text())
    return path


def propose(**choice: bool) -> None:
    asyncio.run(_proposed(choice))


async def _proposed(choice: dict[str, bool]) -> None:
    accounts = [
        {"id": n, "code": code, "name": name, "account_type": "expense", "tag_ids": []}
        for n, code, name in ROWS
    ]
    said: dict[str, Any] = {
        "res.company/search_read": [{"id": 1, "name": "Harbor Works", "country_id": False}],
        "account.account/search_read": accounts,
        "account.journal/search_read": [{"id": 2, "default_account_id": [1, "Software"]}],
    }

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/web/session/authenticate":
            return httpx.Response(200, json={"result": {"uid": 2}})
        return httpx.Response(200, json={"result": said.get("/".join(request.url.path.split("/")[-2:]), [])})

    account = OdooAccount(url="http://odoo.example", database="b", login="admin", api_key=SecretStr("a"))
    chosen = {"may_act": True, "is_agreed": True, "lists_accounts": False, **choice}
    async with OdooSessionClient(account, transport=httpx.MockTransport(answered)) as admin:
        await _propose_accounts(admin, _Choice(**chosen))


@pytest.mark.parametrize("choice", [{}, {"may_act": False, "lists_accounts": True}], ids=["yes", "plan"])
def test_what_categories_mean_is_shown_and_nothing_is_listed(
    note: Path, choice: dict[str, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    propose(**choice)
    shown = " ".join(capsys.readouterr().out.split())
    assert "software: 654000 Software" in shown
    assert "travel: several fit: 663000 Airfare, 664000 Hotels?" in shown
    assert "rent: no account fits; its bills go to the default account" in shown
    assert "other: 654000 Software, the default of the purchase journal; list another one" in shown
    assert note.read_text() == SHIPPED.read_text()


def test_the_owner_s_choice_is_listed_and_the_rest_of_the_note_stays(note: Path) -> None:
    propose(lists_accounts=True)
    assert read_goals().accounts == {"travel": ["663000", "664000"]}
    before, after = Note.parse(SHIPPED.read_text()), Note.parse(note.read_text())
    assert (after.body, after.front["budgets"]) == (before.body, before.front["budgets"])
    assert "# Which accounts a category means" in note.read_text()
    propose(lists_accounts=True)
    assert Note.parse(note.read_text()).front == after.front


def test_what_the_owner_lists_already_stays(note: Path) -> None:
    note.write_text(note.read_text().replace("accounts: {}", 'accounts: {travel: ["664000"]}'))
    propose(lists_accounts=True)
    assert read_goals().accounts == {"travel": ["664000"]}


def test_an_account_that_is_listed_for_the_rest_is_not_told_again(
    note: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note.write_text(note.read_text().replace("accounts: {}", 'accounts: {other: ["663000"]}'))
    propose()
    shown = capsys.readouterr().out
    assert "travel: several fit" in shown
    assert "other:" not in shown


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize("is_wanted", [True, False])
def test_at_a_terminal_the_owner_is_asked(monkeypatch: pytest.MonkeyPatch, *, is_wanted: bool) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda question: is_wanted and "question mark" in question)
    propose(is_agreed=False)
    assert read_goals().accounts == ({"travel": ["663000", "664000"]} if is_wanted else {})


def test_a_vault_without_goals_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    propose()
    assert "categories of Business_Goals.md were not looked up" in " ".join(capsys.readouterr().out.split())


def test_a_plan_does_without_the_prefect_server_and_says_what_it_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def surveyed(_admin: object, _wanted: object, *, key_expires_on: date | None) -> FoundSetup:
        return FoundSetup(uninstalled=[], profile=CompanyProfile(), key_expires_on=key_expires_on)

    async def entered(client: OdooSessionClient) -> OdooSessionClient:
        return client

    monkeypatch.setattr(OdooSessionClient, "__aenter__", entered)
    monkeypatch.setattr(odoo, "survey", surveyed)
    monkeypatch.setattr(odoo, "fetch_expense_accounts", lambda _admin: asyncio.sleep(0, []))
    monkeypatch.setattr(os, "environ", {**os.environ, "FTE_PORT": str(free_port())})
    words = ["setup", "--plan", "--url", "http://odoo.example", "--database", "b", "--password", "p"]
    shown = CliRunner().invoke(odoo.app, words)
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    assert "as if no key were saved yet: no live Prefect server" in said
    assert "make digital-fte an API key for 90 days" in said
