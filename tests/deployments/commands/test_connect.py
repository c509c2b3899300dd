"""`fte connect`: nothing is saved that was not checked, and never into a Prefect server that is not the live one."""

import base64
import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from blocks import language_model, web_file
from blocks.language_model import LanguageModel, ModelExtraMissingError, Provider
from blocks.prefect_server import PrefectNotLiveError
from blocks.settings import settings
from blocks.social.credentials import PlatformCredentials
from blocks.social.media_host import MediaHost
from blocks.whatsapp import credentials
from blocks.whatsapp.credentials import WhatsAppCredentials
from deployments import command_line
from deployments.answers_file import SETUP, connecting
from deployments.commands.connect import app
from deployments.connecting import chosen
from domain.social.published import PublicAccount
from tests.consent_browser import browse
from tests.ports import free_port
from tests.sandbox_fixture import SandboxClient


class FakeServer(http.server.BaseHTTPRequestHandler):
    """A Prefect server that only knows who may come in; `locked` False is the sandbox's."""

    locked = True

    def do_GET(self) -> None:
        keys = json.loads(settings().prefect_keys.read_text())
        login = base64.b64encode(f"fte:{keys['password']}".encode()).decode()
        welcome = not self.locked or self.headers.get("Authorization") == f"Basic {login}"
        self.send_response(200 if welcome else 401)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeServer]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FTE_PORT", str(server.server_port))
    monkeypatch.setattr(FakeServer, "locked", True)
    yield FakeServer
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a command sets in the environment is gone after the test."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


def connect(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


def odoo(url: str, database: str = "demo", key: str = "sandbox-odoo-key") -> Result:
    return connect("odoo", typed=f"{url}\n{database}\nbot@sandbox\n{key}\n")


def refused(result: Result) -> str:
    assert result.exit_code != 0
    assert not settings().connected_mark.exists()
    return str(result.exception) + result.output


@pytest.mark.usefixtures("server")
def test_an_address_that_takes_no_message_is_not_saved() -> None:
    said = refused(connect("notifications", f"json://127.0.0.1:{free_port()}/deaf"))
    assert "1 of 1 notification services did not take the notice (JSON)" in said
    assert "fte connect notifications" in said


def test_no_prefect_server_is_said_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_PORT", str(free_port()))
    setup = "odoo", "setup"
    for words in (*(("connect", name) for name in connecting() if name != SETUP), setup):
        result = CliRunner().invoke(command_line.app, words)
        assert isinstance(result.exception, PrefectNotLiveError), words
        assert "fte up --live" in refused(result)
        assert result.output == "", "nothing was asked"
        assert "Usage:" in CliRunner().invoke(command_line.app, [*words, "--help"]).output
    plan = CliRunner().invoke(command_line.app, [*setup, "--plan"])
    assert "Odoo's address" in plan.output


@pytest.mark.usefixtures("server")
def test_what_a_model_is_asked_with_is_missed_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(language_model, "find_spec", lambda _name: None)
    result = connect("model")
    assert isinstance(result.exception, ModelExtraMissingError)
    assert result.output == ""


@pytest.mark.usefixtures("server")
def test_a_port_that_is_taken_is_said(sandbox: SandboxClient) -> None:
    app = ["--client-id", "sandbox-x-client", "--client-secret", "s", "--api-url", sandbox.url]
    said = refused(connect("x", *app, "--port", str(settings().port)))
    assert f"another program has port {settings().port}" in said
    assert "--port" in said


def test_a_prefect_server_without_a_lock_gets_no_secret(
    server: type[FakeServer], sandbox: SandboxClient
) -> None:
    server.locked = False
    assert "no live Prefect server" in refused(odoo(sandbox.url))
    assert sandbox.journal() == []


@pytest.mark.usefixtures("server")
def test_a_wrong_key_or_database_is_said(sandbox: SandboxClient) -> None:
    assert "'fte odoo setup' makes a new one" in refused(odoo(sandbox.url, key="wrong"))
    assert "no database 'other'" in refused(odoo(sandbox.url, database="other"))


@pytest.mark.usefixtures("server")
def test_an_odoo_that_is_away_and_an_address_that_is_none_are_said() -> None:
    assert "check the address" in refused(odoo(f"http://127.0.0.1:{free_port()}"))
    assert "is no address" in refused(odoo("books.example.com"))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"web": {}}', '{"installed": {}}'])
def test_a_file_that_is_no_desktop_client_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "client.json"
    file.write_text(content)
    assert "type Desktop app" in refused(connect("gmail", "--client-secrets", str(file)))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("words", "speaks", "until"),
    [
        (["linkedin"], "LinkedIn as Northwind Lane Studio", "connect it again before"),
        (["linkedin", "--speaker", "person"], "LinkedIn as Robin Lane", "connect it again before"),
        (["x"], "X as @northwindlane", ""),
        (["meta"], "Facebook as Northwind Lane Studio and Instagram as @northwindlane", "fte connect media"),
    ],
    ids=["page", "person", "x", "meta"],
)
def test_a_platform_is_connected_in_the_browser_and_says_who_speaks(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, words: list[str], speaks: str, until: str
) -> None:
    kept: list[PlatformCredentials] = []

    async def save(block: PlatformCredentials, name: str, *, overwrite: bool) -> None:
        assert (name, overwrite) == (block.platform.access, True)
        kept.append(block)

    monkeypatch.setattr(PlatformCredentials, "save", save)
    browse(monkeypatch, pkce=words == ["x"])
    app = f"sandbox-{words[0]}"
    secrets = ["--client-id", f"{app}-client", "--client-secret", f"{app}-secret"]
    result = connect(*words, *secrets, "--port", "0", "--api-url", sandbox.url)
    assert result.exit_code == 0, result.output
    assert f"Connected to {speaks}; posts speak for th" in result.output
    assert until in result.output
    assert f"sandbox-{words[0]}-secret" not in result.output
    (block,) = kept
    assert block.account_name in speaks


