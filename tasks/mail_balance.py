"""The account of all mail: received = opened + joined + filed + quarantined, day by day, beside what the chain says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from db import audit, messages
from db.models import Disposition

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

    @property
    def sentence(self) -> str:
        """The day as one line for people, as the daily digest says it: the four numbers, and any difference."""
        said = (
            f"Mail of {self.day:%A, %Y-%m-%d}: {self.received} received = {self.opened} opened a case + {self.joined} "
            f"joined a case + {self.filed} filed + {self.quarantined} quarantined"
        )
        return f"{said}. {self.difference} not accounted for." if self.difference else f"{said}."


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
    rows = [of_day(session, zone, today - timedelta(back), now) for back in range(days)]
    return Books(tuple(rows), audit.count(session, "mail.received"), messages.total(session))


def of_day(session: Session, zone: ZoneInfo, day: date, now: datetime) -> Day:
    """The account of one local day as it stands `now`: what the digest of the morning after is given."""
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
