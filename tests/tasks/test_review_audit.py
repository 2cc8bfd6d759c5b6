"""AU-6: what happened is reviewed without a gap, the unusual is pointed out, and somebody confirms having read it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from sqlmodel import col, select, update

from db import audit, users
from db.columns import clock
from db.models import Audit, Request
from tasks.review_audit import alarm_if_unread, confirm, make_review
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office, text_of

MONDAY = date(2026, 5, 18)


def at(day: date, hour: int = 9) -> AbstractContextManager[None]:
    """So late in Montana's summer."""
    return clock(lambda: datetime(day.year, day.month, day.day, hour + 6, tzinfo=UTC))


def review(office: Office, day: date = MONDAY) -> str:
    """The words of that day's review as they were mailed."""
    with at(day):
        make_review.fn()
    return text_of(office.letters("audit-review")[-1])


def links(office: Office) -> list[Audit]:
    with office.session() as session:
        return audit.of_subject(session, "audit-review")


def test_what_is_unusual_is_pointed_out(office: Office) -> None:
    with at(date(2026, 5, 15)):
        first = office.assessed()
    with at(date(2026, 5, 16), 10):  # a Saturday
        office.answer(first, decision="approve", clearance_on="2026-05-01")
    with at(date(2026, 5, 15)), office.session() as session:
        now = datetime(2026, 5, 15, 16, tzinfo=UTC)
        users.refuse(session, users.begin_attempt(session, MANAGER, now, 5, 15))
        audit.record(session, actor=VIEWER, action="answer.refused", subject="CR-2026-000001", clause="III.B.1")
    said = review(office)
    assert "- Decisions outside office hours: 1 (mreyes 1; CR-2026-000001)" in said
    assert "- Refused sign-ins: 1 (mreyes 1)" in said
    assert "- Answers refused: 1 (vlindqvist 1; CR-2026-000001)" in said
    assert "The audit chain holds. Its head is " in said
    assert "Many approvals" not in said


def test_many_approvals_by_one_person(office: Office) -> None:
    office.set(review_many_approvals=1)
    with at(date(2026, 5, 15)):
        office.approved(clearance_on="2026-05-01")
    assert "- Many approvals by one person: mreyes: 1" in review(office)


def test_one_review_goes_on_where_the_last_one_ended(office: Office) -> None:
    first = review(office)
    with at(MONDAY, 10):
        assert "was made today already" in make_review.fn().said
    second = review(office, date(2026, 5, 25))
    made = [link for link in links(office) if link.action == "audit.review_made"]
    assert [m.detail["review"] for m in made] == [1, 2]
    assert made[0].detail["first"] == 1
    assert made[1].detail["first"] == made[0].detail["last"] + 1
    assert "from the beginning to 2026-05-18" in first
    assert "from 2026-05-18 to 2026-05-25" in second


def test_a_restricted_case_is_counted_and_not_named(office: Office) -> None:
    with at(date(2026, 5, 16)):
        case = office.approved(clearance_on="2026-05-01")
    number = office.case(case).number
    with office.session() as session:
        session.execute(update(Request).where(col(Request.id) == case).values(restricted=True))
    said = review(office)
    assert number not in said
    assert "1 restricted" in said


def test_a_chain_that_does_not_hold_is_said_first(office: Office) -> None:
    with office.session() as session:
        row = session.exec(select(Audit).where(col(Audit.seq) == 2)).one()
        row.actor = "somebody else"
        with session.no_autoflush:
            from tasks.reviewing import review as reviewed

            broken = reviewed(session, office.config, 1).broken
        session.expunge_all()
    assert broken == "Link 2 was changed after it was written."


def test_one_of_those_who_decide_confirms_and_nobody_else(office: Office) -> None:
    assert "no review was made yet" in confirm.fn(0, "", MANAGER)
    review(office)
    for by in (VIEWER, "nobody", ""):
        assert confirm.fn(1, "", by).startswith("Nothing was written down")
    assert "there is no review 7" in confirm.fn(7, "", MANAGER)
    assert confirm.fn(0, "seen, SSN 517-22-9134", DEPUTY).startswith("Daniel Okafor has read review 1.")
    assert "by dokafor already" in confirm.fn(1, "", MANAGER)
    (link,) = [link for link in links(office) if link.action == "audit.reviewed"]
    assert (link.actor, link.detail["review"], link.clause) == (DEPUTY, 1, "AU-6")
    assert "517-22-9134" not in link.detail["remark"]


def test_nobody_confirms_in_time_is_an_alarm(office: Office) -> None:
    review(office)
    with at(date(2026, 5, 21)):  # three business days
        assert "was confirmed" in alarm_if_unread.fn()
    with at(date(2026, 5, 22)):
        assert "Nobody has confirmed" in alarm_if_unread.fn()
        alarm_if_unread.fn()
    assert len(office.letters("audit-review-unread")) == 1
    confirm.fn(1, "", MANAGER)
    with at(date(2026, 5, 26)):
        assert "was confirmed" in alarm_if_unread.fn()
