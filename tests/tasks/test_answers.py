"""Every question and every answer: what is decided, what is asked again and why, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from db import register, users
from db.lifecycle import State
from db.models import Account, Affiliation, Clearance, Decision, Entitlement, Person, Role, TicketState
from forms.reading import FormReading, Verdict
from forms.schema import FormKind
from tasks.approval import form_of, take_answer
from tests.factories import JANE, LAURA, NEXUS, PASSAGES, PETER, Sender, access, consent, today
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office, text_of

INK, BLANK, TYPED, ELECTRONIC, _, UNCLEAR = Verdict
CLEARED = {"clearance_on": today().isoformat()}
MARCUS = NEXUS.member("Whitfield")


def decided(office: Office) -> list[tuple[str, str, str]]:
    return [(d.question, d.outcome, d.decided_by) for d in office.rows(Decision)]


def refused(office: Office, request_id: str, asked: int, why: str) -> None:
    """Nothing was decided; the same question is asked again, and the reason is shown and audited."""
    case = office.case(request_id)
    assert case.asking == asked + 1
    assert why in case.problem, case.problem
    assert "**Your last answer was not accepted:**" in office.pages(request_id)["question"]
    link = office.links(request_id)[-1]
    assert (link.action, link.detail["problem"]) == ("answer.refused", case.problem)


# --- is this sender accepted? ---

SENDER = [
    ({"decision": "accept for this request"}, State.RECEIVED, "accept", ""),
    ({"decision": "refuse", "reason": "Nobody we know."}, State.REJECTED, "refuse", ""),
    ({"decision": "refuse"}, State.ON_HOLD, "", "give a reason"),
    ({"decision": "refuse", "reason": "  "}, State.ON_HOLD, "", "give a reason"),
    ({"decision": "look again"}, State.RECEIVED, "look again", ""),
]


@pytest.mark.parametrize(("given", "state", "outcome", "problem"), SENDER)
def test_sender(office: Office, given: dict[str, str], state: State, outcome: str, problem: str) -> None:
    request_id = office.assessed(PETER, consent(), access())
    asked = office.case(request_id).asking
    case = office.answer(request_id, **given)
    assert case.state is state
    assert decided(office) == ([("SENDER", outcome, MANAGER)] if outcome else [])
    assert bool(case.closed_at) == (state is State.REJECTED)
    if problem:
        refused(office, request_id, asked, problem)
    assert office.letters("rejected") == []  # a refused sender is not told
    assert [row.recipients for row in office.letters()] == [["maria.reyes@mt.example"]]


def test_an_accepted_sender_goes_on_and_one_looked_at_again_only_when_designated(office: Office) -> None:
    request_id = office.assessed(PETER, consent(), access())
    office.answer(request_id, decision="look again")
    assert office.assess(request_id) is State.ON_HOLD
    office.designate(PETER, "nexus")
    office.answer(request_id, decision="look again")
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    other = office.assessed(PETER, consent(MARCUS, PASSAGES), access(MARCUS, PASSAGES))
    office.answer(other, decision="accept for this request")
    assert office.case(other).sender_accepted_by == MANAGER
    assert office.assess(other) is State.AWAITING_APPROVAL


# --- what does the scan say? ---

READING = [
    ("signed in ink", "ink", State.AWAITING_APPROVAL),
    ("not signed", "blank", State.INCOMPLETE),
    ("not in ink", "electronic", State.INCOMPLETE),
    ("only a mark", "stray", State.INCOMPLETE),
    ("look again", "", State.IN_DOUBT),
]


@pytest.mark.parametrize("found", [True, False], ids=["unclear slot", "slot not found"])
@pytest.mark.parametrize(("said", "final", "state"), READING)
def test_reading_of_a_signature(office: Office, found: bool, said: str, final: str, state: State) -> None:
    request_id = office.assessed(LAURA, consent(marks=(INK, UNCLEAR if found else None)), access())
    assert office.answer(request_id, supervisor_signature=said).state is State.RECEIVED
    slot = office.papers(request_id)[FormKind.CONSENT].signatures.get("supervisor")
    if final:
        assert slot is not None
        assert (slot.verdict, slot.final, slot.judged_by) == ("unclear", final, MANAGER)  # both stay
        assert decided(office) == [("READING", f"supervisor signature: {said}", MANAGER)]
        assert "the reader said" in office.pages(request_id)["signature-supervisor"]
    else:
        assert decided(office) == [("READING", "look again", MANAGER)]
    assert office.assess(request_id) is state


@pytest.mark.parametrize(
    ("form", "field", "read", "said"),
    [
        (access(doubtful=["email"], email="jane.d0e@nexus.example"), "access_request_email", True, JANE.email),
        (access(doubtful=["family_name"], family_name="D0e"), "access_request_family_name", True, " Doe "),
        (consent(supervisor_name=None), "consent_supervisor_name", False, "Samuel Ostrander"),
    ],
    ids=["misread", "misread name", "not found at all"],
)
def test_a_correction_keeps_both_values(office: Office, form: Any, field: str, read: bool, said: str) -> None:
    request_id = office.assessed(LAURA, form, consent() if form.kind == "access_request" else access())
    assert office.case(request_id).state is State.IN_DOUBT
    office.answer(request_id, **{field: said})
    name = field.removeprefix(f"{form.kind}_")
    row = office.papers(request_id)[form.kind].fields[name]
    assert (row.value, row.final, row.corrected_by) == (form.value(name), said.strip(), MANAGER)
    assert row.source == ("ocr" if read else "person")
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert office.case(request_id).staff_name == "Jane Doe"
    table = office.pages(request_id)["fields"]
    assert f"corrected by {MANAGER}" in table


def test_a_facility_that_matches_no_contract_can_be_entered(office: Office) -> None:
    office.designate(LAURA, "butte")  # the sender alone does not tell
    request_id = office.assessed(LAURA, consent(facility="Nexsus"), access(facility="Nexsus"))
    assert office.case(request_id).state is State.IN_DOUBT
    assert "access_request_provider" in form_of(request_id, "").model_fields
    office.answer(request_id, access_request_provider="Nexus")
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert office.case(request_id).provider_key == "nexus"


def test_a_reading_form_asks_only_what_is_in_doubt(office: Office) -> None:
    request_id = office.assessed(LAURA, consent(marks=(INK, UNCLEAR)), access(doubtful=["email"]))
    asked = set(form_of(request_id, "").model_fields)
    assert asked >= {"supervisor_signature", "access_request_email"}
    assert not asked & {"staff_signature", "access_request_family_name", "decided_by"}


# --- the requester was told what is missing ---


@pytest.mark.parametrize(
    ("given", "state", "outcome", "problem"),
    [
        ({}, State.RECEIVED, "", ""),
        ({"decision": "close the request"}, State.INCOMPLETE, "", "give a reason"),
        ({"decision": "close the request", "reason": "She left."}, State.CLOSED, "close", ""),
    ],
)
def test_papers(office: Office, given: dict[str, str], state: State, outcome: str, problem: str) -> None:
    request_id = office.assessed(LAURA, access())
    asked = office.case(request_id).asking
    assert office.answer(request_id, **given).state is state
    assert decided(office) == ([("PAPERS", outcome, MANAGER)] if outcome else [])
    if problem:
        refused(office, request_id, asked, problem)


# --- may this person have access? ---


def test_approval(office: Office) -> None:
    request_id = office.assessed()
    case = office.answer(request_id, decision="approve", **CLEARED)
    assert (case.state, case.entitlement) == (State.APPROVED, Entitlement.ENTER)
    (decision,) = office.rows(Decision)
    assert (decision.outcome, decision.decided_by, decision.on_behalf_of) == ("approve", MANAGER, "")
    assert (decision.clause, decision.revision) == ("III.B.1", "2026-04-24")
    (person,) = office.rows(Person)
    assert (person.id, person.name, person.email) == (case.person_id, "Jane Doe", JANE.email)
    (clearance,), (work,) = office.rows(Clearance), office.rows(Affiliation)
    assert (clearance.cleared_on, clearance.recorded_by) == (today(), MANAGER)
    assert (work.provider_key, work.position) == ("nexus", "Case manager")


NOT_APPROVED: list[tuple[str, dict[str, str], str]] = [
    ("without clearance", {"decision": "approve"}, "III.A.1"),
    ("a clearance to come", {"decision": "approve", "clearance_on": "2099-01-01"}, "still to come"),
    ("a day that does not exist", {"decision": "approve", "clearance_on": "2026-02-31"}, "is not a day"),
    ("rejected without reason", {"decision": "reject"}, "needs a reason"),
    ("rejected with an empty reason", {"decision": "reject", "reason": " \n"}, "needs a reason"),
]


@pytest.mark.parametrize(("given", "why"), [n[1:] for n in NOT_APPROVED], ids=[n[0] for n in NOT_APPROVED])
def test_an_answer_that_cannot_be_accepted_grants_nothing(office: Office, given: dict[str, str], why: str) -> None:
    request_id = office.assessed()
    asked = office.case(request_id).asking
    assert office.answer(request_id, **given).state is State.AWAITING_APPROVAL
    refused(office, request_id, asked, why)
    for table in (Decision, Person, Clearance, Account):
        assert office.rows(table) == []


def test_the_form_itself_refuses_a_clearance_that_is_no_date(office: Office) -> None:
    with pytest.raises(ValidationError):
        office.answer(office.assessed(), decision="approve", clearance_on="May 5th")


def test_a_rejection_tells_the_requester_why(office: Office) -> None:
    request_id = office.assessed()
    case = office.answer(request_id, decision="reject", reason="She has no caseload.")
    assert case.state is State.REJECTED
    assert case.closed_at is not None
    (letter,) = office.letters("rejected")
    assert letter.recipients == [LAURA.email]
    assert "She has no caseload." in text_of(letter)
    assert "III.B.1" in text_of(letter)
    assert office.rows(Account) == []


def test_look_again_assesses_anew_and_asks_anew(office: Office) -> None:
    request_id = office.assessed()
    assert office.answer(request_id, decision="look again").state is State.RECEIVED
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert len(office.letters("needs-you")) == 2


RENEE = PASSAGES.member("Castillo")
JOYCE = PASSAGES.submitters[0]


@pytest.mark.parametrize(("level", "granted"), [("as requested", None), ("enter", None), ("view", Entitlement.VIEW)])
def test_entry_of_data_at_passages_is_barred_and_view_is_not(
    office: Office, level: str, granted: Entitlement | None
) -> None:
    request_id = office.assessed(JOYCE, consent(RENEE, PASSAGES), access(RENEE, PASSAGES))
    case = office.answer(request_id, decision="approve", entitlement=level, **CLEARED)
    assert case.state is (State.APPROVED if granted else State.AWAITING_APPROVAL)
    assert case.entitlement is granted
    assert ("ACCD 1.7.200" in case.problem) == (granted is None)


def test_a_deputy_decides_on_behalf_of_the_manager(office: Office) -> None:
    request_id = office.assessed()
    assert office.answer(request_id, DEPUTY, decision="approve", **CLEARED).state is State.APPROVED
    (decision,) = office.rows(Decision)
    assert (decision.decided_by, decision.on_behalf_of) == (DEPUTY, "Maria Reyes")
    assert [link.detail["for"] for link in office.links(request_id) if link.action.startswith("decision")] == [
        "Maria Reyes"
    ]


def _strangers(office: Office) -> None:
    """Somebody else's manager, and a manager who was deactivated."""
    with office.session() as session:
        for name in ("bkowalski", "gone"):
            users.save(
                session,
                user_name=name,
                name=name.title(),
                email=f"{name}@mt.example",
                role=Role.APPROVER,
                password=None,
                by="test",
            )
        session.flush()
        register.appoint(session, "butte", "bkowalski", "bkowalski", "test")
        register.appoint(session, "nexus", MANAGER, "gone", "test")
        users.deactivate(session, "gone", "test")


