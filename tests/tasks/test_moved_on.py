"""A case that moves on while its run shows it: no run waits for an answer under the form of another question."""

from __future__ import annotations

import asyncio
from inspect import isclass

import pytest

from db.lifecycle import State
from db.models.requests import Question
from flows import handle_request
from tasks import questions, safety_questions
from tasks.approval import MovedOn, form_of
from tasks.questions import Answer, wake_up
from tests.tasks.office import Office
from tests.tasks.roadwork import days_pass
from tests.tasks.test_leave import away

FORMS = sorted(
    {f for m in (questions, safety_questions) for f in vars(m).values() if isclass(f) and issubclass(f, Answer)},
    key=lambda form: form.__name__,
)
one_database = pytest.mark.parametrize("registry", ["sqlite"], indirect=True)


@one_database
def test_a_form_is_of_its_own_asking(office: Office) -> None:
    _, request_id = away(office)
    asking = office.case(request_id).asking
    assert "keep waiting" in str(form_of(request_id, "", asking).model_json_schema())
    days_pass(office, request_id, 20)
    assert office.case(request_id).state is State.AWAITING_APPROVAL
    with pytest.raises(MovedOn, match=f"asking {asking + 1}, not {asking}"):
        form_of(request_id, "", asking)
    assert "extend the leave" in str(form_of(request_id, "", asking + 1).model_json_schema())


@one_database
def test_a_case_that_moves_on_while_it_is_shown_is_not_asked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of return comes while the run shows the case that waits for it, as on a busy machine at midnight."""
    _, request_id = away(office)

    async def show_case(request_id: str) -> str:
        days_pass(office, request_id, 20)
        return "the case"

    monkeypatch.setattr(handle_request, "show_case", show_case)
    with pytest.raises(MovedOn):
        asyncio.run(handle_request.ask(request_id, Question.DAY, office.case(request_id).asking))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_the_product_can_wake_a_run_that_waits_with_any_form(form: type[Answer]) -> None:
    given = form.model_validate(wake_up(form.model_json_schema())).model_dump()
    assert given.get("decision", "look again") in ("look again", "keep waiting")
