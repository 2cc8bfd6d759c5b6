"""How late access ends, for each provider: from the event to its notice, and from the notice to the disablement.

III.B.3.a, NIST PS-7. Days count from the end of the day of the event in Montana; what came before counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from db.columns import utc_now
from db.models import Kind, Notice, Provider, Request
from db.session import transaction
from tasks.settings import settings

PROMPT = timedelta(hours=24)
MONTHS = 13
"""The report looks back over so many months, so that a month stands beside the same one of the year before."""


@dataclass(frozen=True)
class Late:
    """One notice: days from the event to it and from it to the disablement; None while that is not known."""

    to_notice: float | None
    to_disablement: float | None
    amber: bool


@dataclass(frozen=True)
class Row:
    """One provider: how many notices, the days on average and at most, and how many took longer than 24 hours."""

    provider: str
    notices: int
    to_notice: tuple[float, float] | None
    to_disablement: tuple[float, float] | None
    amber: int
    open: int


def measure(event_on: date | None, noticed: datetime, disabled: datetime | None, zone: ZoneInfo) -> Late:
    """One notice. Amber: access ended more than 24 hours after the day of the event."""
    ends = datetime.combine(event_on + timedelta(1), time(), zone) if event_on else None
    told = max(timedelta(0), noticed - ends) if ends else None
    since = max(noticed, ends) if ends else noticed
    took = max(timedelta(0), disabled - since) if disabled else None
    late = bool(ends and disabled and disabled - ends > PROMPT)
    return Late(_days(told), _days(took), late)


def rows(session: Session, zone: ZoneInfo, since: datetime) -> list[Row]:
    """Every provider with departures and leaves that were told since then, by name."""
    found: dict[str, list[Late]] = {}
    query = (
        select(Notice, Request.provider_key)
        .join(Request, col(Request.id) == col(Notice.request_id))
        .where(col(Request.kind).in_((Kind.DEPARTURE, Kind.LEAVE)), col(Notice.noticed_at) >= since)
    )
    for notice, key in session.exec(query).all():
        provider = session.get(Provider, key) if key else None
        name = provider.name if provider else "not known"
        found.setdefault(name, []).append(measure(notice.event_on, notice.noticed_at, notice.disabled_at, zone))
    return [_row(name, found[name]) for name in sorted(found)]


def table(found: Sequence[Row]) -> str:
    """The report as markdown."""
    if not found:
        return "No departure or leave was told in this time."
    lines = [
        "| provider | notices | days from event to notice | days from notice to disablement | over 24 h | not yet |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for r in found:
        amber = f"**{r.amber}**" if r.amber else "0"
        days = f"{_said(r.to_notice)} | {_said(r.to_disablement)}"
        lines.append(f"| {r.provider} | {r.notices} | {days} | {amber} | {r.open} |")
    head = "Days on average, and at most; the time counts from the end of the day of the event (III.B.3.a, PS-7)."
    return "\n".join([head, "", *lines])


@task(cache_policy=NO_CACHE)
def report() -> str:
    """The lateness of the last months, for each provider, as markdown."""
    config = settings()
    with transaction(config.database_url) as session:
        return table(rows(session, config.zone, utc_now() - timedelta(days=MONTHS * 31)))


def _row(name: str, told: Sequence[Late]) -> Row:
    return Row(
        provider=name,
        notices=len(told),
        to_notice=_spread([one.to_notice for one in told if one.to_notice is not None]),
        to_disablement=_spread([one.to_disablement for one in told if one.to_disablement is not None]),
        amber=sum(one.amber for one in told),
        open=sum(one.to_disablement is None for one in told),
    )


def _days(took: timedelta | None) -> float | None:
    return None if took is None else took / timedelta(days=1)


def _spread(days: Sequence[float]) -> tuple[float, float] | None:
    return (sum(days) / len(days), max(days)) if days else None


def _said(spread: tuple[float, float] | None) -> str:
    return f"{spread[0]:.1f}, at most {spread[1]:.1f}" if spread else "not known"
