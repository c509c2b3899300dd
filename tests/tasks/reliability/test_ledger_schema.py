"""Ledgers of earlier versions are moved forward once, with a copy beside them; those of later ones are left alone."""

import importlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from blocks import ledger_schema
from blocks.database import VERSIONS, Base, _open_engine, close_databases, transaction
from blocks.ledger_schema import NewerLedgerError, prepare_schema
from blocks.settings import settings
from tasks.reliability.effect_ledger import find_effect, settled

OLD = Path(__file__).parent / "ledgers" / "unversioned.sql"


@pytest.fixture(autouse=True)
def _as_the_product_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blocks.database.prepare_schema", prepare_schema)


def copies() -> list[Path]:
    return sorted(settings().state.glob("ledger-before-*.sqlite"))


def versions() -> list[int]:
    with transaction() as session:
        return [row.version for row in session.execute(VERSIONS.select())]


def columns() -> dict[str, set[str]]:
    with transaction() as session:
        found = inspect(session.connection()).get_multi_columns()
    return {name: {one["name"] for one in listed} for (_, name), listed in found.items()}


@pytest.fixture
def all_tables() -> None:
    """Every table of the product, as a process has them that imports all code."""
    for path in sorted(Path("tasks").rglob("*.py")):
        if "__tablename__" in path.read_text():
            importlib.import_module(".".join(path.with_suffix("").parts))


@pytest.fixture
def old_ledger(database: str) -> Path:
    """A file that the last version without versions made."""
    if database != "sqlite":
        pytest.skip("the recorded ledger is a SQLite file")
    path = settings().state / "ledger.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as ledger:
        ledger.executescript(OLD.read_text())
    return path


@pytest.mark.usefixtures("all_tables")
def test_a_ledger_without_a_version_is_moved_forward_and_goes_on_being_worked_with(old_ledger: Path) -> None:
    with closing(sqlite3.connect(old_ledger)) as ledger:
        ledger.execute("ALTER TABLE effects DROP COLUMN error")
        ledger.execute("DROP INDEX effects_money")
        ledger.execute("DROP TABLE looks")
        ledger.commit()
        before = list(ledger.iterdump())
    effect = find_effect("k1")
    assert effect is not None
    assert (effect.state, effect.receipt, effect.error) == ("done", {"bill_id": 7, "vendor_id": 3}, None)
    assert settled(effect, effect.content_hash, effect.updated_at) is not None
    assert versions() == [ledger_schema.VERSION]
    wanted = {table.name: set(table.columns.keys()) for table in Base.metadata.sorted_tables}
    assert {name: there for name, there in columns().items() if name in wanted} == wanted
    with closing(sqlite3.connect(old_ledger)) as ledger:
        assert "effects_money" in {row[1] for row in ledger.execute("PRAGMA index_list(effects)")}
    (copy,) = copies()
    with closing(sqlite3.connect(copy)) as kept:
        assert list(kept.iterdump()) == before
    close_databases()
    assert find_effect("k1") is not None
    assert copies() == [copy], "what is as it should be is not copied again"


@pytest.mark.usefixtures("database")
def test_missing_columns_get_their_default_also_on_postgresql() -> None:
    assert versions() == [ledger_schema.VERSION]
    with transaction() as session:
        session.execute(text("ALTER TABLE effects DROP COLUMN attempts"))
        session.execute(text("ALTER TABLE effects DROP COLUMN receipt"))
        session.execute(text("DELETE FROM ledger_versions"))
        session.execute(
            text(
                "INSERT INTO effects (key, task_id, step_id, action, inputs, content_hash, state, created_at, "
                "begun_at, updated_at) VALUES ('old', 't', 's', 'odoo.record_bill', '{}', 'h', 'done', "
                "'2026-11-20 09:00:00', '2026-11-20 09:00:00', '2026-11-20 09:00:00')"
            )
        )
    close_databases()
    effect = find_effect("old")
    assert effect is not None
    assert (effect.attempts, effect.receipt) == (1, None)
    assert versions() == [ledger_schema.VERSION]


@pytest.mark.usefixtures("database")
def test_a_later_ledger_is_refused_in_a_sentence_and_left_as_it_is() -> None:
    with transaction() as session:
        row = {"version": 7, "program": "9.9", "at": "2027-01-01 00:00:00+00:00"}
        session.execute(text("INSERT INTO ledger_versions VALUES (:version, :program, :at)"), row)
        session.execute(text("ALTER TABLE effects DROP COLUMN error"))
    close_databases()
    with pytest.raises(NewerLedgerError, match=r"version 7, made by digital-fte 9\.9.*install that version"):
        find_effect("k1")
    assert copies() == []


def test_several_that_begin_at_once_move_it_forward_once(old_ledger: Path) -> None:
    together, failed = threading.Barrier(6), []

    def begin(engine: Engine) -> None:
        together.wait()
        try:
            prepare_schema(engine, Base.metadata, VERSIONS)
        except BaseException as error:  # noqa: BLE001 (told by the assertion)
            failed.append(error)
        engine.dispose()

    servers = [_open_engine(f"sqlite:///{old_ledger}") for _ in range(6)]
    threads = [threading.Thread(target=begin, args=(engine,)) for engine in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (len(copies()), versions()) == (1, [ledger_schema.VERSION])


@pytest.mark.usefixtures("old_ledger")
def test_a_step_that_fails_leaves_the_ledger_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("UPDATE effects SET state = 'lost'"))
        connection.execute(text("ALTER TABLE effects RENAME TO effects_once"))
        raise OSError("the power went away")

    with monkeypatch.context() as later:
        later.setattr(ledger_schema, "VERSION", 2)
        later.setitem(ledger_schema.STEPS, 2, half)
        with pytest.raises(OSError, match="power"):
            find_effect("k1")
    effect = find_effect("k1")
    assert effect is not None
    assert effect.state == "done"
    assert versions() == [1]
    assert all(copy.stat().st_size for copy in copies())
