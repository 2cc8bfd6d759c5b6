"""Prefect's own database layer on SQLite, with and without the habits that the gateway forms in its process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import asyncio, sys
import sqlalchemy as sa
from deployments import prefect_sqlite
from prefect.server.database.configurations import AioSqliteConfiguration

async def main(url):
    layer = AioSqliteConfiguration(url)
    engine = await layer.engine()
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS counted (n INTEGER)")

    async def write():
        async with await layer.session(engine) as session:
            async with layer.begin_transaction(session):
                seen = (await session.execute(sa.text("SELECT count(*) FROM counted"))).scalar_one()
                await asyncio.sleep(0.05)  # others write meanwhile
                await session.execute(sa.text("INSERT INTO counted VALUES (:n)"), {"n": seen})

    said = await asyncio.gather(*(write() for _ in range(8)), return_exceptions=True)
    print(sum(isinstance(s, Exception) for s in said))

if sys.argv[2] == "ours":
    prefect_sqlite.begin()
asyncio.run(main("sqlite+aiosqlite:///" + sys.argv[1]))
"""


async def refused(file: Path, whose: str) -> int:
    """How many of eight transactions that read, wait and write are refused by SQLite."""
    words = [sys.executable, "-c", SCRIPT, str(file), whose]
    child = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    out, _ = await child.communicate()
    assert child.returncode == 0
    return int(out)


@pytest.mark.parametrize(("whose", "some"), [("ours", False), ("as it is", True)])
def test_transactions_that_read_before_they_write(whose: str, some: bool, tmp_path: Path) -> None:
    assert (asyncio.run(refused(tmp_path / "prefect.db", whose)) > 0) is some
