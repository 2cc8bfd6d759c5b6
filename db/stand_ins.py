"""Who decides for a provider on a day: the contract manager, or the deputies who stand in (III.B.1, A26).

Somebody who is marked away decides nothing until that ends, and a deputy who is away does not stand in. When nobody is
left, nobody is made up: the case stops and the approvers are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def roster(session: Session, on: date) -> dict[str, InCharge]:
    """Who decides for each provider on that day, by its key; the tables are small and are read once each."""
    users = {u.user_name: u for u in session.exec(select(User).where(col(User.active).is_(True))).all()}
    away = {a.user_name for a in session.exec(select(Absence)).all() if runs_on(a, on)}
    named = {m.provider_key: session.get_one(User, m.user_name) for m in session.exec(select(ContractManager)).all()}
    standing: dict[str, list[str]] = {key: [manager.user_name] for key, manager in named.items()}
    rows = session.exec(select(Deputy).order_by(col(Deputy.starts_on), col(Deputy.id))).all()
    for row in rows:
        if runs_on(row, on):
            standing.setdefault(row.provider_key, []).append(row.user_name)
    found = {}
    for key, names in standing.items():
        manager = named.get(key)
        acting = [users[name] for name in dict.fromkeys(names) if name in users and name not in away]
        behalf = {u.user_name: manager.name for u in acting if manager and u.user_name != manager.user_name}
        found[key] = InCharge(tuple(acting), behalf)
    return found


def in_charge(session: Session, provider_key: str, on: date) -> InCharge:
    """Who decides for a provider on that day."""
    return roster(session, on).get(provider_key, InCharge((), {}))


def in_charge_of_any(session: Session, on: date) -> InCharge:
    """Who decides on a case whose provider is not known: every contract manager who is there, then the deputies."""
    return together(roster(session, on).values())


def together(charges: Iterable[InCharge]) -> InCharge:
    """Several providers as one: the contract managers who are there, then the deputies."""
    every = list(charges)
    managers = {a.user_name: a for one in every for a in one.acting if not one.on_behalf_of(a.user_name)}
    deputies = {a.user_name: a for one in every for a in one.acting if a.user_name not in managers}
    behalf = {
        name: " and ".join(dict.fromkeys(b for one in every if (b := one.on_behalf_of(name)))) for name in deputies
    }
    return InCharge((*managers.values(), *deputies.values()), behalf)


def without_a_stand_in(session: Session, user_name: str, on: date) -> list[str]:
    """The providers of this contract manager for which nobody decides on that day."""
    mine = select(ContractManager.provider_key).where(col(ContractManager.user_name) == user_name)
    charges = roster(session, on)
    return [key for key in sorted(session.exec(mine).all()) if not charges[key].acting]


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
