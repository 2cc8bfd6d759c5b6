"""Prefect's own database layer on SQLite, with and without the habits that the gateway forms in its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deployments.prefect_sqlite import COLLECTOR

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


COLLECTED = """
import threading, weakref
from deployments import prefect_sqlite

class Cycle:
    def __init__(self):
        self.me = self

prefect_sqlite.begin()
gone, by = threading.Event(), []
weakref.finalize(Cycle(), lambda: (by.append(threading.current_thread().name), gone.set()))
for _ in range(100_000):
    Cycle()
gone.wait(30)
print(*by)
"""


def told(script: str, *words: str) -> str:
    """What a process of its own says."""
    done = subprocess.run([sys.executable, "-c", script, *words], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(("whose", "some"), [("ours", False), ("as it is", True)])
def test_transactions_that_read_before_they_write(whose: str, some: bool, tmp_path: Path) -> None:
    refused = int(told(SCRIPT, str(tmp_path / "prefect.db"), whose))
    assert (refused > 0) is some


def test_garbage_is_collected_by_a_thread_of_its_own() -> None:
    assert told(COLLECTED) == COLLECTOR
