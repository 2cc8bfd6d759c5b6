"""The audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime


class Audit(SQLModel, table=True):
    """One link of the chain: who did what to what, when, resting on which clause. Written once, never changed.

    `at` is ISO 8601 UTC text to the microsecond (AU-8), kept as text because it is hashed as written.
    `body` is SHA-256 over the canonical JSON of `salt` and what the link says, `hash` over `seq`, `at`, `body` and
    `previous`, the hash of the link before: a link can be shown to be in the chain without telling what it says.
    A link of the first edition has no `body`; its hash is over what it says.
    """

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    actor: str
    action: str
    subject: str = Field(index=True)
    clause: str
    revision: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    salt: str = ""
    body: str = ""
    previous: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The end of the chain. One row; whoever appends holds it locked."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    hash: str
    mailed_on: datetime | None = Field(default=None, sa_type=UtcDateTime)
