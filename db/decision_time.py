"""How long contract managers took, by the audit chain: each stage of each request, while it was their turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as core
from sqlmodel import Session, col

from db.lifecycle import Event, State
from db.models.evidence import Audit
from db.models.requests import Decision, Kind, Request
from db.turn_time import state_left
from db.waiting import WITH_MANAGERS

_STATES = frozenset(str(state) for state in State)
_UNDECIDED = frozenset(f"request.{event.lower()}" for event in (Event.SUPPLEMENT, Event.WITHDRAW, Event.VOID))
"""Moves that end a turn without a decision: the clock stands still, and goes on if the turn comes back."""

Stage = tuple[State, int]
"""What was asked, and which approval of several."""


@dataclass(frozen=True)
class Decided:
    """One stage of one request: the sum of all the time that it was a contract manager's turn."""

    kind: Kind
    state: State
    stage: int
    took: timedelta


@dataclass
class _Life:
    """What has been seen of one request."""

    kind: Kind
    since: datetime
    stage: int = 1
    state: State | None = None
    spent: dict[Stage, timedelta] = field(default_factory=lambda: defaultdict(timedelta))
    ended: dict[Stage, datetime] = field(default_factory=dict)

    def move(self, at: datetime, before: State, action: str) -> None:
        """The request left `before`."""
        here = before, self.stage if before is State.AWAITING_APPROVAL else 1
        if before in WITH_MANAGERS:
            self.spent[here] += at - self.since
            self.ended.pop(here, None)
            if action not in _UNDECIDED:
                self.ended[here] = at
        self.since = at
        self.stage = self.stage + 1 if action == "request.endorse" else 1


def decided(session: Session, since: datetime, until: datetime) -> list[Decided]:
    """Every stage that was decided in `[since, until)`. One query, however many requests."""
    lives: dict[str, _Life] = {}
    for number, kind, opened, at, action, detail in _moves(session, since, until):
        life = lives.setdefault(number, _Life(kind, opened))
        if detail.get("to") not in _STATES:
            continue
        if left := state_left(detail, life.state):
            life.move(datetime.fromisoformat(at), left, action)
        life.state = State(detail["to"])
    return [
        Decided(life.kind, state, stage, life.spent[state, stage])
        for life in lives.values()
        for (state, stage), ended in life.ended.items()
        if since <= ended < until
    ]


def _moves(session: Session, since: datetime, until: datetime) -> Iterable[tuple[Any, ...]]:
    inside = core.select(col(Decision.request_id)).where(
        col(Decision.decided_at) >= since, col(Decision.decided_at) < until
    )
    query = (
        core.select(
            col(Request.number),
            col(Request.kind),
            col(Request.opened_at),
            col(Audit.at),
            col(Audit.action),
            col(Audit.detail),
        )
        .join(Audit, col(Audit.subject) == col(Request.number))
        .where(col(Request.id).in_(inside), col(Audit.action).startswith("request."))
        .order_by(col(Audit.seq))
    )
    return [tuple(row) for row in session.connection().execute(query)]
