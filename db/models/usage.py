"""The usage feed and the runs that lock what is unused (III.C.3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class UsageImport(SQLModel, table=True):
    """A usage export as it came, believed or refused. `refusal` is empty when its days were taken over.

    `sha256` is over its bytes and the day it speaks of: a quiet house sends the same bytes two days in a row.

    `lines` are its accounts, `matched` those of ours, `moved` those whose last use became a later day.
    """

    __tablename__ = "usage_import"

    id: int | None = Field(default=None, primary_key=True)
    source: str
    file_name: str
    sha256: str = Field(unique=True)
    content: bytes
    as_of: date | None = Field(default=None, index=True)
    lines: int = 0
    matched: int = 0
    moved: int = 0
    refusal: str = ""
    sentence: str = ""
    received_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class LockoutState(StrEnum):
    """The life of a lockout run."""

    PREVIEW = "PREVIEW"  # shown, nothing done
    HELD = "HELD"  # too many at once: a second person releases it
    DONE = "DONE"
    STALE = "STALE"  # the usage feed was too old, nothing done


class LockoutRun(SQLModel, table=True):
    """One look at what is unused: the plan as it was shown, with its digest, and what became of it.

    A line of `plan` and of `outcome` is `{"account", "user_id", "due", "day", "stage", "reason"}`; in an outcome
    `done` says what was done, or why not. `digest` is SHA-256 over the plan, and stands in the audit chain.
    """

    __tablename__ = "lockout_run"

    id: int | None = Field(default=None, primary_key=True)
    day: date = Field(index=True)
    made_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    made_by: str
    as_of: date | None = None
    state: LockoutState = Field(sa_type=word(LockoutState))
    stopped: str = ""
    digest: str = ""
    active: int = 0
    plan: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    outcome: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = ""
