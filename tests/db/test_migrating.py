"""Rows that were there before a migration can be read after it."""

from __future__ import annotations

from alembic import command
from sqlalchemy import MetaData, insert
from sqlmodel import select

from db.columns import utc_now
from db.migrate import config, upgrade
from db.models import SignatureRow
from db.session import engine, transaction

ROWS: dict[str, dict[str, object]] = {
    "message": {"digest": "d", "message_id": "", "in_reply_to": [], "sender": "", "sender_name": "", "subject": "",
                "text": "", "automatic": False, "raw": b"", "facts": {}, "received_at": utc_now(),
                "disposition": "STORED", "reason": "", "attempts": 0},
    "document": {"message_id": 1, "part": 2, "file_name": "", "media_type": "", "sha256": "", "content": b"",
                 "pages": 1, "refusal": "", "refusal_sentence": ""},
    "reading": {"document_id": 1, "kind": "consent", "confidence": 1.0, "edition": "", "pages": [1], "photo": False,
                "engine": "", "read_at": utc_now()},
    "signature_finding": {"reading_id": 1, "role": "staff", "verdict": "ink", "confidence": 1.0, "evidence": [],
                          "page": 1, "x0": 0.0, "y0": 0.0, "x1": 1.0, "y1": 1.0, "crop": b""},
}  # fmt: skip


def test_a_signature_of_the_first_schema_has_an_empty_fingerprint(registry: str) -> None:
    command.downgrade(config(registry), "0001")
    tables = MetaData()
    with engine(registry).begin() as connection:
        tables.reflect(connection, only=list(ROWS))
        for name, row in ROWS.items():
            connection.execute(insert(tables.tables[name]).values(id=1, **row))
    upgrade(registry)
    with transaction(registry) as session:
        (found,) = session.exec(select(SignatureRow)).all()
        assert (found.verdict, found.fingerprint) == ("ink", b"")
