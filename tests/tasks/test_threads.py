"""Which case a mail continues, who is believed, and what becomes of mail about mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import outbox
from db.columns import utc_now
from db.lifecycle import State
from db.models import Delivery, Disposition, Kind, Message, Outbox, Request
from forms.reading import FormReading
from tasks import wiring
from tasks.clockwork import keep_time
from tasks.intake import sort_message, store_waiting, unsorted
from tasks.mail import release
from tasks.policy.tokens import token
from tests.factories import DESK, FRANK, LAURA, OWEN, PETER, Sender, access, consent, message
from tests.tasks.mail_server import running
from tests.tasks.office import MANAGER, MARIA, VIEWER, Office, text_of

JOINED, FILED, HELD = Disposition.JOINED, Disposition.FILED, Disposition.QUARANTINED
ANSWERS = [
    ("the requester, by reply", LAURA, "re", "", JOINED),
    ("a colleague who is designated, by reply", OWEN, "re", "", JOINED),
    ("the requester, by number with check digits", LAURA, "", "RE: [{token}]", JOINED),
    ("a designated colleague, by number with check digits", OWEN, "", "{token} forms", JOINED),
    ("the requester, by bare number", LAURA, "", "about {number}", HELD),
    ("wrong check digits", LAURA, "", "{number}-00", HELD),
    ("somebody of another provider, by reply", FRANK, "re", "", HELD),
    ("a stranger, by number with check digits", PETER, "", "{token}", HELD),
    ("nobody's case", LAURA, "", "CR-2026-999999", FILED),
]


@pytest.mark.parametrize(("sender", "how", "subject", "wanted"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS])
def test_which_case_an_answer_continues(
    office: Office, sender: Sender, how: str, subject: str, wanted: Disposition
) -> None:
    case = office.case(office.assessed(LAURA, access()))
    (asked,) = office.letters("papers-missing")
    subject = subject.format(number=case.number, token=token(case.number))
    reply = [asked.message_id] if how else []
    mail = office.receive(sender, text="Thank you, it will come on Monday.", subject=subject, in_reply_to=reply)
    assert mail.disposition is wanted
    assert (mail.request_id == case.id) is (wanted is JOINED)
    if wanted is HELD:
        assert case.number in mail.reason


def test_an_answer_to_a_closed_case_says_so(office: Office) -> None:
    case = office.case(office.fulfilled())
    mail = office.receive(LAURA, text="Thank you!", subject=f"RE: [{token(case.number)}]")
    assert (mail.disposition, mail.reason) == (FILED, f"about {case.number}, which is closed")


def with_facts(office: Office, sender: str, header: str, *forms: FormReading) -> Message:
    """A mail that our edge has marked."""
    with office.session() as session:
        row = message(session, sender, *forms, automatic=False)
        row.facts = {"Authentication-Results": header}
        session.add(row)
        session.flush()
        row_id = row.id
    assert row_id is not None
    sort_message.fn(row_id)
    return office.mail(row_id)


@pytest.mark.parametrize(
    ("sender", "header", "wanted"),
    [
        (LAURA.email, "mx.mt.example; dmarc=pass", Disposition.OPENED),
        (LAURA.email, "mx.mt.example; dmarc=fail", HELD),
        (LAURA.email, "mx.evil.example; dmarc=pass", HELD),
        ("laura.brandt@nexuss.example", "mx.mt.example; dmarc=pass", HELD),
        ("it-desk@mt.example", "mx.mt.example; dmarc=fail", HELD),
    ],
)
def test_nothing_is_done_on_the_word_of_a_forged_mail(
    office: Office, sender: str, header: str, wanted: Disposition
) -> None:
    office.set(authserv_id="mx.mt.example")
    mail = with_facts(office, sender, header, consent(), access())
    assert mail.disposition is wanted
    assert [r.kind for r in office.rows(Request)] == [Kind.MAIL if wanted is HELD else Kind.NEW_ACCESS]
    assert office.letters("papers-missing") == []


def test_a_forged_answer_of_the_desk_closes_no_ticket(office: Office) -> None:
    office.with_it()
    office.set(authserv_id="mx.mt.example")
    mail = office.desk_says("DONE")
    assert mail.disposition is HELD
    assert office.ticket().closed_at is None


def bounce(office: Office, row: Outbox) -> Message:
    with office.session() as session:
        report = message(session, "mailer-daemon@mt.example", in_reply_to=[row.message_id], automatic=True, text="")
        report.bounce = True
        session.add(report)
        session.flush()
        row_id = report.id
    assert row_id is not None
    sort_message.fn(row_id)
    return office.mail(row_id)


def test_a_bounce_of_our_notice_is_a_task_on_its_case(office: Office) -> None:
    request_id = office.assessed(LAURA, access())
    mail = bounce(office, office.letters("papers-missing")[0])
    case = office.case(request_id)
    assert (mail.disposition, mail.request_id, case.state) == (JOINED, request_id, State.INCOMPLETE)
    assert LAURA.email in case.problem
    (told,) = office.letters("needs-you", request_id)
    assert told.recipients == [MARIA]
    assert "could not be delivered" in text_of(told)
    assert len(office.letters("papers-missing")) == 1  # a bounce is never answered


def test_a_bounce_about_a_closed_case_goes_to_a_person(office: Office) -> None:
    request_id = office.fulfilled()
    mail = bounce(office, office.letters("credentials-link", request_id)[0])
    assert mail.disposition is HELD
    assert office.case(request_id).number in mail.reason


def test_a_bounce_of_nothing_of_ours_is_filed(office: Office) -> None:
    row = Outbox(key="k", purpose="p", message_id="<of-nobody@mt.example>", raw=b"")
    assert bounce(office, row).disposition is FILED


def test_our_own_mail_is_never_answered(office: Office) -> None:
    assert office.receive("correquests@mt.example", consent(), access()).disposition is FILED
    assert office.rows(Request) == []


def test_a_flood_asks_once(office: Office) -> None:
    office.set(sender_mails_per_hour=2)
    mails = [office.receive(LAURA, consent(), access(given_name=f"Ann{n}")) for n in range(6)]
    assert [m.disposition is HELD for m in mails] == [False] * 2 + [True] * 4
    (case,) = [r for r in office.rows(Request) if r.kind is Kind.MAIL]
    assert {m.request_id for m in mails[2:]} == {case.id}
    assert "several mails" in office.answer(case.id, decision="new access request").problem
    assert office.answer(case.id, decision="file it", reason="a loop").state is State.CLOSED
    assert [office.mail(m.id or 0).disposition for m in mails[2:]] == [FILED] * 4


# --- mail that may have been sent ---


@pytest.mark.parametrize(("purpose", "copies"), [("papers-missing", 2), ("ticket", 1)])
def test_what_may_have_been_sent_is_sent_again_once_or_goes_to_a_person(
    office: Office, purpose: str, copies: int
) -> None:
    with running() as server:
        office.set(smtp_host="127.0.0.1", smtp_tls="none", smtp_port=server.port)
        if purpose == "ticket":
            office.with_it()
        else:
            office.assessed(LAURA, access())
        (row,) = office.letters(purpose)
        for _ in range(4):
            server.drop = 99
            office.drain()
            office.later()
        (row,) = office.letters(purpose)
        assert row.delivery is Delivery.HELD
        assert len(server.received(row.recipients[0])) == copies
        alarms = [a for a in office.letters("mail-held") if row.key in text_of(a).replace("\n", " ")]
        assert len(alarms) == 1
        assert MARIA in alarms[0].recipients
        assert "Nothing was done" in release.fn(row.key, "send again", VIEWER)
        assert release.fn(row.key, "delivered otherwise", MANAGER) == "1 mails: delivered otherwise"
        assert office.letters(purpose)[0].delivery is Delivery.SENT


def test_a_server_that_is_away_too_long_leaves_mail_held_and_one_word_sends_all(office: Office) -> None:
    with running() as server:
        office.set(smtp_host="127.0.0.1", smtp_tls="none", smtp_port=server.port, send_attempts=3)
        server.refuse = {"*"}
        office.assessed(LAURA, access())
        office.assessed(LAURA, access(given_name="Ann"))
        for _ in range(8):
            office.drain()
            office.later(4000)
        held = [r for r in office.letters() if r.delivery is Delivery.HELD]
        assert {r.purpose for r in held} == {"papers-missing", "mail-held"}
        server.refuse = set()
        release.fn("", "send again", MANAGER)
        office.drain()
        assert {r.delivery for r in office.letters()} == {Delivery.SENT}
        assert len(server.received(LAURA.email)) == 2


# --- the canary ---


def age(office: Office, minutes: int) -> None:
    with office.session() as session:
        if row := outbox.latest(session, "canary"):
            row.created_at -= timedelta(minutes=minutes)
            row.sent_at = row.sent_at - timedelta(minutes=minutes) if row.sent_at else None
            session.add(row)
        first = session.get_one(Message, 1)
        first.received_at -= timedelta(minutes=minutes)
        session.add(first)


def test_the_canary_flies_each_hour_and_comes_back(office: Office) -> None:
    keep_time(office.config)
    assert office.letters("canary") == []  # a new installation begins quietly
    office.receive(DESK, text="hello")
    age(office, 61)
    for _ in range(2):
        keep_time(office.config)
    (row,) = office.letters("canary")
    office.drain()
    assert len(wiring.mailbox(office.config).waiting(9)) == 1
    store_waiting.fn()
    for row_id in unsorted.fn():
        assert "our own mail" in sort_message.fn(row_id)
    age(office, 59)
    keep_time(office.config)
    assert len(office.letters("canary")) == 1
    age(office, 2)
    keep_time(office.config)
    assert [r.sequence for r in office.letters("canary")] == [1, 2]
    assert office.letters("canary-missing") == []
    assert row.created_at <= utc_now()


def test_a_canary_that_stays_away_is_an_alarm(office: Office) -> None:
    office.receive(DESK, text="hello")
    age(office, 61)
    keep_time(office.config)
    office.drain()  # it lies in the inbox, but nobody takes it in
    age(office, 14)
    keep_time(office.config)
    assert office.letters("canary-missing") == []
    age(office, 2)
    for _ in range(2):
        keep_time(office.config)
    (alarm,) = office.letters("canary-missing")
    assert MARIA in alarm.recipients
    office.set(canary_minutes=0)
    age(office, 600)
    keep_time(office.config)
    assert len(office.letters("canary")) == 1
