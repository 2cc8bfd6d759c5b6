"""The register as it is read: providers, their designated submitters and staff, and who decides for them.

It is changed through `db.entries`.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, or_, select

from db import audit, entries, stand_ins
from db.account_life import AccountState
from db.columns import montana_day
from db.entries import designate as designate
from db.models.accounts import Account
from db.models.people import Affiliation, Clearance, DesignatedSubmitter, Person, Provider, User


class NoContractManager(Exception):
    """Nobody is there to decide for this provider. Appoint a contract manager, or a deputy for one who is away."""


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


def managers(session: Session, provider_key: str | None, on: date | None = None) -> list[User]:
    """Who decides for a provider, the one to write to first (`db.stand_ins`). Without a provider: for any.

    `on` is the present day in Montana unless another is given. Raises `NoContractManager` when nobody is there.
    """
    found = stand_ins.of_provider(session, provider_key, on or montana_day()).acting
    if not found:
        raise NoContractManager(NoContractManager.__doc__)
    return list(found)


def people_named(session: Session, name_key: str, email: str) -> list[Person]:
    """People with that folded name or that address, without records that were merged into another."""
    same = or_(col(Person.name_key) == name_key, col(Person.email) == email.casefold())
    return list(session.exec(select(Person).where(same, col(Person.merged_into).is_(None))).all())


def live_account(session: Session, person_id: int) -> Account | None:
    """The person's account that is not removed, if any."""
    return session.exec(
        select(Account).where(col(Account.person_id) == person_id, col(Account.state) != AccountState.REMOVED)
    ).first()


def standings(session: Session, email: str) -> set[AccountState]:
    """Where the accounts of everybody with that address stand, those left out that are nobody's any more."""
    found = session.exec(
        select(Account.state)
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(col(Person.email) == email.casefold(), col(Account.state) != AccountState.REMOVED)
    )
    return {AccountState(state) for state in found.all()}


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


def appoint(session: Session, provider_key: str, user_name: str, deputy_user_name: str, by: str) -> None:
    """Name a provider's contract manager and the one deputy (III.B.1), from today on; other deputies end."""
    today = montana_day()
    for row in stand_ins.deputies(session, provider_key):
        if row.user_name != deputy_user_name and (row.ends_on is None or row.ends_on >= today):
            entries.end_deputy(session, provider_key, row.user_name, today - timedelta(1), by)
    entries.appoint(session, provider_key, user_name, by)
    standing = any(
        row.user_name == deputy_user_name and stand_ins.runs_on(row, today)
        for row in stand_ins.deputies(session, provider_key)
    )
    if deputy_user_name != user_name and not standing:
        entries.depute(session, provider_key, deputy_user_name, today, by)


def facilities(session: Session, person: Person, on: date) -> list[Provider]:
    """Where the person works on that day, by the affiliations on record."""
    working = select(Affiliation.provider_key).where(
        Affiliation.person_id == person.id,
        col(Affiliation.starts_on) <= on,
        or_(col(Affiliation.ends_on).is_(None), col(Affiliation.ends_on) >= on),
    )
    return list(session.exec(select(Provider).where(col(Provider.key).in_(working)).order_by(col(Provider.key))).all())


def submitters(session: Session, provider_keys: list[str], on: date) -> list[str]:
    """Addresses of the designated submitters of these providers on that day (III.B.2)."""
    query = select(DesignatedSubmitter.email).where(
        col(DesignatedSubmitter.provider_key).in_(provider_keys),
        col(DesignatedSubmitter.starts_on) <= on,
        or_(col(DesignatedSubmitter.ends_on).is_(None), col(DesignatedSubmitter.ends_on) >= on),
    )
    return sorted(set(session.exec(query).all()))
