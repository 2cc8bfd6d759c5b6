"""The settings open the Graph mailbox, and `correquests doctor mailbox` says what is right and wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployments.doctor import examine
from tasks import wiring
from tasks.adapters.mailbox import NEEDS_ATTENTION, PROCESSED
from tasks.mail_settings import Transport
from tasks.settings import Settings
from tests.contract.entra_server import CLIENT, TENANT, pem
from tests.contract.graph_routes import ADDRESS
from tests.contract.graph_server import SCOPE, Fault
from tests.contract.graph_workshop import GraphWorkshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GraphWorkshop]:
    with workshop(tmp_path) as made:
        yield made


def configured(shop: GraphWorkshop, home: Path, **other: Any) -> Settings:
    values: dict[str, Any] = {
        "home": home,
        "mailbox": Transport.GRAPH,
        "mailbox_address": ADDRESS,
        "entra_tenant": TENANT,
        "entra_client_id": CLIENT,
        "entra_certificate": shop.server.certificate,
        "entra_authority": shop.server.root,
        "graph_root": f"{shop.server.root}/v1.0",
        "graph_scope": SCOPE,
        "graph_ca_file": shop.server.ca_file,
    }
    return Settings(**(values | other))


def told(config: Settings) -> tuple[bool, str]:
    lines: list[str] = []
    good = examine(config, lines.append, patience=3)
    return good, "\n".join(lines)


def test_one_mailbox_serves_the_process(shop: GraphWorkshop, tmp_path: Path) -> None:
    first, second = (wiring.mailbox(configured(shop, tmp_path)) for _ in range(2))
    assert first is second
    assert first.waiting(1) == second.waiting(1) == []
    assert shop.server.entra.logins == 1


def test_a_healthy_mailbox(shop: GraphWorkshop, tmp_path: Path) -> None:
    shop.deliver(b"From: x@y\r\nSubject: a real mail\r\n\r\n")
    good, said = told(configured(shop, tmp_path))
    assert good, said
    assert len(shop.folder(PROCESSED)) == len(shop.folder(NEEDS_ATTENTION)) == 1
    assert len(shop.folder("Sent")) == 2
    assert len(shop.folder("Inbox")) == 1


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"entra_client_id": "another"}, "AADSTS700016"),
        ({"entra_tenant": "another"}, "entra_tenant"),
        ({"graph_scope": "https://graph.microsoft.com/.default"}, "AADSTS1002012"),
        ({"mailbox_address": "somebody@mt.example"}, "mailbox_address"),
    ],
)
def test_a_wrong_setting_is_told(shop: GraphWorkshop, tmp_path: Path, change: dict[str, str], advice: str) -> None:
    good, said = told(configured(shop, tmp_path, **change))
    assert not good
    assert advice in said


def test_a_certificate_that_is_not_registered_is_told(shop: GraphWorkshop, tmp_path: Path) -> None:
    shop.server.certificate.write_text(pem("stranger"))
    good, said = told(configured(shop, tmp_path))
    assert not good
    assert "AADSTS700027" in said


def test_a_missing_right_to_send_is_told(shop: GraphWorkshop, tmp_path: Path) -> None:
    shop.server.fail("POST", "/send$", Fault.FORBIDDEN)
    good, said = told(configured(shop, tmp_path))
    assert not good
    assert "Application Mail.Send" in said
