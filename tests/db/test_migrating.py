"""Rows that were there before a migration can be read after it."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from db import messages, requests
from db.columns import utc_now
from db.migrate import config, upgrade
from db.models import Document, Kind, Message, ReadingRow, Request, SignatureRow
from db.session import engine, transaction

PLACE: dict[str, Any] = {"page": 1, "x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0}


@pytest.mark.parametrize("back", ["0004", "0001"])
def test_what_was_on_file_before_is_there_after(own_registry: str, back: str) -> None:
    document = Document(message_id=0, part=2, file_name="", media_type="", sha256="", content=b"")
    with transaction(own_registry) as session:
        messages.store(session, Message(digest="d", raw=b""), [document])
        requests.open_new(session, kind=Kind.NEW_ACCESS, requester_email="a@b", requester_name="", at=utc_now())
        session.add(ReadingRow(id=1, document_id=document.id or 0, kind="consent", confidence=1.0))
        session.flush()
        session.add(SignatureRow(reading_id=1, role="staff", verdict="ink", confidence=1.0, **PLACE))
    engine(own_registry).dispose()
    command.downgrade(config(own_registry), back)
    upgrade(own_registry)
    with transaction(own_registry) as session:
        (found,) = session.exec(select(SignatureRow)).all()
        assert (found.verdict, found.fingerprint) == ("ink", b"")
        (mail,) = session.exec(select(Message)).all()
        assert (mail.digest, mail.readable, mail.bounce) == ("d", True, False)
        assert len(session.exec(select(Document)).all()) == 1
        (case,) = session.exec(select(Request)).all()
        assert (case.waiting_since == case.opened_at) is (back == "0001")
    with pytest.raises(IntegrityError), transaction(own_registry) as session:  # references are watched again
        session.add(Document(message_id=999, part=9, file_name="", media_type="", sha256="", content=b""))
