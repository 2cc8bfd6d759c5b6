"""No mail is lost: received = opened + joined + filed + quarantined, day by day, and the audit chain says the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import audit, messages, stand_ins
from db.columns import utc_now
from db.models import Disposition
from db.session import transaction
from tasks import notices
from tasks.settings import Settings, settings

PATIENCE = timedelta(minutes=15)
"""A mail that was stored longer ago than this and is not sorted counts as a difference."""


@dataclass(frozen=True)
class Day:
    """The mails received on one local day, and what became of them. `overdue` were stored and not sorted in time."""

    day: date
    received: int
    opened: int
    joined: int
    filed: int
    quarantined: int
    overdue: int

    @property
    def difference(self) -> int:
        """Mails that are not accounted for: 0 on a good day, but for what came a moment ago."""
        return self.received - self.opened - self.joined - self.filed - self.quarantined


@dataclass(frozen=True)
class Books:
    """The days, and over all time the mails that the audit chain says were received beside those on file."""

    days: tuple[Day, ...]
    audited: int
    on_file: int

    @property
    def balanced(self) -> bool:
        """Whether every mail is where it belongs."""
        return self.audited == self.on_file and not any(day.overdue for day in self.days)


def books(session: Session, zone: ZoneInfo, now: datetime, days: int = 7) -> Books:
    """The account of the last `days` local days, today included."""
    today = now.astimezone(zone).date()
    rows = [_day(session, zone, today - timedelta(back), now) for back in range(days)]
    return Books(tuple(rows), audit.count(session, "mail.received"), messages.total(session))


def _day(session: Session, zone: ZoneInfo, day: date, now: datetime) -> Day:
    since, until = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + timedelta(1)))
    counted = Counter(messages.counts(session, since, until))
    overdue = messages.counts(session, since, min(until, now - PATIENCE)).get(Disposition.STORED, 0)
    return Day(
        day=day,
        received=counted.total(),
        opened=counted[Disposition.OPENED],
        joined=counted[Disposition.JOINED],
        filed=counted[Disposition.FILED],
        quarantined=counted[Disposition.QUARANTINED],
        overdue=overdue,
    )


def table(account: Books) -> str:
    """The account as markdown."""
    lines = [
        "| day | received | opened a case | joined a case | filed | quarantined | difference |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for d in account.days:
        late = f" (**{d.overdue} overdue**)" if d.overdue else ""
        numbers = (d.received, d.opened, d.joined, d.filed, d.quarantined)
        lines.append(f"| {d.day:%a %Y-%m-%d} | {' | '.join(map(str, numbers))} | {d.difference}{late} |")
    verdict = "Every mail is accounted for." if account.balanced else "**Mail is not accounted for. Look at the log.**"
    chain = f"The audit chain says {account.audited} mails were received; {account.on_file} are on file."
    return "\n".join([verdict, "", *lines, "", chain])


@task(cache_policy=NO_CACHE)
def account_for_mail() -> str:
    """The account of the last week as markdown; an alarm to the contract managers when it does not balance."""
    config = settings()
    with transaction(config.database_url) as session:
        found = books(session, config.zone, utc_now())
        if not found.balanced:
            _alarm(session, config, found)
        return table(found)


def _alarm(session: Session, config: Settings, found: Books) -> None:
    overdue = sum(day.overdue for day in found.days)
    what = (
        f"{overdue} mails were received and not sorted within {PATIENCE.seconds // 60} minutes; "
        f"{found.on_file} of {found.audited} mails are on file."
    )
    notices.alarm(session, config, stand_ins.told_of_alarms(session), "mail-not-accounted", "III.B.1", what, utc_now())
