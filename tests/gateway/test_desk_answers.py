"""What is sent when somebody answers on the page of a case, and what he or she is told."""

from __future__ import annotations

import re

import pytest

from db.lifecycle import State
from db.models import Decision
from tests.gateway.desk_rig import CLEARED, Rig, actions, words
from tests.tasks.office import DEPUTY, MANAGER


class TestAnswering:
    def test_a_manager_approves_and_sees_what_happened(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", decided_by="the-boss", approver="the-boss", on_behalf_of="Governor")
        assert status == 303
        assert "You answered “approve”" in words(page)
        assert rig.runs.resumed == [
            {"decision": "approve", **CLEARED, "decided_by": MANAGER, "decided_name": "Maria Reyes"}
        ]
        assert rig.office.case(case.id).state is State.APPROVED
        (decision,) = rig.office.rows(Decision)
        assert (decision.outcome, decision.decided_by, decision.on_behalf_of) == ("approve", MANAGER, "")
        assert ("answer.given", case.id) in actions(rig.office, MANAGER)

    def test_a_deputy_is_named_with_the_manager(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(DEPUTY)
        assert "You answered “approve” for Maria Reyes" in words(rig.press(case, "approve")[1])
        rig.enter(MANAGER)
        page = words(rig.get(f"/desk/{case.number}?answered={case.asking}"))
        assert f"{rig.name(DEPUTY)} answered “approve” for Maria Reyes" in page

    def test_what_the_flow_finds_wrong_is_shown(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "reject", reason="")
        assert status == 303
        assert re.search(r'role="alert".*\s*<p><strong>The last answer was not accepted\.', page)
        assert rig.office.case(case.id).state is State.AWAITING_APPROVAL
        assert rig.office.case(case.id).asking == case.asking + 1

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"clearance_on": "10 Nov"}, "clearance_on"), ({"entitlement": "everything"}, "entitlement")],
    )
    def test_what_does_not_fit_the_form_is_shown_beside_the_field(
        self, rig: Rig, said: dict[str, str], field: str
    ) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", **said, reason="my reasons")
        assert status == 422
        assert f'id="field-{field}-problem"' in page
        assert f'href="#field-{field}"' in page
        assert "my reasons" in page
        assert rig.runs.resumed == []

    @pytest.mark.parametrize("decision", ["", "APPROVE", "grant"])
    def test_only_what_is_offered_is_taken(self, rig: Rig, decision: str) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        assert rig.press(case, decision)[0] == 422
        assert rig.runs.resumed == []

    def test_what_prefect_refuses_is_shown(self, rig: Rig) -> None:
        case = rig.case()
        rig.runs.refuses = "Reason: 'decision' <is> odd"
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", reason="my reasons")
        assert status == 422
        assert "'decision' <is> odd" in words(page)
        assert "my reasons" in page

    def test_a_server_that_stays_busy_costs_no_word_that_was_typed(
        self, rig: Rig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("deployments.answers._PAUSES", (0.0,))
        case = rig.case()
        rig.runs.busy = True
        rig.enter(MANAGER)
        status, page = rig.press(case, "approve", reason="my reasons")
        assert status == 409
        assert "Nothing was sent. Please try again in a moment." in words(page)
        assert "my reasons" in page
        rig.runs.busy = False
        assert rig.press(case, "approve", reason="my reasons")[0] == 303

    def test_pressing_twice_is_the_same_as_once(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        assert rig.post(case.number, **form)[0] == 303
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "You answered “approve”" in words(page)
        assert "Nothing was sent." in words(page)
        assert len(rig.runs.resumed) == 1

    def test_pressing_twice_while_the_flow_is_at_work(self, rig: Rig) -> None:
        case = rig.case()
        rig.runs.settles = False
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        status, page = rig.post(case.number, **form)
        assert status == 303
        assert "correquests is working on this case" in words(page)
        assert 'http-equiv="refresh"' in page
        assert 'name="decision"' not in page
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "You answered this a moment ago." in words(page)
        assert len(rig.runs.resumed) == 1

    def test_somebody_answered_meanwhile(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(DEPUTY)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "reject", "reason": "no"}
        rig.office.answer(case.id, MANAGER, decision="approve", clearance_on="2026-11-10")
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "Maria Reyes answered “approve” (a moment ago" in words(page)
        assert "Nothing was sent." in words(page)
        assert rig.runs.resumed == []
        assert rig.office.case(case.id).state is State.APPROVED

    def test_a_page_of_an_older_asking_sends_nothing(self, rig: Rig) -> None:
        case = rig.case()
        rig.enter(MANAGER)
        form = {**rig.hidden(case.number), **CLEARED, "decision": "approve"}
        rig.office.answer(case.id, MANAGER, decision="reject", reason="")  # refused by the flow, asked again
        status, page = rig.post(case.number, **form)
        assert status == 409
        assert "Nothing was sent." in words(page)
        assert 'name="decision"' in page
        assert rig.runs.resumed == []
