"""Which accounts are connected, and what of them ends on a known day: as it was when they were last looked at."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from blocks.database import Base
from domain.reliability.ending import Ending
from tasks.reliability.serialised import find_rows, keep_row


class ConnectionRow(Base):
    """One account; `endings` are [what, last day]."""

    __tablename__ = "connections"

    account: Mapped[str] = mapped_column(primary_key=True)
    is_connected: Mapped[bool]
    endings: Mapped[list[list[str]]] = mapped_column(JSON)


def record_connection(account: str, endings: Sequence[Ending] | None) -> None:
    """Write down what ends of an account; None: it is not connected. The same again changes nothing."""
    said = [[ending.what, ending.ends.isoformat()] for ending in endings or ()]
    keep_row(ConnectionRow(account=account, is_connected=endings is not None, endings=said))


def connections() -> dict[str, list[Ending] | None]:
    """What ends of each account that was looked at; None: it was not connected."""
    rows = find_rows(select(ConnectionRow))
    return {row.account: _endings(row) if row.is_connected else None for row in rows}


def _endings(row: ConnectionRow) -> list[Ending]:
    return [Ending(what, date.fromisoformat(ends)) for what, ends in row.endings]
