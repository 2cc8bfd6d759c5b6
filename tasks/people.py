"""The person whom a request is for: found or written down, with the clearance that approval rests on."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from db import audit, papers, register
from db.models import Clearance, Person, Request
from forms.schema import FormKind
from tasks import casefile
from tasks.policy.case import Case
from tasks.policy.names import name_key


def record_clearance(session: Session, request: Request, person: Person, given: date | None, by: str) -> None:
    """Write down a security clearance that the contract manager confirms (III.A.1); nothing when none is given."""
    if given is None:
        return
    assert person.id is not None
    session.add(Clearance(person_id=person.id, cleared_on=given, recorded_by=by))
    session.flush()
    audit.record(
        session,
        actor=by,
        action="clearance.recorded",
        subject=request.number,
        clause="III.A.1",
        detail={"cleared_on": given.isoformat()},
    )


def person_for(session: Session, request: Request, case: Case, today: date) -> Person:
    """The person on record, or a new record, with the affiliation that the request tells of."""
    assert case.access is not None
    assert case.provider is not None
    person = casefile.person_of(session, case.access.staff_name, case.access.email)
    if person is None:
        given, _, family = case.access.staff_name.rpartition(" ")
        forms = papers.of_request(session, request.id)
        form = forms[FormKind.ACCESS_REQUEST]
        person = Person(
            given_name=form.value("given_name") or given,
            family_name=form.value("family_name") or family,
            name_key=name_key(case.access.staff_name),
            email=case.access.email,
            telephone=form.value("telephone"),
        )
        session.add(person)
        session.flush()
    register.affiliate(session, person, case.provider.key, case.access.position, today)
    request.person_id = person.id
    session.add(request)
    session.flush()
    return person
