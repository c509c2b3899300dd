"""Two transactions of the Prefect server's that read first and write then, at the same time."""

import asyncio
from pathlib import Path

import pytest
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from deployments.server import begin_immediately


async def counted_by_two(folder: Path) -> int:
    """What a number is after two transactions have counted it up from zero."""
    database = AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{folder / 'server.db'}")
    server = await database.engine()

    async def count_up() -> None:
        async with await database.session(server) as session, database.begin_transaction(session):
            seen = await count(session)
            await asyncio.sleep(0.05)
            await session.execute(text("UPDATE bucket SET count = :next"), {"next": seen + 1})

    try:
        async with server.begin() as connection:
            await connection.execute(text("CREATE TABLE bucket (count INTEGER)"))
            await connection.execute(text("INSERT INTO bucket VALUES (0)"))
        ends = await asyncio.gather(count_up(), count_up(), return_exceptions=True)
        for refused in filter(None, ends):  # raised once both have closed their connection
            raise refused
        async with await database.session(server) as session:
            return await count(session)
    finally:
        await server.dispose()


async def count(session: AsyncSession) -> int:
    return int((await session.execute(text("SELECT count FROM bucket"))).scalar_one())


async def test_the_prefect_server_by_itself_refuses_the_second(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="database is locked"):
        await counted_by_two(tmp_path)


async def test_started_by_us_the_second_waits_for_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AioSqliteConfiguration, "begin_sqlite_stmt", begin_immediately)
    assert await counted_by_two(tmp_path) == 2
