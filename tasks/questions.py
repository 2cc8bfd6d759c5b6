"""What people are asked in the Prefect UI: one model per question, its fields drawn by the UI as a form.

Only rules that a JSON schema can express stand here; everything else is checked when the answer is settled, and the
question is asked again. Who answered is stamped by the gateway into `decided_by`; a form has no such field.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar, Literal

from prefect.exceptions import PrefectHTTPStatusError
from prefect.input import RunInput
from prefect.input.run_input import Keyset
from pydantic import ConfigDict, Field, create_model

from db.lifecycle import State
from db.models.requests import Kind, Question
from db.papers import Paper
from forms.schema import FORMS, FormKind, Role

SERVICE = "service"
"""What the gateway stamps when the product itself wakes a run."""

LOOK_AGAIN = "look again"

SEND_BACK = "send back"
"""Offered by whichever form of an approval has it; settled alike for every kind."""


class Answer(RunInput):
    """An answer with the stamp of the gateway. Saving the question twice is the same as once: a run that was killed
    between suspending and saving would otherwise stand without a form.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")

    @property
    def decided_by(self) -> str:
        """The user name that the gateway stamped; empty when the answer did not come through it."""
        return str((self.model_extra or {}).get("decided_by", ""))

    @classmethod
    async def asave(cls, keyset: Keyset, flow_run_id: Any = None) -> None:
        """Save the form of this question, unless it is saved already."""
        try:
            await super().asave(keyset, flow_run_id)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 409:
                raise


class SortingAnswer(Answer):
    """A mail that correquests could not sort by itself. What is it?"""

    decision: Literal[
        "file it",
        "try again",
        "new access request",
        "change of access",
        "departure",
        "termination",
        "leave",
        "move to another facility",
        "password reset",
        "unlock",
        "violation report",
        "belongs to a case",
        "look again",
    ] = Field(
        title="This mail",
        description="File it: nothing has to be done. Try again: correquests reads and sorts it once more.",
    )
    case_number: str = Field(
        default="",
        title="Case",
        description="CR-YYYY-NNNNNN, when it belongs to a case.",
        pattern=r"^\s*$|^\s*CR-\d{4}-\d{6}(-\d{2})?\s*$",
    )
    reason: str = Field(default="", title="Reason", description="Needed when you file it. Not sent to the sender.")


SORTS: dict[str, tuple[Kind, bool]] = {
    "new access request": (Kind.NEW_ACCESS, False),
    "change of access": (Kind.CHANGE, False),
    "departure": (Kind.DEPARTURE, False),
    "termination": (Kind.DEPARTURE, True),
    "leave": (Kind.LEAVE, False),
    "move to another facility": (Kind.MOVE, False),
    "password reset": (Kind.RESET, False),
    "unlock": (Kind.UNLOCK, False),
    "violation report": (Kind.VIOLATION, False),
}
"""What a person can say that a mail asks for: the kind of its case, and whether somebody was terminated."""


def preset(form: type[Answer], **values: str) -> type[Answer]:
    """The same form with these answers chosen. Titles, descriptions and patterns stay; Prefect's own way drops them."""
    asked = form.model_fields
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        field = deepcopy(asked[name])
        field.default = value
        chosen[name] = (asked[name].annotation, field)
    return create_model(form.__name__, __base__=form, __doc__=form.__doc__, **chosen)


def sorting_answer(decision: str, case_number: str = "") -> type[Answer]:
    """The form for a mail to be sorted with the suggested answer chosen; without one, the person chooses."""
    return preset(SortingAnswer, decision=decision, case_number=case_number) if decision else SortingAnswer


class SenderAnswer(Answer):
    """Is a sender who is not on the designated list accepted for this request? (III.B.2)"""

    decision: Literal["accept for this request", "refuse", "look again"] = Field(
        title="Sender",
        description="Look again after the sender was put on the list of designated submitters.",
    )
    reason: str = Field(default="", title="Reason", description="Needed when you refuse. Not sent to the sender.")


class PapersAnswer(Answer):
    """Papers are missing and the requester was told. Nothing needs to be answered."""

    decision: Literal["look again", "close the request"] = Field(
        default="look again",
        title="What to do",
        description="Nothing, as a rule: the requester's next mail is added and checked by itself.",
    )
    reason: str = Field(default="", title="Reason", description="Needed when you close the request.")


class ApprovalAnswer(Answer):
    """May this person have access? (III.B.1)"""

    decision: Literal["approve", "reject", "send back", "look again"] = Field(
        title="Decision",
        description="Approve or reject. Send back asks the requester what you write as the reason; the request keeps "
        "its place. Look again only checks the papers against the clauses once more.",
    )
    entitlement: Literal["as requested", "view", "enter"] = Field(
        default="as requested",
        title="Level of access",
        description="As requested, or otherwise: view only, or enter and modify data (ACCD 1.7.200).",
    )
    clearance_on: str = Field(
        default="",
        title="Security clearance given on",
        description="YYYY-MM-DD. Needed when no clearance is on record yet (III.A.1).",
        pattern=r"^$|^\d{4}-\d{2}-\d{2}$",
    )
    reason: str = Field(
        default="", title="Reason", description="Needed when you reject or send back; it is sent to the requester."
    )


