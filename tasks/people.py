"""The person whom a request is for: found or written down, with the clearance that approval rests on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session

from db import audit, identities, papers, register
from db.models import Clearance, Person, Request
from forms.schema import FormKind
from tasks.policy.case import Case
from tasks.policy.iii_b_2_a import meant
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
    """The person on record, brought up to date, or a new record, with the affiliation that the request tells of."""
    assert case.access is not None
    assert case.provider is not None
    known = meant(case.matches)
    form = papers.of_request(session, request.id)[FormKind.ACCESS_REQUEST]
    given, _, family = case.access.staff_name.rpartition(" ")
    said: dict[str, Any] = {
        "given_name": form.value("given_name") or given,
        "family_name": form.value("family_name") or family,
        "name_key": name_key(case.access.staff_name),
        "email": case.access.email,
        "telephone": form.value("telephone"),
    }
    if known is None:
        person = Person(**said)
        session.add(person)
        session.flush()
    else:
        person = session.get_one(Person, known.person_id)
        _bring_up_to_date(session, request, person, said)
    register.affiliate(session, person, case.provider.key, case.access.position, today)
    request.person_id = person.id
    session.add(request)
    session.flush()
    return person


def _bring_up_to_date(session: Session, request: Request, person: Person, said: dict[str, Any]) -> None:
    """Let the record say what the approved papers say; what it said before stays findable, audited."""
    new = {name: value for name, value in said.items() if value and value != getattr(person, name)}
    if not new:
        return
    assert person.id is not None
    identities.keep_as_earlier(session, person, person.id, f"until {request.number}")
    for name, value in new.items():
        setattr(person, name, value)
    session.add(person)
    session.flush()
    changed = sorted(new.keys() - {"name_key"})
    audit.record(
        session,
        actor="correquests",
        action="person.changed",
        subject=f"person-{person.id}",
        clause="III.B.2.a",
        detail={"changed": changed, "case": request.number},
    )
