"""III.B.1 and III.B.3.a: a need that has changed, and people who move between facilities."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from db.lifecycle import State
from db.models import AccountState, Kind
from deployments.samples.cast import BY_KEY
from forms.reading import FormReading, Verdict
from tests.factories import BUTTE, DESK, FRANK, JANE, LAURA, NEXUS, PASSAGES, Sender, access, consent, today
from tests.tasks.office import MANAGER, MARIA, Office, text_of
from tests.tasks.roadwork import account, attachment, codes, go_on, holder, ticket_mail, told, works_at

one_database = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)
JOYCE = PASSAGES.submitters[0]
APPROVE = {"decision": "approve"}


def changes(**values: Any) -> FormReading:
    return access(action="change", **values)


def it_answers(office: Office) -> None:
    row = [r for r in office.letters() if r.recipients == [office.config.desk_address]][-1]
    office.receive(DESK, text="DONE", subject=f"RE: {row.subject}", in_reply_to=[row.message_id])


def test_a_change_from_mail_to_last_notice(office: Office) -> None:
    account_id = holder(office, entitlement="VIEW")
    request_id = office.open(LAURA, changes(), text="Jane will write case notes from now on.", subject="Jane")
    assert office.case(request_id).kind is Kind.CHANGE
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    assert codes(office, request_id) == set()
    assert "May the access be changed?" in office.pages(request_id)["question"]
    assert office.answer(request_id, **APPROVE).state is State.APPROVED
    assert go_on(office, request_id) is State.WITH_IT
    assert account(office, account_id).entitlement == "VIEW"
    mail = ticket_mail(office)
    assert "Change offender management system account CX20001" in mail["Subject"]
    assert json.loads(attachment(mail, ".json"))["entitlement"] == "enter"
    it_answers(office)
    assert go_on(office, request_id) is State.FULFILLED
    assert account(office, account_id).entitlement == "ENTER"
    told_of = office.letters("access-changed")[0]
    assert told_of.recipients == [LAURA.email, JANE.email]
    assert "Enter and modify offender information" in text_of(told_of)
    links = [(a.action, a.actor) for a in office.links(request_id)]
    assert ("decision.approval", MANAGER) in links
    assert ("ticket.closed", DESK.email) in links


CHANGES: dict[str, tuple[dict[str, Any], str, tuple[FormReading, ...], Sender, State, set[str]]] = {
    "up, no consent on file": (
        {"entitlement": "VIEW", "consented": False}, "", (changes(),), LAURA, State.INCOMPLETE, {"consent_not_on_file"},
    ),
    "up, consent comes along": (
        {"entitlement": "VIEW", "consented": False}, "", (changes(), consent()), LAURA, State.AWAITING_APPROVAL, set(),
    ),
    "up, consent comes along unsigned": (
        {"entitlement": "VIEW", "consented": False}, "", (changes(), consent(marks=(Verdict.INK, Verdict.BLANK))),
        LAURA, State.INCOMPLETE, {"consent_not_on_file"},
    ),
    "down, no consent on file": (
        {"consented": False}, "", (changes(entitlement="view"),), LAURA, State.AWAITING_APPROVAL,
        {"consent_not_on_file"},
    ),
    "by mail alone": ({}, "Jane Doe needs view only from now on.", (), LAURA, State.AWAITING_APPROVAL, set()),
    "by mail alone, no level": ({}, "Jane Doe's needs have changed.", (), LAURA, State.INCOMPLETE, {"level_missing"}),
    "nothing changes": ({}, "", (changes(),), LAURA, State.AWAITING_APPROVAL, {"nothing_changes"}),
    "locked": (
        {"state": AccountState.LOCKED}, "", (changes(),), LAURA, State.AWAITING_APPROVAL, {"account_not_active"},
    ),
    "by another facility": ({}, "CX20001 needs view only.", (), FRANK, State.ON_HOLD, {"sender_not_designated"}),
    "hard to read": (
        {}, "", (changes(doubtful=("entitlement",)),), LAURA, State.IN_DOUBT, {"form_doubtful"},
    ),
}  # fmt: skip
"""What is on record, mail and papers, sender; where the case goes, and what is found."""


@one_database
@pytest.mark.parametrize("name", CHANGES)
def test_changes_of_every_sort(office: Office, name: str) -> None:
    on_record, text, papers, sender, state, found = CHANGES[name]
    holder(office, **on_record)
    request_id = told(office, Kind.CHANGE, text or "Please see the form.", *papers, sender=sender)
    assert office.case(request_id).state is state
    assert codes(office, request_id) == found or found < codes(office, request_id)
    office.pages(request_id)


@one_database
def test_what_stands_against_it_is_not_approved(office: Office) -> None:
    account_id = holder(office, state=AccountState.LOCKED, entitlement="VIEW")
    request_id = told(office, Kind.CHANGE, "x", changes())
    case = office.answer(request_id, **APPROVE)
    assert (case.state, "is locked" in case.problem) == (State.AWAITING_APPROVAL, True)
    assert account(office, account_id).entitlement == "VIEW"


@one_database
def test_entry_is_not_given_where_the_contract_has_no_entry(office: Office) -> None:
    renee = PASSAGES.member("Castillo")
    holder(office, renee, PASSAGES, entitlement="VIEW")
    request_id = told(office, Kind.CHANGE, "x", changes(staff=renee, provider=PASSAGES), sender=JOYCE)
    assert codes(office, request_id) == {"entry_not_in_contract"}
    assert "ACCD 1.7.200" in office.answer(request_id, **APPROVE).problem
    assert office.answer(request_id, **APPROVE, entitlement="view").state is State.APPROVED


@one_database
def test_a_change_is_rejected_with_a_reason(office: Office) -> None:
    holder(office, entitlement="VIEW")
    request_id = told(office, Kind.CHANGE, "x", changes())
    assert "needs a reason" in office.answer(request_id, decision="reject").problem
    assert office.answer(request_id, decision="reject", reason="Not trained.").state is State.REJECTED
    letter = text_of(office.letters("rejected")[0])
    assert "your request to change access" in letter


@one_database
def test_a_consent_that_comes_days_later_joins_the_change(office: Office) -> None:
    holder(office, entitlement="VIEW", consented=False)
    request_id = office.open(LAURA, changes(), text="x")
    office.assess(request_id)
    assert office.receive(LAURA, consent(), text="here it is").request_id == request_id
    office.assess(request_id)
    assert office.case(request_id).state is State.AWAITING_APPROVAL


def test_a_move_from_mail_to_last_notice(office: Office) -> None:
    account_id = holder(office)
    request_id = office.open(
        FRANK, changes(provider=BUTTE, position="Case manager II"), text="Jane now works here.", subject="Jane Doe"
    )
    assert office.case(request_id).kind is Kind.MOVE
    office.assess(request_id)
    case = office.case(request_id)
    assert (case.state, case.provider_key) == (State.AWAITING_APPROVAL, "butte")
    office.answer(request_id, **APPROVE)
    assert go_on(office, request_id) is State.WITH_IT
    assert works_at(office, account_id) == {"nexus": True}
    it_answers(office)
    assert go_on(office, request_id) is State.FULFILLED
    assert works_at(office, account_id) == {"nexus": False, "butte": True}
    assert account(office, account_id).state is AccountState.ACTIVE
    letter = office.letters("access-changed")[0]
    assert letter.recipients == [FRANK.email, JANE.email, MARIA]
    assert "The work at Nexus has ended" in text_of(letter)


@one_database
def test_a_second_facility_keeps_the_first(office: Office) -> None:
    account_id = holder(office)
    text = "Jane Doe (CX20001) will also work for us."
    request_id = told(office, Kind.MOVE, text, sender=FRANK)
    office.answer(request_id, **APPROVE)
    go_on(office, request_id)
    it_answers(office)
    assert go_on(office, request_id) is State.FULFILLED
    assert works_at(office, account_id) == {"nexus": True, "butte": True}


@one_database
def test_a_move_to_a_contract_without_entry_lowers_the_access_by_the_same_ticket(office: Office) -> None:
    account_id = holder(office)
    request_id = told(office, Kind.MOVE, "CX20001 moved to us.", sender=JOYCE)
    assert office.answer(request_id, **APPROVE).state is State.APPROVED
    assert go_on(office, request_id) is State.WITH_IT
    assert json.loads(attachment(ticket_mail(office), ".json"))["entitlement"] == "view"
    it_answers(office)
    assert go_on(office, request_id) is State.FULFILLED
    assert account(office, account_id).entitlement == "VIEW"
    assert works_at(office, account_id) == {"nexus": False, "passages": True}


MOVES: dict[str, tuple[tuple[Any, ...], str, Sender, State, set[str]]] = {
    "asked by the new facility": ((NEXUS,), "CX20001 moved to us.", FRANK, State.AWAITING_APPROVAL, set()),
    "to one without entry": (
        (NEXUS,), "CX20001 moved to us.", JOYCE, State.AWAITING_APPROVAL, {"entry_lowered"},
    ),
    "beside it at one without entry": (
        (NEXUS,), "CX20001 will also work for us.", JOYCE, State.AWAITING_APPROVAL, {"entry_not_in_contract"},
    ),
    "asked by the old facility": ((NEXUS,), "x", LAURA, State.ON_HOLD, {"sender_not_designated"}),
    "works there already": (
        (NEXUS, BUTTE), "x", FRANK, State.AWAITING_APPROVAL, {"facility_new"},
    ),
    "nobody on record": ((), "x", FRANK, State.IN_DOUBT, {"person_unclear"}),
}  # fmt: skip
"""Where the person works, the mail, its sender; where the case goes, and what is found."""


@one_database
@pytest.mark.parametrize("name", MOVES)
def test_moves_of_every_sort(office: Office, name: str) -> None:
    facilities, text, sender, state, found = MOVES[name]
    if facilities:
        holder(office, JANE, *facilities)
    papers = (changes(provider=BUTTE),) if text == "x" else ()
    request_id = told(office, Kind.MOVE, text, *papers, sender=sender)
    assert office.case(request_id).state is state
    found = {"works_there_already"} if found == {"facility_new"} else found
    assert found <= codes(office, request_id)
    office.pages(request_id)


@one_database
def test_only_the_new_facilitys_manager_decides(office: Office) -> None:
    from db import register
    from db.models import Role, User

    holder(office)
    with office.session() as session:
        session.add(User(user_name="bmgr", name="Bo Manager", email="bo@mt.example", role=Role.APPROVER))
        session.flush()
        register.appoint(session, "butte", "bmgr", "bmgr", "test")
    request_id = told(office, Kind.MOVE, "CX20001 moved to us.", sender=FRANK)
    assert "contract manager or deputy" in office.answer(request_id, **APPROVE).problem
    assert office.answer(request_id, "bmgr", **APPROVE).state is State.APPROVED


@one_database
def test_no_clearance_on_record_is_entered_with_the_approval(office: Office) -> None:
    from sqlmodel import delete

    from db.models import Clearance

    holder(office, entitlement="VIEW")
    with office.session() as session:
        session.exec(delete(Clearance))
    request_id = told(office, Kind.CHANGE, "x", changes())
    assert "III.A.1" in office.answer(request_id, **APPROVE).problem
    given = (today() - timedelta(3)).isoformat()
    assert office.answer(request_id, **APPROVE, clearance_on=given).state is State.APPROVED


def test_the_cast_is_as_the_tables_say() -> None:
    assert BY_KEY["passages"] is PASSAGES
