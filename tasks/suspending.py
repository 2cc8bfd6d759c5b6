"""Suspending an account (III.C.6): found by what was typed, suspended in one transaction, with everything written down
that must follow outside. Nothing here asks a directory or a desk; `tasks.at_once` carries out what is written here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from db import orders, register, requests, stand_ins, suspension
from db.account_life import AccountState, IllegalChange, StaleAccount
from db.columns import montana_day, utc_now
from db.lifecycle import Event, StaleState, advance
from db.models import Account, Person, Provider, Request, Role, SuspensionOrder, User
from db.models.requests import Kind, Question
from db.session import transaction
from tasks import notices, safety_notices, tickets
from tasks.directory_settings import DirectoryKind
from tasks.policy.findings import Finding
from tasks.policy.holders import Holder, meant
from tasks.policy.iii_c_6 import CLAUSE, Judge, may_suspend, not_over, reason_given
from tasks.settings import Settings

log = logging.getLogger(__name__)

TRIES = 6
"""How often a suspension begins again when somebody else changed the same rows in the same moment."""
_OVER = frozenset({AccountState.DISABLED, AccountState.REMOVED})


class NotSuspended(Exception):
    """Nobody was suspended; `candidates` are the accounts that could have been meant. Says what to do."""

    def __init__(self, said: str, candidates: Sequence[Holder] = ()) -> None:
        super().__init__(said)
        self.candidates = tuple(candidates)


@dataclass(frozen=True)
class Outcome:
    """What became of an order: a sentence for whoever gave it, and the account with the number of its case."""

    sentence: str
    suspended: bool
    account_id: int | None = None
    case: str = ""


def holders(session: Session) -> list[Holder]:
    """Everybody who has an account that is not removed, with the account."""
    rows = session.exec(
        select(Account, Person, Provider.name)
        .join(Person, col(Person.id) == col(Account.person_id))
        .join(Request, col(Request.id) == col(Account.request_id))
        .join(Provider, col(Provider.key) == col(Request.provider_key), isouter=True)
        .where(col(Account.state) != AccountState.REMOVED)
        .order_by(col(Account.id))
    ).all()
    return [
        Holder(a.id or 0, a.user_name or "", p.name, p.email, provider or "", a.state, a.state not in _OVER)
        for a, p, provider in rows
    ]


def judge(session: Session, user_name: str) -> Judge | None:
    """Who signed in, when he or she is active."""
    user = session.get(User, user_name)
    if user is None or not user.active:
        return None
    return Judge(user.user_name, user.name, user.email, user.role is Role.APPROVER)


def find(session: Session, whom: str) -> Account:
    """The one account that is meant. Raises `NotSuspended` with the candidates, never guesses."""
    found = meant(whom, holders(session))
    if found.holder is not None:
        return session.get_one(Account, found.holder.account_id, with_for_update=True, populate_existing=True)
    if found.candidates:
        raise NotSuspended(
            "Nobody was suspended: it is not certain who is meant. Choose the account.", found.candidates
        )
    raise NotSuspended("Nobody was suspended: there is no account with that user ID, address or name.")


def order(config: Settings, whom: str, reason: str, by: str) -> int:
    """Write an order down; from here on it is carried out, by whoever comes first."""
    with transaction(config.database_url) as session:
        written = orders.write(session, whom, reason, by).id
        assert written is not None
        return written


def carry_out_order(config: Settings, order_id: int) -> Outcome:
    """Carry an order out, once; a second time only says what became of it. Begins again when others were in the way."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction(config.database_url) as session:
                return _carry_out(session, config, order_id)
        except (StaleState, StaleAccount, OperationalError) as why:
            if attempt == TRIES:
                raise
            log.warning("order-%d begins again: %s", order_id, type(why).__name__)
    raise AssertionError("unreachable")


