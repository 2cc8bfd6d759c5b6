"""III.B.3: a departure from notice to last mail, in the words of the clause; terminations; what may go wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from db import audit
from db.account_life import AccountEvent, change
from db.lifecycle import State
from db.models import Account, AccountState, Audit, Credential, CredentialState, Decision, Kind, Request
from tasks.directory_sync import follow
from tests.factories import BUTTE, FRANK, JANE, LAURA, NEXUS, PETER, departing, today
from tests.tasks.office import DEPUTY, MANAGER, Office, text_of
from tests.tasks.roadwork import (
    SUBMIT,
    account,
    attachment,
    codes,
    days_pass,
    go_on,
    holder,
    notice,
    pdf_words,
    ticket_mail,
    told,
    works_at,
)

one_database = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
GONE, HERE = AccountState.DISABLED, AccountState.ACTIVE


def day(n: int) -> str:
    return (today() + timedelta(n)).isoformat()


def us(n: int) -> str:
    return f"{today() + timedelta(n):%m/%d/%Y}"


def done(office: Office) -> None:
    """The service desk answers the latest ticket."""
    row = [r for r in office.letters() if r.recipients == [office.config.desk_address]][-1]
    office.receive("it-desk@mt.example", text="DONE", subject=f"RE: {row.subject}", in_reply_to=[row.message_id])


STORY = [
    ("request.opened", LAURA.email, "III.B.2"),
    ("account.disable", "correquests", "III.B.3.a"),
    ("request.complete", "correquests", "III.B.3.b"),
    ("access.ended", "correquests", "III.B.3.a"),
    ("decision.approval", MANAGER, "III.B.3.b"),
    ("request.approve", MANAGER, "III.B.3.b"),
    ("affiliation.ended", "correquests", "III.B.3.a"),
    ("ticket.opened", "correquests", "III.B.2.d"),
    ("request.submit", "correquests", "III.B.3.b"),
    ("ticket.closed", "it-desk@mt.example", "III.B.2.d"),
    ("request.confirm", "correquests", "III.B.3.b"),
]


def test_a_departure_from_notice_to_last_mail(office: Office) -> None:
    account_id = holder(office)
    with office.session() as session:
        before = audit.head_of(session).seq
    notified = office.receive(LAURA, departing(), subject="Jane Doe has left", text="Jane left us. Form attached.")
    request_id = str(notified.request_id)
    assert office.case(request_id).kind is Kind.DEPARTURE
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert account(office, account_id).state is GONE
    assert follow(office.config) == 1
    assert "Access to the offender management system has been ended" in text_of(office.letters("notice-received")[0])
    form = office.pages(request_id)["question"]
    assert "Complete the Departing Employee form" in form
    office.answer(request_id, **SUBMIT, remarks="Laptop returned.")
    assert go_on(office, request_id) is State.WITH_IT
    words = pdf_words(attachment(ticket_mail(office), ".pdf"))
    for said in ("Jane Doe", "CX20001", us(-1), us(0), "Nexus", "Maria Reyes", "Laptop returned."):
        assert said in words
    done(office)
    assert go_on(office, request_id) is State.FULFILLED
    assert f"has ended on {us(0)}" in text_of(office.letters("access-ended")[0])
    assert works_at(office, account_id) == {"nexus": False}
    with office.session() as session:
        assert audit.verify(session) is None
        rows = session.exec(select(Audit).where(col(Audit.seq) > before).order_by(col(Audit.seq))).all()
    told_of = [(r.action, r.actor, r.clause) for r in rows if not r.action.startswith(("mail.", "directory."))]
    assert sorted(told_of) == sorted(STORY)


@one_database
def test_a_termination_ends_access_before_anybody_answers_and_whatever_day_it_names(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, f"Jane Doe was let go, effective {us(9)}.", terminated=True)
    assert account(office, account_id).state is GONE
    assert account(office, account_id).state_reason == "employment terminated, by notice"
    assert "day_in_future" in codes(office, request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    refused = office.answer(request_id, **SUBMIT, last_day=day(0), disable_on=day(9))
    assert "access ends at once" in refused.problem
    assert office.answer(request_id, **SUBMIT, last_day=day(0), disable_on=day(0)).state is State.APPROVED


@one_database
def test_a_termination_by_somebody_unknown_ends_nothing_before_the_manager_accepts_the_sender(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, "We fired Jane Doe.", departing(reason="terminated"), sender=PETER)
    assert office.case(request_id).state is State.ON_HOLD
    assert account(office, account_id).state is HERE
    office.answer(request_id, decision="accept for this request")
    office.assess(request_id)
    assert account(office, account_id).state is GONE


@one_database
def test_a_day_to_come_waits_for_it_and_catches_up_after_a_week(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe leaves.", departing(last_day=day(3), disable_on=day(3)))
    assert account(office, account_id).state is HERE
    assert f"ends on {us(3)}" in text_of(office.letters("notice-received")[0])
    office.answer(request_id, **SUBMIT)
    assert go_on(office, request_id) is State.SCHEDULED
    days_pass(office, request_id, 2)
    assert office.case(request_id).state is State.SCHEDULED
    days_pass(office, request_id, 8)
    assert account(office, account_id).state is GONE
    assert go_on(office, request_id) is State.WITH_IT


@one_database
def test_the_day_comes_while_the_manager_is_late(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, f"Jane Doe's last day is {us(2)}.")
    days_pass(office, request_id, 1)
    assert account(office, account_id).state is HERE
    days_pass(office, request_id, 1)
    assert account(office, account_id).state is GONE
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    days_pass(office, request_id, 5)  # the clock goes on, and nothing is done twice
    assert [a.action for a in office.rows(Audit)].count("account.disable") == 1


@one_database
def test_who_works_elsewhere_too_keeps_the_account_and_leaves_one_facility(office: Office) -> None:
    account_id = holder(office, JANE, NEXUS, BUTTE)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    assert "works_elsewhere" in codes(office, request_id)
    assert account(office, account_id).state is HERE
    assert "stays for" in text_of(office.letters("notice-received")[0])
    office.answer(request_id, **SUBMIT)
    assert go_on(office, request_id) is State.FULFILLED
    assert works_at(office, account_id) == {"nexus": False, "butte": True}
    assert "The account stays for the work at Butte Prerelease" in text_of(office.letters("access-ended")[0])


@one_database
def test_days_late_are_measured_and_amber_over_24_hours(office: Office) -> None:
    holder(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe left.", departing(last_day=day(-4), disable_on=day(-4)))
    follow(office.config)
    assert "notice_late" in codes(office, request_id)
    page = office.pages(request_id)["summary"]
    assert page.count("(**amber**: over 24 hours)") == 2
    (link,) = [a for a in office.links(request_id) if a.action == "access.ended"]
    assert 72 <= link.detail["hours_after_event"] <= 96
    assert notice(office, request_id).disabled_at is not None


@one_database
def test_a_wrong_notice_is_taken_back_with_a_reason(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    assert "reason" in office.answer(request_id, decision="wrong notice: restore access").problem
    case = office.answer(request_id, decision="wrong notice: restore access", reason="It was Janet.")
    assert case.state is State.REJECTED
    assert account(office, account_id).state is HERE
    assert "It was Janet." in text_of(office.letters("rejected")[0])


@one_database
def test_a_second_answer_by_the_deputy_finds_the_case_decided(office: Office) -> None:
    holder(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    office.answer(request_id, **SUBMIT)
    office.answer(request_id, DEPUTY, **SUBMIT, last_day=day(-30))
    assert office.case(request_id).state is State.APPROVED
    assert [d.decided_by for d in office.rows(Decision)] == [MANAGER]
    assert notice(office, request_id).event_on == today() - timedelta(1)


@one_database
def test_what_is_pending_for_the_person_ends_with_the_departure(office: Office) -> None:
    account_id = holder(office)
    change_id = told(office, Kind.CHANGE, "Jane Doe needs view only from now on.")
    with office.session() as session:
        row = session.get_one(Account, account_id)
        issued = Credential(account_id=account_id, request_id=row.request_id, expires_at=row.state_since)
        session.add(issued)
    told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    assert office.case(change_id).state is State.CLOSED
    assert [c.state for c in office.rows(Credential)] == [CredentialState.VOID]


@one_database
def test_without_a_directory_it_is_told_at_once_and_gets_the_form_when_it_is_complete(office: Office) -> None:
    office.set(directory="none")
    holder(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe was terminated.", terminated=True)
    follow(office.config)
    assert ticket_mail(office)["Subject"].count("Disable")
    office.answer(request_id, **SUBMIT, last_day=day(0))
    assert go_on(office, request_id) is State.WITH_IT
    assert "Departing Employee form" in ticket_mail(office)["Subject"]
    assert follow(office.config) == 0


def twins(office: Office) -> None:
    holder(office, user_name="CX20001")
    with office.session() as session:
        first = session.exec(select(Account)).one()
        assert first.person_id
    other = type(JANE)(JANE.given_name, JANE.family_name, "Cook", "jane.d@nexus.example", "")
    holder(office, other, user_name="CX20002")


def nobody(office: Office) -> None:
    return


def ordinary(office: Office) -> None:
    holder(office)


def no_account(office: Office) -> None:
    account_id = holder(office)
    with office.session() as session:
        row = session.get_one(Account, account_id)
        for event in (AccountEvent.DISABLE, AccountEvent.REMOVE):
            change(session, row, event, by="test", clause="III.C.3", reason="test")


def with_state(state: AccountState) -> Callable[[Office], None]:
    return lambda office: (holder(office, state=state), None)[1]


S = State
CASES: dict[str, tuple[Callable[[Office], None], str, dict[str, Any], State, set[str], AccountState | None]] = {
    "unknown person": (nobody, "Bob Nobody left.", {"staff_name": "Bob Nobody"}, S.IN_DOUBT, {"person_unclear"}, None),
    "two of a name": (twins, "Jane Doe left today.", {}, S.IN_DOUBT, {"person_unclear"}, HERE),
    "two of a name, one ID": (twins, "Jane Doe (CX20001) left today.", {}, S.AWAITING_APPROVAL, set(), None),
    "an ID that nobody has": (ordinary, "CX29999 left today.", {}, S.IN_DOUBT, {"person_unclear"}, HERE),
    "an ID of somebody else": (
        ordinary, "CX20001 left.", {"staff_name": "Marcus Whitfield"}, S.IN_DOUBT, {"person_unclear"}, HERE,
    ),
    "a name that is nearly right": (
        ordinary, "left today", {"staff_name": "Jane Dow"}, S.IN_DOUBT, {"person_unclear"}, HERE,
    ),
    "name in the text": (ordinary, "Jane Doe left today.", {}, S.AWAITING_APPROVAL, set(), GONE),
    "family name first": (ordinary, "Doe, Jane left today.", {}, S.AWAITING_APPROVAL, set(), GONE),
    "no account": (no_account, "Jane Doe left today.", {}, S.AWAITING_APPROVAL, {"no_account"}, AccountState.REMOVED),
    "disabled already": (
        with_state(GONE), "Jane Doe left today.", {}, S.AWAITING_APPROVAL, {"account_not_active"}, GONE,
    ),
    "locked": (
        with_state(AccountState.LOCKED), "Jane Doe left today.", {}, S.AWAITING_APPROVAL, {"account_not_active"}, GONE,
    ),
    "suspended": (
        with_state(AccountState.SUSPENDED), "Jane Doe left today.", {}, S.AWAITING_APPROVAL, {"account_not_active"},
        GONE,
    ),
    "on leave": (
        with_state(AccountState.ON_LEAVE), "Jane Doe left today.", {}, S.AWAITING_APPROVAL, {"account_not_active"},
        GONE,
    ),
    "being made": (with_state(AccountState.REQUESTED), "Jane Doe left today.", {}, S.AWAITING_APPROVAL, set(), GONE),
    "no day": (ordinary, "Jane Doe is leaving us.", {}, S.AWAITING_APPROVAL, {"day_missing"}, HERE),
    "no day, terminated": (ordinary, "Jane Doe was fired.", {"terminated": True}, S.AWAITING_APPROVAL, set(), GONE),
    "sorted with a day": (
        ordinary, "Jane Doe leaves.", {"effective_on": today() + timedelta(5)}, S.AWAITING_APPROVAL, set(), HERE,
    ),
    "another facility's submitter": (
        ordinary, "CX20001 left today.", {"sender": FRANK}, S.ON_HOLD, {"sender_not_designated"}, HERE,
    ),
}  # fmt: skip
"""Who is on record, the mail, what sorting knew; where the case goes, what is found, how the account stands."""


@one_database
@pytest.mark.parametrize("name", CASES)
def test_notices_of_every_sort(office: Office, name: str) -> None:
    on_record, text, more, state, found, account_state = CASES[name]
    on_record(office)
    request_id = told(office, Kind.DEPARTURE, text, **more)
    assert office.case(request_id).state is state
    assert found <= codes(office, request_id)
    if account_state:
        assert {a.state for a in office.rows(Account)} == {account_state}
    office.pages(request_id)


@one_database
def test_the_manager_says_whom_it_is_about(office: Office) -> None:
    twins(office)
    request_id = told(office, Kind.DEPARTURE, "Jane Doe left today.")
    page = office.pages(request_id)
    assert "Whom is this about?" in page["question"]
    offered = [c for c in ("CX20001", "CX20002") if c in str(_options(office, request_id))]
    assert offered == ["CX20001", "CX20002"]
    chosen = next(o for o in _options(office, request_id) if "CX20002" in o)
    office.answer(request_id, person=chosen)
    office.assess(request_id)
    states = {a.user_name: a.state for a in office.rows(Account)}
    assert states == {"CX20001": HERE, "CX20002": GONE}


@one_database
@pytest.mark.parametrize(
    ("said", "reason", "state"),
    [
        ("none of these: ask the sender", "", State.INCOMPLETE),
        ("none of these: close the case", "Nobody of ours.", State.CLOSED),
        ("none of these: close the case", "", State.IN_DOUBT),
        ("look again", "", State.RECEIVED),
    ],
)
def test_nobody_fits(office: Office, said: str, reason: str, state: State) -> None:
    request_id = told(office, Kind.DEPARTURE, "Bob left.", staff_name="Bob Nobody")
    assert office.answer(request_id, person=said, reason=reason).state is state
    asked = office.letters("papers-missing")
    assert ("user ID" in text_of(asked[0])) if state is State.INCOMPLETE else not asked


def _options(office: Office, request_id: str) -> list[str]:
    from tasks.approval import form_of

    schema = form_of(request_id, "").model_json_schema()
    options: list[str] = schema["properties"]["person"]["enum"]
    return options


@one_database
def test_the_manager_types_whom_it_is_about(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.DEPARTURE, "Janie left today.", staff_name="Janie Smith")
    assert "No account has this user ID" in office.answer(request_id, user_id="CX29999").problem
    assert office.answer(request_id, user_id="cx20001").state is State.RECEIVED
    office.assess(request_id)
    assert account(office, account_id).state is GONE


@one_database
def test_the_same_notice_twice_is_pointed_out_and_done_once(office: Office) -> None:
    holder(office)
    first = told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    second = told(office, Kind.DEPARTURE, "Jane Doe left.", departing())
    assert {"other_case_open", "account_not_active"} <= codes(office, second)
    for request_id in (first, second):
        office.answer(request_id, **SUBMIT)
        go_on(office, request_id)
    assert [a.action for a in office.rows(Audit)].count("account.disable") == 1


@one_database
def test_one_mail_about_two_people_opens_two_cases_and_counts_once(office: Office) -> None:
    from db import messages
    from deployments.samples.cast import BY_KEY
    from tasks.sorting import open_case
    from tests.factories import message

    marcus = BY_KEY["nexus"].member("Whitfield")
    holder(office)
    holder(office, marcus, user_name="CX20002")
    with office.session() as session:
        before = messages.total(session)
        mail = message(session, LAURA, text="Jane Doe and Marcus Whitfield left today.", subject="Two")
        one = open_case(session, office.config, mail, Kind.DEPARTURE, "a", staff_name="Jane Doe", text="Jane Doe left.")
        two = open_case(
            session, office.config, mail, Kind.DEPARTURE, "b", staff_name="Marcus Whitfield", text="Marcus left today."
        )
        ids = [one.id, two.id]
        assert messages.cases(session, mail.id or 0) == ids
        assert [[m.id for m in messages.of_request(session, i)] for i in ids] == [[mail.id], [mail.id]]
        assert messages.total(session) == before + 1
    for request_id in ids:
        office.assess(request_id)
    cases: list[Request] = [office.case(i) for i in ids]
    assert [c.staff_name for c in cases] == ["Jane Doe", "Marcus Whitfield"]
    assert [c.mail_text for c in cases] == ["Jane Doe left.", "Marcus left today."]
