"""III.C.3: a locked account, a mail or a lockout that asks whether it is still needed, and what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from db import requests
from db.account_life import AccountEvent, AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Account, Credential, CredentialState, Kind
from tasks.accounts import provision
from tasks.directory_sync import follow
from tasks.roads.unlock import open_review
from tasks.undoing import undo
from tests.factories import JANE, LAURA, PETER
from tests.tasks.office import DEPUTY, Office, text_of
from tests.tasks.safety import changed, entry, in_use, mailed, of_kind
from tests.tasks.test_suspending import suspend

LOCKED_OUT = "Hello, I am locked out of OMS. I still need it for my caseload.\n\nJane"


def locked(office: Office) -> None:
    in_use(office)
    changed(office, AccountEvent.LOCK)
    office.mark_sent()


def opened(office: Office) -> str:
    """The review that a lockout run opens by itself."""
    with office.session() as session:
        account = session.exec(select(Account)).one()
        case = open_review(session, office.config, account, "Not used for 61 days.")
        again = open_review(session, office.config, account, "Not used for 62 days.")
        assert again.id == case.id, "one review at a time"
    office.assess(case.id)
    return case.id


def test_the_own_name_under_the_mail_makes_nobody_a_stranger(office: Office) -> None:
    locked(office)
    request_id = mailed(office, Kind.UNLOCK, f"{LOCKED_OUT} Doe", sender=JANE, staff_name="Jane Doe")
    case = office.case(request_id)
    assert (case.state, case.account_id) == (State.AWAITING_APPROVAL, office.account().id)


@pytest.mark.parametrize("sender", [JANE, LAURA, None], ids=["person", "submitter", "lockout run"])
def test_kept_is_unlocked_with_a_new_password(office: Office, sender: object) -> None:
    locked(office)
    text = LOCKED_OUT if sender is JANE else "Jane Doe is locked out and needs OMS for her caseload."
    request_id = mailed(office, Kind.UNLOCK, text, sender=sender) if sender else opened(office)  # type: ignore[arg-type]
    case = office.case(request_id)
    assert (case.state, case.staff_name) == (State.AWAITING_APPROVAL, "Jane Doe")
    page = office.pages(request_id)["summary"]
    for shown in ("Last use", "Why it was granted", "Case notes and termination summaries", "/evidence/documents/"):
        assert shown in page
    office.answer(request_id, decision="keep")
    assert "still needed for" in office.case(request_id).problem
    office.answer(request_id, decision="keep", reason="18 residents")
    provision.fn(request_id)
    assert office.case(request_id).state is State.FULFILLED
    assert office.account().state is AccountState.ACTIVE
    assert not entry(office).enabled, "the old password has expired; it opens when the new one is picked up"
    assert follow(office.config) == 0
    live = [c for c in office.rows(Credential) if c.state is CredentialState.ISSUED]
    assert [c.request_id for c in live] == [request_id]
    (code,) = office.letters("reset-done", request_id)
    assert code.recipients == [LAURA.email]


def test_not_kept_is_disabled_and_both_are_told(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="remove", reason="works in the kitchen now")
    assert office.case(request_id).state is State.REJECTED
    assert office.account().state is AccountState.DISABLED
    (told,) = office.letters("access-removed")
    assert sorted(told.recipients) == sorted([LAURA.email, JANE.email])
    assert "kitchen" not in text_of(told)


def test_without_an_answer_it_stays_locked(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="close", reason="nobody answers the telephone")
    assert office.case(request_id).state is State.CLOSED
    assert office.account().state is AccountState.LOCKED
    assert office.letters("not-granted") == [], "nobody asked, so nobody is told"


def test_a_stranger_is_held(office: Office) -> None:
    locked(office)
    request_id = mailed(office, Kind.UNLOCK, "Please unlock Jane Doe, CX10001.", sender=PETER)
    assert office.case(request_id).state is State.ON_HOLD
    assert not [x for x in office.letters(request_id=request_id) if PETER.email in x.recipients]


def test_a_suspension_overtakes_the_review(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="keep", reason="18 residents")
    suspend(office)
    provision.fn(request_id)
    assert office.case(request_id).state is State.CLOSED
    assert office.account().state is AccountState.SUSPENDED
    assert not entry(office).enabled
    assert len(of_kind(office, Kind.UNLOCK)) == 1


# --- taken back within a day ---


def taken_back(office: Office, request_id: str, hours: float = 23) -> str:
    with office.session() as session:
        case = requests.get(session, request_id)
        return undo(session, office.config, case, "wrong person", DEPUTY, utc_now() + timedelta(hours=hours))


def test_a_kept_access_that_is_taken_back_is_locked_and_asked_about_again(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="keep", reason="18 residents")
    provision.fn(request_id)
    assert "for 24 hours" in taken_back(office, request_id, hours=25)
    assert office.account().state is AccountState.ACTIVE
    assert "is locked again" in taken_back(office, request_id)
    assert office.account().state is AccountState.LOCKED
    assert CredentialState.ISSUED not in {c.state for c in office.rows(Credential)}
    follow(office.config)
    assert not entry(office).enabled
    first, again = of_kind(office, Kind.UNLOCK)
    assert (first.id, first.state, again.closed_at) == (request_id, State.FULFILLED, None)
    assert again.account_id == office.account().id
    assert "Nothing was undone" in taken_back(office, request_id), "an undo is not undone"


def test_a_keep_is_taken_back_before_it_is_carried_out(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="keep", reason="18 residents")
    assert "open again" in taken_back(office, request_id)
    assert office.account().state is AccountState.LOCKED
    assert office.assess(request_id) is State.AWAITING_APPROVAL


def test_a_removal_that_is_taken_back_is_locked_as_before_and_can_be_kept(office: Office) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision="remove", reason="works in the kitchen now")
    assert "for 24 hours" in taken_back(office, request_id, hours=25)
    assert office.account().state is AccountState.DISABLED
    assert "open again" in taken_back(office, request_id)
    assert office.account().state is AccountState.LOCKED
    (told,) = office.letters("undone")
    assert sorted(told.recipients) == sorted([LAURA.email, JANE.email])
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    office.answer(request_id, decision="keep", reason="18 residents")
    provision.fn(request_id)
    assert office.account().state is AccountState.ACTIVE


@pytest.mark.parametrize("said", ["keep", "remove"])
def test_what_happened_to_the_account_since_is_not_overwritten(office: Office, said: str) -> None:
    locked(office)
    request_id = opened(office)
    office.answer(request_id, decision=said, reason="the caseload")
    if said == "keep":
        provision.fn(request_id)
        suspend(office)
        after = AccountState.SUSPENDED
    else:
        changed(office, AccountEvent.RESTORE)
        after = AccountState.ACTIVE
    assert "cannot be undone here" in taken_back(office, request_id)
    assert office.account().state is after
