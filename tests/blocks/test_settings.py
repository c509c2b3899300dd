from pathlib import Path

import pytest

from blocks.settings import Mode, settings


def test_the_environment_is_parsed_once_until_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    assert settings() is first
    monkeypatch.setenv("FTE_HOME", "/srv/fte")
    monkeypatch.setenv("FTE_MODE", "live")
    assert (settings().home, settings().mode) == (Path("/srv/fte"), Mode.LIVE)
    monkeypatch.delenv("FTE_MODE")
    assert settings().mode is Mode.SANDBOX


def test_a_connected_account_changes_the_mode_at_once() -> None:
    assert settings().mode is Mode.SANDBOX
    settings().connected_mark.parent.mkdir(parents=True)
    settings().connected_mark.touch()
    assert settings().mode is Mode.LIVE
