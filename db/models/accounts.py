"""Accounts of the offender management system and the road by which an initial password reaches its owner."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db.account_life import AccountState
from db.columns import UtcDateTime, utc_now, word
from db.models.requests import Entitlement


class Account(SQLModel, table=True):
    """One account. A user ID is never given twice (IA-4 d); a person has one account that is not removed.

    `last_used_on` is the last day of use in the offender management system, as its usage export says. `returns_on`: the
    day on which a leave is reviewed. `state_case`: number of the case that changed it last. `directory_due`: the
    directory does not know the present state yet.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "one_live_account_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("state != 'REMOVED'"),
            postgresql_where=text("state != 'REMOVED'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    request_id: str = Field(foreign_key="request.id", unique=True)
    user_name: str | None = Field(default=None, unique=True)
    entitlement: Entitlement = Field(sa_type=word(Entitlement))
    state: AccountState = Field(default=AccountState.REQUESTED, sa_type=word(AccountState))
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state_since: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    state_reason: str = ""
    state_case: str = ""
    last_used_on: date | None = None
    returns_on: date | None = None
    directory_due: bool = False


class CredentialState(StrEnum):
    """The life of an initial password."""

    ISSUED = "ISSUED"
    VIEWED = "VIEWED"
    VOID = "VOID"


class Credential(SQLModel, table=True):
    """The right to see an initial password once. Only digests of link and code are stored, nothing of the password."""

    __tablename__ = "credential"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    request_id: str = Field(foreign_key="request.id", unique=True)
    state: CredentialState = Field(default=CredentialState.ISSUED, sa_type=word(CredentialState))
    link_hash: str | None = Field(default=None, unique=True)
    code_hash: str | None = None
    failed_codes: int = 0
    issued_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    viewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    void_reason: str = ""


class DirectoryEntry(SQLModel, table=True):
    """An entry of the built-in directory: the account's password as an argon2id hash, to be changed at first use."""

    __tablename__ = "directory_entry"

    user_name: str = Field(primary_key=True)
    password_hash: str = ""
    must_change: bool = True
    enabled: bool = False
    changed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Sequence(SQLModel, table=True):
    """The next number of a series that never gives one twice: request numbers of a year, user IDs."""

    __tablename__ = "number_series"

    name: str = Field(primary_key=True)
    next_value: int
