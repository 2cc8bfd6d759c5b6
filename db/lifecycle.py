"""The life of a request as a table, and the one door through which it moves.

The table holds no I/O. `advance` compares and sets the state and writes the audit entry in the same transaction, so
that a state never changes without its proof, and two who try the same move cannot both succeed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlmodel import Session, col

if TYPE_CHECKING:
    from db.models.requests import Request


class State(StrEnum):
    """Where a request stands. The comment names who has to act."""

    TO_SORT = "TO_SORT"  # the contract manager: what is this mail?
    RECEIVED = "RECEIVED"  # the product: papers are assessed
    ON_HOLD = "ON_HOLD"  # the contract manager: is this sender to be accepted? (III.B.2)
    IN_DOUBT = "IN_DOUBT"  # the contract manager: what does the scan say?
    INCOMPLETE = "INCOMPLETE"  # the requester: something is missing
    AWAITING_APPROVAL = "AWAITING_APPROVAL"  # the contract manager: III.B.1
    APPROVED = "APPROVED"  # the product: user ID and ticket are made
    SCHEDULED = "SCHEDULED"  # nobody until its day: a departure, the start or the end of a leave
    WITH_IT = "WITH_IT"  # the IT service desk
    UNDER_SUSPENSION = "UNDER_SUSPENSION"  # the contract manager: what follows from the violation? (III.C.6)
    REINSTATING = "REINSTATING"  # a second contract manager: is the suspended account given back?
    FULFILLED = "FULFILLED"  # nobody
    REJECTED = "REJECTED"  # nobody
    WITHDRAWN = "WITHDRAWN"  # nobody: the requester no longer wants it
    CLOSED = "CLOSED"  # nobody: not pursued


class Event(StrEnum):
    """What can happen to a request. `ENDORSE`: one of several stages approved; `SEND_BACK` keeps
    its place in the list; `REOPEN`: a decision was undone; `VOID`: what it asks for can no longer be
    (the person is suspended or has departed); `DUE` and `REVIEW`: the day has come, to go on or for a person to decide.
    """

    SORT = "SORT"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    DOUBT = "DOUBT"
    SETTLE = "SETTLE"
    LACK = "LACK"
    SUPPLEMENT = "SUPPLEMENT"
    COMPLETE = "COMPLETE"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    ENDORSE = "ENDORSE"
    SEND_BACK = "SEND_BACK"
    SCHEDULE = "SCHEDULE"
    DUE = "DUE"
    REVIEW = "REVIEW"
    SUBMIT = "SUBMIT"
    CONFIRM = "CONFIRM"
    WITHDRAW = "WITHDRAW"
    VOID = "VOID"
    CLOSE = "CLOSE"
    SUSPEND = "SUSPEND"
    PROPOSE = "PROPOSE"
    DECLINE = "DECLINE"
    REINSTATE = "REINSTATE"
    DISABLE = "DISABLE"
    REOPEN = "REOPEN"


_UNDECIDED = (State.RECEIVED, State.ON_HOLD, State.IN_DOUBT, State.INCOMPLETE, State.AWAITING_APPROVAL)

MOVES: dict[tuple[State, Event], State] = {
    (State.TO_SORT, Event.SORT): State.RECEIVED,
    (State.TO_SORT, Event.CLOSE): State.CLOSED,
    (State.RECEIVED, Event.HOLD): State.ON_HOLD,
    (State.RECEIVED, Event.DOUBT): State.IN_DOUBT,
    (State.RECEIVED, Event.LACK): State.INCOMPLETE,
    (State.RECEIVED, Event.COMPLETE): State.AWAITING_APPROVAL,
    (State.ON_HOLD, Event.RELEASE): State.RECEIVED,
    (State.ON_HOLD, Event.REJECT): State.REJECTED,
    (State.IN_DOUBT, Event.SETTLE): State.RECEIVED,
    (State.IN_DOUBT, Event.SUPPLEMENT): State.RECEIVED,
    (State.IN_DOUBT, Event.LACK): State.INCOMPLETE,
    (State.IN_DOUBT, Event.CLOSE): State.CLOSED,
    (State.INCOMPLETE, Event.SUPPLEMENT): State.RECEIVED,
    (State.INCOMPLETE, Event.CLOSE): State.CLOSED,
    (State.AWAITING_APPROVAL, Event.SUPPLEMENT): State.RECEIVED,
    (State.AWAITING_APPROVAL, Event.APPROVE): State.APPROVED,
    (State.AWAITING_APPROVAL, Event.REJECT): State.REJECTED,
    (State.AWAITING_APPROVAL, Event.ENDORSE): State.AWAITING_APPROVAL,
    (State.AWAITING_APPROVAL, Event.SEND_BACK): State.INCOMPLETE,
    (State.APPROVED, Event.SUBMIT): State.WITH_IT,
    (State.APPROVED, Event.SCHEDULE): State.SCHEDULED,
    (State.APPROVED, Event.CONFIRM): State.FULFILLED,
    (State.SCHEDULED, Event.DUE): State.APPROVED,
    (State.SCHEDULED, Event.REVIEW): State.AWAITING_APPROVAL,
    (State.SCHEDULED, Event.SUPPLEMENT): State.RECEIVED,
    (State.WITH_IT, Event.SCHEDULE): State.SCHEDULED,
    (State.WITH_IT, Event.CONFIRM): State.FULFILLED,
    **{(s, Event.REOPEN): State.RECEIVED for s in (State.REJECTED, State.CLOSED, State.APPROVED)},
    **{(s, Event.WITHDRAW): State.WITHDRAWN for s in _UNDECIDED},
    **{(s, Event.VOID): State.CLOSED for s in (*_UNDECIDED, State.APPROVED, State.SCHEDULED, State.WITH_IT)},
    (State.RECEIVED, Event.SUSPEND): State.UNDER_SUSPENSION,
    (State.AWAITING_APPROVAL, Event.SUSPEND): State.UNDER_SUSPENSION,
    (State.UNDER_SUSPENSION, Event.PROPOSE): State.REINSTATING,
    (State.REINSTATING, Event.DECLINE): State.UNDER_SUSPENSION,
    (State.REINSTATING, Event.REINSTATE): State.FULFILLED,
    (State.UNDER_SUSPENSION, Event.DISABLE): State.FULFILLED,
    (State.REINSTATING, Event.DISABLE): State.FULFILLED,
}

KEEPS_PLACE = frozenset({Event.SEND_BACK, Event.ENDORSE})
"""After these the request counts in the list from when it first waited for a decision."""

OPEN = frozenset(State) - {State.FULFILLED, State.REJECTED, State.WITHDRAWN, State.CLOSED}
"""States in which a request still needs somebody."""

WAITING_FOR: dict[State, str] = {
    State.TO_SORT: "contract manager",
    State.RECEIVED: "correquests",
    State.ON_HOLD: "contract manager",
    State.IN_DOUBT: "contract manager",
    State.INCOMPLETE: "requester",
    State.AWAITING_APPROVAL: "contract manager",
    State.APPROVED: "correquests",
    State.SCHEDULED: "its day",
    State.WITH_IT: "IT service desk",
    State.UNDER_SUSPENSION: "contract manager",
    State.REINSTATING: "contract manager",
    State.FULFILLED: "nobody",
    State.REJECTED: "nobody",
    State.WITHDRAWN: "nobody",
    State.CLOSED: "nobody",
}
"""Whose turn it is, in the words shown to people."""


class IllegalMove(Exception):
    """This cannot happen to a request in its present state."""


class StaleState(Exception):
    """Somebody else moved this request first. Look at it again before you decide."""


def target(state: State, event: Event) -> State:
    """The state that `event` leads to from `state`. Raises `IllegalMove` when the table has no such move."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise IllegalMove(f"{event} is not possible while a request is {state}") from None


