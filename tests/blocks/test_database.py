import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from blocks.database import LedgerUnavailableError, transaction, unsynced_transaction

NORMAL, FULL = 1, 2
"""SQLite's levels: a commit that a power cut may take back, and one that it may not."""


def test_a_file_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE made(by_another)")
    commit = threading.Timer(0.3, other.commit)
    commit.start()
    with transaction(f"sqlite:///{path}") as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("SELECT count(*) FROM made")).scalar() == 0
    commit.join()
    other.close()


def test_a_damaged_file_is_a_ledger_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database " * 1000)
    with pytest.raises(LedgerUnavailableError, match="not a database"), transaction(f"sqlite:///{path}"):
        pass


def test_threads_that_begin_together_share_one_pool(tmp_path: Path) -> None:
    url, count = f"sqlite:///{tmp_path / 'ledger.sqlite'}", 8
    together, servers = threading.Barrier(count), []

    def begin() -> None:
        together.wait()
        with transaction(url) as session:
            servers.append(session.get_bind())

    threads = [threading.Thread(target=begin) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(server) for server in servers}) == 1


@pytest.mark.usefixtures("home")
def test_a_transaction_waits_for_the_disk_whatever_its_connection_did_before() -> None:
    def waits(session: Session) -> int:
        return session.execute(text("PRAGMA synchronous")).scalar_one()

    for _again in range(2):
        with unsynced_transaction() as session:
            assert waits(session) == NORMAL
        with transaction() as session:
            assert waits(session) == FULL
