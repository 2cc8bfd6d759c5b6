"""A mail by somebody whose own account is locked, suspended or disabled waits for a person; nothing is done or said."""

from __future__ import annotations

import pytest

from db import requests
from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, Disposition, Entitlement, Kind, Person, Request
from deployments.samples.cast import Staff, Submitter
from tasks.policy.names import name_key
from tests.factories import JANE, LAURA, access, consent
from tests.tasks.office import Office


def give_account(office: Office, to: Staff | Submitter, state: AccountState) -> None:
    given, _, family = to.name.partition(" ")
    with office.session() as session:
        person = Person(
            given_name=given, family_name=family, name_key=name_key(to.name), email=to.email.casefold(), telephone=""
        )
        session.add(person)
        case = requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email="x@y.example", requester_name="", at=utc_now()
        )
        case.state = State.FULFILLED
        session.flush()
        assert person.id is not None
        session.add(Account(person_id=person.id, request_id=case.id, entitlement=Entitlement.VIEW, state=state))


HELD = [(AccountState.LOCKED, "III.C.3"), (AccountState.SUSPENDED, "III.C.6"), (AccountState.DISABLED, "III.B.3")]


@pytest.mark.parametrize(("state", "clause"), HELD)
def test_it_waits_for_a_person_who_is_told_why(office: Office, state: AccountState, clause: str) -> None:
    give_account(office, JANE, state)
    mail = office.receive(JANE, consent(), access())
    assert mail.disposition is Disposition.QUARANTINED
    assert clause in mail.reason
    (case,) = [r for r in office.rows(Request) if r.state is State.TO_SORT]
    assert (case.id, case.kind) == (mail.request_id, Kind.MAIL)
    assert office.letters() == []
    assert not office.papers(case.id)
    assert any("Nothing was done" in page for page in office.pages(case.id).values())
    case = office.answer(case.id, decision="new access request")  # the person says what it is, and it goes its way
    assert (case.kind, case.state) == (Kind.NEW_ACCESS, State.RECEIVED)


@pytest.mark.parametrize("state", [AccountState.ACTIVE, AccountState.ON_LEAVE, AccountState.REMOVED])
def test_anybody_elses_mail_goes_its_way(office: Office, state: AccountState) -> None:
    give_account(office, JANE, state)
    assert office.receive(JANE, consent(), access()).disposition is Disposition.OPENED


def test_an_answer_to_a_case_waits_as_well(office: Office) -> None:
    """Laura sent half of the papers; since then her own account was suspended."""
    case = office.case(office.assessed(LAURA, access()))
    give_account(office, LAURA, AccountState.SUSPENDED)
    (asked,) = office.letters("papers-missing")
    mail = office.receive(LAURA, consent(), subject=f"Re: {asked.subject}", in_reply_to=[asked.message_id])
    assert mail.disposition is Disposition.QUARANTINED
    assert (office.case(case.id).state, set(office.papers(case.id))) == (State.INCOMPLETE, {"access_request"})


def test_a_flood_of_it_asks_once(office: Office) -> None:
    give_account(office, JANE, AccountState.SUSPENDED)
    office.set(sender_mails_per_hour=2)
    for _ in range(5):
        assert office.receive(JANE, text="Please!").disposition is Disposition.QUARANTINED
    assert len([r for r in office.rows(Request) if r.state is State.TO_SORT]) == 2
