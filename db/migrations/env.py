"""Alembic's entry: migrates the registry that `db.migrate.upgrade` names."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import db.models  # noqa: F401  registers the tables
from db.session import engine


class BrokenReferences(Exception):
    """After the migration rows would point at rows that are not there. Nothing was changed; please report it."""


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite changes a table by making a new one: while it does, other tables point at nothing.

    The switch does nothing inside of a transaction, so it is made beneath SQLAlchemy's.
    """
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.cursor().execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


url = context.config.get_main_option("sqlalchemy.url")
assert url, "run migrations through `correquests migrate`"

with engine(url).connect() as connection:
    _foreign_keys(connection, on=False)
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise BrokenReferences(BrokenReferences.__doc__)
    if connection.in_transaction():
        connection.commit()
    _foreign_keys(connection, on=True)
