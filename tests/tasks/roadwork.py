"""People with accounts, mails that are sorted into a kind, and days that pass."""

from __future__ import annotations

import io
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pypdfium2
from sqlmodel import select

from db import register
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, AccountState, Entitlement, Kind, Notice, Person, Request
from db.models.people import Affiliation
from deployments.samples.cast import Provider, Staff
from forms.reading import FormReading
from tasks.accounts import fulfil, provision, ticket_closed
from tasks.clockwork import keep_time
from tasks.policy.names import name_key
from tasks.sorting import open_case
from tests.factories import JANE, LAURA, NEXUS, Sender, consent, message, today
from tests.tasks.office import RUN, Office, parsed

SUBMIT = {"decision": "submit the form"}


def holder(
    office: Office,
    staff: Staff = JANE,
    *facilities: Provider,
    state: AccountState = AccountState.ACTIVE,
    entitlement: str = "ENTER",
    consented: bool = True,
    user_name: str = "CX20001",
) -> int:
    """Somebody who got an account some time ago; the account's id."""
    at = facilities or (NEXUS,)
    with office.session() as session:
        mail = message(session, LAURA, *([consent(staff, at[0])] if consented else []), subject="long ago")
        case = open_case(session, office.config, mail, Kind.NEW_ACCESS, "long ago", staff_name=staff.name)
        person = Person(
            given_name=staff.given_name,
            family_name=staff.family_name,
            name_key=name_key(staff.name),
            email=staff.email,
        )
        session.add(person)
        session.flush()
        assert person.id is not None
        case.state, case.person_id, case.provider_key = State.FULFILLED, person.id, at[0].key
        session.add(case)
        for one in at:
            register.affiliate(session, person, one.key, staff.position, today() - timedelta(400))
        row = Account(
            person_id=person.id,
            request_id=case.id,
            user_name=user_name,
            entitlement=Entitlement(entitlement),
            state=state,
            issued_at=utc_now() - timedelta(400),
        )
        session.add(row)
        session.flush()
        register_clearance(session, person.id)
        assert row.id is not None
        return row.id


def register_clearance(session: Any, person_id: int) -> None:
    from db.models import Clearance

    session.add(Clearance(person_id=person_id, cleared_on=today() - timedelta(401), recorded_by="mreyes"))
    session.flush()


def told(office: Office, kind: Kind, text: str, *forms: FormReading, sender: Sender | str = LAURA, **more: Any) -> str:
    """A mail that is sorted into a kind, and assessed; the request's id."""
    with office.session() as session:
        mail = message(session, sender, *forms, text=text, subject="Staff news")
        case = open_case(session, office.config, mail, kind, "says so", **more)
        request_id = case.id
    office.assess(request_id, RUN)
    return request_id


def account(office: Office, account_id: int) -> Account:
    with office.session() as session:
        return session.get_one(Account, account_id)


def notice(office: Office, request_id: str) -> Notice:
    with office.session() as session:
        return session.get_one(Notice, request_id)


def works_at(office: Office, account_id: int) -> dict[str, bool]:
    """The facilities of an account's person, and whether the work there goes on."""
    with office.session() as session:
        person_id = session.get_one(Account, account_id).person_id
        rows = session.exec(select(Affiliation).where(Affiliation.person_id == person_id)).all()
        return {row.provider_key: row.ends_on is None for row in rows}


def days_pass(office: Office, request_id: str, days: int) -> None:
    """Everything dated lies that much longer ago; then the clock does what is due."""
    with office.session() as session:
        case, row = session.get_one(Request, request_id), session.get_one(Notice, request_id)
        shift = timedelta(days)
        for one, names in ((case, ("effective_on", "returns_on", "due_on")), (row, ("event_on",))):
            for name in names:
                day = getattr(one, name)
                setattr(one, name, day - shift if day else None)
            session.add(one)
        row.noticed_at -= shift
    keep_time(office.config)


def go_on(office: Office, request_id: str) -> State:
    """As the flow does after an answer: whatever needs no person."""
    provision.fn(request_id)
    if office.case(request_id).state is State.WITH_IT and ticket_closed.fn(request_id):
        fulfil.fn(request_id)
    return office.case(request_id).state


def codes(office: Office, request_id: str) -> set[str]:
    """The codes of what the clauses say of a case now."""
    from tasks.roads import ROADS
    from tasks.sitting import matter

    with office.session() as session:
        case = session.get_one(Request, request_id)
        return {f.code for f in ROADS[case.kind].assess(matter(session, office.config, case))}


def attachment(mail: EmailMessage, name: str) -> bytes:
    (part,) = [p for p in mail.iter_attachments() if (p.get_filename() or "").endswith(name)]
    content: bytes = part.get_payload(decode=True)  # type: ignore[assignment]
    return content


def pdf_words(content: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def ticket_mail(office: Office) -> EmailMessage:
    """The latest mail to the service desk."""
    return parsed([row for row in office.letters() if row.recipients == [office.config.desk_address]][-1].raw)