def _carry_out(session: Session, config: Settings, order_id: int) -> Outcome:
    given = orders.take(session, order_id)
    if given is None:
        return Outcome("Nobody was suspended: there is no such order.", suspended=False)
    if given.settled_at is not None:
        return _became(session, given)
    try:
        with session.begin_nested():
            case = _suspend(session, config, given)
    except NotSuspended as why:
        candidates = [(h.user_name or h.email, h.told) for h in why.candidates]
        orders.settle(session, given, str(why), suspended=False, candidates=candidates)
    else:
        words = "The account is suspended. Nothing is granted to its holder any more."
        orders.settle(session, given, words, suspended=True, request_id=case.id)
    return _became(session, given)


def _became(session: Session, given: SuspensionOrder) -> Outcome:
    case = requests.get(session, given.request_id) if given.request_id else None
    account_id, number = (case.account_id, case.number) if case else (None, "")
    return Outcome(given.outcome, given.suspended, account_id, number)


def _suspend(session: Session, config: Settings, given: SuspensionOrder) -> Request:
    """Suspend first; the restricted case is what explains it."""
    _refuse(may_suspend(judge(session, given.ordered_by)) or reason_given(given.reason))
    account = find(session, given.whom)
    check(account)
    user = session.get_one(User, given.ordered_by)
    case = requests.open_new(
        session,
        kind=Kind.VIOLATION,
        requester_email=user.email,
        requester_name=user.name,
        at=utc_now().astimezone(config.zone),
    )
    requests.decide(
        session, case, question=Question.SUSPENSION, outcome="suspend", by=user.user_name, clause=CLAUSE,
        reason=given.reason,
    )  # fmt: skip
    put_under(session, config, case, account, by=user.user_name)
    return case


def _managers(session: Session, provider_key: str | None) -> list[User]:
    """Who is told. A suspension does not fail because nobody is there for the provider: then who hears alarms is."""
    acting = stand_ins.of_provider(session, provider_key, montana_day()).acting
    return list(acting) or stand_ins.told_of_alarms(session)


def tell_in_charge(session: Session, config: Settings, case: Request) -> None:
    """A restricted case waits for the contract manager or the deputy."""
    notices.restricted_case(session, config, case, _managers(session, case.provider_key), reported=False)


def check(account: Account) -> None:
    """Raises `NotSuspended` for an account that nobody can use, or that is suspended already."""
    _refuse(not_over(account.state))


def _refuse(problem: Finding | None) -> None:
    if problem is not None:
        raise NotSuspended(f"{problem.sentence} ({problem.clause})")


def put_under(session: Session, config: Settings, case: Request, account: Account, *, by: str) -> None:
    """Suspend `account` on the restricted `case` and write everything that follows, in the caller's transaction.

    Raises `NotSuspended` when nobody can use the account anyway.
    """
    try:
        stopped = suspension.suspend(session, account, by=by, case=case.number)
    except IllegalChange as why:
        raise NotSuspended(f"Nothing was changed: {why}.") from None
    origin = requests.get(session, account.request_id)
    person = session.get_one(Person, account.person_id)
    account.directory_due = config.directory is not DirectoryKind.NONE  # without one, the ticket below is the effect
    case.restricted, case.account_id, case.person_id = True, account.id, account.person_id
    case.provider_key, case.staff_name, case.staff_name_key = origin.provider_key, person.name, person.name_key
    session.add_all([account, case])
    session.flush()
    advance(session, case, Event.SUSPEND, by=by, clause=CLAUSE)
    if account.user_name:
        tickets.open_one(session, config, origin, account, "disable_account", urgent=True)
    managers = _managers(session, case.provider_key)
    notices.restricted_case(session, config, case, managers, reported=False, stopped=stopped)
    today = utc_now().astimezone(config.zone).date()
    for request in stopped:
        known = request.sender_accepted_by or register.designations(session, request.requester_email, today)
        if managers and known and request.requester_email != person.email:
            safety_notices.request_stopped(session, config, request, managers)
