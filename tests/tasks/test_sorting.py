"""What a mail is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from db.lifecycle import State
from db.models import Account, Audit, Disposition, Kind, Request, TicketState
from deployments.samples import letters
from forms.reading import FormReading, Refusal, Verdict
from forms.schema import FormKind
from tasks.approval import form_of, take_answer
from tasks.intake import sort_message
from tasks.policy.tokens import token
from tests.factories import (
    BROKEN,
    BUTTE,
    DESK,
    FRANK,
    LAURA,
    NEXUS,
    OWEN,
    PETER,
    Sender,
    access,
    consent,
    other,
    today,
)
from tests.tasks.office import MARIA, Office, text_of

OPENED, JOINED, FILED, QUARANTINED = (
    Disposition.OPENED,
    Disposition.JOINED,
    Disposition.FILED,
    Disposition.QUARANTINED,
)
MARCUS = NEXUS.member("Whitfield")


def test_complete_mail_opens_a_case(office: Office) -> None:
    mail = office.receive(LAURA, consent(), access())
    (case,) = office.rows(Request)
    assert (mail.disposition, mail.request_id) == (OPENED, case.id)
    assert mail.reason == "carries access request and consent"
    assert (case.state, case.provider_key, case.staff_name) == (State.RECEIVED, "nexus", "Jane Doe")
    assert (case.requester_email, case.requester_name) == (LAURA.email, LAURA.name)
    assert set(office.papers(case.id)) == {FormKind.CONSENT, FormKind.ACCESS_REQUEST}
    assert letters.GOOD.strip() in case.mail_text
    assert [link.action for link in office.links(case.id)] == ["request.opened"]


OPENERS: list[tuple[str, Sender | str, Sequence[FormReading | Refusal], dict[str, object], Disposition]] = [
    ("one form is enough", LAURA, [consent()], {"text": ""}, OPENED),
    ("anybody may ask; who may is decided later", PETER, [consent(), access()], {}, OPENED),
    ("broken files of a designated submitter, with words", LAURA, [BROKEN], {"text": "the consent form"}, OPENED),
    ("broken files of a designated submitter, without", LAURA, [BROKEN], {"subject": "MFP-1", "text": ""}, OPENED),
    ("an unread page of a designated submitter, with words", LAURA, [other()], {"text": "for our new hire"}, OPENED),
    ("an unread page of a designated submitter, without", LAURA, [other()], {"subject": "x", "text": "menu"}, FILED),
    ("broken files of provider staff who are not listed", PETER, [BROKEN], {"text": "the consent form"}, QUARANTINED),
    ("a question", LAURA, [], {"text": "When will the access request be done?"}, QUARANTINED),
    ("a newsletter", "news@summitprint.example", [], {"text": letters.NOT_A_REQUEST, "subject": "Savings"}, FILED),
    ("an automatic mail, even with forms", LAURA, [consent(), access()], {"automatic": True}, FILED),
    ("forms from nobody who could be answered", "", [consent(), access()], {}, QUARANTINED),
    ("junk from nobody who could be answered", "", [], {"text": "junk", "subject": "x"}, FILED),
]


@pytest.mark.parametrize(("sender", "forms", "more", "end"), [o[1:] for o in OPENERS], ids=[o[0] for o in OPENERS])
def test_what_opens_a_case_and_what_is_filed(
    office: Office,
    sender: Sender | str,
    forms: Sequence[FormReading | Refusal],
    more: dict[str, object],
    end: Disposition,
) -> None:
    mail = office.receive(sender, *forms, **more)
    assert mail.disposition is end
    assert mail.reason
    states = {OPENED: [State.RECEIVED], QUARANTINED: [State.TO_SORT], FILED: []}
    assert [case.state for case in office.rows(Request)] == states[end]
    assert office.letters() == []


HALVES: list[tuple[str, Sender, Sender, FormReading, State]] = [
    ("the same sender", LAURA, LAURA, consent(), State.INCOMPLETE),
    ("another designated submitter of the same provider", LAURA, OWEN, consent(), State.INCOMPLETE),
    ("a scan in doubt", LAURA, LAURA, consent(marks=(Verdict.INK, Verdict.UNCLEAR)), State.IN_DOUBT),
    ("an unlisted sender on hold adds to the own case", PETER, PETER, consent(), State.ON_HOLD),
]


@pytest.mark.parametrize(("first", "second", "half", "between"), [h[1:] for h in HALVES], ids=[h[0] for h in HALVES])
def test_the_second_half_joins_by_person(
    office: Office, first: Sender, second: Sender, half: FormReading, between: State
) -> None:
    request_id = office.assessed(first, half)
    assert office.case(request_id).state is between
    mail = office.receive(second, access(given_name="JANE", family_name="Doe"), text=letters.TWO_MAILS_SECOND)
    assert (mail.disposition, mail.request_id) == (JOINED, request_id)
    assert office.case(request_id).state is (State.ON_HOLD if between is State.ON_HOLD else State.RECEIVED)
    assert set(office.papers(request_id)) == {FormKind.CONSENT, FormKind.ACCESS_REQUEST}
    assert len(office.rows(Request)) == 1


def test_the_second_half_joins_before_the_first_was_assessed(office: Office) -> None:
    request_id = office.open(LAURA, consent())
    assert office.receive(LAURA, access()).request_id == request_id
    assert office.links(request_id)[-1].action == "request.supplemented"
    assert office.assess(request_id) is State.AWAITING_APPROVAL


STRANGERS: list[tuple[str, Sender, Sender, FormReading, FormReading]] = [
    ("another provider's sender", LAURA, FRANK, consent(), access()),
    ("an unlisted sender", LAURA, PETER, consent(), access()),
    ("another person", LAURA, LAURA, consent(), access(MARCUS)),
    ("a designated submitter does not feed an unlisted sender's case", PETER, LAURA, consent(), access()),
]


@pytest.mark.parametrize(("first", "second", "one", "two"), [s[1:] for s in STRANGERS], ids=[s[0] for s in STRANGERS])
def test_what_does_not_belong_opens_a_case_of_its_own(
    office: Office, first: Sender, second: Sender, one: FormReading, two: FormReading
) -> None:
    request_id = office.assessed(first, one)
    mail = office.receive(second, two)
    assert mail.disposition is OPENED
    assert mail.request_id != request_id
    assert len(office.papers(request_id)) == 1


def test_the_second_half_joins_nothing_when_two_cases_fit(office: Office) -> None:
    office.designate(LAURA, "butte")
    first, second = office.assessed(OWEN, consent()), office.assessed(FRANK, consent(provider=BUTTE))
    mail = office.receive(LAURA, access())
    assert mail.disposition is OPENED
    assert mail.request_id not in (first, second)


def test_a_complete_case_is_not_changed_by_a_form_for_the_same_person(office: Office) -> None:
    request_id = office.assessed()
    assert office.receive(OWEN, access(entitlement="view")).request_id != request_id
    assert office.case(request_id).state is State.AWAITING_APPROVAL


@pytest.mark.parametrize("by", ["In-Reply-To", "case number"])
@pytest.mark.parametrize(
    ("forms", "before"),
    [
        ([access(), consent(marks=(Verdict.INK, Verdict.BLANK))], State.INCOMPLETE),
        ([access(), consent()], State.AWAITING_APPROVAL),
        ([access(), consent(marks=(Verdict.UNCLEAR, Verdict.INK))], State.IN_DOUBT),
    ],
)
def test_the_requesters_reply_joins(office: Office, by: str, forms: list[FormReading], before: State) -> None:
    request_id = office.assessed(LAURA, *forms)
    assert office.case(request_id).state is before
    thread = [office.letters()[-1].message_id] if by == "In-Reply-To" else []
    subject = f"AW: [{token(office.case(request_id).number)}] papers" if by == "case number" else "Re: papers"
    mail = office.receive(LAURA, text="Her position is cook.", subject=subject, in_reply_to=thread)
    assert (mail.disposition, mail.request_id) == (JOINED, request_id)
    assert office.case(request_id).state is State.RECEIVED
    assert office.case(request_id).mail_text.endswith("Her position is cook.")


@pytest.mark.parametrize("by", ["In-Reply-To", "case number"])
@pytest.mark.parametrize("sender", [FRANK, PETER, "mallory@elsewhere.example"], ids=str)
def test_nobody_else_writes_into_a_case(office: Office, by: str, sender: Sender | str) -> None:
    request_id = office.assessed(LAURA, access())
    thread = [office.letters()[-1].message_id] if by == "In-Reply-To" else []
    subject = f"Re: {token(office.case(request_id).number)}" if by == "case number" else "Re: papers"
    mail = office.receive(sender, text="Position: director", subject=subject, in_reply_to=thread)
    assert mail.disposition is QUARANTINED
    assert mail.request_id != request_id
    assert office.case(request_id).state is State.INCOMPLETE


def test_a_reply_to_a_finished_case_is_filed(office: Office) -> None:
    request_id = office.assessed()
    office.answer(request_id, decision="reject", reason="No need.")
    mail = office.receive(LAURA, subject=f"Re: {office.case(request_id).number}", text="Thanks")
    assert mail.disposition is FILED


def test_new_papers_make_an_answer_about_the_old_scan_void(office: Office) -> None:
    request_id = office.assessed(LAURA, consent(marks=(Verdict.UNCLEAR, Verdict.INK)), access())
    asked = office.case(request_id).asking
    office.receive(LAURA, consent(marks=(Verdict.TYPED, Verdict.INK)))
    take_answer.fn(request_id, asked, {"staff_signature": "signed in ink"}, "mreyes")
    assert office.papers(request_id)[FormKind.CONSENT].signatures["staff"].final == "typed"
    assert office.assess(request_id) is State.INCOMPLETE


def test_a_sorted_mail_is_not_sorted_again(office: Office) -> None:
    mail = office.receive(LAURA, consent())
    assert mail.id is not None
    sort_message.fn(mail.id)
    assert len(office.rows(Request)) == 1


# --- the service desk ---


def test_the_desk_closes_the_ticket_once(office: Office) -> None:
    request_id = office.with_it()
    asked = office.case(request_id).asking
    mail = office.desk_says("Done, account created. INC0012345")
    assert (mail.disposition, mail.request_id) == (JOINED, request_id)
    ticket = office.ticket()
    assert (ticket.state, ticket.desk_reference, ticket.closed_by) == (TicketState.CLOSED, "INC0012345", DESK.email)
    assert office.case(request_id).asking == asked + 1  # whoever waits for the old answer looks again
    again = office.desk_says("Done. INC0099999")
    assert (again.disposition, again.reason) == (JOINED, "the ticket was closed before")
    assert office.ticket().desk_reference == "INC0012345"
    assert [link.action for link in office.links(request_id)].count("ticket.closed") == 1


@pytest.mark.parametrize(
    "text",
    [
        "We received your ticket, INC0012345 was created for it.",
        "Thank you. A ticket has been created. Reference INC0012345.",
        "We have created the ticket INC0012345 for you.",
        "Not done yet, which building is this?",
        "Will be completed tomorrow.",
    ],
)
def test_a_desk_that_has_not_done_it_closes_nothing(office: Office, text: str) -> None:
    request_id = office.with_it()
    mail = office.desk_says(text)
    assert (mail.disposition, mail.reason) == (JOINED, "the service desk writes about the ticket")
    assert office.ticket().state is TicketState.OPEN
    assert office.case(request_id).state is State.WITH_IT
    assert office.case(request_id).problem == f"The service desk writes: “{text}”", "the contract manager sees it"


@pytest.mark.parametrize(
    "subject", ["Planned outage on Sunday", "Done", "CR-2026-000999 done", "done: CR-2020-000001-create"]
)
def test_desk_mail_about_nothing_is_filed(office: Office, subject: str) -> None:
    office.with_it()
    mail = office.receive(DESK, subject=subject, text="Done.")
    assert (mail.disposition, mail.reason) == (FILED, "from the service desk, but answers no ticket of ours")
    assert office.ticket().state is TicketState.OPEN


BAD_IDS = [
    ("Done.", "brings no user ID"),
    ("Done. User ID: X1", "brings no user ID"),
    ("Done. User ID: AB12345678", "does not look like"),
    ("Done. User ID: ca54321", "given before"),
]


@pytest.mark.parametrize(("text", "why"), BAD_IDS)
def test_an_id_that_cannot_be_used_closes_nothing_and_the_manager_is_told(office: Office, text: str, why: str) -> None:
    office.set(user_id_mode="acquire")
    office.fulfilled(says="Done. User ID: CA54321")
    request_id = office.with_it(consent(MARCUS), access(MARCUS))
    asked = office.case(request_id).asking
    mail = office.desk_says(text)
    case = office.case(request_id)
    assert (mail.disposition, case.state, case.asking) == (JOINED, State.WITH_IT, asked + 1)
    assert why in case.problem
    told = office.letters("needs-you", request_id)[-1]
    assert told.recipients == [MARIA]
    assert case.problem in " ".join(text_of(told).split())
    assert "III.B.2.a" in text_of(told)
    office.desk_says("Sorry. Done. User ID: CA54322")
    assert {a.user_name for a in office.rows(Account)} == {"CA54321", "CA54322"}


def test_a_good_id_closes_the_ticket_and_is_given(office: Office) -> None:
    office.set(user_id_mode="acquire")
    request_id = office.with_it()
    assert office.account().user_name is None
    office.desk_says("Done. User ID: ca54321")
    assert office.ticket().state is TicketState.CLOSED
    assert office.account().user_name == "CA54321"
    assert "account.acquired" in [link.action for link in office.links(request_id)]
    told = len(office.letters("needs-you"))
    office.desk_says("Closing this ticket. Done.")  # an automatic closing mail that brings no ID
    assert len(office.letters("needs-you")) == told


def test_one_id_for_two_open_tickets_is_taken_once(office: Office) -> None:
    office.set(user_id_mode="acquire")
    first, second = office.with_it(), office.with_it(consent(MARCUS), access(MARCUS))
    for request_id in (first, second):
        ticket = office.letters("ticket", request_id)[0]
        office.receive(DESK, text="Done. User ID: CA54321", subject="RE", in_reply_to=[ticket.message_id])
    assert office.case(first).problem == ""
    assert "given before" in office.case(second).problem
    assert [a.user_name for a in office.rows(Account) if a.request_id == second] == [None]


# --- what a mail asks in words (the rules have tables of their own in tests/sorting) ---


def kinds(office: Office) -> dict[str, Request]:
    """The cases by kind and person."""
    return {f"{case.kind} {case.staff_name}".strip(): case for case in office.rows(Request)}


WORDS: list[tuple[str, str, list[str]]] = [
    ("Marcus Whitfield quit without notice.", "", ["DEPARTURE Marcus Whitfield"]),
    ("Priya Raman was terminated today.", "Termination", ["DEPARTURE Priya Raman"]),
    ("Jane Doe will be on leave starting Monday until Jan 5.", "", ["LEAVE Jane Doe"]),
    ("Please change Jane Doe from view to enter.", "", ["CHANGE Jane Doe"]),
    ("Jane Doe is transferring from Nexus to Elkhorn.", "", ["MOVE Jane Doe"]),
    ("Jane Doe forgot her OMIS password, please reset it.", "", ["RESET Jane Doe"]),
    ("Jane Doe was locked for inactivity. Please unlock her.", "", ["UNLOCK Jane Doe"]),
    ("Jane Doe shares her password with the night shift.", "", ["VIOLATION Jane Doe"]),
    ("How do I enter a termination summary?", "", ["MAIL"]),
    ("Please cancel the access request for Jane Doe.", "", ["MAIL Jane Doe"]),
    ("Jane Doe is back from leave.", "", ["MAIL Jane Doe"]),
    ("Marcus Whitfield quit. Priya Raman was fired.", "", ["DEPARTURE Marcus Whitfield", "DEPARTURE Priya Raman"]),
    (
        "Jane Doe replaces John Roe, who left us. Please give Jane access to OMIS.",
        "",
        ["NEW_ACCESS Jane Doe", "MAIL John Roe"],
    ),
    ("Please remove Marcus Whitfield.\nPriya Raman.", "Staff", ["MAIL Marcus Whitfield"]),
]


@pytest.mark.parametrize(("text", "subject", "opened"), WORDS, ids=[w[0][:40] for w in WORDS])
def test_words_alone_open_a_case_of_each_kind(office: Office, text: str, subject: str, opened: list[str]) -> None:
    mail = office.receive(LAURA, text=text, subject=subject)
    assert sorted(kinds(office)) == sorted(opened)
    assert mail.reason
    assert mail.disposition is (QUARANTINED if opened[0].startswith("MAIL") else OPENED)
    (told,) = [a for a in office.rows(Audit) if a.action == "mail.understood"]
    assert told.detail["suggestions"]


def test_the_days_and_the_kind_of_a_departure_are_on_its_case(office: Office) -> None:
    office.receive(LAURA, text="Jane Doe was terminated effective 12/1/2026.", subject="")
    (case,) = office.rows(Request)
    assert (case.terminated, case.effective_on, case.returns_on) == (True, date(2026, 12, 1), None)
    office.receive(LAURA, text="Marcus Whitfield is on leave from 2026-12-01 until 2027-01-05.", subject="")
    case = kinds(office)["LEAVE Marcus Whitfield"]
    assert (case.terminated, case.effective_on, case.returns_on) == (False, date(2026, 12, 1), date(2027, 1, 5))


def test_a_violation_is_for_those_in_charge_and_its_words_stay_out_of_the_audit_trail(office: Office) -> None:
    office.receive(LAURA, text="Jane Doe shares her password with the night shift.", subject="")
    (case,) = office.rows(Request)
    assert case.restricted
    told = [str(a.detail) for a in office.rows(Audit) if a.action == "mail.understood"]
    assert not any("Jane" in one or "night shift" in one for one in told)


def test_a_second_mail_about_the_same_joins(office: Office) -> None:
    first = office.receive(LAURA, text="Jane Doe quit.", subject="")
    again = office.receive(OWEN, text="Jane Doe has resigned, please remove her access.", subject="2nd request")
    assert (again.disposition, again.request_id) == (JOINED, first.request_id)


def test_a_reply_that_tells_something_else_is_asked_about_as_well(office: Office) -> None:
    request_id = office.assessed(LAURA, access())
    asked = office.letters()[-1].message_id
    mail = office.receive(LAURA, text="Also, Priya Raman was fired today.", subject="Re: papers", in_reply_to=[asked])
    assert (mail.disposition, mail.request_id) == (JOINED, request_id)
    (held,) = [case for case in office.rows(Request) if case.kind is Kind.MAIL]
    assert (held.state, held.staff_name) == (State.TO_SORT, "Priya Raman")


def test_an_automatic_answer_that_says_that_somebody_left_is_seen(office: Office) -> None:
    mail = office.receive(LAURA, text="I am no longer employed at Nexus.", subject="Automatic reply", automatic=True)
    assert mail.disposition is QUARANTINED
    assert office.letters() == []


@pytest.mark.parametrize(
    ("sender", "end"), [("promo@shop.example", FILED), (LAURA, QUARANTINED), (PETER, QUARANTINED)], ids=str
)
def test_what_is_not_understood_is_filed_of_strangers_only(
    office: Office, sender: Sender | str, end: Disposition
) -> None:
    assert office.receive(sender, text="The furniture comes at ten o'clock.", subject="x").disposition is end


def test_the_suggestion_is_chosen_and_its_reasons_are_shown(office: Office) -> None:
    office.set(sorting_confidence=1.0)
    office.receive(LAURA, text="Priya Raman was terminated today.", subject="")
    (case,) = office.rows(Request)
    form = form_of(case.id, "the case")
    assert form.model_fields["decision"].default == "termination"
    shown = office.pages(case.id)
    for page in (shown["question"], shown["summary"]):
        assert "departure (terminated) for Priya Raman" in page.replace("\\", "")
        assert "the employer ended the employment" in page
    case = office.answer(case.id, decision="termination")
    assert (case.kind, case.terminated, case.staff_name) == (Kind.DEPARTURE, True, "Priya Raman")
    assert case.effective_on == today()
