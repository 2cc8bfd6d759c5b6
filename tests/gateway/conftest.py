from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from deployments.gateway import Gateway, build
from tasks.settings import Settings
from tests.gateway.rig import KEY, Inner, add_users, make_registry


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
