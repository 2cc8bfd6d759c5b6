"""Mail in, mail out, tickets."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class Disposition(StrEnum):
    """What became of a mail. Every mail ends in one of the last four."""

    STORED = "STORED"
    OPENED = "OPENED"
    JOINED = "JOINED"
    FILED = "FILED"
    QUARANTINED = "QUARANTINED"


class Message(SQLModel, table=True):
    """A mail as it came, raw. `digest` is SHA-256 over Message-ID and decoded leaf parts: one row per mail.

    `bounce`: a server says that a mail named in `in_reply_to` could not be delivered. `readable` is false while nothing
    but the raw bytes is known of it, because the parser refused it.
    """

    __tablename__ = "message"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    message_id: str = Field(default="", index=True)
    in_reply_to: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    sender: str = Field(default="", index=True)
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    automatic: bool = False
    bounce: bool = False
    raw: bytes
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    received_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    disposition: Disposition = Field(default=Disposition.STORED, sa_type=word(Disposition), index=True)
    reason: str = ""
    readable: bool = True
    attempts: int = 0
    request_id: str | None = Field(default=None, foreign_key="request.id", index=True)


class MailCase(SQLModel, table=True):
    """A further case that a mail is about, beside the first one that its row names. One mail may ask for several."""

    __tablename__ = "mail_case"

    message_id: int = Field(primary_key=True, foreign_key="message.id")
    request_id: str = Field(primary_key=True, foreign_key="request.id", index=True)
    text: str = ""
    """What of the mail's text is about this case; empty: all of it."""


class Attempt(SQLModel, table=True):
    """How often intake began on a mail in the inbox and did not finish: a mail that kills us is not tried for ever."""

    __tablename__ = "intake_attempt"

    handle: str = Field(primary_key=True)
    attempts: int = 0
    began_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Document(SQLModel, table=True):
    """An attachment as it came. `refusal` is the code of the reader's refusal, empty when it was read."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("message_id", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    part: int
    file_name: str
    media_type: str
    sha256: str = Field(index=True)
    content: bytes
    pages: int = 0
    refusal: str = ""
    refusal_sentence: str = ""
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Delivery(StrEnum):
    """The life of an outgoing mail."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    SENT = "SENT"
    UNKNOWN = "UNKNOWN"
    FAILED = "FAILED"
    HELD = "HELD"  # a person says whether it is sent again


class Secret(StrEnum):
    """What the drainer fills into a mail at the moment of sending; it is never stored with the mail."""

    LINK = "LINK"
    CODE = "CODE"
    PASSWORD = "PASSWORD"  # noqa: S105


class Outbox(SQLModel, table=True):
    """A finished mail that waits to go out. The key is unique, so a repeated step writes no second mail.

    `urgent`: goes out before all others, and without waiting for whatever else is under way (III.C.6).
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("request_id", "purpose", "sequence"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    request_id: str | None = Field(default=None, foreign_key="request.id", index=True)
    purpose: str
    sequence: int = 1
    message_id: str = Field(unique=True)
    recipients: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    subject: str = ""
    raw: bytes
    secret: Secret | None = Field(default=None, sa_type=word(Secret))
    credential_id: int | None = Field(default=None, foreign_key="credential.id")
    urgent: bool = False
    delivery: Delivery = Field(default=Delivery.PENDING, sa_type=word(Delivery), index=True)
    attempts: int = 0
    unknowns: int = 0
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    due_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""


class TicketState(StrEnum):
    """Whether IT still has to do it."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class Ticket(SQLModel, table=True):
    """One piece of work for the IT service desk. The key is the idempotency key of the ticket mail."""

    __tablename__ = "ticket"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    action: str
    state: TicketState = Field(default=TicketState.OPEN, sa_type=word(TicketState), index=True)
    desk_reference: str = ""
    user_name: str = ""
    note: str = ""
    opened_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = ""
