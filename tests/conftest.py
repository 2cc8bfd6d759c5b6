"""What tests share: a registry on each database, and the order of the rings, fast ones first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db.migrate import upgrade
from db.session import engine, transaction
from forms.schema import PROVIDERS
from tests.postgres import cluster
from tests.slapd import Slapd
from tests.slapd import slapd as running

RINGS = (
    "policy",
    "letters",
    "db",
    "blank",
    "samples",
    "contract",
    "intake",
    "forms",
    "bench",
    "fuzz",
    "tasks",
    "gateway",
    "flows",
)
_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast rings first, whatever the alphabet says; tests with a server or a browser last."""

    def ring(item: pytest.Item) -> tuple[int, int]:
        folder = Path(str(item.path)).parent.name
        slow = 2 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("server") else 0
        return slow, RINGS.index(folder) if folder in RINGS else len(RINGS)

    items.sort(key=ring)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL pattern of a real PostgreSQL server, `{name}` standing for the database."""
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated registry with the eight providers, once on each database."""
    from db import register

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/registry.db"
    else:
        url = new_postgres(request.getfixturevalue("postgres"))
    upgrade(url)
    with transaction(url) as session:
        register.seed_providers(session, PROVIDERS)
    yield url
    engine(url).dispose()


def new_postgres(pattern: str) -> str:
    """A new database on the server."""
    name = f"test_{next(_numbers)}"
    admin = engine(pattern.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return pattern.format(name=name)


@pytest.fixture(scope="session")
def slapd() -> Iterator[Slapd]:
    """An LDAP server for the session; each test takes user IDs of its own."""
    with running() as server:
        yield server
