"""Who decides for a provider on a day: the contract manager, or the deputies who stand in (III.B.1, A26).

Somebody who is marked away decides nothing until that ends, and a deputy who is away does not stand in. When nobody is
left, nobody is made up: the case stops and the approvers are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlmodel import Session, col, select

from db.columns import montana_day
from db.models.people import Absence, ContractManager, Deputy, DesignatedSubmitter, Role, User

Dated = TypeVar("Dated", Deputy, Absence, DesignatedSubmitter)


@dataclass(frozen=True)
class InCharge:
    """Who decides now, the one to write to first, and for whom each who is not contract manager stands in.

    A deputy may decide on every day of the appointment, also beside a manager who is there: nobody approves for
    themselves, and the deputy is who does it then.
    """

    acting: tuple[User, ...]
    stands_in_for: Mapping[str, str]
    """User name to the name of the contract manager, who may be away, gone or beside them."""

    def on_behalf_of(self, user_name: str) -> str:
        """The name of the contract manager for whom this person decides; empty when it is the manager."""
        return self.stands_in_for.get(user_name, "")

    @property
    def in_words(self) -> str:
        """Whose turn it is: `Maria Reyes`, `Daniel Okafor for Maria Reyes`, or empty when nobody is there."""
        if not self.acting:
            return ""
        behalf = self.on_behalf_of(self.acting[0].user_name)
        return f"{self.acting[0].name} for {behalf}" if behalf else self.acting[0].name


def runs_on(row: Deputy | Absence | DesignatedSubmitter, on: date) -> bool:
    """Whether a dated entry holds on that day."""
    return row.starts_on <= on and (row.ends_on is None or row.ends_on >= on)


def deputies(session: Session, provider_key: str) -> list[Deputy]:
    """Every deputy that a provider has, had or will have, the earliest first."""
    query = select(Deputy).where(col(Deputy.provider_key) == provider_key)
    return list(session.exec(query.order_by(col(Deputy.starts_on), col(Deputy.id))).all())


def absences(session: Session, user_name: str) -> list[Absence]:
    """Every absence of a person, the earliest first."""
    query = select(Absence).where(col(Absence.user_name) == user_name)
    return list(session.exec(query.order_by(col(Absence.starts_on))).all())


def absence(session: Session, user_name: str, on: date) -> Absence | None:
    """The absence that a person is marked with on that day."""
    return next((row for row in absences(session, user_name) if runs_on(row, on)), None)


def present(session: Session, user_name: str, on: date) -> User | None:
    """The person, when he or she may sign in and is not away on that day."""
    user = session.get(User, user_name)
    return user if user is not None and user.active and absence(session, user_name, on) is None else None


def in_charge(session: Session, provider_key: str, on: date) -> InCharge:
    """Who decides for a provider on that day."""
    row = session.get(ContractManager, provider_key)
    manager = session.get(User, row.user_name) if row else None
    names = [row.user_name] if row else []
    names += [d.user_name for d in deputies(session, provider_key) if runs_on(d, on)]
    acting = [user for name in dict.fromkeys(names) if (user := present(session, name, on)) is not None]
    behalf = {u.user_name: manager.name for u in acting if manager and u.user_name != manager.user_name}
    return InCharge(tuple(acting), behalf)


def in_charge_of_any(session: Session, on: date) -> InCharge:
    """Who decides on a case whose provider is not known: every contract manager who is there, then the deputies."""
    every = [in_charge(session, key, on) for key in provider_keys(session)]
    managers = {a.user_name: a for one in every for a in one.acting if not one.on_behalf_of(a.user_name)}
    deputies = {a.user_name: a for one in every for a in one.acting if a.user_name not in managers}
    behalf = {
        name: " and ".join(dict.fromkeys(b for one in every if (b := one.on_behalf_of(name)))) for name in deputies
    }
    return InCharge((*managers.values(), *deputies.values()), behalf)


def provider_keys(session: Session) -> Sequence[str]:
    """The providers that have a contract manager."""
    return session.exec(select(ContractManager.provider_key).order_by(col(ContractManager.provider_key))).all()


def without_a_stand_in(session: Session, user_name: str, on: date) -> list[str]:
    """The providers of this contract manager for which nobody decides on that day."""
    mine = select(ContractManager.provider_key).where(col(ContractManager.user_name) == user_name)
    return [key for key in sorted(session.exec(mine).all()) if not in_charge(session, key, on).acting]


def told_of_alarms(session: Session, on: date | None = None) -> list[User]:
    """Who hears that something is wrong: those in charge of anything, else every approver who may sign in.

    `on` is the present day in Montana unless another is given.
    """
    acting = in_charge_of_any(session, on or montana_day()).acting
    if acting:
        return list(acting)
    approvers = select(User).where(col(User.active).is_(True), col(User.role) == Role.APPROVER)
    return list(session.exec(approvers.order_by(col(User.user_name))).all())


def overlapping(rows: Sequence[Dated], starts_on: date, ends_on: date | None) -> Dated | None:
    """The dated entry that shares a day with this period."""
    for row in rows:
        if (row.ends_on is None or row.ends_on >= starts_on) and (ends_on is None or row.starts_on <= ends_on):
            return row
    return None


def of_provider(session: Session, provider_key: str | None, on: date) -> InCharge:
    """Who decides on a case of this provider; None: the provider is not known."""
    return in_charge(session, provider_key, on) if provider_key else in_charge_of_any(session, on)
