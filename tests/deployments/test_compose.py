"""What can be known of the compose files without a container engine."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

DEPLOYMENTS = Path(__file__).parents[2] / "deployments"


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe", pure=True).load(DEPLOYMENTS / name)
    return content


@pytest.mark.parametrize("name", ["compose.odoo.yaml", "compose.yaml"])
def test_nothing_listens_beyond_loopback_and_no_password_is_written_down(name: str) -> None:
    content = read(name)
    ports = [port for service in content["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    environment = content["services"]["postgres"]["environment"]
    assert environment["POSTGRES_PASSWORD"].startswith("${")


def test_odoo_starts_after_its_database_is_made_and_keeps_its_data() -> None:
    content = read("compose.odoo.yaml")
    odoo, create = content["services"]["odoo"], content["services"]["create"]
    assert odoo["image"] == "odoo:19"
    assert odoo["depends_on"] == {"create": {"condition": "service_completed_successfully"}}
    assert create["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert {volume.partition(":")[0] for volume in odoo["volumes"]} <= set(content["volumes"])
    assert "healthcheck" in odoo
