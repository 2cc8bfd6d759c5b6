"""III.B.2, III.B.3.a: mails that take a request back, end a leave, or tell the same event a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.lifecycle import Event, State, advance
from db.models import AccountState, Disposition, Kind, Person, Request
from tests.factories import FRANK, LAURA, OWEN, Sender, access, consent, departing, today
from tests.tasks.office import MARIA, Office, text_of
from tests.tasks.roadwork import account, days_pass, go_on, holder, told
from tests.tasks.test_leave import away

pytestmark = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
TAKE_BACK = "Please withdraw my request, it is no longer needed."


def asking(office: Office) -> list[Request]:
    return [r for r in office.rows(Request) if r.state is State.TO_SORT]


def of_kind(office: Office, kind: Kind) -> list[Request]:
    return [r for r in office.rows(Request) if r.kind is kind]


WITHDRAWALS: dict[str, tuple[str, str, Sender, bool, State]] = {
    "by the requester, in the thread": (TAKE_BACK, "", LAURA, True, State.WITHDRAWN),
    "by the requester, with the number": (TAKE_BACK, "token", LAURA, False, State.WITHDRAWN),
    "by another submitter of the provider": (TAKE_BACK, "", OWEN, True, State.WITHDRAWN),
    "by a submitter of another provider": (TAKE_BACK, "token", FRANK, False, State.AWAITING_APPROVAL),
    "with no case named": (TAKE_BACK, "", LAURA, False, State.AWAITING_APPROVAL),
    "what may be a correction": (
        "I meant Jane Dow, please disregard my last mail.", "", LAURA, True, State.RECEIVED,
    ),
}  # fmt: skip
"""The mail, whether its subject has the number, its sender, whether it is an answer; how the case stands then."""


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_a_request_is_taken_back_by_who_may_and_plainly(office: Office, name: str) -> None:
    text, numbered, sender, answers, state = WITHDRAWALS[name]
    request_id = office.assessed(LAURA, consent(), access())
    asked = office.letters("needs-you", request_id)[0]
    subject = asked.subject if numbered else "Our request"
    received = office.receive(
        sender, text=text, subject=subject, in_reply_to=[asked.message_id] if answers else []
    )  # fmt: skip
    assert office.case(request_id).state is state
    if state is State.WITHDRAWN:
        assert (received.disposition, asking(office)) == (Disposition.JOINED, [])
        assert [(a.actor, a.clause) for a in office.links(request_id) if a.action == "request.withdraw"] == [
            (sender.email, "III.B.2")
        ]
        (to_manager,) = office.letters("withdrawn-asked", request_id)
        assert to_manager.recipients == [MARIA]
        assert f"{sender.name} has withdrawn the request for access" in " ".join(text_of(to_manager).split())
        assert office.letters("withdrawn", request_id)[0].recipients == [LAURA.email]
    else:
        assert len(asking(office)) == 1
        assert not office.letters("withdrawn", request_id)


def test_what_is_decided_is_taken_back_by_a_person_only(office: Office) -> None:
    request_id = office.with_it()
    ticket = office.letters("needs-you", request_id)[0]
    office.receive(LAURA, text=TAKE_BACK, subject="Jane", in_reply_to=[ticket.message_id])
    assert office.case(request_id).state is State.WITH_IT
    assert len(asking(office)) == 1


def test_a_return_by_mail_puts_the_question_and_enables_nothing(office: Office) -> None:
    account_id, request_id = away(office)
    received = office.receive(LAURA, text="Jane Doe is back from leave as of today.", subject="Jane Doe")
    assert (received.request_id, asking(office)) == (request_id, [])
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert account(office, account_id).state is AccountState.ON_LEAVE
    office.answer(request_id, decision="returns: enable the account")
    assert go_on(office, request_id) is State.FULFILLED


def test_a_return_without_a_leave_is_for_a_person(office: Office) -> None:
    holder(office)
    office.receive(LAURA, text="Jane Doe is back from leave as of today.", subject="Jane Doe")
    (case,) = asking(office)
    assert (case.kind, case.staff_name) == (Kind.MAIL, "Jane Doe")


SECOND: dict[str, str] = {
    "the same words": "Jane Doe has left Nexus. Her last day was yesterday.",
    "another word for it": "Jane Doe resigned and no longer works here.",
    "terminated after all": "Jane Doe was terminated today.",
    "by form": "form",
}


@pytest.mark.parametrize("name", SECOND)
def test_a_second_notice_of_a_departure_belongs_to_the_first(office: Office, name: str) -> None:
    holder(office)
    last = today() + timedelta(9)
    first = told(office, Kind.DEPARTURE, f"Jane Doe leaves on {last:%m/%d/%Y}.")
    days_pass(office, first, 3)
    text = SECOND[name]
    papers = (departing(),) if text == "form" else ()
    received = office.receive(LAURA, *papers, text="" if papers else text, subject="Staff")
    assert received.request_id == first, received.reason
    assert len(of_kind(office, Kind.DEPARTURE)) == 1
    office.assess(first)
    case = office.case(first)
    assert case.state is State.AWAITING_APPROVAL
    assert case.terminated is (name == "terminated after all")


def test_a_second_notice_of_a_leave_belongs_to_the_first(office: Office) -> None:
    _, first = away(office, 5, 30)
    received = office.receive(LAURA, text="Jane Doe goes on maternity leave next week.", subject="Leave")
    assert received.request_id == first, received.reason
    assert len(of_kind(office, Kind.LEAVE)) == 1


def test_what_may_be_a_violation_is_restricted_from_its_first_moment(office: Office) -> None:
    holder(office)
    text = "I think Jane Doe is sharing her password with the night shift."
    for sender in (LAURA, ""):
        office.receive(sender, text=text, subject="Jane Doe shares her password")
    for case in office.rows(Request):
        if case.subject.startswith("Jane Doe shares"):
            assert case.restricted
            assert "Jane" not in office.pages(case.id).get("title", "")


def test_a_record_that_was_merged_away_is_nobody(office: Office) -> None:
    account_id = holder(office)
    with office.session() as session:
        person_id = account(office, account_id).person_id
        old = Person(given_name="Jane", family_name="Doe", name_key="doe jane", email=LAURA.email)
        session.add(old)
        session.flush()
        old.merged_into = person_id
        session.add(old)
    request_id = told(office, Kind.DEPARTURE, f"Jane Doe leaves on {today() + timedelta(9):%m/%d/%Y}.")
    assert office.case(request_id).person_id == person_id
    with office.session() as session:
        advance(session, session.get_one(Request, request_id), Event.VOID, by="test", clause="III.B.3.a")
