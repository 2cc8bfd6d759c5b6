"""An approver asks for a further approval when deciding: by somebody else, audited, and three at the most."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from db import entries, requests, users
from db.lifecycle import Event, State, advance
from db.models import Account, Decision, Kind, Role
from tasks.approval import form_of
from tasks.further_approval import ASKS
from tests.factories import LAURA, today
from tests.tasks.office import DEPUTY, MANAGER, Office, text_of
from tests.tasks.roadwork import holder, told

THIRD = "bkowalski"
FOURTH = "aquist"
YES: dict[str, Any] = {"decision": "approve", "entitlement": "as requested", "clearance_on": today().isoformat()}
SECOND = {**YES, "decision": ASKS[1], "reason": "He was here before; please look at it as well."}


def deputy(office: Office, user_name: str) -> None:
    with office.session() as session:
        users.save(
            session, user_name=user_name, name=user_name.title(), email=f"{user_name}@mt.example", role=Role.APPROVER,
            password=None, by="test",
        )  # fmt: skip
        session.flush()
        entries.depute(session, "nexus", user_name, today(), "test")


def offers(office: Office, request_id: str) -> list[str]:
    return list(get_args(form_of(request_id, "the case").model_fields["decision"].annotation))


def test_the_second_approval_is_somebody_elses(office: Office) -> None:
    request_id = office.assessed()
    since = office.case(request_id).waiting_since
    case = office.answer(request_id, MANAGER, **SECOND)
    assert (case.state, case.stage, case.stages, case.place) == (State.AWAITING_APPROVAL, 2, 2, since)
    assert office.rows(Account) == []
    letter = office.letters("needs-you")[-1]
    assert letter.recipients == ["daniel.okafor@mt.example"]
    assert "Maria Reyes asks for a further approval: “He was here before" in " ".join(text_of(letter).split())
    refused = office.answer(request_id, MANAGER, **YES)
    assert (refused.state, refused.stage) == (State.AWAITING_APPROVAL, 2)
    assert "each stage is another person's" in refused.problem
    assert office.answer(request_id, DEPUTY, **YES).state is State.APPROVED
    assert [(d.stage, d.decided_by, d.outcome) for d in office.rows(Decision)] == [
        (1, MANAGER, "approve"),
        (2, DEPUTY, "approve"),
    ]


def test_the_audit_and_the_history_show_who_asked(office: Office) -> None:
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **SECOND)
    (endorsed,) = [link for link in office.links(request_id) if link.action == "request.endorse"]
    assert (endorsed.actor, endorsed.detail["asked_by"], endorsed.detail["of"]) == (MANAGER, MANAGER, 2)
    (decided,) = [link for link in office.links(request_id) if link.action == "decision.approval"]
    assert "III.B.1 further_approval" in decided.detail["findings"]
    assert "“approve” and asked for a further approval" in office.pages(request_id)["summary"]
    office.answer(request_id, DEPUTY, **YES)
    assert office.pages(request_id)["summary"].count("asked for a further approval") == 1


def test_three_approvals_are_the_most(office: Office) -> None:
    deputy(office, THIRD)
    deputy(office, FOURTH)
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **SECOND)
    assert ASKS[2] in offers(office, request_id)
    assert office.answer(request_id, DEPUTY, **{**YES, "decision": ASKS[2]}).stage == 3
    assert not set(offers(office, request_id)) & {*ASKS.values()}
    again = office.answer_raw(request_id, {**YES, "decision": ASKS[2]}, THIRD)
    assert (again.state, again.stage) == (State.AWAITING_APPROVAL, 3)
    assert office.answer(request_id, THIRD, **YES).state is State.APPROVED


@pytest.mark.parametrize(
    ("stages", "away", "offered"),
    [
        ("{}", "", True),
        ('{"NEW_ACCESS": 2}', "", False),  # the settings want a second one anyway
        ('{"CHANGE": 2}', "", True),
        ("{}", DEPUTY, False),  # nobody else could give it
    ],
)
def test_where_it_is_offered(office: Office, stages: str, away: str, offered: bool) -> None:
    office.set(approval_stages=stages)
    if away:
        with office.session() as session:
            entries.mark_away(session, away, today(), "test")
    request_id = office.assessed()
    assert (ASKS[1] in offers(office, request_id)) is offered
    taken = office.answer_raw(request_id, SECOND, MANAGER)
    assert (taken.stage == 2) is offered
    assert taken.state is State.AWAITING_APPROVAL


def test_what_the_settings_want_is_not_lessened(office: Office) -> None:
    """At the last stage of two somebody asks for a third."""
    office.set(approval_stages='{"NEW_ACCESS": 2}')
    deputy(office, THIRD)
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **YES)
    assert office.answer(request_id, DEPUTY, **{**YES, "decision": ASKS[2]}).stages == 3
    assert office.answer(request_id, THIRD, **YES).state is State.APPROVED


def test_a_bad_answer_asks_nobody_else(office: Office) -> None:
    request_id = office.assessed()
    case = office.answer(request_id, MANAGER, **{**SECOND, "clearance_on": ""})
    assert (case.stage, bool(case.problem)) == (1, True)


def test_new_papers_begin_again_without_it(office: Office) -> None:
    request_id = office.assessed()
    office.answer(request_id, MANAGER, **SECOND)
    with office.session() as session:
        advance(session, requests.get(session, request_id), Event.SUPPLEMENT, by=LAURA.email, clause="III.B.2")
    assert office.assess(request_id) is State.AWAITING_APPROVAL
    assert office.case(request_id).stage == 1
    assert office.answer(request_id, MANAGER, **YES).state is State.APPROVED


def test_a_change_offers_it_and_a_leave_does_not(office: Office) -> None:
    holder(office)
    change = told(office, Kind.CHANGE, "Jane Doe needs view only from now on.")
    leave = told(office, Kind.LEAVE, "Jane Doe is on leave from 04/01/2031 until 05/01/2031.")
    assert {office.case(one).state for one in (change, leave)} == {State.AWAITING_APPROVAL}
    assert ASKS[1] in offers(office, change)
    assert not {*ASKS.values()} & {*offers(office, leave)}
