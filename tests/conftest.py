"""What tests share: a registry on each database, and the order of the rings, fast ones first."""

from __future__ import annotations

import os
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from db.session import engine
from tests import scratch
from tests.postgres import cluster
from tests.registries import Restore, make, new_postgres, on_postgres, on_sqlite
from tests.slapd import Slapd
from tests.slapd import slapd as running
from tests.witnesses import WITNESSES

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


SPREAD = "tasks"
"""The ring of which `--spread` runs each test on one of the two databases, half of them on each."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--spread", action="store_true", help=f"run tests/{SPREAD} half on SQLite, half on PostgreSQL")


def pytest_configure() -> None:
    """Temporary folders go where there is no disk to wait for."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch.root()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fast rings first, whatever the alphabet says; tests with a server or a browser last."""
    if config.getoption("--spread"):
        apart: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            apart[_is_for_the_other(item)].append(item)
        config.hook.pytest_deselected(items=apart[True])
        items[:] = apart[False]

    def ring(item: pytest.Item) -> tuple[int, int]:
        folder = Path(str(item.path)).parent.name
        slow = 2 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("server") else 0
        return slow, RINGS.index(folder) if folder in RINGS else len(RINGS)

    items.sort(key=ring)


def _is_for_the_other(item: pytest.Item) -> bool:
    """Whether this test of the ring is left to its twin on the other database; its name alone decides, always alike."""
    databases = ("sqlite", "postgresql")
    on = getattr(item, "callspec", None) and item.callspec.params.get("registry")  # type: ignore[attr-defined]
    if item.path.parent.name != SPREAD or on not in databases:
        return False
    name = item.nodeid.replace(str(on), "")
    return bool(databases[zlib.crc32(name.encode()) % 2] != on)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a failure stand the logs of the product that was running: it may never happen again."""
    report = yield
    if report.failed:
        report.sections += [("seen beside it", witness()) for witness in WITNESSES]
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL pattern of a real PostgreSQL server, `{name}` standing for the database."""
    with cluster() as url:
        yield url


@pytest.fixture(scope="session")
def empty_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restore]:
    with on_sqlite(tmp_path_factory.mktemp("empty")) as restore:
        yield restore


@pytest.fixture(scope="session")
def empty_on_postgresql(postgres: str) -> Iterator[Restore]:
    with on_postgres(postgres) as restore:
        yield restore


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated registry with the eight providers and nothing else, once on each database."""
    restore: Restore = request.getfixturevalue(f"empty_on_{request.param}")
    return restore()


@pytest.fixture(params=["sqlite", "postgresql"])
def own_registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same in a database of its own, for a test that changes the schema or breaks into it."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/registry.db" if sqlite else new_postgres(request.getfixturevalue("postgres"))
    make(url)
    yield url
    engine(url).dispose()


@pytest.fixture(scope="session")
def slapd() -> Iterator[Slapd]:
    """An LDAP server for the session; each test takes user IDs of its own."""
    with running() as server:
        yield server
