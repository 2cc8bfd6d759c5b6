"""Before an ID is issued: who may be on record already is asked, answered with a reason, audited, and kept."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from db.lifecycle import State
from db.models import Account, Audit, EarlierRecord, IdentityVerdict, Person
from forms.schema import FormKind
from tasks.accounts import provision
from tasks.approval import form_of, take_answer
from tests.factories import BUTTE, FRANK, LAURA, access, consent, today
from tests.tasks.office import DEPUTY, MANAGER, VIEWER, Office

CLEARED = {"clearance_on": today().isoformat()}
APPROVE: dict[str, Any] = {"decision": "approve", **CLEARED}
WHY = {"identity_reason": "I telephoned the facility."}


def second(office: Office, **said: Any) -> str:
    """A request from another facility for somebody whose name is Jane Doe's but for what is `said`."""
    values = {"email": "jd@butteprerelease.example", "telephone": "406-555-0129", **said}
    name = f"{said.get('given_name', 'Jane')} {said.get('family_name', 'Doe')}"
    forms = consent(provider=BUTTE, staff_name=name), access(provider=BUTTE, **values)
    return office.assessed(FRANK, *forms)


def choice(office: Office, request_id: str) -> str:
    (name,) = [n for n in form_of(request_id, "").model_fields if n.startswith("person_")]
    return name


def test_nothing_is_issued_while_the_question_is_open(office: Office) -> None:
    office.fulfilled()
    request_id = second(office, given_name="Janie")
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    for answer in ({}, {choice(office, request_id): "not decided"}):
        case = office.answer(request_id, **APPROVE, **answer)
        assert case.state is State.AWAITING_APPROVAL
        assert "Already on record and perhaps this person: Jane Doe (CX10001)." in case.problem
    assert (len(office.rows(Account)), len(office.rows(Person))) == (1, 1)
    assert office.rows(IdentityVerdict) == []


def test_both_records_stand_side_by_side(office: Office) -> None:
    office.fulfilled()
    request_id = second(office, given_name="Janie")
    pages = office.pages(request_id)
    for page in (pages["question"], pages["identity"]):
        for said in (
            "Janie Doe",
            "Jane Doe",
            "jd@butteprerelease",
            "jane.doe@nexus",
            "406",
            "Butte Prerelease",
            "Nexus",
        ):
            assert said in page.replace("\\", ""), said
        assert "CX10001 (active)" in page.replace("\\", "")
        assert "are forms of one name" in page
    mail = office.letters("needs-you", request_id)[-1].raw.decode()
    assert "CX10001" in mail
    assert office.letters("papers-missing", request_id) == []


def test_another_person_needs_a_reason_and_gets_an_id_of_their_own(office: Office) -> None:
    office.fulfilled()
    request_id = second(office)
    answer = {choice(office, request_id): "another person"}
    assert "how you know" in office.answer(request_id, **APPROVE, **answer).problem
    assert office.rows(IdentityVerdict) == []
    assert office.answer(request_id, DEPUTY, **APPROVE, **answer, **WHY).state is State.APPROVED
    provision.fn(request_id)
    assert sorted(a.user_name or "" for a in office.rows(Account)) == ["CX10001", "CX10002"]
    (verdict,) = office.rows(IdentityVerdict)
    assert (verdict.said, verdict.person_id, verdict.reason) == ("ANOTHER", 1, "I telephoned the facility.")
    assert (verdict.decided_by, verdict.on_behalf_of, verdict.evidence[0]) == (DEPUTY, "Maria Reyes", "same name")
    (link,) = [a for a in office.links(request_id) if a.action == "identity.another"]
    assert (link.clause, link.actor, link.detail["for"]) == ("III.B.2.a", DEPUTY, "Maria Reyes")
    assert link.detail["reason"] == "I telephoned the facility."


def test_the_same_person_with_an_account_gets_no_second_one(office: Office) -> None:
    office.fulfilled()
    request_id = second(office)
    case = office.answer(request_id, **APPROVE, **{choice(office, request_id): "same person"}, **WHY)
    assert "already has the account CX10001" in case.problem
    assert [v.said for v in office.rows(IdentityVerdict)] == ["SAME"]
    # said once; a change of mind is another answer with its own reason
    changed = {choice(office, request_id): "another person", "identity_reason": "I mixed them up."}
    assert office.answer(request_id, **APPROVE, **changed).state is State.APPROVED
    assert [v.said for v in office.rows(IdentityVerdict)] == ["SAME", "ANOTHER"]


