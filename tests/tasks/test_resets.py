"""III.B.4.b: a reset is asked for, somebody responds, and a new initial password goes the road of the first."""

from __future__ import annotations

import pytest

from db import audit, credentials
from db.account_life import AccountEvent, AccountState
from db.columns import utc_now
from db.lifecycle import State
from db.models import Credential, CredentialState, Kind, Secret, Ticket, TicketState
from tasks.accounts import fulfil, provision
from tests.factories import FRANK, JANE, LAURA, PETER
from tests.tasks.office import DEPUTY, MANAGER, MARIA, Office, text_of
from tests.tasks.safety import USER, changed, entry, in_use, mailed, of_kind
from tests.tasks.test_suspending import suspend

FORGOT = "Hello,\n\nJane Doe forgot her password and cannot get in. Could you reset it?\n\nLaura"
MINE = "Hi, I forgot my password. Please reset it.\n\nJane"


def reset(office: Office, text: str = FORGOT, **more: object) -> str:
    return mailed(office, Kind.RESET, text, **more)  # type: ignore[arg-type]


def granted(office: Office, request_id: str, by: str = MANAGER) -> None:
    assert office.answer(request_id, by, decision="reset").state is State.APPROVED, office.case(request_id).problem
    provision.fn(request_id)
    assert office.case(request_id).state is State.FULFILLED


def test_the_contract_manager_responds(office: Office) -> None:
    in_use(office)
    office.mark_sent()
    request_id = reset(office)
    case = office.case(request_id)
    assert (case.state, case.staff_name, case.provider_key) == (State.AWAITING_APPROVAL, "Jane Doe", "nexus")
    (asked,) = office.letters("needs-you", request_id)
    assert asked.recipients == [MARIA]
    granted(office, request_id)
    first, second = office.rows(Credential)
    assert (first.state, second.state) == (CredentialState.VOID, CredentialState.ISSUED)
    assert second.request_id == request_id
    (code,) = office.letters("reset-done", request_id)
    (link,) = office.letters("credentials-link", request_id)
    assert (code.recipients, code.secret, code.credential_id) == ([LAURA.email], Secret.CODE, second.id)
    assert (link.recipients, link.secret, link.credential_id) == ([JANE.email], Secret.LINK, second.id)
    assert "reset" in text_of(link)
    assert entry(office).enabled, "the old password counts until the new one is seen"
    (ticket,) = [t for t in office.rows(Ticket) if t.action == "reset_password"]
    assert ticket.state is TicketState.CLOSED
    with office.session() as session:
        assert audit.verify(session) is None
    decided = [a for a in office.links(request_id) if a.action == "decision.approval"]
    assert [(a.actor, a.clause) for a in decided] == [(MANAGER, "III.B.4.b")]


