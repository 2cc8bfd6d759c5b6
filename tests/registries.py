"""Registries for tests: migrated and filled once per session, then put back to their first rows for every test.

A database of its own for every test would cost a second each, most of it in files.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from db import register
from db.migrate import upgrade
from db.session import engine, transaction
from forms.schema import PROVIDERS

Restore = Callable[[], str]
"""Puts the registry back to its first rows and returns its URL."""

_numbers = itertools.count()


def new_postgres(pattern: str) -> str:
    """A new database on the server of that URL pattern, `{name}` standing for the database."""
    name = f"test_{next(_numbers)}"
    admin = engine(pattern.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return pattern.format(name=name)


def make(url: str, *fill: Callable[[Session], object]) -> None:
    """Migrate the registry and put the eight providers, then whatever `fill` adds, into it."""
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)
        for more in fill:
            more(session)
    engine(url).dispose()


@contextmanager
def on_sqlite(folder: Path, *fill: Callable[[Session], object]) -> Iterator[Restore]:
    """One file; the engine keeps what it has compiled."""
    template, used = folder / "template.db", folder / "registry.db"
    make(f"sqlite:///{template}", *fill)
    url = f"sqlite:///{used}"

    def restore() -> str:
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(used)) as target:
            source.backup(target)
        return url

    yield restore
    engine(url).dispose()


@contextmanager
def on_postgres(pattern: str, *fill: Callable[[Session], object]) -> Iterator[Restore]:
    """One database, its first rows kept beside it in a schema of their own."""
    url = new_postgres(pattern)
    make(url, *fill)
    tables = list(SQLModel.metadata.tables)
    with engine(url).begin() as connection:
        connection.execute(text("CREATE SCHEMA template"))
        for table in tables:
            connection.execute(text(f'CREATE TABLE template."{table}" AS TABLE public."{table}"'))
        sequences = connection.execute(
            text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        ).all()

    def restore() -> str:
        with engine(url).begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
            for table in tables:
                connection.execute(text(f'DELETE FROM "{table}"'))
                connection.execute(text(f'INSERT INTO "{table}" SELECT * FROM template."{table}"'))
            for name, value in sequences:
                told = {"name": name, "value": value or 1, "used": value is not None}
                connection.execute(text("SELECT setval(:name, :value, :used)"), told)
        return url

    yield restore
    engine(url).dispose()
