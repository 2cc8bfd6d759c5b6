"""The lockout after 60 days (III.C.3): a plan from the registry's state, shown first, then carried out as shown.

A run that was missed for a week plans from what is so today: it warns once and locks late, and never acts on an event.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import lockouts, stand_ins, usage
from db.account_life import AccountEvent, IllegalChange, StaleAccount, change
from db.columns import utc_now
from db.lockouts import Candidate
from db.models import Account, LockoutRun, LockoutState, Person
from db.session import transaction
from tasks import lockout_letters, notices
from tasks.policy.iii_c_3_lockout import CLAUSE, Due, Idle, Rule, digest_lines, mass_effect, stale, verdict
from tasks.roads.unlock import open_review
from tasks.settings import Settings, settings

Line = dict[str, Any]


def rule_of(config: Settings) -> Rule:
    """The figures of the clause as they are set."""
    return Rule(config.lockout_days, tuple(config.lockout_warn_days), tuple(config.lockout_never_used_warn_days))


def idle_of(config: Settings, account: Candidate) -> Idle:
    """An account as the clause sees it."""
    since = account.active_since.astimezone(config.zone).date()
    return Idle(since, account.last_used_on, account.warned_on, account.warned_day)


def plan(session: Session, config: Settings, today: date) -> list[Line]:
    """What is due today, the longest unused first. One query over all accounts, no matter how many there are."""
    rule = rule_of(config)
    used_until, never_used_until = (today - timedelta(rule.first(used=used)) for used in (True, False))
    lines: list[Line] = []
    for account in lockouts.candidates(session, used_until, never_used_until, config.zone):
        found = verdict(idle_of(config, account), today, rule)
        if found.due is not Due.NOTHING:
            lines.append(
                {
                    "account": account.account_id,
                    "user_id": account.user_name,
                    "due": str(found.due),
                    "day": found.day,
                    "stage": found.stage,
                    "reason": found.reason,
                }
            )
    return sorted(lines, key=lambda line: (line["due"], -line["day"], line["user_id"]))


def digest(lines: list[Line]) -> str:
    """SHA-256 over a plan."""
    said = digest_lines([(line["due"], line["user_id"], line["day"]) for line in lines])
    return hashlib.sha256(said.encode()).hexdigest()


@task(cache_policy=NO_CACHE, task_run_name="plan for {by}")
def make_plan(by: str) -> int:
    """Write down what is due today, and whether it may be carried out. The id of the run."""
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        newest = usage.latest(session)
        as_of = newest.as_of if newest else None
        lines, active = plan(session, config, today), lockouts.count_active(session)
        run = LockoutRun(
            day=today,
            made_by=by,
            as_of=as_of,
            active=active,
            plan=lines,
            digest=digest(lines),
            state=LockoutState.PREVIEW,
        )
        to_lock = sum(line["due"] == Due.LOCK for line in lines)
        if old := stale(as_of, today, config.usage_max_age_days):
            run.state, run.stopped = LockoutState.STALE, old
            _alarm(session, config, "usage-stale", old)
        elif many := mass_effect(to_lock, active, config.lockout_guard_number, config.lockout_guard_share):
            run.state, run.stopped = LockoutState.HELD, many
            _alarm(
                session,
                config,
                "lockout-held",
                f"{many} Look at the run in the UI, then release it or find out what is wrong.",
            )
        lockouts.keep(session, run)
        assert run.id is not None
        return run.id


@task(cache_policy=NO_CACHE, task_run_name="carry out run {run_id} for {by}")
def carry_out(run_id: int, by: str) -> str:
    """Do exactly what a plan said, or say of each account why not. What was done, in words.

    All of it is one transaction. A held run is carried out only by somebody who did not make it.
    """
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        waiting = session.get(LockoutRun, run_id)
        if waiting is None:
            return f"There is no run {run_id}."
        if refused := _refused(config, waiting, by, today):
            return refused
        try:
            run = lockouts.take(session, run_id, by)
        except lockouts.AlreadyDone as why:
            return str(why)
        now = {line["account"]: line for line in plan(session, config, today)}
        run.outcome = [
            {**line, "done": _do(session, config, line, now.get(line["account"]), today)} for line in run.plan
        ]
        counts = Counter(line["due"] if line["done"] == "done" else "skipped" for line in run.outcome)
        lockouts.done(session, run, dict(counts))
        return ", ".join(f"{count} × {what}" for what, count in sorted(counts.items())) or "nothing was due"


def _refused(config: Settings, run: LockoutRun, by: str, today: date) -> str:
    if run.state is LockoutState.STALE:
        return run.stopped
    if run.state is LockoutState.HELD and by in (run.made_by, "correquests"):
        return f"Run {run.id} needs a second person: {run.stopped}"
    if run.day != today:
        return f"Run {run.id} was planned on {run.day}. Make a new preview; accounts have been used since."
    if old := stale(run.as_of, today, config.usage_max_age_days):
        return old
    if digest(run.plan) != run.digest:
        return f"Run {run.id} is not the one that was shown: its digest does not fit. Make a new preview."
    return ""


def _do(session: Session, config: Settings, line: Line, now: Line | None, today: date) -> str:
    """Carry out one line: `done`, or why not."""
    if now is None or now["due"] != line["due"]:
        return "not done: it was used, changed or warned since the preview"
    account = session.get_one(Account, line["account"])
    person = session.get_one(Person, account.person_id)
    if line["due"] == Due.WARN:
        lockouts.warned(session, line["account"], today, line["stage"])
        lockout_letters.warn(session, config, account, person, line["day"], today)
        return "done"
    try:
        change(session, account, AccountEvent.LOCK, by="correquests", clause=CLAUSE, reason=line["reason"])
    except (IllegalChange, StaleAccount) as why:
        return f"not done: {why}"
    review = open_review(session, config, account, line["reason"])
    lockout_letters.locked(session, config, review, account, person, line["reason"], today)
    return "done"


def _alarm(session: Session, config: Settings, purpose: str, what: str) -> None:
    notices.alarm(session, config, stand_ins.told_of_alarms(session), purpose, CLAUSE, what, utc_now())


@task(cache_policy=NO_CACHE)
def shown(run_id: int) -> str:
    """A run as markdown: what was looked at, what is due or was done, what was skipped and why."""
    config = settings()
    with transaction(config.database_url) as session:
        run = session.get_one(LockoutRun, run_id)
        return lockout_letters.page(session, config, run)
