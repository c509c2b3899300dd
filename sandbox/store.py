"""The state of the stand-in services: JSON rows in SQLite, kept in memory for reading.

One process owns the file. Rows go in and come out as copies, every change is durable when its
transaction ends, and a transaction that fails leaves no trace. Tables whose name begins with an
underscore are the machinery's own (journal, faults, tokens) and never count as an effect.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Key = int | str
Row = dict[str, Any]
Index = dict[Any, set[Key]]
_UNTOUCHED: Row = {"": "no change of this row is waiting"}

changed_tables: ContextVar[set[str] | None] = ContextVar("changed_tables", default=None)
"""Where the request at work collects the tables it changed; the journal reads it as "the effect"."""

_SCHEMA = """
create table if not exists rows (
    place integer primary key, table_name text not null, key not null, body text not null,
    unique (table_name, key)
);
create table if not exists counters (name text primary key, value integer not null);
"""


_UPSERT = (
    "insert into rows (table_name, key, body) values (?, ?, ?)"
    " on conflict (table_name, key) do update set body = excluded.body"
)
_DELETE = "delete from rows where table_name = ? and key = ?"


def utc_now() -> datetime:
    """The default clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class StoreState:
    """A whole state; the empty one is the state before any request."""

    rows: Mapping[str, Mapping[Key, Row]] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    stored_rows: Sequence[tuple[int, str, Key, str]] = ()


