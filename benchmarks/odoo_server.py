"""The Odoo of a benchmark: the one that is named in the environment, or a stand-in; and bare calls of it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from blocks.odoo.client import OdooAccount
from tests.ports import free_port

TIMEOUT = httpx.Timeout(300)


@contextmanager
def server(state: str | None = None) -> Iterator[OdooAccount]:
    """The first Odoo of the environment, or a stand-in of our own; its state is in that folder, or gone afterwards."""
    if os.environ.get("ODOO_URL"):
        yield account(os.environ["ODOO_URL"], os.environ["ODOO_DB"].split(",")[0], os.environ["ODOO_KEY"])
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", state or folder]
        process = subprocess.Popen(command)
        try:
            while not _answers(f"http://127.0.0.1:{port}/_sandbox/health"):
                time.sleep(0.1)
            yield account(f"http://127.0.0.1:{port}", "demo", "sandbox-odoo-key")
        finally:
            process.terminate()
            process.wait()


@contextmanager
def prefect_server() -> Iterator[None]:
    """A Prefect server of the benchmark's own, reached by the way that the employee's processes go."""
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        os.environ["PREFECT_API_URL"] = str(PREFECT_API_URL.value())
        yield


def load() -> str:
    """How busy this machine is, to be said beside a figure."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def account(url: str, database: str, key: str) -> OdooAccount:
    """How to reach it."""
    return OdooAccount(url=url, database=database, api_key=SecretStr(key))


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).is_success
    except httpx.ConnectError:
        return False


@asynccontextmanager
async def bare(here: OdooAccount) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client with the key."""
    headers = {
        "Authorization": f"bearer {here.api_key.get_secret_value()}",
        "X-Odoo-Database": here.database,
    }
    async with httpx.AsyncClient(base_url=here.url, headers=headers, timeout=TIMEOUT) as http:
        yield http


async def post(http: httpx.AsyncClient, model: str, method: str, **body: Any) -> Any:
    """One bare call."""
    answer = await http.post(f"/json/2/{model}/{method}", json=body)
    answer.raise_for_status()
    return answer.json()
