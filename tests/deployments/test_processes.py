"""Who is at work, and what must not answer in its place."""

import os
import socket
from collections.abc import Iterator

import pytest

from blocks.settings import Mode, settings
from deployments.commands.work import up
from deployments.processes import (
    AlreadyRunningError,
    OnePortTwiceError,
    PortTakenError,
    alone_at_work,
    read_pid_file,
    refuse_taken_ports,
    remove_pid_file,
    write_pid_file,
)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_another_server_at_our_port_is_not_taken_for_ours(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTE_PORT", str(taken))
    with pytest.raises(PortTakenError, match="fte down"):
        refuse_taken_ports(settings())


def test_the_sandbox_s_port_matters_only_to_the_sandbox(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("FTE_PORT", str(free.getsockname()[1]))
    monkeypatch.setenv("FTE_SANDBOX_PORT", str(taken))
    with pytest.raises(PortTakenError, match="FTE_SANDBOX_PORT"):
        refuse_taken_ports(settings())
    monkeypatch.setenv("FTE_MODE", "live")
    refuse_taken_ports(settings())


def test_two_services_on_one_port_are_named(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_PORT", str(taken))
    monkeypatch.setenv("FTE_WEBHOOK_PORT", str(taken))
    with pytest.raises(OnePortTwiceError, match="FTE_PORT and FTE_WEBHOOK_PORT"):
        refuse_taken_ports(settings())


def test_of_two_that_are_started_at_the_same_moment_one_is_at_work() -> None:
    with alone_at_work(settings()):
        with pytest.raises(AlreadyRunningError, match="another fte up has just begun"):
            up(sandbox=True)
        write_pid_file(settings())
        with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"):
            up(sandbox=True)
        remove_pid_file(settings())
    with alone_at_work(settings()):
        pass


def test_the_mode_at_work_is_known_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTE_MODE", "live")
    started = settings()
    write_pid_file(started)
    monkeypatch.delenv("FTE_MODE")
    assert settings().mode is Mode.LIVE
    process = read_pid_file(settings())
    assert process is not None
    assert process.alive
    remove_pid_file(started)
    assert settings().mode is Mode.SANDBOX


def test_the_end_of_one_mode_leaves_the_other_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    for mode in ("sandbox", "live"):
        monkeypatch.setenv("FTE_MODE", mode)
        write_pid_file(settings())
    monkeypatch.setenv("FTE_MODE", "sandbox")
    remove_pid_file(settings())
    monkeypatch.delenv("FTE_MODE")
    assert settings().mode is Mode.LIVE
