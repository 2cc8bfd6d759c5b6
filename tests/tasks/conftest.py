"""A registry with the sample cast for every test, copied from a template, and an office that works on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from db import register
from db.migrate import upgrade
from db.session import engine, transaction
from deployments.samples.seed import seed
from forms.schema import PROVIDERS
from tasks.settings import settings
from tests.conftest import new_postgres
from tests.tasks.office import Office


def _template(url: str) -> None:
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)
        seed(session)
    engine(url).dispose()


@pytest.fixture(scope="session")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """One file, put back to its first rows for every test; the engine keeps what it has compiled."""
    folder = tmp_path_factory.mktemp("registry")
    template, used = folder / "template.db", folder / "registry.db"
    _template(f"sqlite:///{template}")
    url = f"sqlite:///{used}"

    def restore() -> str:
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(used)) as target:
            source.backup(target)
        return url

    yield restore
    engine(url).dispose()


@pytest.fixture(scope="session")
def fresh_postgresql(postgres: str) -> Iterator[Callable[[], str]]:
    """One database, put back to its first rows for every test: a database of its own would cost a second."""
    url = new_postgres(postgres)
    _template(url)
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


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest) -> str:
    """As in `tests/conftest.py`, with the cast of the samples; migrated once per session, then put back."""
    restore: Callable[[], str] = request.getfixturevalue(f"fresh_{request.param}")
    return restore()


@pytest.fixture
def office(registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The steps at work on the registry, with a home of their own."""
    yield Office(registry, tmp_path, monkeypatch)
    settings.cache_clear()
