"""The page of cases unlike new access: told by mail alone, of a leave long ago, and asked of a second person."""

from __future__ import annotations

from typing import Any

import pytest

from db import audit
from db.lifecycle import State
from db.models import Decision, Kind
from tasks.further_approval import ASKS
from tasks.policy.findings import Effect, Finding, once
from tests.gateway.desk_rig import Rig, words
from tests.tasks.office import DEPUTY, MANAGER
from tests.tasks.roadwork import holder, told

FIELDS = "Every field as read"


def leave(rig: Rig) -> str:
    """A leave that is told by mail alone; the request's id."""
    holder(rig.office)
    request_id = told(rig.office, Kind.LEAVE, "Jane Doe is on leave from 04/01/2031 until 05/01/2031.")
    rig.change(request_id, flow_run_id=request_id)
    return request_id


def test_a_case_without_forms_shows_no_fields(rig: Rig) -> None:
    request_id, with_forms = leave(rig), rig.case()
    rig.enter(MANAGER)
    assert FIELDS not in rig.get(f"/desk/{rig.office.case(request_id).number}")
    assert FIELDS in rig.get(f"/desk/{with_forms.number}")


def test_an_older_confirmed_leave_is_shown(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its move tells the first day of the leave where others tell the state that was left."""
    recorded = audit.record

    def as_it_was(*given: Any, detail: dict[str, Any], **more: Any) -> Any:
        old = more["action"] == "request.approve"
        return recorded(*given, detail={**detail, "from": "2031-04-01"} if old else detail, **more)

    request_id = leave(rig)
    with monkeypatch.context() as then:
        then.setattr(audit, "record", as_it_was)
        assert rig.office.answer(request_id, MANAGER, decision="confirm").state is State.APPROVED
    number = rig.office.case(request_id).number
    with rig.office.session() as session:
        assert [a.detail["from"] for a in audit.of_subject(session, number) if a.action == "request.approve"] == [
            "2031-04-01"
        ]
    rig.enter(MANAGER)
    assert "answered “confirm”" in words(rig.get(f"/desk/{number}"))


def test_a_second_approval_is_asked_for_by_a_button(rig: Rig) -> None:
    case = rig.case()
    rig.enter(MANAGER)
    status, page = rig.press(case, ASKS[1], reason="Please look as well.")
    assert status == 303
    assert "(stage 2 of 2)" in words(page)
    assert rig.runs.resumed[0]["decision"] == ASKS[1]
    rig.enter(DEPUTY)
    assert rig.press(rig.office.case(case.id), "approve")[0] == 303
    assert rig.office.case(case.id).state is State.APPROVED
    assert [d.decided_by for d in rig.office.rows(Decision)] == [MANAGER, DEPUTY]


def test_what_two_rules_say_alike_is_said_once() -> None:
    first, other = (Finding("III.B.1", code, Effect.BAR, "Somebody else decides.") for code in ("bias", "twice"))
    between = Finding("III.A.1", "no_clearance", Effect.BAR, "No clearance is on record.")
    assert once([first, between, other, between]) == [first, between]
    assert once([first, between, other]) == [first, between]
