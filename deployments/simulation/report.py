"""What a simulated year led to: counts, times, and a digest of the registry's facts that the same seed repeats."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from db.lifecycle import OPEN
from db.models import (
    Account,
    Audit,
    Decision,
    LockoutRun,
    Message,
    Notice,
    Outbox,
    Person,
    Request,
    Ticket,
    UsageImport,
)
from db.models.mail import Delivery


def digest(session: Session, zone: ZoneInfo) -> str:
    """SHA-256 over the facts of the registry, without anything that is made by lot: UUIDs, secrets, digests."""
    text = json.dumps(list(_facts(session, zone)), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(session: Session, zone: ZoneInfo) -> Iterator[list[Any]]:
    def day(at: datetime | None) -> date | None:
        return at.astimezone(zone).date() if at else None

    people = {p.id: p for p in session.exec(select(Person)).all()}
    for a in session.exec(select(Account).order_by(col(Account.user_name), col(Account.id))).all():
        who = people[a.person_id]
        yield [
            "account",
            a.user_name,
            who.name,
            who.email,
            a.state,
            a.entitlement,
            day(a.state_since),
            a.last_used_on,
            a.state_reason,
            a.state_case,
            a.warned_day,
        ]
    for r in session.exec(select(Request).order_by(col(Request.number))).all():
        yield [
            "case",
            r.number,
            r.kind,
            r.state,
            r.provider_key,
            r.staff_name,
            r.asking,
            day(r.opened_at),
            day(r.closed_at),
            r.problem,
        ]
    for question, outcome, by, number in session.exec(
        select(Decision.question, Decision.outcome, func.count(), func.min(Decision.decided_by))
        .group_by(col(Decision.question), col(Decision.outcome))
        .order_by(col(Decision.question), col(Decision.outcome))
    ).all():
        yield ["decisions", question, outcome, by, number]
    for what, rows in (
        ("mail", session.exec(select(Message.disposition, func.count()).group_by(col(Message.disposition))).all()),
        ("letter", session.exec(select(Outbox.purpose, func.count()).group_by(col(Outbox.purpose))).all()),
        ("audit", session.exec(select(Audit.action, func.count()).group_by(col(Audit.action))).all()),
        ("lockout", session.exec(select(LockoutRun.state, func.count()).group_by(col(LockoutRun.state))).all()),
        ("export", session.exec(select(UsageImport.refusal, func.count()).group_by(col(UsageImport.refusal))).all()),
    ):
        yield [what, *sorted([str(key), count] for key, count in rows)]


def percentiles(values: Sequence[float]) -> str:
    """P50, P90 and P95, nearest rank."""
    ranked = sorted(values)
    return " ".join(f"{ranked[min(len(ranked) - 1, int(len(ranked) * p / 100))]:6.1f}" for p in (50, 90, 95))


def lines(session: Session) -> Iterator[str]:
    """The year in tables."""
    cases = session.exec(select(Request).order_by(col(Request.number))).all()
    by_kind: dict[str, list[Request]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    yield "cases by kind and outcome; days from first mail to end, P50 P90 P95"
    for kind, some in sorted(by_kind.items()):
        ends = Counter("open" if c.state in OPEN else c.state.lower() for c in some)
        days = [(c.closed_at - c.opened_at).total_seconds() / 86400 for c in some if c.closed_at]
        yield f"  {kind:<11} {len(some):4}  {percentiles(days) if days else '':<20}  {told(ends)}"
    mails = Counter(m.lower() for m in session.exec(select(Message.disposition)).all())
    yield f"mails in: {told(mails)}"
    out = session.exec(select(Outbox.delivery, func.count()).group_by(col(Outbox.delivery))).all()
    yield f"letters out: {told({Delivery(d).lower(): n for d, n in out})}"
    states = Counter(str(state).lower() for state in session.exec(select(Account.state)).all())
    yield f"accounts: {told(states)}"
    tickets = Counter(str(t.state).lower() for t in session.exec(select(Ticket)).all())
    yield f"tickets: {told(tickets)}"
    runs = Counter(str(run.state).lower() for run in session.exec(select(LockoutRun)).all())
    yield f"lockout runs: {told(runs)}"
    refused = Counter(u or "believed" for u in session.exec(select(UsageImport.refusal)).all())
    yield f"usage exports: {told(refused)}"
    yield from _endings(session)
    yield f"audit links: {session.exec(select(func.count()).select_from(Audit)).one()}"


def _endings(session: Session) -> Iterator[str]:
    rows = [n for n in session.exec(select(Notice)).all() if n.acted_at]
    hours = [(n.acted_at - n.noticed_at).total_seconds() / 3600 for n in rows if n.acted_at]
    if hours:
        yield f"access ended after notice or due day, hours from notice: {percentiles(hours)} ({len(hours)})"


def told(counts: dict[str, int] | Counter[str]) -> str:
    """Counts in one line."""
    return ", ".join(f"{n} {what}" for what, n in sorted(counts.items())) or "none"
