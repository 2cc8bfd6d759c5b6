"""The daily mail to contract managers: one for each of them a day, also when there is nothing to say.

Silence must never mean that something is broken.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import digests, requests, stand_ins
from db.columns import utc_now
from db.models import Request, User
from db.session import transaction
from db.stand_ins import InCharge
from tasks import digesting, notices, stats
from tasks.digesting import Entry, Section
from tasks.night import news
from tasks.policy.business_days import business_day, is_business_day
from tasks.settings import Settings, settings
from tasks.vitals import Vitals, measure

PURPOSE = "daily-digest"


@task(cache_policy=NO_CACHE, task_run_name="write the digests")
def write_digests() -> str:
    """One digest for each person who decides today, unless it was written; what was done, as a sentence.

    On days on which offices are closed nothing is written: the next digest covers them.
    """
    config, now = settings(), utc_now()
    day = now.astimezone(config.zone).date()
    if not is_business_day(day):
        return f"{day} is no business day; the next digest covers it."
    with transaction(config.database_url) as session:
        charges = stand_ins.roster(session, day)
        to = stand_ins.in_charge_of_any(session, day).acting or tuple(stand_ins.told_of_alarms(session, day))
        seen = Seen(session, config, charges, requests.open_requests(session), now, measure(session, config, now))
        written = [user.user_name for user in to if seen.write(user)]
    return f"{len(written)} of {len(to)} digests written."


class Seen:
    """What all digests of one morning have in common."""

    def __init__(
        self,
        session: Session,
        config: Settings,
        charges: dict[str, InCharge],
        open_now: list[Request],
        now: datetime,
        vitals: Vitals,
    ) -> None:
        self.session, self.config, self.charges, self.open_now = session, config, charges, open_now
        self.now, self.vitals = now, vitals
        self.day = now.astimezone(config.zone).date()
        self.monthly = _monthly(session, config, self.day)

    def write(self, user: User) -> bool:
        """Write this person's digest; False when there is nothing to say and the setting wants silence."""
        about = f"digest-{user.user_name}"
        before = digests.last(self.session, PURPOSE, about)
        since = before or datetime.combine(_previous(self.day), time(), self.config.zone)
        desk = digesting.desk_of(self.session, self.config, user, self.charges, self.open_now, self.day)
        found = news(self.session, self.config, user, self.charges, since, self.now, self.vitals)
        sections = [*digesting.of_desk(self.session, self.config, desk, self.now), *found.sections, *self.monthly]
        quiet = not sections and not found.fault
        if quiet and not self.config.digest_when_quiet:
            return False
        context = {
            "manager_name": user.name,
            "day": f"{self.day:%A, %B} {self.day.day}, {self.day.year}",
            "missed": missed(before.astimezone(self.config.zone).date(), self.day) if before else "",
            "quiet": quiet,
            "waiting": len(desk.waiting) + desk.restricted,
            "late": len(desk.late),
            "sections": sections,
            "facts": list(found.facts),
            "list_url": f"{self.config.base_url}/desk",
        }
        notices.put(
            self.session, self.config, None, "daily_digest", [user.email], context,
            about=about, sequence=self.day.toordinal(), at=self.now,
        )  # fmt: skip
        return True


def missed(before: date, today: date) -> str:
    """The business days between the last digest and this one, in words; empty when there are none."""
    days = [day for n in range(1, (today - before).days) if is_business_day(day := before + timedelta(n))]
    if not days:
        return ""
    if len(days) == 1:
        return f"No digest went out on {days[0]:%A, %Y-%m-%d}; this one covers that day as well."
    return f"No digest went out from {days[0]} to {days[-1]}; this one covers those days as well."


def _previous(day: date) -> date:
    """The business day before."""
    back = day - timedelta(1)
    while not is_business_day(back):
        back -= timedelta(1)
    return back


def _monthly(session: Session, config: Settings, day: date) -> list[Section]:
    """On the first business day of a month, how long decisions took in the month before."""
    last = day.replace(day=1) - timedelta(1)
    if business_day(last, 1) != day:
        return []
    found = stats.decision_times(session, config.zone, last.replace(day=1), last)
    entries = [Entry(f"{kind}: {stage}", stats.sentence(one)) for (kind, stage), one in found.items()]
    return digesting.section(f"How long decisions took in {last:%B}", entries, most=len(entries))