NOBODY = [VIEWER, "bkowalski", "gone", "Maria Reyes", "MREYES", "nobody", ""]


@pytest.mark.parametrize(
    ("state", "name"),
    [(State.AWAITING_APPROVAL, name) for name in NOBODY]
    + [(state, VIEWER) for state in (State.ON_HOLD, State.IN_DOUBT, State.INCOMPLETE)],
)
def test_nobody_but_the_manager_and_the_deputy_decides(office: Office, name: str, state: State) -> None:
    _strangers(office)
    ways: dict[State, Callable[[], str]] = {
        State.ON_HOLD: lambda: office.assessed(PETER, consent(), access()),
        State.IN_DOUBT: lambda: office.assessed(LAURA, consent(marks=(INK, UNCLEAR)), access()),
        State.INCOMPLETE: lambda: office.assessed(LAURA, access()),
        State.AWAITING_APPROVAL: lambda: office.assessed(),
    }
    request_id = ways[state]()
    asked = office.case(request_id).asking
    given = {
        State.ON_HOLD: {"decision": "accept for this request"},
        State.IN_DOUBT: {"supervisor_signature": "signed in ink"},
        State.INCOMPLETE: {"decision": "close the request", "reason": "x"},
        State.AWAITING_APPROVAL: {"decision": "approve", "decided_by": MANAGER, **CLEARED},
    }[state]
    take_answer.fn(request_id, asked, given, name)
    assert office.case(request_id).state is state
    assert office.rows(Decision) == []
    refused(office, request_id, asked, "Only the provider's contract manager or deputy")
    assert office.links(request_id)[-1].actor == (name or "unknown")


