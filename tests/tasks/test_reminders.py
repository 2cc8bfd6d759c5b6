"""The clock on real requests: who is written to on which Montana day, and what never happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db import entries
from db.lifecycle import State
from db.models import Account, Outbox
from tasks.reminders import coming
from tests.factories import LAURA, PETER, access, consent
from tests.tasks.office import DEPUTY, MANAGER, Office, text_of

MARIA, DANIEL, DESK = "maria.reyes@mt.example", "daniel.okafor@mt.example", "it-desk@mt.example"
ASKED = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
"""A Monday, 10:00 in Montana."""
CLOCK = ("papers-reminder", "still-waiting", "desk-reminder", "silence", "papers-expired")


def incomplete(office: Office) -> str:
    return office.assessed(LAURA, access())


def doubtful_sender(office: Office) -> str:
    return office.assessed(PETER, consent(), access())


def to_approve(office: Office) -> str:
    return office.assessed()


def at_desk(office: Office) -> str:
    return office.with_it()


def written(office: Office) -> list[tuple[str, list[str]]]:
    return [(row.purpose, row.recipients) for row in office.rows(Outbox) if row.purpose in CLOCK]


def run(office: Office, days: range, hours: int = 0) -> None:
    """The watcher looks four times on each day after the question."""
    for day in days:
        for quarter in range(4):
            office.keep_time(ASKED + timedelta(days=day, hours=hours + 6 * quarter))


TURNS: list[tuple[str, Callable[[Office], str], range, list[tuple[str, list[str]]], State]] = [
    ("papers: nothing on business day 1", incomplete, range(2), [], State.INCOMPLETE),
    ("papers: once on business day 2", incomplete, range(5), [("papers-reminder", [LAURA.email])], State.INCOMPLETE),
    ("papers: again on day 5", incomplete, range(9), [("papers-reminder", [LAURA.email])] * 2, State.INCOMPLETE),
    (
        "papers: then the contract manager learns of it",
        incomplete,
        range(16),
        [("papers-reminder", [LAURA.email])] * 3 + [("silence", [MARIA])],
        State.INCOMPLETE,
    ),
    (
        "papers: after 20 business days the request ends with a notice",
        incomplete,
        range(60),
        [("papers-reminder", [LAURA.email])] * 3 + [("silence", [MARIA]), ("papers-expired", [LAURA.email])],
        State.CLOSED,
    ),
    ("approval: once on business day 2", to_approve, range(5), [("still-waiting", [MARIA])], State.AWAITING_APPROVAL),
    (
        "approval: everybody who may decide, and then no more; never granted",
        to_approve,
        range(120),
        [("still-waiting", [MARIA])] * 2 + [("still-waiting", [MARIA, DANIEL])],
        State.AWAITING_APPROVAL,
    ),
    (
        "an unknown sender: never accepted by waiting",
        doubtful_sender,
        range(120),
        [("still-waiting", [MARIA])] * 2 + [("still-waiting", [MARIA, DANIEL])],
        State.ON_HOLD,
    ),
    ("IT: once on business day 2", at_desk, range(5), [("desk-reminder", [DESK])], State.WITH_IT),
    (
        "IT: then the contract manager learns of it, and nothing is given up",
        at_desk,
        range(120),
        [("desk-reminder", [DESK])] * 3 + [("silence", [MARIA])],
        State.WITH_IT,
    ),
    (
        "a week without a clock brings one mail, not five",
        incomplete,
        range(8, 9),
        [("papers-reminder", [LAURA.email])],
        State.INCOMPLETE,
    ),
    (
        "two months without a clock end nothing unwarned",
        incomplete,
        range(60, 66),
        [("papers-reminder", [LAURA.email]), ("silence", [MARIA])],
        State.INCOMPLETE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("way", "days", "expected", "state"), [t[1:] for t in TURNS], ids=[t[0] for t in TURNS])
def test_silence(
    office: Office, way: Callable[[Office], str], days: range, expected: list[tuple[str, list[str]]], state: State
) -> None:
    request_id = way(office)
    office.waiting_since(request_id, ASKED)
    run(office, days)
    assert sorted(written(office)) == sorted(expected)
    case = office.case(request_id)
    assert case.state is state
    if state is not State.WITH_IT:
        assert office.rows(Account) == []
    told = [link.action for link in office.links(request_id) if link.action.startswith("clock.")]
    assert len(told) == len([p for p, _ in expected if p not in ("silence", "papers-expired")])


HOURS = [  # when asked and when looked at, in Montana's clocks; whether that is business day 2 at eight
    ("a minute before eight", "2026-11-16 10:00", "2026-11-18 07:59", False),
    ("at eight", "2026-11-16 10:00", "2026-11-18 08:00", True),
    ("asked a minute before midnight counts from that day", "2026-11-16 23:59", "2026-11-18 08:00", True),
    ("asked a minute after midnight counts from the next", "2026-11-17 00:01", "2026-11-18 23:59", False),
    ("the days when clocks go back", "2026-10-30 10:00", "2026-11-02 08:00", False),
    ("the days when clocks go back, at eight by the new time", "2026-10-29 23:30", "2026-11-02 08:00", True),
    ("a minute before eight by the new time", "2026-10-29 23:30", "2026-11-02 07:59", False),
    ("the days when clocks go forward, at eight by the new time", "2027-03-11 23:30", "2027-03-15 08:00", True),
    ("a minute before eight when clocks went forward", "2027-03-11 23:30", "2027-03-15 07:59", False),
    ("late on a Saturday", "2026-11-12 10:00", "2026-11-14 12:00", False),
    ("on election day", "2026-10-30 10:00", "2026-11-03 12:00", False),
    ("on the day after election day", "2026-10-30 10:00", "2026-11-04 08:00", True),
]


@pytest.mark.parametrize(("asked", "looked", "reminded"), [h[1:] for h in HOURS], ids=[h[0] for h in HOURS])
def test_the_hour_is_montanas(office: Office, asked: str, looked: str, reminded: bool) -> None:
    zone = ZoneInfo("America/Denver")
    request_id = to_approve(office)
    office.waiting_since(request_id, datetime.fromisoformat(asked).replace(tzinfo=zone).astimezone(UTC))
    office.keep_time(datetime.fromisoformat(looked).replace(tzinfo=zone).astimezone(UTC))
    assert bool(written(office)) is reminded


def test_a_supplement_begins_a_new_turn(office: Office) -> None:
    request_id = incomplete(office)
    office.waiting_since(request_id, ASKED)
    run(office, range(9))
    assert office.case(request_id).reminded == 2
    office.receive(LAURA, consent(marks=(None, None)))
    office.assess(request_id)
    assert office.case(request_id).reminded == 0


def test_what_is_missing_stands_in_the_reminder_and_the_end_on_the_case(office: Office) -> None:
    request_id = incomplete(office)
    office.waiting_since(request_id, ASKED)
    announced = coming(office.config, office.case(request_id))
    assert announced is not None
    assert announced.sentence == "2026-11-18: the requester is reminded"
    run(office, range(5))
    text = text_of(office.letters("papers-reminder")[0])
    assert "Consent Form" in text
    assert "ends on 2026-12-15" in text
    assert "Nothing is granted" in text


def test_who_is_away_is_not_reminded_but_who_stands_in(office: Office) -> None:
    request_id = to_approve(office)
    office.waiting_since(request_id, ASKED)
    with office.session() as session:
        entries.mark_away(session, MANAGER, ASKED.date(), "test")
    run(office, range(5))
    assert written(office) == [("still-waiting", [DANIEL])]
    assert office.case(request_id).asked_of == DEPUTY
    assert "Daniel Okafor" in text_of(office.letters("still-waiting")[0])
