"""The register: providers, their designated submitters and staff, the contract managers and their deputies."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, or_, select

from db import audit
from db.account_life import AccountState
from db.models.accounts import Account
from db.models.people import Affiliation, Clearance, ContractManager, DesignatedSubmitter, Person, Provider, User


class NoContractManager(Exception):
    """No contract manager is named for this provider. Name one before requests of its staff can be decided."""


def provider_named(session: Session, said: str) -> Provider | None:
    """The provider whose key, name or alias is `said`, ignoring case and spaces at the ends."""
    wanted = said.strip().casefold()
    if not wanted:
        return None
    for provider in session.exec(select(Provider)).all():
        if wanted in {provider.key.casefold(), provider.name.casefold(), *(a.casefold() for a in provider.aliases)}:
            return provider
    return None


def designations(session: Session, email: str, on: date) -> list[DesignatedSubmitter]:
    """For which providers this address is a designated submitter on that day (III.B.2)."""
    return list(
        session.exec(
            select(DesignatedSubmitter).where(
                col(DesignatedSubmitter.email) == email.casefold(),
                col(DesignatedSubmitter.starts_on) <= on,
                or_(col(DesignatedSubmitter.ends_on).is_(None), col(DesignatedSubmitter.ends_on) >= on),
            )
        ).all()
    )


def submitter_addresses(session: Session) -> list[str]:
    """The addresses of everybody who is or was designated."""
    return list(session.exec(select(DesignatedSubmitter.email).distinct()).all())


def managers(session: Session, provider_key: str | None) -> list[User]:
    """The provider's contract manager, then the deputy. Without a provider: everybody who is one for any.

    Raises `NoContractManager` when nobody is named.
    """
    query = select(ContractManager).order_by(col(ContractManager.provider_key))
    if provider_key:
        query = query.where(col(ContractManager.provider_key) == provider_key)
    names: dict[str, None] = {}
    rows = session.exec(query).all()
    for row in rows:
        names.setdefault(row.user_name)
    for row in rows:
        names.setdefault(row.deputy_user_name)
    found = [user for name in names if (user := session.get(User, name)) is not None and user.active]
    if not found:
        raise NoContractManager(NoContractManager.__doc__)
    return found


def people_named(session: Session, name_key: str, email: str) -> list[Person]:
    """People with that folded name or that address."""
    return list(
        session.exec(
            select(Person).where(or_(col(Person.name_key) == name_key, col(Person.email) == email.casefold()))
        ).all()
    )


def live_account(session: Session, person_id: int) -> Account | None:
    """The person's account that is not removed, if any."""
    return session.exec(
        select(Account).where(col(Account.person_id) == person_id, col(Account.state) != AccountState.REMOVED)
    ).first()


def latest_clearance(session: Session, person_id: int) -> Clearance | None:
    """The most recent clearance on record (III.A.1)."""
    return session.exec(
        select(Clearance).where(col(Clearance.person_id) == person_id).order_by(col(Clearance.cleared_on).desc())
    ).first()


def affiliate(session: Session, person: Person, provider_key: str, position: str, on: date) -> None:
    """Note that the person works at the facility, unless that is on record already."""
    assert person.id is not None
    known = session.exec(
        select(Affiliation).where(
            col(Affiliation.person_id) == person.id,
            col(Affiliation.provider_key) == provider_key,
            col(Affiliation.ends_on).is_(None),
        )
    ).first()
    if known is None:
        session.add(Affiliation(person_id=person.id, provider_key=provider_key, position=position, starts_on=on))


def leave_facility(session: Session, person_id: int, provider_key: str, on: date, by: str, case: str) -> bool:
    """End somebody's work at a facility, audited; the work at others stays. False when it had ended."""
    rows = session.exec(
        select(Affiliation).where(
            col(Affiliation.person_id) == person_id,
            col(Affiliation.provider_key) == provider_key,
            or_(col(Affiliation.ends_on).is_(None), col(Affiliation.ends_on) > on),
        )
    ).all()
    for row in rows:
        row.ends_on = on
        session.add(row)
    if rows:
        audit.record(
            session,
            actor=by,
            action="affiliation.ended",
            subject=case,
            clause="III.B.3.a",
            detail={"provider": provider_key, "on": on.isoformat()},
        )
    return bool(rows)


def seed_providers(session: Session, names: dict[str, tuple[str, ...]]) -> None:
    """The eight contracts of the procedure's header, as far as they are not on record: key, name, then aliases.

    ACCD 1.7.100 (access) is in all of them, ACCD 1.7.200 (entry) in all but two.
    """
    without_entry = {"alternatives", "passages"}
    for key, (name, *aliases) in names.items():
        if session.get(Provider, key) is None:
            session.add(
                Provider(
                    key=key, name=name, clause_1_7_100=True, clause_1_7_200=key not in without_entry, aliases=aliases
                )
            )
    session.flush()


def designate(session: Session, provider_key: str, name: str, email: str, starts_on: date, by: str) -> None:
    """Put somebody on a provider's list of designated submitters (III.B.2), audited; once per provider and address."""
    email = email.casefold()
    there = session.exec(
        select(DesignatedSubmitter).where(
            col(DesignatedSubmitter.provider_key) == provider_key, col(DesignatedSubmitter.email) == email
        )
    ).first()
    if there is not None:
        return
    session.add(DesignatedSubmitter(provider_key=provider_key, name=name, email=email, starts_on=starts_on))
    audit.record(
        session,
        actor=by,
        action="submitter.designated",
        subject=provider_key,
        clause="III.B.2",
        detail={"name": name, "email": email, "from": starts_on.isoformat()},
    )


def appoint(session: Session, provider_key: str, user_name: str, deputy_user_name: str, by: str) -> None:
    """Name a provider's contract manager and deputy (III.B.1), audited when it changes."""
    row = session.get(ContractManager, provider_key)
    if row and (row.user_name, row.deputy_user_name) == (user_name, deputy_user_name):
        return
    row = row or ContractManager(provider_key=provider_key, user_name="", deputy_user_name="")
    row.user_name, row.deputy_user_name = user_name, deputy_user_name
    session.add(row)
    audit.record(
        session,
        actor=by,
        action="manager.appointed",
        subject=provider_key,
        clause="III.B.1",
        detail={"manager": user_name, "deputy": deputy_user_name},
    )