MARIA = "Maria Reyes"
OWN: list[tuple[str, Sender | str, list[FormReading]]] = [
    ("as submitter", "maria.reyes@mt.example", [consent(), access()]),
    ("as staff member by address", LAURA, [consent(), access(email="Maria.Reyes@mt.example")]),
    ("as staff member by name", LAURA, [consent(staff_name=MARIA), access(given_name="Maria", family_name="Reyes")]),
    ("as supervisor", LAURA, [consent(), access(supervisor_name="Reyes, Maria")]),
]


@pytest.mark.parametrize(("sender", "forms"), [o[1:] for o in OWN], ids=[o[0] for o in OWN])
def test_nobody_approves_for_themselves_and_the_deputy_can(
    office: Office, sender: Sender | str, forms: list[FormReading]
) -> None:
    if isinstance(sender, str):
        with office.session() as session:
            register.designate(session, "nexus", MARIA, sender, today(), "test")
    mail = office.receive(sender, *forms)
    assert mail.request_id is not None
    assert office.assess(mail.request_id) is State.AWAITING_APPROVAL
    case = office.answer(mail.request_id, decision="approve", **CLEARED)
    assert (case.state, "nobody approves for themselves" in case.problem) == (State.AWAITING_APPROVAL, True)
    assert office.answer(mail.request_id, DEPUTY, decision="approve", **CLEARED).state is State.APPROVED


