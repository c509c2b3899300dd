"""compose.yaml and what it leans on: no container engine is needed to see that a name is wrong."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from prefect.settings.legacy import _get_settings_fields
from prefect.settings.models.root import Settings as PrefectSettings
from ruamel.yaml import YAML

from blocks.settings import Settings

COMPOSE = Path("deployments/compose.yaml")
ELSEWHERE = re.compile(r"PREFECT_REDIS_\w+_URL|PREFECT_SERVER_ENCRYPTION_KEY")
"""Read by the extra, and by the Prefect server without a setting of that name."""


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = YAML(typ="safe").load(COMPOSE)["services"]
    return found


def test_every_variable_is_one_of_ours_or_the_prefect_server_s(services: dict[str, dict[str, Any]]) -> None:
    ours = {"FTE_MODE", *(f"FTE_{name.upper()}" for name in Settings.model_fields)}
    server = set(_get_settings_fields(PrefectSettings))
    asked = {
        name
        for service in services.values()
        for name in service.get("environment", {})
        if name.startswith(("FTE_", "PREFECT_"))
    }
    unknown = {name for name in asked - ours - server if not ELSEWHERE.fullmatch(name)}
    assert unknown == set()


def test_every_program_of_ours_exists(services: dict[str, dict[str, Any]]) -> None:
    modules = [
        words[2] for service in services.values() if (words := service.get("command", []))[1:2] == ["-m"]
    ]
    programs = ("register", "worker", "webhooks", "vault_watcher")
    assert modules == [f"deployments.{name}" for name in programs]
    assert all(importlib.util.find_spec(module) for module in modules)


def test_only_loopback_is_published(services: dict[str, dict[str, Any]]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:4200:4200", "127.0.0.1:4270:4270"]


def test_every_secret_is_explained_and_stays_out_of_image_and_repository() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    explained = Path("docs/deployment.md").read_text()
    assert {name for name in asked if f"{name}=" not in explained} == set()
    assert "**/.env" in Path(".dockerignore").read_text().split()
    assert ".env" in Path(".gitignore").read_text().split()


def test_the_charts_tell_the_same_as_compose(services: dict[str, dict[str, Any]]) -> None:
    """No Helm is needed to see that a variable or a program is missing; docs/deployment.md says what Helm said."""
    ours = Path("deployments/helm/templates/employee.yaml").read_text()
    told = {**services["worker"]["environment"], **services["webhooks"]["environment"]}
    secret = {"PREFECT_API_AUTH_STRING", "FTE_DATABASE_URL"}
    assert [name for name in told if f"name: {name}," not in ours and name not in secret] == []
    programs = {
        words[2] for service in services.values() if (words := service.get("command", []))[1:2] == ["-m"]
    }
    assert {name for name in programs if f'"{name}"' not in ours} == set()
    values = YAML(typ="safe").load(Path("deployments/helm/prefect-server.yaml"))
    for part, chart in (("server", "server"), ("services", "backgroundServices")):
        assert [*values[chart]["command"], *values[chart]["args"]] == services[part]["command"]
    theirs = {each["name"]: each.get("value") for each in values["global"]["prefect"]["env"]}
    by_the_chart = re.compile(
        r"\w+_(CONNECTION_URL|AUTH_STRING|BROKER|CACHE|MESSAGING_URL|DOCKET_URL|UI_API_URL)"
    )
    wanted = {
        name: value
        for name, value in services["server"]["environment"].items()
        if not by_the_chart.fullmatch(name)
    }
    assert {
        name: theirs.get(name, "missing") for name in wanted if theirs.get(name, "missing") is not None
    } == {name: value for name, value in wanted.items() if name != "PREFECT_SERVER_ENCRYPTION_KEY"}
