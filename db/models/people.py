"""Providers and their people; the Department's contract managers and whoever else signs in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.columns import UtcDateTime, utc_now, word


class Provider(SQLModel, table=True):
    """A contract facility. The two clauses say whether its contract grants access and entry of data."""

    __tablename__ = "provider"

    key: str = Field(primary_key=True)
    name: str = Field(unique=True)
    clause_1_7_100: bool
    """ACCD 1.7.100, access for contract facilities."""
    clause_1_7_200: bool
    """ACCD 1.7.200, entry of data."""
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Person(SQLModel, table=True):
    """A member of provider staff. `name_key` is the folded name that duplicates are looked for by.

    `merged_into`: this record was found to be of the same person as that one, which has everything now (ICOTS 17.0).
    """

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    given_name: str
    family_name: str
    name_key: str = Field(index=True)
    email: str = Field(index=True)
    telephone: str = ""
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    merged_into: int | None = Field(default=None, foreign_key="person.id", index=True)

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"


class Affiliation(SQLModel, table=True):
    """A person's work at a facility. One person may have several, one after another or at once."""

    __tablename__ = "affiliation"
    __table_args__ = (UniqueConstraint("person_id", "provider_key", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    provider_key: str = Field(foreign_key="provider.key")
    position: str
    starts_on: date
    ends_on: date | None = None


class DesignatedSubmitter(SQLModel, table=True):
    """Provider staff whom the provider has designated to send requests (III.B.2), from and until a day."""

    __tablename__ = "designated_submitter"
    __table_args__ = (UniqueConstraint("provider_key", "email", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    provider_key: str = Field(foreign_key="provider.key")
    name: str
    email: str = Field(index=True)
    starts_on: date
    ends_on: date | None = None


class Clearance(SQLModel, table=True):
    """A security clearance of the Department (III.A.1), as recorded by a contract manager."""

    __tablename__ = "clearance"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    cleared_on: date
    recorded_by: str
    recorded_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Role(StrEnum):
    """What a signed-in person may do."""

    VIEWER = "VIEWER"
    APPROVER = "APPROVER"


class User(SQLModel, table=True):
    """Somebody of the Department who signs in. The password is kept only as an argon2id hash."""

    __tablename__ = "app_user"

    user_name: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    role: Role = Field(sa_type=word(Role))
    password_hash: str = ""
    active: bool = True
    failed_attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """A browser session. Only the digest of its cookie is kept."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True)
    user_name: str = Field(foreign_key="app_user.user_name", index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class ContractManager(SQLModel, table=True):
    """Who is security coordinator for a provider (III.B.1)."""

    __tablename__ = "contract_manager"

    provider_key: str = Field(primary_key=True, foreign_key="provider.key")
    user_name: str = Field(foreign_key="app_user.user_name")


class Deputy(SQLModel, table=True):
    """Who stands in for a provider's contract manager (A26), from and until a day, both included."""

    __tablename__ = "deputy"
    __table_args__ = (UniqueConstraint("provider_key", "user_name", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    provider_key: str = Field(foreign_key="provider.key", index=True)
    user_name: str = Field(foreign_key="app_user.user_name")
    starts_on: date
    ends_on: date | None = None


class Absence(SQLModel, table=True):
    """Days on which somebody does not decide, both included: whoever stands in gets the questions, mails and rights."""

    __tablename__ = "absence"
    __table_args__ = (UniqueConstraint("user_name", "starts_on"),)

    id: int | None = Field(default=None, primary_key=True)
    user_name: str = Field(foreign_key="app_user.user_name", index=True)
    starts_on: date
    ends_on: date | None = None
