"""The life of a request: every pair of state and event, and the one door."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from db import audit, requests
from db.columns import utc_now
from db.lifecycle import MOVES, OPEN, WAITING_FOR, Event, IllegalMove, StaleState, State, advance, target
from db.models import Kind, Request
from db.session import transaction


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_pair_moves_by_the_table_or_is_refused(state: State, event: Event) -> None:
    if (state, event) in MOVES:
        assert target(state, event) is MOVES[state, event]
    else:
        with pytest.raises(IllegalMove, match=state):
            target(state, event)


def test_only_an_undo_moves_out_of_an_end_and_everything_else_can_end() -> None:
    ends = set(State) - OPEN
    assert {e for s, e in MOVES if s in ends} == {Event.REOPEN}  # a decision was undone
    reach = set(ends)
    while more := {s for (s, _), t in MOVES.items() if t in reach} - reach:
        reach |= more
    assert reach == set(State)


def test_no_way_to_a_ticket_but_through_approval() -> None:
    before = {after: {s for (s, _), t in MOVES.items() if t is after} for after in State}
    assert before[State.APPROVED] == {State.AWAITING_APPROVAL, State.SCHEDULED}
    assert before[State.SCHEDULED] == {State.APPROVED, State.WITH_IT}
    assert before[State.WITH_IT] == {State.APPROVED}
    suspended = {State.UNDER_SUSPENSION, State.REINSTATING}  # their end is a decision on the account, no ticket
    assert before[State.FULFILLED] == {State.APPROVED, State.WITH_IT} | suspended
    assert MOVES[State.REINSTATING, Event.REINSTATE] is State.FULFILLED
    assert (State.UNDER_SUSPENSION, Event.REINSTATE) not in MOVES, "no account is given back by one person"


def test_a_request_that_was_sent_back_keeps_its_place(registry: str) -> None:
    request_id = new(registry)
    with transaction(registry) as session:
        request = requests.get(session, request_id)
        advance(session, request, Event.COMPLETE, by="correquests", clause="III.B.2")
        place = request.waiting_since
        for event in (Event.SEND_BACK, Event.SUPPLEMENT, Event.COMPLETE):
            advance(session, request, event, by="x", clause="III.B.1")
        assert request.place == place < request.waiting_since
        advance(session, request, Event.APPROVE, by="x", clause="III.B.1")
        assert request.place is None


def test_what_waits_for_a_day_is_found_when_it_has_come_and_ever_after(registry: str) -> None:
    request_id = new(registry)
    day = date(2026, 3, 1)
    with transaction(registry) as session:
        request = requests.get(session, request_id)
        for event in (Event.COMPLETE, Event.APPROVE):
            advance(session, request, event, by="x", clause="III.B.1")
        request.due_on = day
        session.add(request)
        session.flush()
        advance(session, request, Event.SCHEDULE, by="x", clause="III.B.3.a")
        found = [[r.id for r in requests.due(session, day + timedelta(n))] for n in (-1, 0, 7)]
        assert found == [[], [request_id], [request_id]]
        advance(session, request, Event.DUE, by="x", clause="III.B.3.a")
        assert request.due_on is None


def test_every_state_says_whose_turn_it_is() -> None:
    assert set(WAITING_FOR) == set(State)


def new(url: str) -> str:
    with transaction(url) as session:
        return requests.open_new(
            session, kind=Kind.NEW_ACCESS, requester_email="A@nexus.example", requester_name="A", at=utc_now()
        ).id


def test_a_move_and_its_audit_entry_are_one(registry: str) -> None:
    request_id = new(registry)
    with transaction(registry) as session:
        request = requests.get(session, request_id)
        advance(session, request, Event.COMPLETE, by="correquests", clause="III.B.2", detail={"n": 1})
        assert (request.state, request.asking) == (State.AWAITING_APPROVAL, 2)
    with transaction(registry) as session:
        entry = audit.of_subject(session, request.number)[-1]
        assert (entry.action, entry.clause, entry.revision) == ("request.complete", "III.B.2", "2026-04-24")
        assert entry.detail == {"from": "RECEIVED", "to": "AWAITING_APPROVAL", "n": 1}


def test_an_aborted_move_leaves_neither(registry: str) -> None:
    request_id = new(registry)

    def half_a_step() -> None:
        with transaction(registry) as session:
            request = requests.get(session, request_id)
            advance(session, request, Event.COMPLETE, by="correquests", clause="III.B.2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_step()
    with transaction(registry) as session:
        assert requests.get(session, request_id).state is State.RECEIVED
        assert audit.head_of(session).seq == 1


def test_the_second_of_two_who_saw_the_same_state_is_told(registry: str) -> None:
    request_id = new(registry)
    with transaction(registry) as session:
        stale = requests.get(session, request_id)
    with transaction(registry) as session:
        advance(session, requests.get(session, request_id), Event.LACK, by="x", clause="III.B.2")
    with pytest.raises(StaleState, match="no longer RECEIVED"), transaction(registry) as session:
        advance(session, stale, Event.COMPLETE, by="y", clause="III.B.2")


def test_eight_at_once_and_one_wins(registry: str) -> None:
    request_id = new(registry)
    with transaction(registry) as session:
        copies = [Request(**requests.get(session, request_id).model_dump()) for _ in range(8)]
    won: list[int] = []

    def attempt(number: int) -> None:
        try:
            with transaction(registry) as session:
                seen = requests.get(session, request_id)
                seen_first = copies[number]
                if seen.state is seen_first.state:
                    advance(session, seen, Event.COMPLETE, by=f"t{number}", clause="III.B.2")
                    won.append(number)
        except (StaleState, IllegalMove):
            pass

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with transaction(registry) as session:
        assert audit.verify(session) is None
        assert audit.head_of(session).seq == 2


def test_case_numbers_count_within_the_year_and_never_repeat(registry: str) -> None:
    numbers: list[str] = []
    lock = threading.Lock()

    def opening() -> None:
        with transaction(registry) as session:
            number = requests.open_new(
                session, kind=Kind.NEW_ACCESS, requester_email="a@b.example", requester_name="", at=utc_now()
            ).number
        with lock:
            numbers.append(number)

    threads = [threading.Thread(target=opening) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    year = utc_now().year
    assert sorted(numbers) == [f"CR-{year}-{n:06d}" for n in range(1, 21)]
