"""How long each turn lasted, by the audit chain: the manager's clock stands still while somebody else is waited for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from db import audit
from db.lifecycle import State
from db.models.requests import Request

_STATES = frozenset(str(state) for state in State)


def state_left(detail: Mapping[str, Any], present: State | None) -> State | None:
    """The state that a move left. `present`: where the request was by the chain before it.

    Moves of confirmed leaves were once written with the first day of the leave as `from`; the chain keeps them so.
    """
    return State(detail["from"]) if detail.get("from") in _STATES else present


def spent(session: Session, request: Request, states: Collection[State], until: datetime) -> timedelta:
    """The time that a request was in one of `states`, up to `until`: the sum over all its stays there."""
    total, since = timedelta(0), request.opened_at
    present: State | None = None
    for link in audit.of_subject(session, request.number):
        if not link.action.startswith("request.") or link.detail.get("to") not in _STATES:
            continue
        at, left = datetime.fromisoformat(link.at), state_left(link.detail, present)
        total += (at - since) if left in states else timedelta(0)
        since, present = at, State(link.detail["to"])
    present = present or request.state
    return total + (max(until - since, timedelta(0)) if present in states else timedelta(0))
