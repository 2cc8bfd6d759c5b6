"""Any question can be asked on the page: the form is drawn from its model, whatever fields that has."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import Field

from deployments.answer_form import AnswerUnusable, Control, Shape, answer, controls
from tasks.questions import Answer


class Facility(StrEnum):
    NEXUS = "Nexus"
    BUTTE = "Butte"


class Everything(Answer):
    """A question with every shape of field."""

    decision: Literal["disable", "keep", "look again"] = Field(title="Account", description="Disable or keep.")
    facility: Facility = Facility.NEXUS
    kind: Literal["a", "b", "c", "d", "e", "f", "g"] = "c"
    urgent: bool = False
    sure: bool = True
    leaves_on: date
    returns_on: date | None = None
    days: int = 3
    case: str = Field(default="", pattern=r"^$|^CR-\d{4}$", title="Case")
    reason: str = ""
    said: str = "x" * 61


GOOD = {"decision": "keep", "facility": "Butte", "kind": "g", "leaves_on": "2026-12-01", "returns_on": "", "days": "4"}
GIVEN: dict[str, Any] = {
    "decision": "keep",
    "facility": "Butte",
    "kind": "g",
    "urgent": False,
    "sure": False,
    "leaves_on": "2026-12-01",
    "returns_on": None,
    "days": 4,
    "case": "",
    "reason": "",
    "said": "x" * 61,
}


def drawn(said: dict[str, str] | None = None, problems: dict[str, str] | None = None) -> dict[str, Control]:
    return {control.name: control for control in controls(Everything, said or {}, problems or {})}


def test_each_field_has_its_shape_and_the_buttons_end_the_form() -> None:
    shapes = {name: control.shape for name, control in drawn().items()}
    assert shapes == {
        "facility": Shape.RADIOS,
        "kind": Shape.LIST,
        "urgent": Shape.FLAG,
        "sure": Shape.FLAG,
        "leaves_on": Shape.DATE,
        "returns_on": Shape.DATE,
        "days": Shape.LINE,
        "case": Shape.LINE,
        "reason": Shape.TEXT,
        "said": Shape.TEXT,
        "decision": Shape.BUTTONS,
    }
    assert list(shapes)[-1] == "decision"


def test_words_and_defaults_are_those_of_the_model() -> None:
    form = drawn()
    assert (form["decision"].label, form["decision"].hint) == ("Account", "Disable or keep.")
    assert [(o.value, o.words, o.quiet) for o in form["decision"].options] == [
        ("disable", "Disable", False),
        ("keep", "Keep", False),
        ("look again", "Look again", True),
    ]
    values = {name: control.value for name, control in form.items()}
    assert (values["facility"], values["kind"], values["urgent"], values["sure"]) == ("Nexus", "c", "false", "true")
    assert (values["days"], values["leaves_on"]) == ("3", "")


def test_what_was_said_comes_back_with_its_problem() -> None:
    form = drawn({"case": "x", "urgent": "true", "reason": "mine"}, {"case": "odd"})
    assert (form["case"].value, form["case"].problem) == ("x", "odd")
    assert (form["reason"].value, form["urgent"].value, form["sure"].value) == ("mine", "true", "")


def test_an_answer_has_the_types_that_the_run_takes() -> None:
    assert answer(Everything, GOOD) == GIVEN
    assert answer(Everything, {**GOOD, "sure": "true", "decided_by": "x", "extra": "y"}) == {**GIVEN, "sure": True}


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"decision": "approve"}, "decision", "Please choose one of these."),
        ({"facility": "Mars"}, "facility", "Please choose one of these."),
        ({"leaves_on": "soon"}, "leaves_on", "Please write a day as YYYY-MM-DD."),
        ({"leaves_on": ""}, "leaves_on", "Please write a day as YYYY-MM-DD."),
        ({"days": "many"}, "days", "Please write a whole number."),
        ({"case": "CR"}, "case", "This is not written as asked."),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(said: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(AnswerUnusable) as unusable:
        answer(Everything, {**GOOD, **said})
    assert unusable.value.problems == {field: sentence}


def test_no_button_was_pressed() -> None:
    with pytest.raises(AnswerUnusable) as unusable:
        answer(Everything, {k: v for k, v in GOOD.items() if k != "decision"})
    assert unusable.value.problems == {"decision": "Please choose one."}
