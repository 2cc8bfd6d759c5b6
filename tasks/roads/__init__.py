"""Every kind of request is a road through the same lifecycle and the same rooms: one file per kind, one table."""

from __future__ import annotations

from db.lifecycle import State
from db.models import Kind, Request
from tasks import exhibits, further_approval, suggestions
from tasks.policy.sorting import FILED
from tasks.questions import (
    SORTS,
    Answer,
    CompletionAnswer,
    PapersAnswer,
    ScheduledAnswer,
    SenderAnswer,
    SortingAnswer,
    sorting_answer,
)
from tasks.roads.change import Change
from tasks.roads.departure import Departure
from tasks.roads.leave import Leave
from tasks.roads.move import Move
from tasks.roads.new_access import NewAccess
from tasks.roads.reset import Reset
from tasks.roads.road import Road
from tasks.roads.unlock import Unlock
from tasks.roads.violation import Violation
from tasks.sitting import Matter

ENDING: dict[Kind, Departure | Leave] = {Kind.DEPARTURE: Departure(), Kind.LEAVE: Leave()}
"""The roads on which access ends on a day, whoever is late (`requests.notices_due`)."""

ROADS: dict[Kind, Road] = {
    Kind.NEW_ACCESS: NewAccess(),
    Kind.CHANGE: Change(),
    **ENDING,
    Kind.MOVE: Move(),
    Kind.RESET: Reset(),
    Kind.UNLOCK: Unlock(),
    Kind.VIOLATION: Violation(),
}
"""The road of every kind but `MAIL`, which is no request yet."""

SHARED: dict[State, type[Answer]] = {
    State.TO_SORT: SortingAnswer,
    State.ON_HOLD: SenderAnswer,
    State.INCOMPLETE: PapersAnswer,
    State.SCHEDULED: ScheduledAnswer,
    State.WITH_IT: CompletionAnswer,
}
"""The questions that every kind has alike; in the other states the road asks its own."""


def form_of(m: Matter) -> type[Answer]:
    """The form of the question that the case asks at present."""
    if m.request.state is State.TO_SORT:
        return sorting_answer(_suggested(m))
    return SHARED.get(m.request.state) or further_approval.with_offer(m, ROADS[m.request.kind].form(m))


def _suggested(m: Matter) -> str:
    """The answer to choose beforehand: what the mail seems to ask most."""
    for one in suggestions.of_case(m.session, m.config, m.request)[:1]:
        if one.matter in FILED:
            return "file it"
        kind = suggestions.KINDS.get(one.matter)
        return next((said for said, (of, ended) in SORTS.items() if (of, ended) == (kind, one.terminated)), "")
    return ""


def asked(request: Request) -> str:
    """The question that the case asks at present, in words; whose work it is when it asks none."""
    road = ROADS.get(request.kind)
    own = road.asked.get(request.state) if road else None
    words = own or exhibits.ASKED.get(request.state, "Being worked on")
    return f"{words} (stage {request.stage} of {request.stages})" if request.stage > 1 else words
