"""`correquests doctor`: every check on a healthy house, then with each thing wrong that an operator meets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.columns import utc_now
from db.models import Delivery, Message, Outbox
from db.session import transaction
from deployments.checkup import examine
from tasks.settings import Settings
from tests.dovecot import free_port


def told(config: Settings, **changes: Any) -> tuple[bool, list[str]]:
    """Whether all holds, and the lines, of a house where nothing listens on the port."""
    given = config.model_copy(update={"port": free_port(), **changes})
    lines: list[str] = []
    return examine(given, lines.append), lines


def line(lines: list[str], name: str) -> str:
    """The first line of a check that is not OK, and its advice."""
    at = next(n for n, said in enumerate(lines) if said[6:].startswith(f"{name}: ") and not said.startswith("OK"))
    return " ".join(lines[at : at + 2])


def test_a_healthy_house_that_is_not_started(anywhere: Settings) -> None:
    holds, lines = told(anywhere)
    assert holds, lines
    assert [said for said in lines if said.startswith("FAIL")] == []
    assert "WARN  product: nobody answers on 127.0.0.1" in line(lines, "product")
    assert any(said.startswith("OK    reader of scans: tesseract") for said in lines)


def old_mail(config: Settings) -> None:
    with transaction(config.database_url) as session:
        session.add(Message(digest="1", raw=b"", received_at=utc_now() - timedelta(hours=9)))


def stuck_mail(config: Settings) -> None:
    then = utc_now() - timedelta(hours=9)
    with transaction(config.database_url) as session:
        session.add(Outbox(key="k", purpose="p", message_id="<m>", raw=b"", created_at=then, due_at=then))


def held_mail(config: Settings) -> None:
    with transaction(config.database_url) as session:
        session.add(Outbox(key="k", purpose="p", message_id="<m>", raw=b"", delivery=Delivery.HELD))


def old_schema(config: Settings) -> None:
    with transaction(config.database_url) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0003'"))


def nothing(_: Settings) -> None:
    """The settings alone are wrong."""


@pytest.mark.parametrize(
    ("spoil", "changes", "check", "said"),
    [
        (old_mail, {}, "work", "FAIL  work: the oldest unsorted mail came 9 hours ago"),
        (stuck_mail, {}, "work", "FAIL  work: outbox: 1 mails wait to go, the oldest for 9 hours"),
        (held_mail, {}, "work", "WARN  work: 1 mails are held"),
        (old_schema, {}, "registry", "FAIL  registry: has schema 0003, needed is"),
        (nothing, {"home": Path("/no/such/folder")}, "home", "FAIL  home: /no/such/folder is no folder"),
        (nothing, {"disk_free_mb": 10**12}, "home", "FAIL  home: "),
        (nothing, {"clamav_socket": Path("/no/clamd")}, "virus scanner", "FAIL  virus scanner: clamd does not answer"),
        (nothing, {"smtp_host": "127.0.0.1", "smtp_port": 1}, "mailbox", "FAIL  mailbox: "),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    anywhere: Settings, spoil: Callable[[Settings], None], changes: dict[str, Any], check: str, said: str
) -> None:
    spoil(anywhere)
    holds, lines = told(anywhere, **changes)
    found = line(lines, check)
    assert found.startswith(said)
    assert "What to do: " in found
    assert holds == said.startswith("WARN")
    assert lines[-1].startswith(f"{sum(one[:4] in ('OK  ', 'WARN', 'FAIL') for one in lines[:-1])} checks: ")


def test_a_registry_that_cannot_be_reached_says_no_password(anywhere: Settings) -> None:
    holds, lines = told(anywhere, database_url="postgresql+psycopg://us:s3cret@127.0.0.1:1/none")
    assert not holds
    assert "FAIL  registry: cannot be reached" in line(lines, "registry")
    assert "s3cret" not in "\n".join(lines)
