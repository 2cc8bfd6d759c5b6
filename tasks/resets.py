"""A new initial password by the same road as the first: a link to the person, a code to the submitter (III.B.4.b)."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlmodel import Session, col, func, select

from db import credentials, register, requests
from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, Credential, DesignatedSubmitter, Kind, Person, Request
from tasks import safety_notices, wiring
from tasks.policy.iii_b_4_b import CLAUSE
from tasks.settings import Settings
from tasks.sitting import Matter

SUPERSEDED = "a newer initial password took its place"


class NotReset(Exception):
    """Nothing was reset; says why."""


def today_of(session: Session, config: Settings, account_id: int, on: date) -> int:
    """How many resets of an account were granted on a day in Montana."""
    midnight = datetime.combine(on, time(), config.zone)
    return session.exec(
        select(func.count())
        .select_from(Credential)
        .join(Request, col(Request.id) == col(Credential.request_id))
        .where(
            Credential.account_id == account_id,
            Request.kind == Kind.RESET,
            col(Credential.issued_at) >= midnight,
        )
    ).one()


def holder_of_code(session: Session, request: Request, person: Person, on: date) -> tuple[str, str]:
    """Name and address of whoever gets the pick-up code, never the person: one mailbox would hold both halves.

    The requester; else whoever is designated by the provider, by name; else the contract manager.
    """
    if request.requester_email not in ("", person.email):
        return request.requester_name or request.requester_email, request.requester_email
    for row in _designated(session, request.provider_key, on):
        if row.email != person.email:
            return row.name, row.email
    manager = register.managers(session, request.provider_key)[0]
    return manager.name, manager.email


def _designated(session: Session, provider_key: str | None, on: date) -> list[DesignatedSubmitter]:
    rows = session.exec(
        select(DesignatedSubmitter)
        .where(DesignatedSubmitter.provider_key == provider_key)
        .order_by(col(DesignatedSubmitter.name))
    ).all()
    return [r for r in rows if r.starts_on <= on and (r.ends_on is None or r.ends_on >= on)]


def issue(m: Matter, account: Account) -> bool:
    """Open the road to a new initial password and tell both, in the caller's transaction; the older road ends.

    False when there is no directory: then IT gives the password. Raises `NotReset` for an account that is not active.
    """
    if account.state is not AccountState.ACTIVE:
        raise NotReset(f"The account is {account.state.replace('_', ' ').lower()}, so nothing was reset ({CLAUSE}).")
    if wiring.directory(m.config) is None:
        return False
    assert account.id is not None
    credentials.void_all(m.session, account.id, SUPERSEDED)
    credential = credentials.issue(m.session, account, m.config.credential_hours, utc_now(), m.request.id)
    person = m.session.get_one(Person, account.person_id)
    holder = holder_of_code(m.session, m.request, person, m.today)
    safety_notices.reset(m.session, m.config, m.request, account, person, holder, credential)
    return True


def open_granted(m: Matter, account: Account, why: str) -> Request:
    """A reset that needs no further decision, as a case of its own: after a reinstatement, whose case is restricted."""
    origin = requests.get(m.session, account.request_id)
    person = m.session.get_one(Person, account.person_id)
    _, address = holder_of_code(m.session, origin, person, m.today)
    name = origin.requester_name if address == origin.requester_email else ""
    request = requests.open_new(
        m.session,
        kind=Kind.RESET,
        requester_email=address,
        requester_name=name,
        at=utc_now().astimezone(m.config.zone),
        state=State.APPROVED,
    )
    request.person_id, request.account_id, request.provider_key = person.id, account.id, origin.provider_key
    request.staff_name, request.staff_name_key, request.mail_text = person.name, person.name_key, why
    m.session.add(request)
    m.session.flush()
    return request
