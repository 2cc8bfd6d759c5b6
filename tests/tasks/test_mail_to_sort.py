"""A mail that the product must not act on by itself goes to a person, who says what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.columns import utc_now
from db.lifecycle import State
from db.models import Decision, Disposition, Kind, Message, Request
from tasks.adapters.mailbox.mime import SENTENCES
from tasks.approval import try_again, waiting_mails
from tasks.conservation import account_for_mail
from tasks.intake import sort_message, store_waiting, unsorted
from tasks.mail_balance import PATIENCE, books, of_day
from tests.factories import LAURA, access, consent
from tests.tasks.office import MANAGER, MARIA, VIEWER, Office
from tests.tasks.test_intake import deliver, encrypted, mail

DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def unreadable(office: Office) -> Request:
    """The case of an encrypted mail."""
    deliver(office, encrypted(), "sealed")
    store_waiting.fn()
    (case,) = office.rows(Request)
    return case


@pytest.fixture
def held(office: Office) -> Request:
    """The case of a readable mail with two good forms whose sender cannot be told."""
    office.receive("", consent(), access())
    (case,) = office.rows(Request)
    assert case.state is State.TO_SORT
    return case


def the_mail(office: Office) -> Message:
    (row,) = office.rows(Message)
    return row


def test_it_is_filed_with_a_reason(office: Office, held: Request) -> None:
    case = office.answer(held.id, decision="file it")
    assert (case.state, case.problem) == (State.TO_SORT, "Please give a reason for filing the mail.")
    case = office.answer(held.id, decision="file it", reason="answered by telephone")
    assert case.state is State.CLOSED
    assert (the_mail(office).disposition, the_mail(office).reason) == (Disposition.FILED, "answered by telephone")
    (decision,) = office.rows(Decision)
    assert (decision.outcome, decision.decided_by, decision.clause) == ("file it", MANAGER, "III.B.1")


def test_it_becomes_a_request_with_its_papers(office: Office, held: Request) -> None:
    case = office.answer(held.id, decision="new access request")
    assert (case.kind, case.state, case.staff_name) == (Kind.NEW_ACCESS, State.RECEIVED, "Jane Doe")
    assert set(office.papers(case.id)) == {"consent", "access_request"}
    assert the_mail(office).disposition is Disposition.OPENED
    office.assess(case.id)
    assert office.case(case.id).state is State.ON_HOLD  # nobody vouches for the sender


def test_it_joins_the_case_that_a_person_names(office: Office) -> None:
    open_case = office.case(office.assessed(LAURA, access()))
    assert open_case.state is State.INCOMPLETE
    office.receive("", consent())
    (held,) = [r for r in office.rows(Request) if r.kind is Kind.MAIL]
    for wrong, said in (("CR-2026-999999", "There is no such case"), (held.number, "takes no more papers")):
        case = office.answer(held.id, decision="belongs to a case", case_number=wrong)
        assert case.state is State.TO_SORT
        assert said in case.problem
    case = office.answer(held.id, decision="belongs to a case", case_number=open_case.number)
    assert case.state is State.CLOSED
    assert office.case(open_case.id).state is State.RECEIVED
    assert set(office.papers(open_case.id)) == {"consent", "access_request"}


def test_an_unreadable_one_cannot_become_a_request(office: Office, unreadable: Request) -> None:
    case = office.answer(unreadable.id, decision="new access request")
    assert case.state is State.TO_SORT
    assert "could not be read" in case.problem


def test_trying_again_what_still_cannot_be_read_asks_again(office: Office, unreadable: Request) -> None:
    assert office.answer(unreadable.id, decision="try again").state is State.CLOSED
    (row_id,) = unsorted.fn()
    sort_message.fn(row_id)
    row = the_mail(office)
    assert (row.disposition, row.reason, row.readable) == (Disposition.QUARANTINED, SENTENCES["encrypted"], False)
    assert {r.number: r.state for r in office.rows(Request)} == {
        unreadable.number: State.CLOSED,
        office.case(row.request_id or "").number: State.TO_SORT,
    }


def test_trying_again_works_once_the_mail_can_be_read(office: Office) -> None:
    office.set(max_mail_bytes=100)
    deliver(office, mail("big", words="Thank you! " * 20), "big")
    store_waiting.fn()
    (case,) = office.rows(Request)
    assert not the_mail(office).readable
    (waiting,) = waiting_mails.fn()
    assert "try_again" not in try_again.fn(waiting, VIEWER)
    assert office.case(case.id).state is State.TO_SORT  # a viewer decides nothing
    office.set(max_mail_bytes=40_000_000)
    assert "closed" in try_again.fn(waiting, MANAGER)
    (row_id,) = unsorted.fn()
    sort_message.fn(row_id)
    row = the_mail(office)
    assert (row.readable, row.subject, row.disposition) == (True, "big", Disposition.FILED)
    deliver(office, row.raw, "big-again")
    assert store_waiting.fn() == [row_id]  # its digest is now that of a mail that was read


def test_a_viewer_or_nobody_sorts_nothing(office: Office, held: Request) -> None:
    for who in (VIEWER, "", "service"):
        case = office.answer(held.id, by=who, decision="file it", reason="x")
        assert case.state is State.TO_SORT
    assert office.rows(Decision) == []


def test_every_mail_is_accounted_for(office: Office, held: Request) -> None:
    office.receive("", text="Thank you!", subject="Re: Access")
    office.assessed(LAURA, consent(), access())
    with office.session() as session:
        account = books(session, DENVER, utc_now())
        assert of_day(session, DENVER, account.days[0].day, utc_now()) == account.days[0]
    today = account.days[0]
    assert today.sentence == (
        f"Mail of {today.day:%A, %Y-%m-%d}: 3 received = 1 opened a case + 0 joined a case + 1 filed + 1 quarantined."
    )
    assert (today.received, today.opened, today.joined, today.filed, today.quarantined) == (3, 1, 0, 1, 1)
    assert (today.difference, today.overdue, account.audited, account.on_file) == (0, 0, 3, 3)
    assert account.balanced
    assert "Every mail is accounted for." in account_for_mail.fn()
    assert office.letters("mail-not-accounted") == []


def test_a_mail_left_lying_is_a_difference_and_an_alarm_once_a_day(office: Office, held: Request) -> None:
    with office.session() as session:
        row = session.get_one(Message, the_mail(office).id)
        row.disposition, row.received_at = Disposition.STORED, utc_now() - PATIENCE - timedelta(minutes=1)
        session.add(row)
        (day,) = [day for day in books(session, DENVER, utc_now()).days if day.overdue]  # yesterday's, after midnight
        assert day.sentence.endswith("+ 0 quarantined. 1 not accounted for.")
    for _ in range(2):
        assert "not accounted for" in account_for_mail.fn()
    (alarm,) = office.letters("mail-not-accounted")
    assert MARIA in alarm.recipients


def test_a_mail_gone_from_the_registry_is_seen_by_the_chain(office: Office) -> None:
    office.receive("", text="Thank you!", subject="Re: Access")
    with office.session() as session:
        session.delete(session.get_one(Message, the_mail(office).id))
    with office.session() as session:
        account = books(session, DENVER, utc_now())
    assert (account.audited, account.on_file, account.balanced) == (1, 0, False)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "2026-11-01"),  # the day the clocks go back, 00:30
        (datetime(2026, 11, 2, 6, 30, tzinfo=UTC), "2026-11-01"),  # its 25th hour
        (datetime(2026, 3, 9, 5, 59, tzinfo=UTC), "2026-03-08"),  # the day the clocks go forward ends at 06:00 UTC
        (datetime(2026, 3, 9, 6, 0, tzinfo=UTC), "2026-03-09"),
    ],
)
def test_days_are_montana_days(office: Office, held: Request, instant: datetime, day: str) -> None:
    with office.session() as session:
        row = session.get_one(Message, the_mail(office).id)
        row.received_at = instant
        session.add(row)
        session.flush()
        account = books(session, DENVER, instant + timedelta(hours=30))
    assert [f"{d.day}" for d in account.days if d.received] == [day]
