"""What is looked at again: the registry against scans and directory, random samples, and who still needs access."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class ScanCheck(SQLModel, table=True):
    """When a stored file was last read again and held against what is on file."""

    __tablename__ = "scan_check"

    document_id: int = Field(primary_key=True, foreign_key="document.id")
    checked_on: date = Field(index=True)
    fields: int = 0
    differences: int = 0


class Difference(SQLModel, table=True):
    """The registry says one thing, a scan or the directory another. Told once, and gone when it is seen no more.

    `key` names it for ever, e.g. `directory:CX10001:enabled`; `source` is `directory` or `scan`.
    """

    __tablename__ = "difference"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    source: str = Field(index=True)
    code: str
    subject: str
    provider_key: str | None = Field(default=None, foreign_key="provider.key")
    registry_side: str
    other_side: str
    sentence: str
    times: int = 1
    first_seen: date
    last_seen: date
    gone_on: date | None = None


class AuditDraw(SQLModel, table=True):
    """A random sample (ICOTS 26.F): announced with the digest of its seed, drawn on a later day, redone by anybody.

    `commitment` is SHA-256 over the seed's text; `population_digest` over the population, one item a line.
    """

    __tablename__ = "audit_draw"

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(unique=True)
    announced_on: date
    draw_on: date
    size: int
    seed: str
    commitment: str
    population: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    population_digest: str
    sample: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Verdict(StrEnum):
    """What was answered about somebody's access."""

    OPEN = "OPEN"
    KEEP = "KEEP"
    REMOVE = "REMOVE"
    CHANGED = "CHANGED"
    UNSURE = "UNSURE"  # a person must look at the answer


class Recertification(SQLModel, table=True):
    """A provider's yearly question who still needs access. `mark` stands on the paper and in the mail's subject."""

    __tablename__ = "recertification"
    __table_args__ = (UniqueConstraint("provider_key", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(unique=True)
    provider_key: str = Field(foreign_key="provider.key")
    period: str
    opened_on: date
    reminded: int = 0
    escalated_on: date | None = None
    closed_on: date | None = None
    closed_by: str = ""


class RecertificationLine(SQLModel, table=True):
    """One person of a recertification, as the provider was shown, and what was answered.

    `source` is `mail-7`, `scan-12` or the name of whoever decided; `case_number` the request that the answer became.
    """

    __tablename__ = "recertification_line"
    __table_args__ = (UniqueConstraint("recertification_id", "account_id"),)

    id: int | None = Field(default=None, primary_key=True)
    recertification_id: int = Field(foreign_key="recertification.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    user_name: str
    name: str
    position: str = ""
    entitlement: str
    said: Verdict = Field(default=Verdict.OPEN, sa_type=word(Verdict))
    remark: str = ""
    answered_on: date | None = None
    answered_by: str = ""
    source: str = ""
    case_number: str = ""


class Roster(SQLModel, table=True):
    """The monthly list that a provider was sent, so that the next one can say what changed."""

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("provider_key", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    provider_key: str = Field(foreign_key="provider.key")
    period: str
    people: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
