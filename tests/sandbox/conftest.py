"""Google's client on the stand-in."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.google_client import connect
from tests.sandbox_fixture import SandboxClient


@pytest.fixture
def gmail(sandbox: SandboxClient) -> Iterator[Any]:
    """`users()` of Google's client on the stand-in."""
    service = connect(sandbox)
    yield service.users()
    service.close()