ASKED: list[tuple[str, Callable[[Office], str], dict[str, str]]] = [
    ("sender", lambda office: office.assessed(PETER, consent(), access()), {"decision": "accept for this request"}),
    (
        "reading",
        lambda office: office.assessed(LAURA, consent(marks=(UNCLEAR, INK)), access()),
        {"staff_signature": "signed in ink"},
    ),
    ("papers", lambda office: office.assessed(LAURA, access()), {"decision": "close the request", "reason": "x"}),
    ("approval", lambda office: office.assessed(), {"decision": "approve", **CLEARED}),
    ("completion", lambda office: office.with_it(), {"decision": "IT has done it"}),
]


@pytest.mark.parametrize(("way", "given"), [a[1:] for a in ASKED], ids=[a[0] for a in ASKED])
def test_the_product_itself_decides_nothing(
    office: Office, way: Callable[[Office], str], given: dict[str, str]
) -> None:
    request_id = way(office)
    before, made = office.case(request_id), len(office.rows(Decision))
    after = office.answer(request_id, "service", **given)
    assert (after.state, after.asking, after.problem) == (before.state, before.asking + 1, before.problem)
    assert len(office.rows(Decision)) == made


@pytest.mark.parametrize(("way", "given"), [a[1:] for a in ASKED], ids=[a[0] for a in ASKED])
def test_an_answer_to_an_older_asking_is_not_used(
    office: Office, way: Callable[[Office], str], given: dict[str, str]
) -> None:
    request_id = way(office)
    before, made = office.case(request_id), len(office.rows(Decision))
    filled = form_of(request_id, "").model_validate(given).model_dump()
    take_answer.fn(request_id, before.asking - 1, filled, MANAGER)
    take_answer.fn(request_id, before.asking + 1, filled, MANAGER)
    assert office.case(request_id) == before
    assert len(office.rows(Decision)) == made


