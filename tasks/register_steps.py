"""The steps of the forms by which people maintain the register. Each says what was changed, or why nothing was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import audit, entries, users
from db.columns import utc_now
from db.models import Role
from db.session import transaction
from tasks.settings import settings

CLAUSE = "III.B.1"


def _today() -> date:
    return utc_now().astimezone(settings().zone).date()


def _entered(by: str, entry: Callable[[Session], str]) -> str:
    """Make an entry in the name of an approver; a refusal is audited and changes nothing."""
    config = settings()
    try:
        with transaction(config.database_url) as session:
            _check(session, by)
            return entry(session) or "Nothing had to be changed: it was so already."
    except entries.NotEntered as why:
        with transaction(config.database_url) as session:
            audit.record(
                session,
                actor=by or "unknown",
                action="register.refused",
                subject="register",
                clause=CLAUSE,
                detail={"code": why.code, "problem": str(why)},
            )
        return f"Nothing was changed. {why}"


def _check(session: Session, by: str) -> None:
    user = users.active(session, by)
    if user is None or user.role is not Role.APPROVER:
        raise entries.NotEntered("may_not", "Only an approver can change the register. Ask one to do it.")


@task(cache_policy=NO_CACHE, task_run_name="designate for {by}")
def designate(provider: str, name: str, email: str, first: date | None, last: date | None, by: str) -> str:
    """Designate a submitter."""
    start = first or _today()
    return _entered(by, lambda s: entries.designate(s, provider, name, email, start, by, last))


@task(cache_policy=NO_CACHE, task_run_name="end a designation for {by}")
def end_designation(provider: str, email: str, last: date, by: str) -> str:
    """End a designation."""
    return _entered(by, lambda s: entries.end_designation(s, provider, email, last, by))


@task(cache_policy=NO_CACHE, task_run_name="appoint for {by}")
def appoint(provider: str, user: str, by: str) -> str:
    """Appoint a contract manager."""
    return _entered(by, lambda s: entries.appoint(s, provider, user, by))


@task(cache_policy=NO_CACHE, task_run_name="appoint a deputy for {by}")
def depute(provider: str, user: str, first: date | None, last: date | None, by: str) -> str:
    """Appoint a deputy."""
    start = first or _today()
    return _entered(by, lambda s: entries.depute(s, provider, user, start, by, last))


@task(cache_policy=NO_CACHE, task_run_name="end a deputy for {by}")
def end_deputy(provider: str, user: str, last: date, by: str) -> str:
    """End a deputy's days."""
    return _entered(by, lambda s: entries.end_deputy(s, provider, user, last, by))


@task(cache_policy=NO_CACHE, task_run_name="mark away for {by}")
def mark_away(user: str, first: date | None, last: date | None, by: str) -> str:
    """Mark somebody away."""
    start = first or _today()
    return _entered(by, lambda s: entries.mark_away(s, user, start, by, last))


@task(cache_policy=NO_CACHE, task_run_name="end an absence for {by}")
def come_back(user: str, first: date | None, by: str) -> str:
    """End an absence."""
    start = first or _today()
    return _entered(by, lambda s: entries.come_back(s, user, start, by))
