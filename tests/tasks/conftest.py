"""A registry with the sample cast for every test, copied from a template, and an office that works on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

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
    template = new_postgres(postgres)
    _template(template)
    name = make_url(template).database
    made: list[str] = []

    def copy(_: Path) -> str:
        made.append(f"office_{len(made)}")
        with (
            engine(postgres.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT").connect() as admin
        ):
            admin.execute(text(f"CREATE DATABASE {made[-1]} TEMPLATE {name}"))
        return postgres.format(name=made[-1])

    return copy


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
