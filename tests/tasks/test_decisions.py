"""Decisions around the plain yes: answers that come too late, several stages, questions sent back, and undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from db import account_life, entries, requests, users
from db.account_life import AccountEvent
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Account, AccountState, CredentialState, Decision, Kind, Role, Ticket
from db.models import Credential as Password
from tasks.accounts import provision
from tasks.approval import take_answer
from tasks.settings import Settings
from tasks.undoing import open_until, undo
from tests.factories import LAURA, OWEN, access, consent, today
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office, text_of
from tests.tasks.roadwork import holder, told

YES: dict[str, Any] = {"decision": "approve", "entitlement": "as requested", "clearance_on": today().isoformat()}
NO: dict[str, Any] = {"decision": "reject", "entitlement": "as requested", "clearance_on": "", "reason": "No need."}
DANIEL = "daniel.okafor@mt.example"
THIRD = "bkowalski"


def third_deputy(office: Office) -> None:
    with office.session() as session:
        users.save(
            session, user_name=THIRD, name="Beata Kowalski", email=f"{THIRD}@mt.example", role=Role.APPROVER,
            password=None, by="test",
        )  # fmt: skip
        session.flush()
        entries.depute(session, "nexus", THIRD, today(), "test")


def move(office: Office, request_id: str, event: Event, by: str, **detail: str) -> None:
    with office.session() as session:
        advance(session, requests.get(session, request_id), event, by=by, clause="III.B.2", detail=dict(detail))


# --- the stale approver learns what happened, and nothing is granted ---

Meanwhile = Callable[[Office, str], object]
STALE: list[tuple[str, Meanwhile, str]] = [
    ("approved by the manager", lambda o, r: o.answer(r, MANAGER, **YES), "Maria Reyes answered “approve”"),
    ("rejected by the manager", lambda o, r: o.answer(r, MANAGER, **NO), "Maria Reyes answered “reject”"),
    (
        "sent back by the manager",
        lambda o, r: o.answer(r, MANAGER, decision="send back", reason="Which unit?"),
        "Maria Reyes answered “send back”",
    ),
    (
        "withdrawn by the requester",
        lambda o, r: move(o, r, Event.WITHDRAW, LAURA.email),
        "the requester withdrew the request",
    ),
    (
        "the person was suspended or left",
        lambda o, r: move(o, r, Event.VOID, "correquests", reason="CX10009 is suspended"),
        "suspended or has left (CX10009 is suspended)",
    ),
    ("new papers came", lambda o, r: move(o, r, Event.SUPPLEMENT, LAURA.email), "a new mail came"),
    ("asked once more", lambda o, r: o.answer_raw(r, {"decision": "look again"}, MANAGER), "looked at again"),
]


@pytest.mark.parametrize("given", [YES, NO], ids=["approves", "rejects"])
@pytest.mark.parametrize(("happened", "told"), [s[1:] for s in STALE], ids=[s[0] for s in STALE])
def test_an_answer_that_comes_too_late(office: Office, happened: Meanwhile, told: str, given: dict[str, Any]) -> None:
    request_id = office.assessed()
    asked = office.case(request_id).asking
    happened(office, request_id)
    before, made = office.case(request_id), len(office.rows(Decision))
    for _ in range(2):  # a run that was killed gives the same answer again
        take_answer.fn(request_id, asked, given, DEPUTY)
    assert office.case(request_id) == before
    assert len(office.rows(Decision)) == made
    assert office.rows(Account) == []
    (letter,) = office.letters("answer-not-used")
    assert letter.recipients == [DANIEL]
    assert told in text_of(letter)
    assert f"“{given['decision']}”" in text_of(letter)
    (link,) = [x for x in office.links(request_id) if x.action == "answer.stale"]
    assert (link.actor, link.detail["asking"]) == (DEPUTY, asked)


def gone(office: Office, request_id: str) -> None:
    with office.session() as session:
        entries.end_designation(session, "nexus", LAURA.email, today() - timedelta(1), "test")


def disabled(office: Office, request_id: str) -> None:
    other = office.fulfilled(consent(), access())
    with office.session() as session:
        account = session.exec(select(Account).where(Account.request_id == other)).one()
        account_life.change(session, account, AccountEvent.SUSPEND, by="test", clause="III.C.6", reason="a report")


def other_provider(office: Office, request_id: str) -> None:
    with office.session() as session:
        users.deactivate(session, MANAGER, "test")


CHANGED: list[tuple[str, Meanwhile, str]] = [
    ("the requester is no longer designated", gone, "III.B.2"),
    ("the person has an account that is suspended", disabled, "III.B.2.a"),
    ("the approver signs in no more", other_provider, "Only the provider's contract manager"),
]


@pytest.mark.parametrize(("happened", "why"), [c[1:] for c in CHANGED], ids=[c[0] for c in CHANGED])
def test_what_changed_while_the_question_stood(office: Office, happened: Meanwhile, why: str) -> None:
    request_id = office.assessed()
    happened(office, request_id)
    case = office.answer_raw(request_id, YES)
    assert case.state is State.AWAITING_APPROVAL
    assert why in case.problem
    assert not [d for d in office.rows(Decision) if d.request_id == request_id]


def test_an_answer_that_decides_nothing_or_was_taken_is_not_missed(office: Office) -> None:
    request_id = office.assessed()
    asked = office.case(request_id).asking
    office.answer(request_id, **YES)
    take_answer.fn(request_id, asked, YES, MANAGER)  # the one that was taken
    take_answer.fn(request_id, asked, {"decision": "look again"}, DEPUTY)
    take_answer.fn(request_id, asked, YES, "service")
    assert office.letters("answer-not-used") == []


# --- stages ---


def stages(office: Office, **counts: int) -> None:
    office.set(approval_stages="{" + ", ".join(f'"{k}": {v}' for k, v in counts.items()) + "}")


@pytest.mark.parametrize(
    ("setting", "kind", "entitlement", "count"),
    [
        ({}, "NEW_ACCESS", "ENTER", 1),
        ({"NEW_ACCESS": 2}, "NEW_ACCESS", "VIEW", 2),
        ({"NEW_ACCESS": 2, "NEW_ACCESS/ENTER": 3}, "NEW_ACCESS", "ENTER", 3),
        ({"NEW_ACCESS/ENTER": 3}, "NEW_ACCESS", "VIEW", 1),
        ({"change/enter": 2}, "CHANGE", "ENTER", 2),
    ],
)
def test_how_many_must_approve(setting: dict[str, int], kind: str, entitlement: str, count: int) -> None:
    assert Settings(approval_stages=setting).stages_of(kind, entitlement) == count


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_stages(count: int) -> None:
    with pytest.raises(ValueError, match="one to 3 stages"):
        Settings(approval_stages={"NEW_ACCESS": count})


def test_three_stages_are_three_people_and_the_request_keeps_its_place(office: Office) -> None:
    stages(office, NEW_ACCESS=3)
    third_deputy(office)
    request_id = office.assessed()
    since = office.case(request_id).waiting_since
    for number, (who, twice) in enumerate([(DEPUTY, ""), (MANAGER, DEPUTY), (THIRD, MANAGER)], 1):
        if twice:
            refused = office.answer(request_id, twice, **YES)
            assert refused.stage == number
            assert "each stage is another person's" in refused.problem
        case = office.answer(request_id, who, **YES)
        assert case.state is (State.APPROVED if number == 3 else State.AWAITING_APPROVAL), case.problem
        if number < 3:
            assert (case.stage, case.stages, case.place) == (number + 1, 3, since)
            assert office.rows(Account) == []
    assert [(d.stage, d.decided_by) for d in office.rows(Decision)] == [(1, DEPUTY), (2, MANAGER), (3, THIRD)]
    asked = [row.recipients[0].partition("@")[0] for row in office.letters("needs-you")]
    assert asked == ["maria.reyes", "maria.reyes", THIRD]
    assert "Stage 3 of 3" in text_of(office.letters("needs-you")[-1])


def test_a_second_stage_that_rejects(office: Office) -> None:
    stages(office, NEW_ACCESS=2)
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **YES)
    assert "same" not in office.answer(request_id, MANAGER, **NO).state.lower()
    assert office.answer(request_id, DEPUTY, **NO).state is State.REJECTED


def test_new_papers_begin_the_stages_again(office: Office) -> None:
    stages(office, NEW_ACCESS=2)
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **YES)
    move(office, request_id, Event.SUPPLEMENT, LAURA.email)
    office.assess(request_id)
    assert office.case(request_id).stage == 1
    assert office.answer(request_id, DEPUTY, **YES).stage == 2
    assert office.answer(request_id, MANAGER, **YES).state is State.APPROVED


def test_nobody_left_for_a_stage_is_a_safe_stop(office: Office) -> None:
    stages(office, NEW_ACCESS=2)
    with office.session() as session:
        entries.mark_away(session, DEPUTY, today(), "test")
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **YES)
    office.keep_time()
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert len(office.letters("nobody-decides-nexus")) == 1


# --- sent back ---


def test_sent_back_asks_the_requester_and_keeps_its_place(office: Office) -> None:
    request_id = office.assessed()
    since = office.case(request_id).waiting_since
    assert "Please write" in office.answer(request_id, decision="send back").problem
    case = office.answer(request_id, decision="send back", reason="Which caseload will she have?")
    assert (case.state, case.place) == (State.INCOMPLETE, since)
    (letter,) = office.letters("sent-back")
    assert letter.recipients == [LAURA.email]
    assert "Which caseload will she have?" in text_of(letter)
    office.waiting_since(request_id, utc_now() - timedelta(days=5))
    office.receive(LAURA, text="She will have the east wing.", in_reply_to=[letter.message_id])
    office.assess(request_id)
    case = office.case(request_id)
    assert (case.state, case.place) == (State.AWAITING_APPROVAL, since)
    assert "east wing" in case.mail_text


SENT_BACK: dict[Kind, tuple[str, AccountState]] = {
    Kind.CHANGE: ("Jane Doe needs view only from now on.", AccountState.ACTIVE),
    Kind.DEPARTURE: (f"Jane Doe leaves on {today() + timedelta(9):%m/%d/%Y}.", AccountState.ACTIVE),
    Kind.LEAVE: (
        f"Jane Doe is on leave from {today() + timedelta(9):%m/%d/%Y} until {today() + timedelta(30):%m/%d/%Y}.",
        AccountState.ACTIVE,
    ),
    Kind.RESET: ("Jane Doe has forgotten her password.", AccountState.ACTIVE),
    Kind.UNLOCK: ("Jane Doe is locked out and still needs access.", AccountState.LOCKED),
}
"""What is told of a person, by the kind of its case, and how the account stands."""


@pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", SENT_BACK)
def test_every_road_sends_back_and_keeps_the_place(office: Office, kind: Kind) -> None:
    text, state = SENT_BACK[kind]
    holder(office, state=state)
    request_id = told(office, kind, text)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    since = office.case(request_id).waiting_since
    assert "Please write" in office.answer(request_id, decision="send back").problem
    case = office.answer(request_id, decision="send back", reason="Since when?")
    assert (case.state, case.place) == (State.INCOMPLETE, since)
    (letter,) = office.letters("sent-back")
    office.receive(LAURA, text="Since yesterday.", in_reply_to=[letter.message_id])
    office.assess(request_id)
    assert (office.case(request_id).state, office.case(request_id).place) == (State.AWAITING_APPROVAL, since)


# --- undo ---


def approved(office: Office) -> str:
    return office.approved()


def with_it(office: Office) -> str:
    return office.with_it()


def fulfilled(office: Office) -> str:
    return office.fulfilled()


def rejected(office: Office) -> str:
    request_id = office.assessed()
    office.answer(request_id, **NO)
    return request_id


def closed(office: Office) -> str:
    request_id = office.assessed(LAURA, access())
    office.answer(request_id, decision="close the request", reason="They will not send it.")
    return request_id


def withdrawn(office: Office) -> str:
    request_id = office.assessed()
    move(office, request_id, Event.WITHDRAW, LAURA.email)
    return request_id


def expired(office: Office) -> str:
    request_id = office.assessed(LAURA, access())
    move(office, request_id, Event.CLOSE, "correquests", reason="did not come")
    return request_id


def waiting(office: Office) -> str:
    return office.assessed()


UNDO: list[tuple[str, Callable[[Office], str], str, float, str, State, str]] = [
    ("a rejection within a day", rejected, DEPUTY, 23.9, "mistake", State.RECEIVED, "open again"),
    ("a rejection after a day", rejected, MANAGER, 24.1, "mistake", State.REJECTED, "for 24 hours"),
    ("without a reason", rejected, MANAGER, 1, "  ", State.REJECTED, "needs a reason"),
    ("by a viewer", rejected, VIEWER, 1, "mistake", State.REJECTED, "only the provider's"),
    ("by nobody", rejected, "", 1, "mistake", State.REJECTED, "only the provider's"),
    ("a request that was closed", closed, MANAGER, 1, "they sent it", State.RECEIVED, "open again"),
    ("an approval before IT was told", approved, MANAGER, 1, "wrong person", State.RECEIVED, "open again"),
    ("an approval that IT knows of", with_it, MANAGER, 1, "wrong person", State.CLOSED, "is disabled"),
    ("an approval that was carried out", fulfilled, DEPUTY, 1, "wrong person", State.FULFILLED, "is disabled"),
    ("an approval of the day before", fulfilled, DEPUTY, 25, "wrong person", State.FULFILLED, "for 24 hours"),
    ("a withdrawal is the requester's", withdrawn, MANAGER, 1, "x", State.WITHDRAWN, "No decision of a person"),
    ("an expiry was nobody's decision", expired, MANAGER, 1, "x", State.CLOSED, "No decision of a person"),
    ("a question that stands", waiting, MANAGER, 1, "x", State.AWAITING_APPROVAL, "No decision of a person"),
]


@pytest.mark.parametrize(
    ("way", "by", "hours", "reason", "state", "said"), [u[1:] for u in UNDO], ids=[u[0] for u in UNDO]
)
def test_undo(
    office: Office, way: Callable[[Office], str], by: str, hours: float, reason: str, state: State, said: str
) -> None:
    request_id = way(office)
    made = len(office.rows(Decision))
    with office.session() as session:
        request = requests.get(session, request_id)
        now = utc_now() + timedelta(hours=hours)
        shown = open_until(session, office.config, request, now)
        told = undo(session, office.config, request, reason, by, now)
    assert said in told
    assert office.case(request_id).state is state
    done = "Nothing was undone" not in told
    assert len(office.rows(Decision)) == made + done
    if done:
        last = office.rows(Decision)[-1]
        assert (last.question, last.decided_by, last.reason) == ("UNDO", by, reason)
        assert last.outcome.startswith("undo: ")
        assert shown is not None
    if "is disabled" in told:
        (account,) = office.rows(Account)
        assert (account.state, account.directory_due) == (AccountState.DISABLED, True)
        assert {c.state for c in office.rows(Password)} <= {CredentialState.VOID}


def test_what_was_undone_goes_its_way_again_and_is_told(office: Office) -> None:
    request_id = rejected(office)
    with office.session() as session:
        undo(session, office.config, requests.get(session, request_id), "mistake", DEPUTY, utc_now())
    (letter,) = office.letters("undone")
    assert letter.recipients == [LAURA.email]
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert office.answer(request_id, **YES).state is State.APPROVED
    with office.session() as session:  # an undo is not undone, and a decision before it neither
        session.execute(update(Decision).where(col(Decision.question) == "APPROVAL").values(outcome="approve"))
    provision.fn(request_id)
    assert len(office.rows(Ticket)) == 1


# --- requester, approver and issuer are three people ---


@pytest.mark.parametrize(
    ("separate", "who", "entered"), [("true", MANAGER, False), ("true", DEPUTY, True), ("false", MANAGER, True)]
)
def test_who_approved_does_not_issue(office: Office, separate: str, who: str, entered: bool) -> None:
    office.set(user_id_mode="acquire", separate_issuer=separate)
    request_id = office.with_it()
    case = office.answer(request_id, who, decision="IT has done it", user_id="CX54321")
    (account,) = office.rows(Account)
    assert (account.user_name == "CX54321") is entered
    assert ("You approved this request" in case.problem) is not entered


def test_another_submitter_of_the_same_provider_is_no_approver(office: Office) -> None:
    request_id = office.assessed(OWEN)
    assert "Only the provider's" in office.answer(request_id, OWEN.email, **YES).problem
