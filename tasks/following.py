"""Mails that end or continue an open case by their words: a withdrawal, and the return from a leave (III.B.3.a).

Whatever is not certain stays with the suggestions, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from db import messages
from db.lifecycle import MOVES, Event, State, advance
from db.models import Disposition, Kind, Message, Request
from tasks import decision_notices, suggestions, turns
from tasks.policy.sorting import FILED, Matter, Suggestion
from tasks.policy.withdrawal import taken_back
from tasks.settings import Settings

CLAUSE = "III.B.2"
"""Who may send a request may take it back."""

WITHDRAWABLE = frozenset({Kind.NEW_ACCESS, Kind.CHANGE, Kind.MOVE, Kind.RESET, Kind.UNLOCK})
"""What asks for something. A notice that access must end, or a report, is taken back by a person only."""

ASKED = frozenset({State.ON_HOLD, State.IN_DOUBT, State.AWAITING_APPROVAL})
"""States in which somebody was asked, and learns that the question is no longer open."""


def withdraws(config: Settings, message: Message, found: Sequence[Suggestion], case: Request) -> bool:
    """Whether a mail that belongs to this open case takes it back, for certain and nothing else beside it."""
    if not taken_back(message.text):
        return False
    told = [one for one in found if one.matter not in FILED and one.confidence >= config.sorting_confidence]
    only = bool(told) and all(one.matter is Matter.WITHDRAWAL for one in told)
    return only and case.kind in WITHDRAWABLE and (case.state, Event.WITHDRAW) in MOVES


def withdraw(session: Session, config: Settings, case: Request, message: Message) -> None:
    """The case ends in the name of the sender; whoever was asked about it and the requester are told."""
    managers = turns.informed(session, config, case) if case.state in ASKED else []
    messages.dispose(session, message, Disposition.JOINED, f"withdraws {case.number}", case.id)
    advance(session, case, Event.WITHDRAW, by=message.sender, clause=CLAUSE, detail={"mail": message.id})
    by = message.sender_name or message.sender
    decision_notices.withdrawn(session, config, case, by, managers)


def returns(
    session: Session, config: Settings, message: Message, found: Sequence[Suggestion]
) -> dict[Suggestion, Request]:
    """The open leaves that the mail says are over; the case asks what follows, and nothing is enabled by it."""
    told = [one for one in found if one.matter is Matter.RETURN and one.confidence >= config.sorting_confidence]
    cases = {one: suggestions.open_case_of(session, config, message, Kind.LEAVE, one) for one in told}
    return {one: case for one, case in cases.items() if case}
