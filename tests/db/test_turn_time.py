"""The contract managers' clock stands still while the requester is waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db import requests, turn_time
from db.lifecycle import Event, State, advance
from db.models import Kind
from db.session import transaction
from db.waiting import WITH_MANAGERS

OPENED = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIFE = [  # after so many hours since it was opened
    (1, Event.LACK),
    (49, Event.SUPPLEMENT),
    (50, Event.COMPLETE),
    (53, Event.SEND_BACK),
    (153, Event.SUPPLEMENT),
    (153, Event.COMPLETE),
    (154, Event.ENDORSE),
    (158, Event.APPROVE),
    (200, Event.SUBMIT),
]
CASES = [
    ("not yet assessed", 0, 60, 60, {State.RECEIVED}),
    ("only the requester's turn so far", 1, 40, 0, WITH_MANAGERS),
    ("while it is the manager's turn", 3, 52, 2, WITH_MANAGERS),
    ("sent back: the clock stands", 4, 150, 3, WITH_MANAGERS),
    ("both turns together, with a second stage", 9, 400, 3 + 5, WITH_MANAGERS),
    ("the requester's time", 9, 400, 48 + 100, {State.INCOMPLETE}),
]


@pytest.mark.parametrize(("steps", "looked", "hours", "states"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_time_of_a_turn(
    registry: str, monkeypatch: pytest.MonkeyPatch, steps: int, looked: int, hours: int, states: set[State]
) -> None:
    at = OPENED
    monkeypatch.setattr("db.audit.utc_now", lambda: at)
    with transaction(registry) as session:
        case = requests.open_new(session, kind=Kind.NEW_ACCESS, requester_email="a@b", requester_name="", at=OPENED)
        case.opened_at = OPENED
        for after, event in LIFE[:steps]:
            at = OPENED + after * HOUR
            advance(session, case, event, by="test", clause="III.B.1")
        assert turn_time.spent(session, case, states, OPENED + looked * HOUR) == hours * HOUR


def test_a_move_that_does_not_tell_the_state_it_left_is_known_by_the_one_before() -> None:
    assert turn_time.state_left({"from": "2026-11-16"}, State.AWAITING_APPROVAL) is State.AWAITING_APPROVAL
    assert turn_time.state_left({"from": "RECEIVED"}, State.AWAITING_APPROVAL) is State.RECEIVED
    assert turn_time.state_left({}, None) is None
