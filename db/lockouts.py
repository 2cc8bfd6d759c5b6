"""What is unused, and the runs that lock it: the one query over all accounts, and the runs as they were shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as core
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from db import audit
from db.account_life import AccountState
from db.columns import utc_now
from db.models.accounts import Account
from db.models.usage import LockoutRun, LockoutState

CLAUSE = "III.C.3"


@dataclass(frozen=True)
class Candidate:
    """An active account that has not been used for a while."""

    account_id: int | None
    user_name: str | None
    active_since: datetime
    last_used_on: date | None
    warned_on: date | None
    warned_day: int


class AlreadyDone(Exception):
    """This run was carried out before, or nothing of it may be carried out. Make a new preview."""


def candidates(session: Session, used_until: date, never_used_until: date, zone: ZoneInfo) -> list[Candidate]:
    """Active accounts last used, and active, by the one day; and those never used and active by the other.

    Plain values, no rows. Each half reads its own stretch of the index, so that accounts in use cost nothing.
    """
    since, used = col(Account.state_since), col(Account.last_used_on)
    what = core.select(
        col(Account.id), col(Account.user_name), since, used, col(Account.warned_on), col(Account.warned_day)
    ).where(col(Account.state) == AccountState.ACTIVE, col(Account.user_name).is_not(None))
    halves = core.union_all(
        what.where(used <= used_until, since < _end(used_until, zone)),
        what.where(used.is_(None), since < _end(never_used_until, zone)),
    )
    return [Candidate(*row) for row in session.connection().execute(halves)]


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(1), time(), zone)


def count_active(session: Session) -> int:
    """How many accounts are active."""
    return session.exec(select(func.count()).select_from(Account).where(Account.state == AccountState.ACTIVE)).one()


def warned(session: Session, account_id: int, on: date, stage: int) -> None:
    """Note that the owner of an account was warned."""
    session.connection().execute(
        update(Account).where(col(Account.id) == account_id).values(warned_on=on, warned_day=stage)
    )


def keep(session: Session, run: LockoutRun) -> LockoutRun:
    """Write a plan down as it is shown; its digest goes into the audit chain, so that it stays what it was."""
    session.add(run)
    session.flush()
    audit.record(
        session,
        actor=run.made_by,
        action=f"lockout.{run.state.lower()}",
        subject=f"lockout-{run.id}",
        clause=CLAUSE,
        detail={"day": run.day.isoformat(), "digest": run.digest, "lines": len(run.plan), "stopped": run.stopped},
    )
    return run


def take(session: Session, run_id: int, by: str) -> LockoutRun:
    """Begin to carry out a run, so that nobody else does. Raises `AlreadyDone`."""
    taken = session.connection().execute(
        update(LockoutRun)
        .where(col(LockoutRun.id) == run_id, col(LockoutRun.state).in_([LockoutState.PREVIEW, LockoutState.HELD]))
        .values(state=LockoutState.DONE, done_at=utc_now(), done_by=by)
    )
    run = session.get(LockoutRun, run_id, populate_existing=True)
    if taken.rowcount != 1 or run is None:
        raise AlreadyDone(AlreadyDone.__doc__)
    return run


def done(session: Session, run: LockoutRun, counts: dict[str, int]) -> None:
    """Write down what became of a run."""
    session.add(run)
    session.flush()
    audit.record(
        session,
        actor=run.done_by,
        action="lockout.done",
        subject=f"lockout-{run.id}",
        clause=CLAUSE,
        detail={"digest": run.digest, **counts},
    )


def newest(session: Session, limit: int = 10) -> list[LockoutRun]:
    """The last runs, newest first."""
    return list(session.exec(select(LockoutRun).order_by(col(LockoutRun.id).desc()).limit(limit)).all())


def states(session: Session) -> dict[AccountState, int]:
    """How many accounts are in each state."""
    counted = core.select(col(Account.state), func.count()).group_by(col(Account.state))
    return {state: count for state, count in session.connection().execute(counted)}  # noqa: C416  a row is no pair


def days_of_use(session: Session, zone: ZoneInfo) -> Counter[date]:
    """Day zero of every active account, and how many have it: of those never used, the day they became active."""
    active = col(Account.state) == AccountState.ACTIVE
    unused = col(Account.last_used_on).is_(None)
    used = core.select(col(Account.last_used_on), func.count()).where(active, ~unused)
    run = session.connection().execute
    days: Counter[date] = Counter()
    for day, count in run(used.group_by(col(Account.last_used_on))):
        assert day is not None
        days[day] += count
    for (since,) in run(core.select(col(Account.state_since)).where(active, unused)):
        days[since.astimezone(zone).date()] += 1
    return days