class Store:
    """Named tables of JSON rows; all access is serialised by one lock."""

    def __init__(self, state_dir: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self.now = clock
        self._lock = threading.RLock()
        self._depth = 0
        self._undo: list[Callable[[], None]] = []
        """Newest last: each takes back one change."""
        self._dirty: dict[tuple[str, Key], Row | None] = {}
        self._dirty_counters: dict[str, int] = {}
        self._rows: dict[str, dict[Key, Row]] = {}
        self._indexes: dict[str, dict[str, Index]] = {}
        """By table and column."""
        self._counters: dict[str, int] = {}
        self._restored: StoreState | None = None
        self._changed: set[tuple[str, Key]] = set()
        """What changed since that was restored."""
        self._database = sqlite3.connect(
            state_dir / "sandbox.sqlite", check_same_thread=False, isolation_level=None
        )
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=normal")
        self._database.executescript(_SCHEMA)
        self._read_all()

    def table(self, name: str) -> "StoreTable":
        """The table of that name; it exists from its first row on."""
        return StoreTable(self, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are kept together or not at all; a nested one is a savepoint."""
        with self._lock:
            self._depth += 1
            mark = len(self._undo)
            try:
                yield
            except BaseException:  # a request that is cancelled half way leaves nothing either
                self._roll_back(mark)
                raise
            else:
                if self._depth == 1:
                    self._commit()
            finally:
                self._depth -= 1

    def next_number(self, name: str) -> int:
        """1, 2, 3, ... for that name; also after a failed transaction and a restart never the same twice."""
        with self.transaction():
            before = self._counters.get(name, 0)
            self._counters[name] = self._dirty_counters[name] = before + 1
            return before + 1

    def snapshot(self) -> StoreState:
        """Everything as it is now, to be restored later."""
        with self._lock:
            return StoreState(
                rows={name: dict(rows) for name, rows in self._rows.items()},
                counters=dict(self._counters),
                stored_rows=self._database.execute(
                    "select place, table_name, key, body from rows order by place"
                ).fetchall(),
            )

    def restore(self, snapshot: StoreState) -> None:
        """Everything as it was then; what is not in the snapshot is forgotten.

        The machinery's own numbers go on, so that a late answer is not taken for a new request's.
        """
        with self._lock:
            own = {name: number for name, number in self._counters.items() if name.startswith("_")}
            counters = {**snapshot.counters, **own}
            put_back = snapshot.stored_rows
            self._database.execute("begin immediate")
            if snapshot is self._restored:
                put_back = [row for row in put_back if row[1:3] in self._changed]
                self._database.executemany(_DELETE, self._changed)
            else:
                self._database.execute("delete from rows")
            self._database.execute("delete from counters")
            self._database.executemany("insert into rows values (?, ?, ?, ?)", put_back)
            self._database.executemany("insert into counters values (?, ?)", counters.items())
            self._database.execute("commit")
            self._restored, self._changed = snapshot, set()
            # Rows are replaced, never changed in place, so they may be shared with the snapshot.
            self._rows = {name: dict(rows) for name, rows in snapshot.rows.items()}
            self._indexes.clear()
            self._counters = counters

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _read_all(self) -> None:
        for name, key, body in self._database.execute(
            "select table_name, key, body from rows order by place"
        ):
            self._rows.setdefault(name, {})[key] = json.loads(body)
        self._counters.update(self._database.execute("select name, value from counters").fetchall())

    def _change(self, name: str, key: Key, row: Row | None) -> None:
        with self.transaction():
            rows = self._rows.setdefault(name, {})
            before, dirty_before = rows.get(key), self._dirty.get((name, key), _UNTOUCHED)

            def undo() -> None:
                self._place(name, key, before)
                if dirty_before is _UNTOUCHED:
                    del self._dirty[name, key]
                else:
                    self._dirty[name, key] = before

            self._undo.append(undo)
            self._place(name, key, row)
            self._dirty[name, key] = row

    def _place(self, name: str, key: Key, row: Row | None) -> None:
        rows = self._rows[name]
        for column, index in self._indexes.get(name, {}).items():
            if key in rows:
                index[rows[key].get(column)].discard(key)
            if row is not None:
                index.setdefault(row.get(column), set()).add(key)
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row

    def _index(self, name: str, column: str) -> Index:
        """What a column holds and where; made at the first question, kept with every change."""
        with self._lock:
            indexes = self._indexes.setdefault(name, {})
            if column not in indexes:
                index: Index = {}
                for key, row in self._rows.get(name, {}).items():
                    index.setdefault(row.get(column), set()).add(key)
                indexes[column] = index
            return indexes[column]

    def _commit(self) -> None:
        removed = [place for place, row in self._dirty.items() if row is None]
        kept = [(*place, json.dumps(row)) for place, row in self._dirty.items() if row is not None]
        if self._dirty or self._dirty_counters:
            self._database.execute("begin immediate")
            self._database.executemany(_DELETE, removed)
            self._database.executemany(_UPSERT, kept)
            self._database.executemany(
                "insert or replace into counters values (?, ?)", self._dirty_counters.items()
            )
            self._database.execute("commit")
            self._changed.update(self._dirty)
        changed = changed_tables.get()
        if changed is not None:
            changed.update(name for name, _ in self._dirty if not name.startswith("_"))
        self._forget_transaction()

    def _roll_back(self, mark: int) -> None:
        while len(self._undo) > mark:
            self._undo.pop()()
        if self._depth == 1:
            self._commit()

    def _forget_transaction(self) -> None:
        self._undo.clear()
        self._dirty.clear()
        self._dirty_counters.clear()


class StoreTable:
    """Rows of one kind, in the order they were first put."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name

    def add(self, row: Row) -> int:
        """Store a row under the next integer id; returns the id."""
        with self._store.transaction():
            key = self._store.next_number(self.name)
            self.put(key, row)
            return key

    def put(self, key: Key, row: Row) -> None:
        """Store a row under that key, whether it existed or not."""
        self._store._change(self.name, key, _copied(row))  # noqa: SLF001 - one module, one owner

    def update(self, key: Key, **changes: Any) -> Row:
        """Change some fields of a row.

        Raises:
            KeyError: there is no such row.
        """
        with self._store.transaction():
            self.put(key, {**self._peek()[key], **changes})
            return self[key]

    def remove(self, key: Key) -> None:
        """Delete a row; a missing one is no error."""
        if key in self:
            self._store._change(self.name, key, None)  # noqa: SLF001 - one module, one owner

    def get(self, key: Key) -> Row | None:
        """A copy of the row, or None."""
        row = self._peek().get(key)
        return None if row is None else _copied(row)

    def rows(self) -> dict[Key, Row]:
        """All rows by key, as a copy."""
        return {key: _copied(row) for key, row in self._peek().items()}

    def peek(self) -> Mapping[Key, Row]:
        """All rows without copying: for reading only, and only at once."""
        return self._peek()

    def keys_where(self, column: str, value: Any) -> list[Key]:
        """Keys of the rows that hold this plain value in that column, in no order; by an index."""
        return list(self._store._index(self.name, column).get(value, ()))  # noqa: SLF001 - one module, one owner

    def keys_by_value(self, column: str) -> Mapping[Any, AbstractSet[Any]]:
        """The keys by each value that the column has held, those without it by None: for reading only, and at once."""
        return self._store._index(self.name, column)  # noqa: SLF001 - one module, one owner

    def __getitem__(self, key: Key) -> Row:
        return _copied(self._peek()[key])

    def __contains__(self, key: object) -> bool:
        return key in self._peek()

    def __len__(self) -> int:
        return len(self._peek())

    def _peek(self) -> dict[Key, Row]:
        return self._store._rows.get(self.name, {})  # noqa: SLF001 - one module, one owner


def _copied(row: Row) -> Row:
    return {
        name: _copied_value(value) if isinstance(value, dict | list) else value for name, value in row.items()
    }


def _copied_value(value: Any) -> Any:
    """A copy of JSON; `copy.deepcopy` took half of a start's time."""
    if isinstance(value, dict):
        return {name: _copied_value(item) for name, item in value.items()}
    return [_copied_value(item) for item in value] if isinstance(value, list) else value
