"""The form of a question as controls of a page, drawn from the model that the run's own form is drawn from.

Nothing here knows a question. A choice named `decision` becomes one button per option, so that pressing the button is
the answer; any other choice becomes radio buttons or, when there are many options, a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from tasks.questions import LOOK_AGAIN, Answer

DECISION = "decision"
WHOLE = ""
"""The name under which a problem of the answer as a whole is kept."""

_RADIOS = 6
"""With more options than this a choice is a list."""

_LONG = 60
"""A text that begins with more characters than this gets several lines."""

_REASON = "reason"
_SENTENCES = {
    "missing": "Please choose one.",
    "literal_error": "Please choose one of these.",
    "enum": "Please choose one of these.",
    "string_pattern_mismatch": "This is not written as asked.",
    "string_too_short": "Please fill this in.",
    "string_too_long": "This is too long.",
    "int_parsing": "Please write a whole number.",
}


class Shape(StrEnum):
    """How a field is asked for."""

    BUTTONS = "buttons"
    RADIOS = "radios"
    LIST = "list"
    DATE = "date"
    FLAG = "flag"
    TEXT = "text"
    LINE = "line"


@dataclass(frozen=True)
class Option:
    """One of several answers, and the words for it."""

    value: str
    words: str
    quiet: bool = False


@dataclass(frozen=True)
class Control:
    """One field of the form, with what was said in it last and what is wrong with that."""

    name: str
    shape: Shape
    label: str
    hint: str
    value: str
    options: tuple[Option, ...] = ()
    problem: str = ""


class AnswerUnusable(Exception):
    """What was sent does not fit the form. Each problem stands beside its field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(AnswerUnusable.__doc__)
        self.problems = problems


def controls(form: type[Answer], said: Mapping[str, str], problems: Mapping[str, str]) -> list[Control]:
    """The form's fields in the model's order, with a `decision` last: the buttons end the form."""
    found = [_control(name, facts, said, problems) for name, facts in _fields(form).items()]
    return sorted(found, key=lambda control: control.shape is Shape.BUTTONS)


def answer(form: type[Answer], said: Mapping[str, str]) -> dict[str, Any]:
    """What was sent as the answer that the run takes. Raises `AnswerUnusable`."""
    given: dict[str, Any] = {}
    for name, facts in _fields(form).items():
        if _shape(name, facts) is Shape.FLAG:
            given[name] = said.get(name) == "true"
        elif name in said:
            given[name] = None if facts["nullable"] and not said[name] else said[name]
    try:
        return form.model_validate(given).model_dump(mode="json", include=set(_fields(form)))
    except ValidationError as error:
        raise AnswerUnusable({str(e["loc"][0]) if e["loc"] else WHOLE: _sentence(e) for e in error.errors()}) from None


def _sentence(error: Any) -> str:
    kind = str(error["type"])
    if kind.startswith("date"):
        return "Please write a day as YYYY-MM-DD."
    return _SENTENCES.get(kind, f"{error['msg']}.")


def _fields(form: type[Answer]) -> dict[str, dict[str, Any]]:
    """Each property of the model's JSON schema, with references followed and `None` taken out as `nullable`."""
    schema = form.model_json_schema()
    known = schema.get("$defs", {})

    def followed(facts: dict[str, Any]) -> dict[str, Any]:
        name = str(facts.get("$ref", "")).rpartition("/")[2]
        return {**known.get(name, {}), **facts}

    found = {}
    for name, facts in schema.get("properties", {}).items():
        choices = [followed(c) for c in facts.get("anyOf", [])]
        real = next((c for c in choices if c.get("type") != "null"), {})
        nullable = any(c.get("type") == "null" for c in choices)
        found[name] = {**real, **followed(facts), "nullable": nullable}
    return found


def _choices(facts: Mapping[str, Any]) -> list[str]:
    return [str(v) for v in facts.get("enum", [facts["const"]] if "const" in facts else [])]


def _shape(name: str, facts: Mapping[str, Any]) -> Shape:
    if offered := _choices(facts):
        if name == DECISION:
            return Shape.BUTTONS
        return Shape.RADIOS if len(offered) <= _RADIOS else Shape.LIST
    if facts.get("type") == "boolean":
        return Shape.FLAG
    if facts.get("format") == "date":
        return Shape.DATE
    long = name == _REASON or len(str(facts.get("default") or "")) > _LONG
    return Shape.TEXT if long else Shape.LINE


def _control(name: str, facts: Mapping[str, Any], said: Mapping[str, str], problems: Mapping[str, str]) -> Control:
    default = facts.get("default")
    usual = str(default).lower() if isinstance(default, bool) else str(default or "")
    shape = _shape(name, facts)
    return Control(
        name=name,
        shape=shape,
        label=str(facts.get("title", name)),
        hint=str(facts.get("description", "")),
        value=said.get(name, "" if said and shape is Shape.FLAG else usual),
        options=tuple(Option(v, v[:1].upper() + v[1:] or "Nothing", v == LOOK_AGAIN) for v in _choices(facts)),
        problem=problems.get(name, ""),
    )
