"""`/readyz`: whether the whole product is at work, for a monitor on this machine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from db.columns import utc_now
from db.models import Message, Outbox
from db.session import transaction
from deployments.gateway import build
from tasks import heartbeats
from tasks.settings import Settings
from tests.gateway.rig import Inner, enter

OUTSIDE = ("203.0.113.9", 40000)


@pytest.fixture
def healthy(config: Settings, inner: Inner) -> TestClient:
    """The gateway as it is asked from this machine, with watcher and runner alive."""
    inner.status = 200
    for part in heartbeats.PARTS:
        heartbeats.beat(config.home, part)
    return TestClient(build(config, inner), client=("127.0.0.1", 40000))


def failing(answer: TestClient) -> set[str]:
    said = answer.get("/readyz")
    checks = said.json()["checks"]
    assert said.status_code == (200 if said.json()["ready"] else 503)
    return {name for name, check in checks.items() if not check["ok"]}


def test_all_is_well_and_nothing_is_said_of_anybody(healthy: TestClient, inner: Inner) -> None:
    assert failing(healthy) == set()
    said = healthy.get("/readyz").json()
    assert set(said["checks"]) == {
        "registry", "prefect", "watcher", "runner", "unsorted_mail", "outbox", "usage_feed"
    }  # fmt: skip
    assert inner.calls[0][:2] == ("GET", "/api/ready")


def test_what_has_died_or_grown_old_refuses(healthy: TestClient, config: Settings, inner: Inner) -> None:
    old = utc_now() - timedelta(hours=9)
    (config.home / "logs" / "watcher.alive").unlink()
    inner.status = 503
    with transaction(config.database_url) as session:
        session.add(Message(digest="1", raw=b"", received_at=old))
        session.add(
            Outbox(key="k", purpose="p", message_id="<m>", raw=b"", created_at=old, due_at=old, recipients=["jane@x"])
        )
    assert failing(healthy) == {"watcher", "prefect", "unsorted_mail", "outbox"}
    assert "jane" not in healthy.get("/readyz").text


def test_a_registry_that_is_gone_refuses(config: Settings, inner: Inner) -> None:
    broken = config.model_copy(update={"database_url": f"sqlite:///{config.home}/no/such/registry.db"})
    client = TestClient(build(broken, inner), client=("127.0.0.1", 40000))
    assert failing(client) == {"registry"}


@pytest.mark.parametrize(
    ("client", "headers", "is_open", "status"),
    [
        (("127.0.0.1", 1), {}, False, 200),
        (("::1", 1), {}, False, 200),
        (("127.0.0.1", 1), {"X-Forwarded-For": "203.0.113.9"}, False, 401),  # a proxy on this machine
        (OUTSIDE, {}, False, 401),
        (OUTSIDE, {}, True, 200),
    ],
)
def test_who_may_ask(
    healthy: TestClient,
    config: Settings,
    inner: Inner,
    client: tuple[str, int],
    headers: dict[str, str],
    is_open: bool,
    status: int,
) -> None:
    given = config.model_copy(update={"readyz_open": is_open})
    assert TestClient(build(given, inner), client=client).get("/readyz", headers=headers).status_code == status


def test_whoever_is_signed_in_may_ask(healthy: TestClient, config: Settings, inner: Inner) -> None:
    browser = TestClient(build(config, inner), client=OUTSIDE, follow_redirects=False)
    assert enter(browser, "vera").get("/readyz", headers={"Accept": "text/html"}).status_code == 200
