"""III.B.3.a, placed on leave: off from the first day, asked on the day of return, and back by a decision only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from db.lifecycle import State
from db.models import AccountState, Audit, Kind, Request
from tasks.directory_sync import follow
from tests.factories import LAURA, departing, today
from tests.tasks.office import MARIA, Office, text_of
from tests.tasks.roadwork import account, codes, days_pass, go_on, holder, ticket_mail, told

one_database = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
OFF, HERE, LOCKED = AccountState.ON_LEAVE, AccountState.ACTIVE, AccountState.LOCKED


def day(n: int) -> str:
    return (today() + timedelta(n)).isoformat()


def us(n: int) -> str:
    return f"{today() + timedelta(n):%m/%d/%Y}"


def leave(first: int, back: int) -> Any:
    """A provider's form that says: on leave."""
    return departing(reason="leave", last_day=day(first), disable_on=day(first), return_date=day(back))


def away(office: Office, first: int = 0, back: int = 20) -> tuple[int, str]:
    """Somebody whose leave was confirmed."""
    account_id = holder(office)
    request_id = told(office, Kind.LEAVE, f"Jane Doe is on leave from {us(first)} until {us(back)}.")
    office.answer(request_id, decision="confirm")
    go_on(office, request_id)
    return account_id, request_id


def test_a_leave_from_notice_to_return(office: Office) -> None:
    account_id = holder(office)
    request_id = office.open(LAURA, leave(3, 40), text="Jane goes on parental leave.", subject="Leave")
    assert office.case(request_id).kind is Kind.LEAVE
    office.assess(request_id)
    assert f"ends on {us(3)}" in text_of(office.letters("notice-received")[0])
    office.answer(request_id, decision="confirm")
    assert go_on(office, request_id) is State.SCHEDULED
    assert account(office, account_id).state is HERE
    days_pass(office, request_id, 4)
    assert go_on(office, request_id) is State.SCHEDULED
    row = account(office, account_id)
    assert (row.state, row.returns_on) == (OFF, today() + timedelta(36))
    assert f"Off from: {us(-1)}" in " ".join(text_of(office.letters("access-paused")[0]).split())
    follow(office.config)
    days_pass(office, request_id, 50)  # two weeks late
    case = office.case(request_id)
    assert case.state is State.AWAITING_APPROVAL
    assert account(office, account_id).state is OFF
    assert office.letters("needs-you")[-1].recipients == [MARIA]
    assert "stays disabled until you decide" in text_of(office.letters("needs-you")[-1])
    office.answer(request_id, decision="returns: enable the account")
    assert go_on(office, request_id) is State.FULFILLED
    assert account(office, account_id).state is HERE
    assert account(office, account_id).returns_on is None
    assert follow(office.config) == 1
    back = office.letters("access-restored")[0]
    assert back.recipients == [LAURA.email, "jane.doe@nexus.example"]
    moves = [a.action for a in office.links(request_id) if a.action.startswith("request.")]
    assert moves == [
        "request.opened", "request.complete", "request.approve", "request.schedule", "request.due",
        "request.schedule", "request.review", "request.approve", "request.confirm",
    ]  # fmt: skip
    states = [a.detail for a in office.links(request_id) if a.action in moves[1:]]
    assert all(State(one["from"]) and State(one["to"]) for one in states), "what a move tells besides hides no state"


@one_database
def test_never_given_back_by_time(office: Office) -> None:
    account_id, request_id = away(office)
    for _ in range(4):
        days_pass(office, request_id, 200)
        assert account(office, account_id).state is OFF
    assert [a.action for a in office.rows(Audit)].count("request.review") == 1


@one_database
def test_extended_and_asked_again(office: Office) -> None:
    account_id, request_id = away(office)
    days_pass(office, request_id, 20)
    for until, problem in ((day(0), "to come"), ("", "to come")):
        assert problem in office.answer(request_id, decision="extend the leave", until=until).problem
    office.answer(request_id, decision="extend the leave", until=day(10))
    assert go_on(office, request_id) is State.SCHEDULED
    assert account(office, account_id).returns_on == today() + timedelta(10)
    assert len(office.letters("access-paused")) == 2
    days_pass(office, request_id, 10)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert account(office, account_id).state is OFF


@one_database
def test_who_does_not_return_departs_on_a_case_of_its_own(office: Office) -> None:
    account_id, request_id = away(office)
    days_pass(office, request_id, 20)
    assert office.answer(request_id, decision="does not return").state is State.CLOSED
    (new,) = [r for r in office.rows(Request) if r.kind is Kind.DEPARTURE]
    assert account(office, account_id).state is OFF
    office.assess(new.id)
    assert account(office, account_id).state is AccountState.DISABLED
    assert office.case(new.id).state is State.AWAITING_APPROVAL
    office.answer(new.id, decision="submit the form")
    assert go_on(office, new.id) is State.WITH_IT


