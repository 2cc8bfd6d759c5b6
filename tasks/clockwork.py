"""What happens because time passes: unseen passwords become void, the head of the audit chain leaves the house."""

from __future__ import annotations

from sqlmodel import Session

from db import audit, credentials, register, requests
from db.columns import utc_now
from db.models import Account, AuditHead, Person
from db.session import transaction
from tasks import canary, notices
from tasks.roads import ENDING, ROADS
from tasks.settings import Settings
from tasks.sitting import matter


def keep_time(config: Settings) -> None:
    """Do whatever is due at this moment. Safe to repeat: every effect has a key of its own."""
    with transaction(config.database_url) as session:
        _come_due(session, config)
        credentials.expire_due(session, utc_now())
        _tell_void(session, config)
        _mail_head(session, config)
        canary.fly(session, config)


def _come_due(session: Session, config: Settings) -> None:
    """Requests whose day has come go on, however late we are (III.B.3.a)."""
    today = utc_now().astimezone(config.zone).date()
    for request in requests.due(session, today):
        ROADS[request.kind].come_due(matter(session, config, request))
    for request in requests.notices_due(session, today):
        ENDING[request.kind].end_if_due(matter(session, config, request))


def _tell_void(session: Session, config: Settings) -> None:
    """A notice for each void credential, however it became void (III.B.2.d)."""
    for credential in credentials.voided(session):
        request = requests.get(session, credential.request_id)
        account = session.get_one(Account, credential.account_id)
        person = session.get_one(Person, account.person_id)
        managers = register.managers(session, request.provider_key)
        notices.credential_void(session, config, request, person, managers, credential.void_reason)


def _mail_head(session: Session, config: Settings) -> None:
    """Once a day, when an address is set (AU-9: evidence that we cannot take back)."""
    row = session.get(AuditHead, 1)
    now = utc_now()
    if not config.audit_head_to or row is None:
        return
    zone = config.zone
    if row.mailed_on and row.mailed_on.astimezone(zone).date() == now.astimezone(zone).date():
        return
    notices.audit_head(session, config, str(audit.head_of(session)), now)
    row.mailed_on = now
    session.add(row)
