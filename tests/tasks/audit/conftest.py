from pathlib import Path

import pytest

from tasks.audit.log import AuditLog


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "Vault", tmp_path / "state" / "keys")