@one_database
def test_without_a_directory_it_gives_access_back_by_ticket(office: Office) -> None:
    office.set(directory="none")
    _, request_id = away(office)
    follow(office.config)
    assert "Disable" in ticket_mail(office)["Subject"]
    days_pass(office, request_id, 20)
    office.answer(request_id, decision="returns: enable the account")
    assert go_on(office, request_id) is State.WITH_IT
    assert "Enable" in ticket_mail(office)["Subject"]
    assert follow(office.config) == 0
    assert not office.letters("access-restored")


@one_database
def test_the_first_day_comes_before_anybody_answers(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.LEAVE, f"Jane Doe is on leave from {us(1)} until {us(9)}.")
    days_pass(office, request_id, 1)
    assert account(office, account_id).state is OFF
    assert "What about this leave?" in office.pages(request_id)["question"]
    office.answer(request_id, decision="confirm")
    assert go_on(office, request_id) is State.SCHEDULED
    assert office.case(request_id).due_on == today() + timedelta(8)


@one_database
def test_a_mail_during_the_leave_brings_the_question_back(office: Office) -> None:
    account_id, request_id = away(office)
    paused = office.letters("access-paused")[0]
    office.receive(LAURA, text="Jane is back early.", subject="Back", in_reply_to=[paused.message_id])
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    office.answer(request_id, decision="returns: enable the account")
    assert go_on(office, request_id) is State.FULFILLED
    assert account(office, account_id).state is HERE


@one_database
def test_departed_meanwhile(office: Office) -> None:
    account_id, request_id = away(office)
    told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    assert account(office, account_id).state is AccountState.DISABLED
    assert office.case(request_id).state is State.CLOSED


CASES: dict[str, tuple[str, dict[str, Any], AccountState, State, set[str], AccountState]] = {
    "both days": (f"Jane Doe is on leave from {us(0)} to {us(9)}.", {}, HERE, State.AWAITING_APPROVAL, set(), OFF),
    "no return": (f"Jane Doe is on leave from {us(0)}.", {}, HERE, State.INCOMPLETE, {"leave_days_missing"}, OFF),
    "no day": ("Jane Doe is on leave.", {}, HERE, State.INCOMPLETE, {"leave_days_missing"}, HERE),
    "back before it begins": (
        "Jane Doe is on leave.", {"effective_on": today() + timedelta(9), "returns_on": today()}, HERE,
        State.INCOMPLETE, {"return_before_leave"}, HERE,
    ),
    "all of it past": (
        f"Jane Doe was on leave from {us(-9)} until {us(-2)}.", {}, HERE, State.AWAITING_APPROVAL, {"notice_late"}, OFF,
    ),
    "locked": (
        f"Jane Doe is on leave from {us(0)} to {us(9)}.", {}, LOCKED, State.AWAITING_APPROVAL, set(), OFF,
    ),
    "disabled": (
        f"Jane Doe is on leave from {us(0)} to {us(9)}.", {}, AccountState.DISABLED, State.AWAITING_APPROVAL,
        {"account_not_active"}, AccountState.DISABLED,
    ),
    "suspended": (
        f"Jane Doe is on leave from {us(0)} to {us(9)}.", {}, AccountState.SUSPENDED, State.AWAITING_APPROVAL,
        {"account_not_active"}, AccountState.SUSPENDED,
    ),
    "nobody": ("Bob is on leave.", {"staff_name": "Bob Nobody"}, HERE, State.IN_DOUBT, {"person_unclear"}, HERE),
}  # fmt: skip
"""The mail, what sorting knew, how the account stood; where the case goes, what is found, how the account stands."""


@one_database
@pytest.mark.parametrize("name", CASES)
def test_leaves_of_every_sort(office: Office, name: str) -> None:
    text, more, before, state, found, after = CASES[name]
    account_id = holder(office, state=before)
    request_id = told(office, Kind.LEAVE, text, **more)
    assert office.case(request_id).state is state
    assert found <= codes(office, request_id)
    assert account(office, account_id).state is after
    if state is State.INCOMPLETE:
        assert "notice of leave" in text_of(office.letters("papers-missing")[0])


@one_database
def test_a_leave_that_ended_before_it_was_told_is_asked_about_at_once(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.LEAVE, f"Jane Doe was on leave from {us(-9)} until {us(-2)}.")
    office.answer(request_id, decision="confirm")
    assert go_on(office, request_id) is State.SCHEDULED
    days_pass(office, request_id, 0)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert account(office, account_id).state is OFF
