"""Rows that were there before a migration can be read after it."""

from __future__ import annotations

from typing import Any

from alembic import command
from sqlmodel import select

from db import messages
from db.migrate import config, upgrade
from db.models import Document, Message, ReadingRow, SignatureRow
from db.session import engine, transaction

PLACE: dict[str, Any] = {"page": 1, "x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0}


def test_a_signature_that_was_on_file_before_has_an_empty_fingerprint(registry: str) -> None:
    document = Document(message_id=0, part=2, file_name="", media_type="", sha256="", content=b"")
    with transaction(registry) as session:
        messages.store(session, Message(digest="d", raw=b""), [document])
        session.add(ReadingRow(id=1, document_id=document.id or 0, kind="consent", confidence=1.0))
        session.flush()
        session.add(SignatureRow(reading_id=1, role="staff", verdict="ink", confidence=1.0, **PLACE))
    engine(registry).dispose()
    command.downgrade(config(registry), "0004")
    upgrade(registry)
    with transaction(registry) as session:
        (found,) = session.exec(select(SignatureRow)).all()
        assert (found.verdict, found.fingerprint) == ("ink", b"")
