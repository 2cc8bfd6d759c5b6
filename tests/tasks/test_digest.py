"""The daily digest: what each contract manager is told, and that silence is never meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, update

from db import stand_ins
from db.columns import clock, utc_now
from db.models import Delivery, Outbox, Request
from db.session import transaction
from tasks import notices
from tasks.digest import PURPOSE, missed, write_digests
from tasks.lockout import carry_out, make_plan
from tests.factories import PETER
from tests.tasks.office import MARIA, Office, text_of
from tests.tasks.test_lockout_run import export, staff

WEDNESDAY = date(2026, 5, 20)
DANIEL = "daniel.okafor@mt.example"


@contextmanager
def at(day: date, hour: int = 7) -> Iterator[None]:
    """So late in Montana's summer."""
    with clock(lambda: datetime(day.year, day.month, day.day, hour + 6, tzinfo=UTC)):
        yield


def digests(office: Office, address: str = MARIA) -> list[Outbox]:
    return [row for row in office.letters(PURPOSE) if row.recipients == [address]]


def digest(office: Office, day: date = WEDNESDAY) -> Outbox:
    """Maria's digest of that morning."""
    with at(day):
        write_digests.fn()
    return digests(office)[-1]


def test_nothing_to_say_is_said_in_one_line_to_everybody_who_decides(office: Office) -> None:
    row = digest(office)
    assert row.subject == "[correquests] Nothing waits on you: Wednesday, May 20, 2026"
    (said,) = [line for line in text_of(row).splitlines() if line.startswith("Maria Reyes, nothing waits on you")]
    assert "Mail of Tuesday, 2026-05-19: 0 received" in said
    assert digests(office, DANIEL)
    assert {tuple(r.recipients) for r in office.letters(PURPOSE)} == {(MARIA,), (DANIEL,)}


def test_a_setting_wants_silence_when_there_is_nothing_to_say(office: Office) -> None:
    office.set(digest_when_quiet="false")
    with at(WEDNESDAY):
        assert write_digests.fn() == "0 of 2 digests written."
    assert office.letters(PURPOSE) == []


def test_once_a_day_and_not_on_days_on_which_offices_are_closed(office: Office) -> None:
    with at(WEDNESDAY):
        write_digests.fn()
        write_digests.fn()
    assert len(digests(office)) == 1
    for closed in (date(2026, 5, 23), date(2026, 5, 25)):  # a Saturday, Memorial Day
        with at(closed):
            assert "no business day" in write_digests.fn()
    assert len(digests(office)) == 1


@pytest.mark.parametrize(
    ("before", "today", "said"),
    [
        (date(2026, 5, 19), WEDNESDAY, ""),
        (date(2026, 5, 22), date(2026, 5, 26), ""),  # a weekend and a holiday are no gap
        (date(2026, 5, 18), WEDNESDAY, "No digest went out on Tuesday, 2026-05-19; this one covers that day as well."),
        (date(2026, 5, 14), WEDNESDAY, "No digest went out from 2026-05-15 to 2026-05-19; this one covers those days"),
    ],
)
def test_a_morning_that_was_missed(before: date, today: date, said: str) -> None:
    assert missed(before, today).startswith(said)
    assert bool(missed(before, today)) == bool(said)


def test_a_missed_morning_is_said_once_and_its_mail_accounted_for(office: Office) -> None:
    digest(office, date(2026, 5, 18))
    late, next_one = text_of(digest(office)), text_of(digest(office, date(2026, 5, 21)))
    assert "No digest went out on Tuesday, 2026-05-19" in late
    assert "Mail of Monday, 2026-05-18" in late
    assert "Mail of Tuesday, 2026-05-19" in late
    assert "No digest" not in next_one
    assert "2026-05-19" not in next_one