def test_the_same_person_without_an_account_keeps_the_record_and_its_past(office: Office) -> None:
    request_id = office.approved()  # approved, and nothing issued yet
    del request_id
    again = second(office, family_name="Roe-Doe")
    case = office.answer(again, **APPROVE, **{choice(office, again): "same person"}, **WHY)
    assert case.state is State.APPROVED, case.problem
    (person,) = office.rows(Person)
    assert (person.name, person.email) == ("Jane Roe-Doe", "jd@butteprerelease.example")
    (before,) = office.rows(EarlierRecord)
    assert (before.family_name, before.email, before.source) == (
        "Doe",
        "jane.doe@nexus.example",
        f"until {case.number}",
    )
    (link,) = [a for a in office.rows(Audit) if a.action == "person.changed"]
    assert link.detail == {"changed": ["email", "family_name", "telephone"], "case": case.number}
    # a former name is found from now on
    third = office.assessed(LAURA, consent(), access(email="x@nexus.example", telephone="406-555-0100"))
    assert "under a former name" in office.pages(third)["question"]


def test_four_fields_that_agree_need_no_question(office: Office) -> None:
    office.fulfilled()
    request_id = office.assessed(LAURA, consent(), access())
    assert not [n for n in form_of(request_id, "").model_fields if n.startswith("person_")]
    assert "identity" not in office.pages(request_id)
    assert "already has the account CX10001" in office.answer(request_id, **APPROVE).problem


def test_an_answer_holds_for_whom_it_was_about(office: Office) -> None:
    """The papers say another name than when it was answered: it is asked again."""
    office.fulfilled()
    request_id = second(office)
    answer = {choice(office, request_id): "another person"}
    assert office.answer(request_id, decision="look again", **answer, **WHY).state is State.RECEIVED
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert "another person" in office.pages(request_id)["question"]
    with office.session() as session:  # what a person corrects on the scan
        row = office.papers(request_id)[FormKind.ACCESS_REQUEST].fields["given_name"]
        row.corrected_value = "Janie"
        session.add(row)
    assert "nobody has said yet" in office.pages(request_id)["question"]
    assert "perhaps this person" in office.answer(request_id, **APPROVE).problem


def test_who_was_told_apart_once_is_not_asked_about_again(office: Office) -> None:
    office.fulfilled()
    first = second(office)
    office.answer(first, **APPROVE, **{choice(office, first): "another person"}, **WHY)
    provision.fn(first)
    again = second(office)  # the same person once more: four fields agree with their own record
    assert not [n for n in form_of(again, "").model_fields if n.startswith("person_")]
    assert "already has the account CX10002" in office.answer(again, **APPROVE).problem


@pytest.mark.parametrize("by", [VIEWER, "nobody"])
def test_only_who_decides_may_say_it(office: Office, by: str) -> None:
    office.fulfilled()
    request_id = second(office)
    office.answer(request_id, by, **APPROVE, **{choice(office, request_id): "another person"}, **WHY)
    assert office.rows(IdentityVerdict) == []
    assert office.case(request_id).state is State.AWAITING_APPROVAL


def test_a_made_up_answer_is_not_taken(office: Office) -> None:
    """Somebody who is not asked about cannot be answered about, whatever way the answer came."""
    office.fulfilled()
    request_id = second(office)
    full = {**APPROVE, "entitlement": "as requested", "reason": "", **WHY}
    for said in ({"person_99": "same person"}, {choice(office, request_id): "whatever"}):
        assert office.answer_raw(request_id, full | said).state is State.AWAITING_APPROVAL
    assert office.rows(IdentityVerdict) == []


def test_two_records_that_are_one_must_be_merged_first(office: Office) -> None:
    office.approved()
    first = second(office)
    office.answer(first, **APPROVE, **{choice(office, first): "another person"}, **WHY)
    third = office.assessed(LAURA, consent(), access(email="x@nexus.example", telephone="406-555-0100"))
    both = {name: "same person" for name in form_of(third, "").model_fields if name.startswith("person_")}
    assert len(both) == 2
    assert "Merge them first" in office.answer(third, **APPROVE, **both, **WHY).problem


def test_two_who_are_approved_at_once_are_not_both_new(office: Office) -> None:
    ids = [office.assessed(LAURA, consent(), access()), second(office)]
    asked = {i: office.case(i).asking for i in ids}
    answer = {**APPROVE, "entitlement": "as requested", "reason": ""}
    threads = [threading.Thread(target=take_answer.fn, args=(i, asked[i], answer, MANAGER)) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(office.case(i).state for i in ids) == [State.APPROVED, State.AWAITING_APPROVAL]
    assert len(office.rows(Person)) == 1
