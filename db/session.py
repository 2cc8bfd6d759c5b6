"""How the registry is opened: SQLite by default, PostgreSQL by one setting, one kind of transaction.

Every transaction may write. On SQLite it therefore begins with `BEGIN IMMEDIATE`: a transaction that reads first and
writes later would otherwise fail at once when another wrote in between. Transactions here last milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlmodel import Session, create_engine


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _on_begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@lru_cache(maxsize=8)
def engine(url: str) -> Engine:
    """The engine for a registry URL (`sqlite:///…` or `postgresql+psycopg://…`), one per process.

    What people wrote stands in the parameters of a statement; a failing one does not carry them into the log.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    made = create_engine(url, hide_parameters=True)
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


@contextmanager
def transaction(url: str) -> Iterator[Session]:
    """A session whose changes are all committed at the end, or none of them when an exception leaves the block.

    Rows stay readable after the commit.
    """
    with Session(engine(url), expire_on_commit=False) as session, session.begin():
        yield session
