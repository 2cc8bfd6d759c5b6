"""A further approval that an approver asks for when deciding, beside those that the settings want (III.B.1, AC-5).

Offered on the form of an approval that would be the last, as long as there is somebody else who may give it.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal, get_args

from pydantic import create_model

from db.lifecycle import State
from tasks import turns
from tasks.questions import Answer
from tasks.sitting import Matter
from tasks.time_settings import MOST_STAGES

APPROVE = "approve"
ASKS: dict[int, str] = {
    1: "approve, and ask for a second approval",
    2: "approve, and ask for a third approval",
}
"""The answer by the stage that it is given at; its words say which approval comes next."""


def offered(m: Matter) -> str:
    """The answer that asks for a further approval, or the empty string where it is not offered.

    Not where the settings want a further stage anyway, nor at the last stage there can be, nor where nobody but the
    approver may decide: a case must not be sent to nobody.
    """
    request = m.request
    wanted = m.config.stages_of(request.kind, request.entitlement or "")
    if request.state is not State.AWAITING_APPROVAL or not wanted <= request.stage < MOST_STAGES:
        return ""
    others = len(turns.deciders(m.session, request, m.today).acting) > 1
    return ASKS[request.stage] if others else ""


def with_offer(m: Matter, form: type[Answer]) -> type[Answer]:
    """The form with that answer beside `approve`, where the form has that and it is offered."""
    decision = form.model_fields.get("decision")
    answers = get_args(decision.annotation) if decision else ()
    asks = offered(m) if APPROVE in answers else ""
    if not decision or not asks:
        return form
    at = answers.index(APPROVE) + 1
    field = deepcopy(decision)
    field.description = f"{decision.description} Whoever gives the further approval is somebody else than you."
    chosen: dict[str, Any] = {"decision": (Literal[*answers[:at], asks, *answers[at:]], field)}
    return create_model(form.__name__, __base__=form, __doc__=form.__doc__, **chosen)
