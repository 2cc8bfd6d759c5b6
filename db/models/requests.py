"""Requests and the decisions taken on them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word
from db.lifecycle import State


class Kind(StrEnum):
    """What is asked for."""

    MAIL = "MAIL"  # a mail that a person must sort
    NEW_ACCESS = "NEW_ACCESS"  # III.B.2
    CHANGE = "CHANGE"  # III.B.3.a: the need has changed
    DEPARTURE = "DEPARTURE"  # III.B.3: left, access no longer needed or, with the flag `terminated`, terminated
    LEAVE = "LEAVE"  # III.B.3.a
    MOVE = "MOVE"  # from one facility to another, or to a second one
    RESET = "RESET"  # III.B.4.b
    UNLOCK = "UNLOCK"  # III.C.3: the review of need after a lockout
    VIOLATION = "VIOLATION"  # III.C.5


class Entitlement(StrEnum):
    """What an account may do in the offender management system."""

    VIEW = "VIEW"
    ENTER = "ENTER"


class Request(SQLModel, table=True):
    """One request, from its first mail to its end.

    `account_id`: the account that it is about, when there is one already (no foreign key: an account points at the
    request that led to it). `effective_on`: the day of a departure or leave; `returns_on`: of the return. `due_on`: the
    day that a `SCHEDULED` request waits for; set it, then move. `restricted`: a violation report, shown to those in
    charge only. `waiting_since` counts from the last move, `reminded` the reminders since; `place`: since when one that
    was sent back counts in the list. `asking` numbers the questions put to people, so that each asking has a key of its
    own in Prefect and in `Decision`. `problem`: why the last answer was not accepted, shown when it is asked again.
    `reminded_on`: the day of the last reminder. `asked_of`: the user who was written to about the present question,
    empty before anybody was. `stage` of `stages`: which approval is asked for.
    """

    __tablename__ = "request"

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    kind: Kind = Field(sa_type=word(Kind))
    state: State = Field(default=State.RECEIVED, sa_type=word(State), index=True)
    provider_key: str | None = Field(default=None, foreign_key="provider.key")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    requester_email: str
    requester_name: str = ""
    staff_name: str = ""
    staff_name_key: str = Field(default="", index=True)
    sender_accepted_by: str | None = None
    subject: str = ""
    mail_text: str = ""
    account_id: int | None = Field(default=None, index=True)
    effective_on: date | None = None
    returns_on: date | None = None
    due_on: date | None = Field(default=None, index=True)
    terminated: bool = False
    restricted: bool = False
    waiting_since: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    reminded: int = 0
    reminded_on: date | None = None
    asked_of: str = ""
    stage: int = 1
    stages: int = 1
    place: datetime | None = Field(default=None, sa_type=UtcDateTime)
    entitlement: Entitlement | None = Field(default=None, sa_type=word(Entitlement))
    asking: int = 1
    problem: str = ""
    flow_run_id: str | None = None
    flow_runs: int = 0
    opened_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Question(StrEnum):
    """What a person was asked."""

    SORTING = "SORTING"
    SENDER = "SENDER"
    READING = "READING"
    PAPERS = "PAPERS"
    APPROVAL = "APPROVAL"
    DAY = "DAY"
    COMPLETION = "COMPLETION"
    UNDO = "UNDO"
    SUSPENSION = "SUSPENSION"
    REINSTATEMENT = "REINSTATEMENT"


class Decision(SQLModel, table=True):
    """An answer that was accepted, with the person who signed in, the clause it rests on and the reason given."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("request_id", "asking"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: str = Field(foreign_key="request.id", index=True)
    asking: int
    stage: int = 1
    question: Question = Field(sa_type=word(Question))
    outcome: str
    decided_by: str
    decided_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    on_behalf_of: str = ""
    clause: str
    revision: str
    reason: str = ""
    findings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