def test_the_service_desk_responds_in_the_managers_place(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    (ticket,) = office.letters("ticket-reset")
    assert "Either you or the contract manager" in " ".join(text_of(ticket).split())
    office.desk_says("Done.", subject=f"RE: {ticket.subject}", in_reply_to=[ticket.message_id])
    assert office.case(request_id).state is State.APPROVED
    provision.fn(request_id)
    assert office.case(request_id).state is State.FULFILLED
    decided = [a for a in office.links(request_id) if a.action == "decision.approval"]
    assert [a.actor for a in decided] == ["it-desk@mt.example"]
    assert len(office.letters("reset-done", request_id)) == 1


def test_the_second_to_respond_is_told(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    granted(office, request_id)
    (ticket,) = office.letters("ticket-reset")
    said = office.desk_says("Done.", subject=f"RE: {ticket.subject}", in_reply_to=[ticket.message_id])
    assert said.reason == "the ticket was closed before"
    assert len(office.rows(Credential)) == 2


def test_a_desk_that_hesitates_is_heard(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    (ticket,) = office.letters("ticket-reset")
    office.desk_says("Who is this?", subject=f"RE: {ticket.subject}", in_reply_to=[ticket.message_id])
    case = office.case(request_id)
    assert case.state is State.AWAITING_APPROVAL
    assert "Who is this?" in case.problem


def test_the_person_asks_from_the_address_on_file(office: Office) -> None:
    """Then the code goes to designated staff: one mailbox never holds both halves."""
    in_use(office)
    request_id = reset(office, MINE, sender=JANE)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    granted(office, request_id)
    (code,) = office.letters("reset-done", request_id)
    (link,) = office.letters("credentials-link", request_id)
    assert JANE.email not in code.recipients
    assert code.recipients == [LAURA.email]
    assert link.recipients == [JANE.email]
    assert LAURA.name in text_of(link)


UNKNOWN = [
    (PETER, FORGOT),  # staff of another provider
    (FRANK, FORGOT),  # designated, but by another provider
    ("jane.doe@gmail.example", MINE),
    ("stranger@nowhere.example", f"Please reset {USER}."),
]


@pytest.mark.parametrize(("sender", "text"), UNKNOWN)
def test_an_unknown_sender_is_held_and_told_nothing(office: Office, sender: object, text: str) -> None:
    in_use(office)
    office.mark_sent()
    before = len(office.letters())
    request_id = reset(office, text, sender=sender)
    case = office.case(request_id)
    assert case.state is not State.APPROVED
    assert [c.state for c in office.rows(Credential)] == [CredentialState.ISSUED]
    address = getattr(sender, "email", sender)
    assert not [x for x in office.letters()[before:] if address in x.recipients], "nothing is confirmed"
    assert office.letters("ticket-reset") == []
    if case.state is State.ON_HOLD:
        office.answer(request_id, decision="refuse", reason="nobody we know")
        assert office.case(request_id).state is State.REJECTED
        assert not [x for x in office.letters()[before:] if address in x.recipients]


def test_an_account_that_is_not_certain_is_named_by_the_manager(office: Office) -> None:
    in_use(office)
    request_id = reset(office, "Somebody here forgot the password, please reset.")
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    office.answer(request_id, decision="reset")
    assert "No account" in office.case(request_id).problem
    office.answer(request_id, decision="reset", account="CX19999")
    assert "There is no account" in office.case(request_id).problem
    office.answer(request_id, decision="reset", account=USER)
    assert office.case(request_id).state is State.APPROVED


def test_three_a_day_and_no_more(office: Office) -> None:
    in_use(office)
    for _ in range(3):
        granted(office, reset(office))
    request_id = reset(office)
    office.answer(request_id, decision="reset")
    case = office.case(request_id)
    assert case.state is State.AWAITING_APPROVAL
    assert "3 is the limit" in case.problem
    assert len(office.letters("ticket-reset")) == 3, "the desk is not asked about a fourth"
    office.set(resets_per_day=4)
    granted(office, request_id)
    live = [c for c in office.rows(Credential) if c.state is CredentialState.ISSUED]
    assert len(live) == 1


NOT_IN_USE = [AccountEvent.LOCK, AccountEvent.SUSPEND, AccountEvent.LEAVE, AccountEvent.DISABLE]


@pytest.mark.parametrize("event", NOT_IN_USE)
@pytest.mark.parametrize("sender", [LAURA, JANE], ids=["submitter", "person"])
def test_for_an_account_that_is_not_in_use_it_becomes_a_review(
    office: Office, event: AccountEvent, sender: object
) -> None:
    in_use(office)
    changed(office, event)
    request_id = reset(office, FORGOT if sender is LAURA else MINE, sender=sender)
    case = office.case(request_id)
    assert (case.kind, case.state) == (Kind.UNLOCK, State.AWAITING_APPROVAL)
    assert office.letters("ticket-reset") == []
    assert len(office.rows(Credential)) == 1
    office.answer(request_id, decision="keep", reason="please")
    kept = office.case(request_id)
    assert (kept.state is State.APPROVED) is (event is AccountEvent.LOCK)


def test_a_reset_that_was_granted_is_not_carried_out_on_a_suspended_account(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    office.answer(request_id, decision="reset")
    suspend(office)
    provision.fn(request_id)
    case = office.case(request_id)
    assert case.state is State.CLOSED
    assert "suspended" in case.problem
    assert not [c for c in office.rows(Credential) if c.request_id == request_id]


def test_the_desk_cannot_reset_a_suspended_person(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    (ticket,) = office.letters("ticket-reset")
    suspend(office)
    office.desk_says("Done.", subject=f"RE: {ticket.subject}", in_reply_to=[ticket.message_id])
    provision.fn(request_id)
    assert office.case(request_id).state is State.CLOSED
    assert not [c for c in office.rows(Credential) if c.state is CredentialState.ISSUED]
    assert not entry(office).enabled
    (told,) = office.letters("ticket-not-done")
    assert "Make sure that nothing was reset" in " ".join(text_of(told).split())


def test_a_reset_link_is_gone_when_its_person_is_suspended(office: Office) -> None:
    in_use(office)
    granted(office, reset(office))
    credential = office.rows(Credential)[-1]
    assert credential.id is not None
    with office.session() as session:
        link = credentials.arm(session, credential.id, Secret.LINK)
        code = credentials.arm(session, credential.id, Secret.CODE)
    suspend(office)
    with office.session() as session:
        said = credentials.claim(session, link, code, utc_now(), 5)
    assert isinstance(said, credentials.Refused)
    assert said.reason is credentials.Refusal.VOID


def test_without_a_directory_it_gives_the_password(office: Office) -> None:
    in_use(office)
    office.set(directory="none")
    request_id = reset(office)
    assert office.answer(request_id, by=DEPUTY, decision="reset").state is State.APPROVED
    provision.fn(request_id)
    assert office.case(request_id).state is State.WITH_IT
    (ticket,) = office.letters("ticket-reset")
    assert "give it to the staff member and nobody else" in " ".join(text_of(ticket).split())
    office.desk_says("Done.", subject=f"RE: {ticket.subject}", in_reply_to=[ticket.message_id])
    fulfil.fn(request_id)
    assert office.case(request_id).state is State.FULFILLED
    assert len(office.rows(Credential)) == 1


def test_a_rejection_says_why(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    office.answer(request_id, decision="reject")
    assert "needs a reason" in office.case(request_id).problem
    office.answer(request_id, decision="reject", reason="Please call me first.")
    assert office.case(request_id).state is State.REJECTED
    (told,) = office.letters("not-granted")
    assert told.recipients == [LAURA.email]
    assert "Please call me first." in text_of(told)


def test_only_those_in_charge_answer(office: Office) -> None:
    in_use(office)
    request_id = reset(office)
    office.answer(request_id, by="vlindqvist", decision="reset")
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert office.account().state is AccountState.ACTIVE
    assert of_kind(office, Kind.RESET)[0].sender_accepted_by is None