def advance(
    session: Session,
    request: Request,
    event: Event,
    *,
    by: str,
    clause: str,
    detail: dict[str, Any] | None = None,
) -> State:
    """Move `request` by `event` and write the audit entry, both in the caller's transaction.

    Every move begins a new asking, so that an answer to an old question never answers a new one.

    Raises `IllegalMove` when the table forbids it and `StaleState` when the row no longer has the state seen here.
    """
    from db import audit
    from db.columns import utc_now
    from db.models.requests import Request as Row

    before = request.state
    after = target(before, event)
    closed_at = None if after in OPEN else utc_now()
    place = (request.place or request.waiting_since) if event in KEEPS_PLACE else request.place
    moved = session.connection().execute(
        update(Row)
        .where(col(Row.id) == request.id, col(Row.state) == before)
        .values(
            state=after,
            closed_at=closed_at,
            asking=Row.asking + 1,
            problem="",
            waiting_since=utc_now(),
            reminded=0,
            reminded_on=None,
            stage=Row.stage + 1 if event is Event.ENDORSE else 1,
            asked_of="",
            place=None if event is Event.APPROVE else place,
            due_on=request.due_on if after is State.SCHEDULED else None,
        )
    )
    if moved.rowcount != 1:
        raise StaleState(f"{request.number} is no longer {before}")
    session.refresh(request)
    audit.record(
        session,
        actor=by,
        action=f"request.{event.lower()}",
        subject=request.number,
        clause=clause,
        detail={**(detail or {}), "from": str(before), "to": str(after)},
    )
    return after
