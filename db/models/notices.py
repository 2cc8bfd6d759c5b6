"""What a notice about a staff member says (III.B.3.a), what was made of it, and when: the measure of lateness."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now


class Notice(SQLModel, table=True):
    """The notice of a departure, a leave or a move; one row per case.

    `reason`: `left`, `terminated`, `leave`, `no_need` or `move`. `event_on`: the day it happened, by the notice.
    `leaves`: key of the facility that is left. `acted_at`: when the registry ended the access; `disabled_at`: when
    the directory had done so, or IT. `summaries`: whether the case notes are written (`yes`, `no`, `na`, or
    empty while not known). `form` is the finished Departing Employee form, a PDF made from `form_values`.
    """

    __tablename__ = "notice"

    request_id: str = Field(primary_key=True, foreign_key="request.id")
    reason: str = ""
    event_on: date | None = None
    leaves: str | None = Field(default=None, foreign_key="provider.key")
    noticed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    acted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    summaries: str = ""
    form_values: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    form: bytes = b""
