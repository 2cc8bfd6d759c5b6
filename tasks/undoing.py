"""A decision is taken back within its window: closed cases open again, and access that followed is disabled."""

from __future__ import annotations

from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from db import account_life, accounts, credentials, requests
from db.account_life import ACCOUNT_MOVES, AccountEvent
from db.columns import utc_now
from db.lifecycle import MOVES, Event, State, advance
from db.models import Credential, CredentialState, Decision, Kind, Request
from db.models.requests import Question
from db.session import transaction
from tasks import decision_notices, undoing_need
from tasks.policy.undoing import Last, problem, until
from tasks.settings import Settings, settings
from tasks.sitting import decider

CLAUSE = "III.B.1"
TOLD = ("reject",)
"""Outcomes of which the requester was told, so that the undo is told, too."""


def last_decision(session: Session, request: Request) -> Decision | None:
    """The last decision of a person on a case."""
    made = requests.decisions(session, request.id)
    return made[-1] if made else None


def _last(session: Session, request: Request) -> Last | None:
    made = last_decision(session, request)
    if made is None or made.question is Question.UNDO:
        return None
    closed = request.state in (State.REJECTED, State.CLOSED)
    led_here = made.asking == request.asking - 1 if closed or request.state is State.APPROVED else True
    return Last(made.outcome, made.decided_at, led_here)


def reversible(session: Session, request: Request) -> bool:
    """Whether there is a way back: to be looked at again, or, once IT knows of an approval, by disabling."""
    if request.kind is Kind.MAIL:
        return False
    if request.kind is Kind.UNLOCK and (last := last_decision(session, request)):
        if undoing_need.overtaken(session, request, last.outcome):
            return False
        if undoing_need.can_lock_again(session, request):
            return True
    if (request.state, Event.REOPEN) in MOVES:
        return True
    return (
        request.kind is Kind.NEW_ACCESS
        and request.state in (State.WITH_IT, State.FULFILLED)
        and _can_disable(session, request)
    )


def _can_disable(session: Session, request: Request) -> bool:
    account = accounts.of_request(session, request.id)
    return account is not None and (account.state, AccountEvent.DISABLE) in ACCOUNT_MOVES


def open_until(session: Session, config: Settings, request: Request, now: datetime) -> datetime | None:
    """Until when the last decision on a case can be undone; None when it cannot."""
    last = _last(session, request)
    if problem(last, reversible(session, request), now, config.undo_hours, "asked") is not None or last is None:
        return None
    return until(last, config.undo_hours)


def undo(session: Session, config: Settings, request: Request, reason: str, by: str, now: datetime) -> str:
    """Take the last decision back in the name of somebody who may decide; what was done, or why not, as a sentence."""
    today = now.astimezone(config.zone).date()
    who = decider(session, by, request.provider_key, today)
    if who is None:
        return "Nothing was undone: only the provider's contract manager or deputy can do this (III.B.1)."
    last = _last(session, request)
    if stands := problem(last, reversible(session, request), now, config.undo_hours, reason):
        return f"Nothing was undone. {stands.sentence} ({stands.clause})"
    assert last is not None
    requests.decide(
        session,
        request,
        question=Question.UNDO,
        outcome=f"undo: {last.outcome}",
        by=by,
        on_behalf_of=who.on_behalf_of,
        clause=CLAUSE,
        reason=reason.strip(),
    )
    if (request.state, Event.REOPEN) in MOVES:
        undoing_need.restore(session, config, request, last.outcome, by, reason.strip())
        return _reopen(session, config, request, last, by)
    if request.kind is Kind.UNLOCK:
        return undoing_need.lock_again(session, config, request, by, reason.strip())
    return _disable(session, config, request, last, by, reason.strip())


def _reopen(session: Session, config: Settings, request: Request, last: Last, by: str) -> str:
    if last.outcome in TOLD:
        decision_notices.undone(session, config, request, last.outcome, reopened=True)
    advance(session, request, Event.REOPEN, by=by, clause=CLAUSE, detail={"undone": last.outcome})
    return f"“{last.outcome}” was undone. {request.number} is open again and is looked at once more."


def _disable(session: Session, config: Settings, request: Request, last: Last, by: str, reason: str) -> str:
    """IT knows of the approval: the account is disabled, an unseen password is void, and the request ends."""
    account = accounts.of_request(session, request.id)
    assert account is not None
    why = f"the approval was undone: {reason}"
    account_life.change(
        session, account, AccountEvent.DISABLE, by=by, clause=CLAUSE, reason=why, case=request.number
    )  # fmt: skip
    unseen = select(Credential).where(
        col(Credential.account_id) == account.id, col(Credential.state) == CredentialState.ISSUED
    )
    for credential in session.exec(unseen).all():
        credentials.void(session, credential, why)
    decision_notices.undone(session, config, request, last.outcome, reopened=False)
    if request.state is State.WITH_IT:
        advance(session, request, Event.VOID, by=by, clause=CLAUSE, detail={"reason": why})
    return f"“{last.outcome}” was undone. The account of {request.number} is disabled, and the directory or IT follows."


@task(cache_policy=NO_CACHE, task_run_name="undo for {started_by}")
def undo_last(number: str, reason: str, started_by: str) -> str:
    """Take back the last decision on the case with this number; what was done, for the run's log."""
    config = settings()
    with transaction(config.database_url) as session:
        try:
            request = requests.by_number(session, number)
        except requests.UnknownRequest:
            return f"Nothing was undone: there is no case {number}."
        return undo(session, config, request, reason, started_by, utc_now())