def test_what_waits_stands_there_oldest_first_with_links_and_what_is_late(office: Office) -> None:
    with at(date(2026, 5, 18), 10):
        newer = office.assessed()
    with at(date(2026, 5, 19), 10):
        older = office.assessed(PETER)
    office.waiting_since(older, datetime(2026, 5, 4, 16, tzinfo=UTC))
    row = digest(office)
    assert row.subject.startswith("[correquests] 2 wait on you, 1 late: ")
    text = text_of(row)
    first, second = (f"http://127.0.0.1:4200/desk/{office.case(r).number}" for r in (older, newer))
    assert text.index(first) < text.index(second)
    assert "Waiting for 15 days, late." in text
    assert "WHAT COMES NEXT IF NOBODY ACTS" in text
    assert "Goes to those above on Friday, May 29 (contract manager)." in text  # eight days, Memorial Day is none


def test_late_and_waiting_on_others(office: Office) -> None:
    with at(date(2026, 5, 1), 10):
        office.with_it()
    assert "The IT service desk has not answered for 18 days." in text_of(digest(office))
    assert "LATE, AND WAITING ON OTHERS" in text_of(digest(office))


def test_restricted_cases_are_counted_and_nothing_else(office: Office) -> None:
    with at(date(2026, 5, 18), 10):
        hidden = office.assessed()
    with office.session() as session:
        session.exec(update(Request).where(col(Request.id) == hidden).values(restricted=True))
    row = digest(office)
    assert "1 restricted case waits for an answer" in text_of(row)
    for word in ("Jane", "Doe", office.case(hidden).number, "Nexus"):
        assert word not in row.raw.decode()


def test_locked_and_warned_with_reasons_since_the_last_digest(office: Office) -> None:
    used = {name: date(2026, 3, 20) for name in staff(office, 1)}
    with at(WEDNESDAY, 2):
        assert export(office, WEDNESDAY - timedelta(1), **used) == ""
        carry_out.fn(make_plan.fn("correquests"), "correquests")
    text = text_of(digest(office))
    assert "LOCKED, BECAUSE NOT USED" in text
    assert "Pat Staff1 · CX00001 · Nexus" in text
    assert "The newest usage export speaks of 2026-05-19 (1 day ago)." in text
    assert "LOCKED, BECAUSE" not in text_of(digest(office, date(2026, 5, 21)))


def test_alarms_and_held_mail_are_said(office: Office) -> None:
    with at(date(2026, 5, 19), 15), office.session() as session:
        to = stand_ins.told_of_alarms(session)[:1]
        notices.alarm(session, office.config, to, "test", "III.B.1", "The lights are out.", utc_now())
    with office.session() as session:
        session.exec(update(Outbox).values(delivery=Delivery.HELD))
    text = text_of(digest(office))
    assert "SOMETHING IS WRONG" in text
    assert "The lights are out." in text
    assert "Told by mail on Tuesday at 15:00." in text
    assert "HELD MAIL" in text
    daniels = text_of(digests(office, DANIEL)[-1])
    assert "SOMETHING IS WRONG" not in daniels, "an alarm is told to those it was sent to"


def test_a_feed_that_is_too_old_is_no_quiet_day(office: Office) -> None:
    staff(office, 1)
    with at(date(2026, 5, 15), 2):
        assert export(office, date(2026, 5, 14), CX00001=date(2026, 5, 10)) == ""
    row = digest(office)
    assert "nobody is locked until a newer one comes" in text_of(row)
    assert "nothing is wrong" not in text_of(row)


def test_on_the_first_business_day_of_a_month_the_times_of_the_last(office: Office) -> None:
    with at(date(2026, 5, 4), 9):
        case = office.assessed()
    with at(date(2026, 5, 6), 12):
        office.answer(case, decision="approve", clearance_on="2026-05-01")
    text = text_of(digest(office, date(2026, 6, 1)))
    assert "HOW LONG DECISIONS TOOK IN MAY" in text
    assert "- new access: approval" in text
    assert "1 decided. Half within 2 d 3 h, 9 of 10 within 2 d 3 h" in text
    assert "HOW LONG DECISIONS" not in text_of(digest(office, date(2026, 6, 2)))


def test_a_deputy_who_stands_in_gets_one_and_whoever_is_away_does_not(office: Office) -> None:
    from db import entries

    with transaction(office.url) as session:
        entries.mark_away(session, "mreyes", WEDNESDAY, "test")
    with at(WEDNESDAY):
        write_digests.fn()
    assert (digests(office), len(digests(office, DANIEL))) == ([], 1)
