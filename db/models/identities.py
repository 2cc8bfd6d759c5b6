"""What a person was on record as before, and what people said when the registry asked whether two are one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class EarlierRecord(SQLModel, table=True):
    """A former name, address or telephone of a person: from before a change, or of a record merged into theirs.

    `source` says which, with the case number or the number of the merged record.
    """

    __tablename__ = "earlier_record"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    given_name: str
    family_name: str
    name_key: str
    email: str = Field(index=True)
    telephone: str = ""
    source: str
    noted_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Said(StrEnum):
    """What somebody said of two records."""

    SAME = "SAME"
    ANOTHER = "ANOTHER"


class IdentityVerdict(SQLModel, table=True):
    """The answer to: is the person of this request the one on that record? The latest one counts.

    About a person on record (`person_id`), or an entry of the list of offenders (`entry`: a digest of it, nothing that
    stands in it). `asked_about` is what the request said of its person then: for another one the answer does not hold.
    """

    __tablename__ = "identity_verdict"

    id: int | None = Field(default=None, primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    entry: str = ""
    asked_about: str
    said: Said = Field(sa_type=word(Said))
    reason: str
    score: int
    evidence: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    decided_by: str
    on_behalf_of: str = ""
    decided_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
