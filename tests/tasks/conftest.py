"""A registry with the sample cast for every test, copied from a template, and an office that works on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.samples.seed import seed
from tasks.settings import settings
from tests.registries import Restore, on_postgres, on_sqlite
from tests.tasks.office import Office


@pytest.fixture(scope="session")
def cast_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restore]:
    with on_sqlite(tmp_path_factory.mktemp("cast"), seed) as restore:
        yield restore


@pytest.fixture(scope="session")
def cast_on_postgresql(postgres: str) -> Iterator[Restore]:
    with on_postgres(postgres, seed) as restore:
        yield restore


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest) -> str:
    """As in `tests/conftest.py`, with the cast of the samples."""
    restore: Restore = request.getfixturevalue(f"cast_on_{request.param}")
    return restore()


@pytest.fixture
def office(registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The steps at work on the registry, with a home of their own."""
    yield Office(registry, tmp_path, monkeypatch)
    settings.cache_clear()
