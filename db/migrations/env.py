"""Alembic's entry: migrates the registry that `db.migrate.upgrade` names."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import db.models  # noqa: F401  registers the tables
from db.session import engine

url = context.config.get_main_option("sqlalchemy.url")
assert url, "run migrations through `correquests migrate`"

with engine(url).connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
