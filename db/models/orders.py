"""Orders to suspend: written down at the click, carried out by whoever comes first, never by two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now


class SuspensionOrder(SQLModel, table=True):
    """What an approver wants suspended (III.C.6). `whom` is a user ID, an address or a name, as it was typed.

    `settled_at` is None until it was carried out or refused; `outcome` then says which, `request_id` names the
    restricted case, and `candidates` the accounts that could have been meant, one line each after its user ID.
    """

    __tablename__ = "suspension_order"

    id: int | None = Field(default=None, primary_key=True)
    whom: str
    reason: str = ""
    ordered_by: str
    ordered_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    suspended: bool = False
    outcome: str = ""
    candidates: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    request_id: str | None = Field(default=None, foreign_key="request.id")