@pytest.mark.parametrize(("way", "given"), [a[1:] for a in ASKED if a[0] != "reading"], ids=lambda a: "")
@pytest.mark.parametrize("decision", ["APPROVE", None])
def test_an_answer_that_the_form_does_not_offer_decides_nothing(
    office: Office, way: Callable[[Office], str], given: dict[str, str], decision: str | None
) -> None:
    request_id = way(office)
    before, made = office.case(request_id), len(office.rows(Decision))
    full = {"reason": "because", "entitlement": "view", "clearance_on": "", "user_id": "", **given}
    after = office.answer_raw(request_id, full | {"decision": decision})
    assert after.state is before.state
    assert len(office.rows(Decision)) == made
    refused(office, request_id, before.asking, "does not offer this answer")


def test_a_second_live_account_is_barred(office: Office) -> None:
    office.fulfilled()
    request_id = office.assessed(LAURA, consent(), access())
    case = office.answer(request_id, decision="approve", **CLEARED)
    assert case.state is State.AWAITING_APPROVAL
    assert "already has the account CX10001" in case.problem
    assert "III.B.2.a" in case.problem
    assert len(office.rows(Account)) == 1


# --- IT was asked and has not answered ---


def test_keep_waiting_asks_again_and_decides_nothing(office: Office) -> None:
    request_id = office.with_it()
    asked, made = office.case(request_id).asking, len(office.rows(Decision))
    case = office.answer(request_id)
    assert (case.state, case.asking, case.problem) == (State.WITH_IT, asked + 1, "")
    assert (office.ticket().state, len(office.rows(Decision))) == (TicketState.OPEN, made)


def test_the_manager_says_that_it_has_done_it(office: Office) -> None:
    request_id = office.with_it()
    case = office.answer(request_id, DEPUTY, decision="IT has done it")
    assert case.state is State.WITH_IT  # the flow goes on from there
    ticket = office.ticket()
    assert (ticket.state, ticket.closed_by) == (TicketState.CLOSED, DEPUTY)
    assert decided(office)[-1] == ("COMPLETION", "IT has done it", DEPUTY)


@pytest.mark.parametrize(
    ("brought", "why"),
    [("", "brings no user ID"), ("12", "does not look like"), ("cx54321", "given before"), (" ca54322 ", "")],
)
def test_the_manager_enters_the_id_that_it_gave(office: Office, brought: str, why: str) -> None:
    office.set(user_id_mode="acquire")
    office.fulfilled(says="Done. User ID: CX54321")
    request_id = office.with_it(consent(MARCUS), access(MARCUS))
    asked = office.case(request_id).asking
    office.answer(request_id, DEPUTY, decision="IT has done it", user_id=brought)  # not who approved it
    account = next(a for a in office.rows(Account) if a.request_id == request_id)
    if why:
        refused(office, request_id, asked, why)
        assert account.user_name is None
    else:
        assert account.user_name == "CA54322"
        assert decided(office)[-1] == ("COMPLETION", "IT has done it", DEPUTY)
