"""Legal holds, proposals to destroy records, the permissions for them, and every piece that was destroyed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class LegalHold(SQLModel, table=True):
    """Nothing about `subject` is destroyed while it stands: a user ID, a case number, or a provider's key."""

    __tablename__ = "legal_hold"

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(index=True)
    reason: str
    set_by: str
    set_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    lifted_by: str = ""
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lift_reason: str = ""


class PurgeState(StrEnum):
    """The life of a proposal. Only a person moves it on; `DESTROYING` is finished by whichever run comes next."""

    PROPOSED = "PROPOSED"
    NOTIFIED = "NOTIFIED"  # the submitting agency was asked
    DROPPED = "DROPPED"  # not permitted, or not wanted
    DESTROYING = "DESTROYING"
    DESTROYED = "DESTROYED"


class PurgeProposal(SQLModel, table=True):
    """Records of one person, or of a case without one, whose retention is over. It names nobody, and it stays.

    `subject`: `person-7`, or a case number. `about`: user IDs and case numbers. `due`: the last day of retention by
    schedule. `left`: what is not destroyed with it, and why. `certificate`: the record of the destruction, markdown.
    """

    __tablename__ = "purge_proposal"
    __table_args__ = (
        Index(
            "one_open_proposal",
            "subject",
            unique=True,
            sqlite_where=text("state NOT IN ('DROPPED', 'DESTROYED')"),
            postgresql_where=text("state NOT IN ('DROPPED', 'DESTROYED')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    request_id: str | None = Field(default=None, foreign_key="request.id")
    about: str
    providers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    due: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    latest_on: date
    state: PurgeState = Field(default=PurgeState.PROPOSED, sa_type=word(PurgeState))
    made_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    made_by: str
    noticed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    noticed_by: str = ""
    ordered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ordered_by: str = ""
    left: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    problem: str = ""
    destroyed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    certificate: str = ""


class PurgePermission(SQLModel, table=True):
    """An agency's written permission: the stored mail, its digest and sender, and who noted it (ICOTS 24.0 A)."""

    __tablename__ = "purge_permission"
    __table_args__ = (UniqueConstraint("proposal_id", "provider_key"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="purge_proposal.id", index=True)
    provider_key: str = Field(foreign_key="provider.key")
    message_id: int = Field(foreign_key="message.id", index=True)
    sha256: str
    sender: str
    noted_by: str
    noted_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class PurgePiece(SQLModel, table=True):
    """One thing to be destroyed: a row of `place` with that key, or a file below the home folder.

    `sha256` is over what was destroyed, taken before; `done_at` is set in the transaction that empties a row, and after
    a file is gone. The path of a file that is gone is forgotten, since folders bear people's addresses.
    """

    __tablename__ = "purge_piece"

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="purge_proposal.id", index=True)
    schedule: str
    place: str = Field(index=True)
    key: str
    sha256: str
    size: int
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