@pytest.mark.usefixtures("server")
def test_a_media_host_is_saved_once_a_picture_went_there_and_back(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept: list[MediaHost] = []

    async def save(block: MediaHost, name: str, *, overwrite: bool) -> None:
        assert (name, overwrite) == ("media", True)
        kept.append(block)

    monkeypatch.setattr(MediaHost, "save", save)
    assert "private network" in refused(connect("media", typed=f"{sandbox.url}/media\n{sandbox.media}\n"))
    monkeypatch.setattr(web_file, "is_public_number", lambda number: number == "127.0.0.1")
    elsewhere = connect("media", typed=f"{sandbox.url}/media\n{tmp_path / 'elsewhere'}\n")
    assert "HTTP 404" in refused(elsewhere)
    keys = "AKIDEXAMPLE\nnot-told-again\n"
    bucket = connect("media", typed=f"{sandbox.url}/media\n{sandbox.url}/no-storage\n{keys}")
    assert "takes no files" in refused(bucket)
    assert "not-told-again" not in bucket.output
    assert kept == []
    result = connect("media", typed=f"{sandbox.url}/media\n{sandbox.media}\n")
    assert result.exit_code == 0, result.output
    assert "put there, read at its address and taken away" in result.output
    assert [block.directory for block in kept] == [str(sandbox.media)]
    assert sandbox.media is not None
    assert [path.name for path in sandbox.media.glob(".*")] == []


@pytest.mark.usefixtures("server")
def test_a_number_on_whatsapp_is_saved_once_it_answers_and_keeps_its_verify_token(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[WhatsAppCredentials] = []

    async def save(block: WhatsAppCredentials, name: str, *, overwrite: bool) -> None:
        assert (name, overwrite) == ("whatsapp", True)
        kept.append(block)

    async def saved() -> WhatsAppCredentials | None:
        return kept[-1] if kept else None

    monkeypatch.setattr(WhatsAppCredentials, "save", save)
    monkeypatch.setattr(credentials, "saved_whatsapp", saved)
    there = ("whatsapp", "--api-url", sandbox.url)
    ids = "158000000000001\n158000000000002\n"
    token, secret = "sandbox-whatsapp-token", "sandbox-meta-secret"
    assert "access" in refused(connect(*there, typed=f"{ids}not-told-again\n{secret}\n"))
    assert "subscribed_apps" not in str(sandbox.journal(status=200))
    refused(connect(*there, typed=f"{ids}{token}\nwrong-secret\n"))
    assert "phone_number_id" in connect(*there, typed=f"+1 555\n1\n{token}\n{secret}\n").output
    assert kept == []
    for _ in range(2):
        result = connect(*there, typed=f"{ids}{token}\n{secret}\n")
        assert result.exit_code == 0, result.output
        assert "Connected to WhatsApp's number +15550100 (Northwind Lane Studio)" in result.output
        assert kept[0].verify_token.get_secret_value() in result.output
        assert secret not in result.output
    assert len({block.verify_token.get_secret_value() for block in kept}) == 1
    assert len(sandbox.journal(path="/subscribed_apps$", status=200)) == 2


@pytest.mark.usefixtures("server")
def test_a_language_model_is_saved_once_its_server_has_it(
    sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[LanguageModel] = []
    names: list[str] = []

    async def save(block: LanguageModel, name: str, *, overwrite: bool) -> None:
        assert overwrite
        kept.append(block)
        names.append(name)

    async def saved() -> list[LanguageModel]:
        return kept

    monkeypatch.setattr(LanguageModel, "save", save)
    monkeypatch.setattr(language_model, "saved_models", saved)
    there = ("model", "--base-url", f"{sandbox.url}/v1", "--daily-limit", "0.5")
    assert "HTTP 401" in refused(connect(*there, "--name", "sandbox-model", typed="not-told-again\n"))
    assert "does not have it" in refused(connect(*there, "--name", "other", typed="sandbox-model-key\n"))
    unpriced = connect("model", "--base-url", "https://m.example/v1", "--name", "m", typed="\n")
    assert "--input-price" in refused(unpriced)
    assert kept == []
    result = connect(*there, typed="sandbox-model\nsandbox-model-key\n")
    assert result.exit_code == 0, result.output
    assert "Connected to the language model sandbox-model, for at most 0.5 USD in 24 hours" in result.output
    assert "sandbox-model-key" not in result.output
    assert [(block.model, block.provider) for block in kept] == [("sandbox-model", Provider.COMPATIBLE)]
    again = (*there, "--name", "sandbox-model", "--place")
    assert "place 2 first" in refused(connect(*again, "3", typed="sandbox-model-key\n"))
    assert "in place 2" in connect(*again, "2", typed="sandbox-model-key\n").output
    assert names == ["model", "model-2"]
    assert not settings().connected_mark.exists()


def test_of_several_pages_the_owner_chooses_one() -> None:
    pages = [
        PublicAccount(id="urn:li:organization:1", name="Shop"),
        PublicAccount(id="urn:li:organization:2", name="Bar"),
    ]

    def answered(typed: str, accounts: list[PublicAccount]) -> Result:
        asking = typer.Typer()
        asking.command()(lambda: typer.echo(f"speaks: {chosen(accounts).name}"))
        return CliRunner().invoke(asking, [], input=f"{typed}\n")

    assert "speaks: Bar" in answered("2", pages).output
    assert "there is no 3; nothing was saved" in answered("3", pages).output
    assert "administers no page" in answered("", []).output