class ChangeAnswer(ApprovalAnswer):
    """May this access be changed? (III.B.1)"""

    decision: Literal["approve", "reject", "send back", "look again"] = Field(
        title="Decision",
        description="Approve or reject. Send back asks the requester what you write as the reason; the case keeps its "
        "place. Look again only holds the case against the clauses once more.",
    )


class LeaveAnswer(Answer):
    """A leave: access is off from the first day, and on the day of return you are asked again (III.B.3.a)."""

    decision: Literal["confirm", "reject", "send back", "look again"] = Field(
        title="Decision",
        description="Confirm the two days, or reject the notice with a reason. Send back asks the requester what you "
        "write as the reason.",
    )
    starts_on: str = Field(
        default="", title="First day of the leave", description="YYYY-MM-DD.", pattern=r"^$|^\d{4}-\d{2}-\d{2}$"
    )
    returns_on: str = Field(
        default="", title="Expected return", description="YYYY-MM-DD.", pattern=r"^$|^\d{4}-\d{2}-\d{2}$"
    )
    reason: str = Field(
        default="", title="Reason", description="Needed when you reject or send back; it is sent to the requester."
    )


class ReturnAnswer(Answer):
    """The day of return has come. Access is given back by your decision only (III.B.3.a)."""

    decision: Literal["returns: enable the account", "extend the leave", "does not return", "look again"] = Field(
        title="Decision",
        description="Does not return: a departure begins, with the Departing Employee form.",
    )
    until: str = Field(
        default="",
        title="New day of return",
        description="YYYY-MM-DD. Needed when you extend.",
        pattern=r"^$|^\d{4}-\d{2}-\d{2}$",
    )
    reason: str = Field(default="", title="Remark", description="Kept with the decision; not sent.")


class ScheduledAnswer(Answer):
    """It was decided, and its day has not come. Nothing needs to be answered."""

    decision: Literal["keep waiting", "do it now", "decide again"] = Field(
        default="keep waiting",
        title="What to do",
        description="Nothing, as a rule: on its day it is done by itself. Decide again brings back the question.",
    )


class CompletionAnswer(Answer):
    """IT was asked and has not answered by mail. Has it been done?"""

    decision: Literal["keep waiting", "IT has done it"] = Field(default="keep waiting", title="Ticket")
    user_id: str = Field(
        default="", title="User ID", description="Only when IT assigns the ID and its reply did not bring it."
    )


VERDICTS: dict[str, str] = {
    "signed in ink": "ink",
    "not signed": "blank",
    "not in ink": "electronic",
    "only a mark": "stray",
}
"""What a person can say of a signature slot, and the verdict that is kept."""


def reading_answer(forms: dict[str, Paper], slots: list[Role], fields: list[tuple[FormKind, str]]) -> type[Answer]:
    """The form for a scan in doubt: one choice per doubtful signature, one text per doubtful field (III.B.2.b)."""
    asked: dict[str, Any] = {}
    for role in slots:
        asked[f"{role}_signature"] = (
            Literal["look again", "signed in ink", "not signed", "not in ink", "only a mark"],
            Field(
                default=LOOK_AGAIN,
                title=f"Signature of {'staff member' if role is Role.STAFF else 'supervisor'}",
                description="Compare with the picture above. Typed, stamped and pasted signatures are not in ink. "
                "Look again leaves it open and asks again.",
            ),
        )
    for kind, name in fields:
        spec = FORMS[kind].field(name)
        read = forms[kind].value(name)
        said = f"Read as “{spec.choices.get(read, read)}”." if read else "It could not be read."
        asked[f"{kind}_{name}"] = (
            Literal["", *spec.choices] if spec.choices else str,
            Field(
                default=read,
                title=f"{spec.label} ({FORMS[kind].title})",
                description=f"{said} Correct it beside the picture.",
            ),
        )
    return create_model("ReadingAnswer", __base__=Answer, **asked)


QUESTION_OF: dict[State, Question] = {
    State.TO_SORT: Question.SORTING,
    State.ON_HOLD: Question.SENDER,
    State.IN_DOUBT: Question.READING,
    State.INCOMPLETE: Question.PAPERS,
    State.AWAITING_APPROVAL: Question.APPROVAL,
    State.SCHEDULED: Question.DAY,
    State.WITH_IT: Question.COMPLETION,
    State.UNDER_SUSPENSION: Question.SUSPENSION,
    State.REINSTATING: Question.REINSTATEMENT,
}
"""Which question a request in this state waits on."""


def key_of(question: Question, asking: int) -> str:
    """The key under which Prefect keeps this asking, e.g. `approval-4`."""
    return f"{question.lower()}-{asking}"


def asking_of(key: str) -> int:
    """The number of the asking in such a key; 0 when there is none."""
    number = key.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def wake_up(form: Mapping[str, Any]) -> dict[str, str]:
    """An answer that decides nothing and fits `form`, a JSON schema, by which the product itself wakes a run.

    It goes by the form as it was saved: that may be of an earlier version of the product.
    """
    return {"decision": LOOK_AGAIN} if "decision" in form.get("required", ()) else {}
