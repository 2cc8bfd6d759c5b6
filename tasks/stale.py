"""An answer that comes too late: the case moved on, nothing is granted, and whoever answered learns what happened."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from db import audit, requests
from db.models import Request, User
from tasks import decision_notices
from tasks.questions import SERVICE
from tasks.settings import Settings

CLAUSE = "III.B.1"
HARMLESS = ("look again", "keep waiting")
"""Answers that decide nothing: nobody misses them."""

MEANWHILE = {
    "request.supplement": "a new mail came, and the papers are looked at again",
    "request.withdraw": "the requester withdrew the request",
    "request.void": "what was asked for can no longer be: the person is suspended or has left",
    "request.close": "the request was closed",
    "request.reject": "the request was rejected",
    "request.approve": "the request was approved",
    "request.endorse": "somebody else approved this stage, and the next one is asked",
    "request.send_back": "the request was sent back for information",
    "request.reopen": "a decision was undone, and the request is looked at again",
    "request.handed_over": "somebody else decides now",
}
"""What ended an asking, by the audit entry that did."""


def note(
    session: Session, settings: Settings, request: Request, asking: int, given: dict[str, Any], decided_by: str
) -> None:
    """Write down that an answer to an older asking was not used, and tell its giver; once for each answer.

    An answer that was taken, refused or noted before is none, and neither is one that decides nothing.
    """
    answer = str(given.get("decision", "")) or "your corrections"
    if decided_by in (SERVICE, "") or answer in HARMLESS or asking >= request.asking:
        return
    if _dealt_with(session, request, asking, decided_by):
        return
    what = meanwhile(session, request, asking)
    row = audit.record(
        session,
        actor=decided_by,
        action="answer.stale",
        subject=request.number,
        clause=CLAUSE,
        detail={"asking": asking, "answer": answer, "meanwhile": what},
    )
    user = session.get(User, decided_by)
    if user is not None and user.active:
        decision_notices.not_used(session, settings, request, user, answer, what, row.seq)


def meanwhile(session: Session, request: Request, asking: int) -> str:
    """What became of an asking, in one sentence: by whose decision, or by what event."""
    found = next((d for d in requests.decisions(session, request.id) if d.asking == asking), None)
    if found is not None:
        user = session.get(User, found.decided_by)
        behalf = f" for {found.on_behalf_of}" if found.on_behalf_of else ""
        return f"{user.name if user else found.decided_by} answered “{found.outcome}”{behalf} first."
    for link in reversed(audit.of_subject(session, request.number)):
        if link.action in MEANWHILE:
            why = str(link.detail.get("reason", ""))
            return f"{MEANWHILE[link.action]}{f' ({why})' if why else ''}."
    return "the question was asked again."


def _dealt_with(session: Session, request: Request, asking: int, decided_by: str) -> bool:
    taken = any(d.asking == asking and d.decided_by == decided_by for d in requests.decisions(session, request.id))
    return taken or any(
        link.action in ("answer.refused", "answer.stale")
        and link.actor == decided_by
        and link.detail.get("asking") == asking
        for link in audit.of_subject(session, request.number)
    )
