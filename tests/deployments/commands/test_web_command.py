"""`fte web`: what is watched and how it stands, reading it now, and one page's text."""

import json

from typer.testing import CliRunner

from deployments.commands.web import app
from domain.errors import DigitalFteError
from domain.vault.note import Note
from domain.web.watched import NOTE
from tasks.vault.vault import current_vault, init_vault
from tests.sandbox_fixture import SandboxClient


def said(*words: str) -> str:
    """What a command says; its refusal where it is refused."""
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, DigitalFteError):
        return result.output + str(result.exception)
    assert result.exit_code == 0, result.output
    return result.output


def test_pages_are_listed_read_and_shown(sandbox: SandboxClient) -> None:
    init_vault(current_vault().root)
    assert "No page is watched" in said("list")
    text = '<h1>Acme</h1><p>Basic costs 12 EUR, see <a href="/outside/more">more</a></p>'
    page = {"path": "/outside/p", "text": text}
    sandbox.http.post("/_sandbox/outside", json=page).raise_for_status()
    entries = [{"name": name, "url": f"{sandbox.url}/outside/{name}"} for name in ("p", "gone")]
    current_vault().save_root(NOTE, Note.new({"pages": entries}))
    assert "1 read, 0 new tasks: none." in said("check", "p")
    assert "HTTP 404" in said("check", "gone")
    assert "no page called 'other'" in said("check", "other")
    rows = {row["name"]: row for row in json.loads(said("list", "--json"))}
    assert (rows["p"]["problem"], rows["gone"]["read"]) == ("", "never")
    assert "HTTP 404" in rows["gone"]["problem"]
    shown = said("read", entries[0]["url"])
    assert "Basic costs 12 EUR, see more" in shown
    assert f"- more: {sandbox.url}/outside/more" in shown
    assert "private network" in said("read", "http://10.0.0.1/")
