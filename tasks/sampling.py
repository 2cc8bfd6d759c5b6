"""Random audit samples (ICOTS 26.F): announced with the digest of the seed on one day, drawn on a later one."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from db import audit, stand_ins
from db.account_life import AccountState
from db.columns import utc_now
from db.models import Account, AuditDraw, Request
from db.session import transaction
from tasks import notices
from tasks.policy.business_days import business_day
from tasks.policy.sampling import CLAUSE, RECIPE, digest, population_digest, sample
from tasks.settings import Settings, settings


@task(cache_policy=NO_CACHE)
def draw_what_is_due(by: str) -> str:
    """Draw what was announced for today or earlier, announce the sample of last month, and show the latest; markdown.

    A run that was missed draws late, and never on the day of the announcement.
    """
    config = settings()
    today = utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        for row in session.exec(select(AuditDraw).where(col(AuditDraw.drawn_at).is_(None))).all():
            if row.draw_on <= today:
                _draw(session, config, row, by)
        first = today.replace(day=1)
        period = f"{first - timedelta(1):%Y-%m}"
        if session.exec(select(AuditDraw).where(AuditDraw.period == period)).first() is None:
            _announce(session, config, period, today, by)
        rows = session.exec(select(AuditDraw).order_by(col(AuditDraw.id).desc()).limit(12)).all()
        return "\n\n".join(_page(row) for row in rows)


def population(session: Session, config: Settings, period: str) -> list[str]:
    """The cases that were closed in a month, and the accounts that are active now."""
    year, month = (int(part) for part in period.split("-"))
    begin = date(year, month, 1)
    end = (begin + timedelta(32)).replace(day=1)
    since, until = (datetime.combine(day, time(), config.zone) for day in (begin, end))
    closed = select(Request.number).where(col(Request.closed_at) >= since, col(Request.closed_at) < until)
    active = select(Account.user_name).where(
        col(Account.state) == AccountState.ACTIVE, col(Account.user_name).is_not(None)
    )
    return sorted([*session.exec(closed).all(), *(str(name) for name in session.exec(active).all())])


def _announce(session: Session, config: Settings, period: str, today: date, by: str) -> None:
    seed, items = secrets.token_hex(32), population(session, config, period)
    row = AuditDraw(
        period=period,
        announced_on=today,
        draw_on=business_day(today, 1),
        size=min(config.audit_sample_size, len(items)),
        seed=seed,
        commitment=digest(seed),
        population=items,
        population_digest=population_digest(items),
    )
    session.add(row)
    session.flush()
    bound = {
        "commitment": row.commitment,
        "population": row.population_digest,
        "items": len(items),
        "size": row.size,
        "draw_on": row.draw_on.isoformat(),
    }
    _note(session, by, "audit_sample.announced", row, bound)
    _mail(
        session,
        config,
        row,
        1,
        f"The audit sample of {period} will be drawn on {row.draw_on}: {row.size} of {len(items)} cases and accounts. "
        f"SHA-256 of the seed: {row.commitment}. SHA-256 of the list drawn from: {row.population_digest}. "
        "Keep this mail.",
    )


def _draw(session: Session, config: Settings, row: AuditDraw, by: str) -> None:
    row.sample, row.drawn_at = sample(row.seed, row.population, row.size), utc_now()
    session.add(row)
    _note(session, by, "audit_sample.drawn", row, {"seed": row.seed, "sample": row.sample})
    chosen = ", ".join(row.sample) or "nothing, for nothing was closed or active"
    what = f"The audit sample of {row.period} was drawn: {chosen}. The seed was {row.seed}. Please look at each."
    _mail(session, config, row, 2, what)


def _note(session: Session, by: str, action: str, row: AuditDraw, detail: dict[str, object]) -> None:
    audit.record(session, actor=by, action=action, subject=f"audit-sample-{row.period}", clause=CLAUSE, detail=detail)


def _mail(session: Session, config: Settings, row: AuditDraw, step: int, what: str) -> None:
    to = [user.email for user in stand_ins.told_of_alarms(session)]
    to += [config.audit_head_to] if config.audit_head_to else []
    purpose = f"audit-sample-{row.period}"
    notices.alarm_to(session, config, to, purpose, CLAUSE, what, utc_now(), sequence=step)


def _page(row: AuditDraw) -> str:
    bound = [
        f"### {row.period}",
        "",
        f"Announced on {row.announced_on} to be drawn on {row.draw_on}: {row.size} of {len(row.population)} items.",
        "",
        f"- SHA-256 of the seed: `{row.commitment}`",
        f"- SHA-256 of the list drawn from, sorted, one item a line: `{row.population_digest}`",
    ]
    if row.drawn_at is None:
        return "\n".join([*bound, "", "Not drawn yet; the seed is shown when it is."])
    table = ["", "| place | drawn |", "| ---: | --- |", *(f"| {n} | {item} |" for n, item in enumerate(row.sample, 1))]
    redo = [f"- Seed: `{row.seed}`", f"- To redo it: {RECIPE}."]
    listed = ["", "<details><summary>The list drawn from</summary>", "", "\n".join(row.population), "", "</details>"]
    return "\n".join([*bound, *redo, *table, *listed])
