"""People of the cast who got their accounts long before the sample mails arrive."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from db import register, requests
from db.lifecycle import Event, advance
from db.models import Account, AccountState, Clearance, DirectoryEntry, Entitlement, Kind, Person
from deployments.samples.cast import BY_KEY
from deployments.samples.seed import BY
from tasks.policy.names import name_key

HOLDERS = {
    "Raman": ("nexus", Entitlement.ENTER, "CX10001"),
    "Maki": ("start", Entitlement.ENTER, "CX10002"),
    "Tolliver": ("gallatin", Entitlement.ENTER, "CX10003"),
    "Teller": ("elkhorn", Entitlement.ENTER, "CX10004"),
    "Sorensen": ("alternatives", Entitlement.VIEW, "CX10005"),
    "Wolfe": ("helena", Entitlement.VIEW, "CX10006"),
    "Mackenzie": ("start", Entitlement.VIEW, "CX10007"),
    "Grant": ("passages", Entitlement.VIEW, "CX10008"),
    "Kessler": ("helena", Entitlement.VIEW, "CX10009"),
    "Ostrander": ("nexus", Entitlement.VIEW, "CX10010"),
}
"""Family name: facility, what the account may do, user ID."""
UNUSED = {"Mackenzie": 70}
"""Whose account is locked, and for how many days it was not used (III.C.3)."""


def seed_accounts(session: Session, today: date) -> None:
    """Accounts given two hundred days ago and used the day before `today`, as far as they are not on record."""
    given_on = today - timedelta(200)
    at = datetime.combine(given_on, datetime.min.time(), ZoneInfo("America/Denver")) + timedelta(hours=10)
    for family_name, (key, entitlement, user_name) in HOLDERS.items():
        if session.exec(select(Account).where(Account.user_name == user_name)).first():
            continue
        provider = BY_KEY[key]
        everybody = {person.family_name: person for person in (provider.supervisor, *provider.staff)}
        staff, sender, unused = everybody[family_name], provider.submitters[0], UNUSED.get(family_name, 1)
        person = Person(
            given_name=staff.given_name,
            family_name=staff.family_name,
            name_key=name_key(staff.name),
            email=staff.email,
            telephone=staff.telephone,
            created_at=at,
        )
        session.add(person)
        session.flush()
        assert person.id is not None
        register.affiliate(session, person, key, staff.position, given_on)
        session.add(Clearance(person_id=person.id, cleared_on=given_on, recorded_by=BY))
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email=sender.email, requester_name=sender.name, at=at
        )
        case.person_id, case.provider_key, case.opened_at = person.id, key, at
        case.staff_name, case.staff_name_key, case.entitlement = staff.name, person.name_key, entitlement
        session.add(case)
        session.flush()
        for event in (Event.COMPLETE, Event.APPROVE, Event.CONFIRM):
            advance(session, case, event, by=BY, clause="III.B.2.d")
        account = Account(
            person_id=person.id,
            request_id=case.id,
            user_name=user_name,
            entitlement=entitlement,
            state=AccountState.LOCKED if family_name in UNUSED else AccountState.ACTIVE,
            state_reason=f"not used for {unused} days" if family_name in UNUSED else "",
            issued_at=at,
            state_since=at,
            last_used_on=today - timedelta(unused),
        )
        entry = DirectoryEntry(user_name=user_name, enabled=family_name not in UNUSED, must_change=False)
        session.add_all([account, entry])
        session.flush()
