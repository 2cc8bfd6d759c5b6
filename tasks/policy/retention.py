"""What may be proposed for destruction on which day, and why not (GS-6 items 4, 7 and 10; ICOTS 23.0 and 24.0).

Three clocks stay apart (settled question A20): the lock after 60 days, the removal of access by decision, and this one,
the destruction of records. This one only ever leads to a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tasks.policy.findings import Effect, Finding

CLAUSE = "ICOTS 23.0"
HOLD = "RM3"
ENDED = ("DISABLED", "REMOVED")


class Schedule(StrEnum):
    """A series of records with a retention of its own."""

    AUTHORISATION = "AUTHORISATION"  # forms, mails, the person's record: GS-6 item 4
    TICKET = "TICKET"  # service orders, and requests that led to nothing: GS-6 item 10
    LOG = "LOG"  # what the audit chain and the log files say: GS-6 item 7


SOURCE = {
    Schedule.AUTHORISATION: "GS-6 item 4",
    Schedule.TICKET: "GS-6 item 10",
    Schedule.LOG: "GS-6 item 7",
}


@dataclass(frozen=True)
class Life:
    """What is on record about a person, or about a case that never had one (`person` is false).

    Days are Montana's. `work_ends` has None for work without an end on record. `destroyed`: this was done before.
    `proposed`: another proposal about it is open.
    """

    person: bool = True
    account_states: tuple[str, ...] = ()
    accounts_ended_on: date | None = None
    work_ends: tuple[date | None, ...] = ()
    cases_closed_on: date | None = None
    open_cases: tuple[str, ...] = ()
    tickets_closed_on: date | None = None
    open_tickets: int = 0
    last_logged_on: date | None = None
    holds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    destroyed: bool = False
    proposed: bool = False


@dataclass(frozen=True)
class Review:
    """`due`: the last day of retention by schedule, when it may be proposed, else empty. `bars`: why it may not.

    `over_on` is the last day of the longest retention: a person's forms, tickets and log name the same person, so the
    longest holds for all of it (schedules are minimums). None while it has no end.
    """

    due: Mapping[Schedule, date]
    bars: tuple[Finding, ...]
    over_on: date | None


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March where there is none: never a day too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def kept_until(life: Life, schedule: Schedule, years: Mapping[Schedule, int]) -> date | None:
    """The last day on which records of this schedule must be kept; None when it has none, or has no end yet."""
    if schedule is Schedule.AUTHORISATION:
        if not life.person or None in life.work_ends:
            return None
        ends = [*life.work_ends, life.accounts_ended_on, life.cases_closed_on]
    elif schedule is Schedule.TICKET:
        ends = [life.tickets_closed_on, None if life.person else life.cases_closed_on]
    else:
        ends = [life.last_logged_on]
    known = [day for day in ends if day is not None]
    return anniversary(max(known), years[schedule]) if known else None


def review(life: Life, years: Mapping[Schedule, int], account_days: int, today: date) -> Review:
    """What of this life may be proposed today, or every reason why nothing may."""
    if life.destroyed:
        return Review({}, (), None)
    kept = {s: day for s in Schedule if (day := kept_until(life, s, years)) is not None}
    bars = tuple(f for f in _bars(life, account_days, today) if f is not None)
    endless = None in life.work_ends or not kept
    over_on = None if endless else max(kept.values())
    over = over_on is not None and over_on < today
    return Review(kept if over and not bars else {}, bars, over_on)


def _bars(life: Life, account_days: int, today: date) -> list[Finding | None]:
    return [_held(life), _live(life), _recent(life, account_days, today), _works(life), _open(life), _agency(life),
            _proposed(life)]  # fmt: skip


def _held(life: Life) -> Finding | None:
    if not life.holds:
        return None
    return _bar("held", f"A legal hold stands: {'; '.join(life.holds)}. Nothing is destroyed until it is lifted.", HOLD)


def _live(life: Life) -> Finding | None:
    live = [s.replace("_", " ").lower() for s in life.account_states if s not in ENDED]
    return (
        _bar("account_live", f"The account is {', '.join(live)}. Access is ended first, by decision.") if live else None
    )


def _recent(life: Life, account_days: int, today: date) -> Finding | None:
    ended = life.accounts_ended_on
    if ended is None or today - ended > timedelta(account_days):
        return None
    return _bar("ended_recently", f"The account ended on {ended}; that must be more than {account_days} days ago.")


def _works(life: Life) -> Finding | None:
    if None not in life.work_ends:
        return None
    return _bar(
        "work_without_end",
        "No end of work is on record, and retention counts from it. Note the departure first (III.B.3).",
        SOURCE[Schedule.AUTHORISATION],
    )


def _open(life: Life) -> Finding | None:
    if life.open_cases:
        return _bar("case_open", f"{', '.join(life.open_cases)} is open. Finish it first.")
    if life.open_tickets:
        return _bar("ticket_open", f"{life.open_tickets} tickets are open at IT. They are closed first.")
    return None


def _agency(life: Life) -> Finding | None:
    if life.providers:
        return None
    return _bar("no_agency", "It is not known which agency submitted it, so nobody can permit it.", "ICOTS 24.0 A")


def _proposed(life: Life) -> Finding | None:
    return _bar("proposed", "A proposal about it is open already.") if life.proposed else None


@dataclass(frozen=True)
class Readiness:
    """Where a proposal stands when somebody orders the destruction."""

    noticed_on: date | None
    missing: tuple[str, ...]
    """Agencies whose written permission is not on file."""
    noted_by: tuple[str, ...]
    """Who noted the permissions."""
    ordered_by: str
    holds: tuple[str, ...]
    bars: tuple[Finding, ...] = ()
    """What stands against it by now, by the same review as at the beginning."""


def order_problems(ready: Readiness, notice_days: int, today: date) -> list[Finding]:
    """Why these records may not be destroyed by this person today; empty when they may (ICOTS 24.0)."""
    found = list(ready.bars)
    if ready.holds and not any(f.code == "held" for f in found):
        found += [f for f in [_held(Life(holds=ready.holds))] if f]
    if ready.noticed_on is None:
        found.append(
            _bar("no_notice", "The submitting agency was not notified. Send the notice first.", "ICOTS 24.0 B")
        )
    elif today < (end := ready.noticed_on + timedelta(notice_days)):
        found.append(
            _bar("too_early", f"The agency was notified on {ready.noticed_on}. Wait until {end}.", "ICOTS 24.0 B")
        )
    if ready.missing:
        said = f"There is no written permission of {', '.join(ready.missing)} on file. No permission, no destruction."
        found.append(_bar("no_permission", said, "ICOTS 24.0 A"))
    if ready.ordered_by in ready.noted_by:
        said = "You noted the permission. Somebody else, who may decide for this provider, orders the destruction."
        found.append(_bar("same_person", said, "AC-5"))
    return found


def _bar(code: str, sentence: str, clause: str = CLAUSE) -> Finding:
    return Finding(clause, code, Effect.BAR, sentence)
