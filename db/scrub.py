"""After rows were emptied: their bytes leave the database's own files as well, as far as the database can do that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from sqlalchemy import make_url, text

from db.session import engine

WAIT_SECONDS = 30.0


class NotScrubbed(Exception):
    """The database was in use and could not be rewritten. The next run of the purge review does it."""


def scrub(url: str, tables: Iterable[str]) -> str:
    """Rewrite the database, or these tables; what was done, for the record. Raises `NotScrubbed`.

    SQLite: the file is rebuilt without free pages and the write-ahead log is cut to nothing. PostgreSQL: the tables are
    rewritten; its write-ahead log, replicas and backups are the operator's.
    """
    if make_url(url).get_backend_name() == "sqlite":
        path = make_url(url).database
        assert path is not None
        sqlite(path)
        return "SQLite: secure_delete, VACUUM, write-ahead log truncated"
    own = engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        for table in sorted(set(tables)):
            connection.execute(text(f'VACUUM FULL "{table}"'))
    return "PostgreSQL: VACUUM FULL of the emptied tables; its write-ahead log and backups are the operator's"


def sqlite(path: str) -> None:
    """Rebuild an SQLite file and truncate its write-ahead log. Raises `NotScrubbed` while somebody reads or writes."""
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as why:
        raise NotScrubbed(NotScrubbed.__doc__) from why
    if busy:
        raise NotScrubbed(NotScrubbed.__doc__)
