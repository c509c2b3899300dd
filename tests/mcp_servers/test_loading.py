"""What a call needs and a greeting does not."""

import gc
import sys
from pathlib import Path

import pytest

from mcp_servers.loading import loaded


async def test_what_was_loaded_is_not_looked_through_for_garbage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loaded_late.py").write_text("KEPT = [[]]\n")
    monkeypatch.syspath_prepend(tmp_path)
    await loaded("loaded_late")
    kept = sys.modules["loaded_late"].KEPT
    assert gc.is_tracked(kept)
    assert not any(one is kept for one in gc.get_objects())
