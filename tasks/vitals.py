"""The signs of life of the whole product, measured at one moment: what `/readyz`, doctor and digest speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from db import usage, vitals
from tasks import heartbeats
from tasks.settings import Settings


@dataclass(frozen=True)
class Vitals:
    """Ages as of one instant; None: there is none. Nothing in here is about a person.

    `beats`: since the last sign of life of each part. `feed`: days since the day that the newest believed usage export
    speaks of.
    """

    beats: Mapping[str, timedelta | None]
    unsorted: timedelta | None
    to_sort: timedelta | None
    to_sort_count: int
    due: timedelta | None
    due_count: int
    held: int
    feed_day: date | None
    feed_age: int | None


def measure(session: Session, config: Settings, now: datetime) -> Vitals:
    """Look at everything once: six small queries and two files."""
    to_sort, to_sort_count = vitals.oldest_to_sort(session)
    due, due_count = vitals.oldest_due(session, now)
    newest = usage.latest(session)
    day = newest.as_of if newest else None
    return Vitals(
        beats={part: since(now, heartbeats.last(config.home, part)) for part in heartbeats.PARTS},
        unsorted=since(now, vitals.oldest_unsorted(session)),
        to_sort=since(now, to_sort),
        to_sort_count=to_sort_count,
        due=since(now, due),
        due_count=due_count,
        held=vitals.held(session),
        feed_day=day,
        feed_age=(now.astimezone(config.zone).date() - day).days if day else None,
    )


def since(now: datetime, then: datetime | None) -> timedelta | None:
    """How long ago that was, never less than nothing."""
    return max(now - then, timedelta(0)) if then else None


def feeds(config: Settings) -> bool:
    """Whether any usage feed is set up."""
    return bool(config.usage_folder or config.usage_senders or config.usage_sftp_host)


def in_words(age: timedelta) -> str:
    """An age as people say it: `4 minutes`, `3 hours`, `2 days`; always rounded down."""
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if count := int(age.total_seconds()) // seconds:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"
