"""A registry with the sample cast for every test, copied from a template, and an office that works on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from db.migrate import upgrade
from db.session import engine, transaction
from deployments.samples.seed import seed
from tasks.settings import settings
from tests.conftest import new_postgres
from tests.tasks.office import Office


def _template(url: str) -> None:
    upgrade(url)
    with transaction(url) as session:
        seed(session)
    engine(url).dispose()


@pytest.fixture(scope="session")
def copy_of_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    template = tmp_path_factory.mktemp("template") / "registry.db"
    _template(f"sqlite:///{template}")

    def copy(folder: Path) -> str:
        shutil.copy(template, folder / "registry.db")
        return f"sqlite:///{folder}/registry.db"

    return copy


@pytest.fixture(scope="session")
def copy_of_postgresql(postgres: str) -> Callable[[Path], str]:
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

    def restore(_: Path) -> str:
        with engine(url).begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
            for table in tables:
                connection.execute(text(f'DELETE FROM "{table}"'))
                connection.execute(text(f'INSERT INTO "{table}" SELECT * FROM template."{table}"'))
            for name, value in sequences:
                told = {"name": name, "value": value or 1, "used": value is not None}
                connection.execute(text("SELECT setval(:name, :value, :used)"), told)
        return url

    return restore


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As in `tests/conftest.py`, with the cast of the samples; migrated once per session and then copied."""
    copy = request.getfixturevalue(f"copy_of_{request.param}")
    url = copy(tmp_path)
    yield url
    engine(url).dispose()


@pytest.fixture
def office(registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The steps at work on the registry, with a home of their own."""
    yield Office(registry, tmp_path, monkeypatch)
    settings.cache_clear()
