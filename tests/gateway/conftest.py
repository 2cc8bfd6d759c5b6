from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from db.session import engine
from deployments.gateway import Gateway, build
from deployments.samples.seed import seed
from tasks.settings import Settings, settings
from tests.gateway.desk_rig import Rig, Runs
from tests.gateway.rig import KEY, Inner, add_users, make_registry
from tests.registries import make
from tests.tasks.office import Office


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, base_url="http://testserver", service_key=SecretStr(KEY))
    make_registry(made.database_url)
    return made


@pytest.fixture
def anywhere(tmp_path: Path, registry: str) -> Settings:
    """Settings on a migrated registry, once on each database."""
    add_users(registry)
    return Settings(home=tmp_path, database_url=registry, base_url="http://testserver")


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def app(config: Settings, inner: Inner) -> Gateway:
    return build(config, inner)


@pytest.fixture
def browser(app: Gateway) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the sample cast, to be copied."""
    path = tmp_path_factory.mktemp("template") / "registry.db"
    url = f"sqlite:///{path}"
    make(url, seed)
    with engine(url).connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine(url).dispose()
    return path


@pytest.fixture
def rig(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    shutil.copy(template, tmp_path / "registry.db")
    office = Office(f"sqlite:///{tmp_path}/registry.db", tmp_path, monkeypatch)
    office.set(base_url="http://testserver")
    monkeypatch.setattr("deployments.desk.SETTLE_SECONDS", 0.05)
    runs = Runs(office)
    with TestClient(build(office.config, runs), follow_redirects=False) as client:
        yield Rig(office, runs, client)
    settings.cache_clear()
    engine(office.url).dispose()
