"""How long each turn lasted, by the audit chain: the manager's clock stands still while somebody else is waited for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from db import audit
from db.lifecycle import State
from db.models.requests import Request

_STATES = frozenset(str(state) for state in State)


def spent(session: Session, request: Request, states: Collection[State], until: datetime) -> timedelta:
    """The time that a request was in one of `states`, up to `until`: the sum over all its stays there."""
    moves = [
        (datetime.fromisoformat(link.at), State(link.detail["from"]), State(link.detail["to"]))
        for link in audit.of_subject(session, request.number)
        if link.action.startswith("request.") and link.detail.get("to") in _STATES
    ]
    total, since = timedelta(0), request.opened_at
    for at, before, _ in moves:
        total += (at - since) if before in states else timedelta(0)
        since = at
    present = moves[-1][2] if moves else request.state
    return total + (max(until - since, timedelta(0)) if present in states else timedelta(0))
