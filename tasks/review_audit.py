"""The weekly audit review (AU-6): laid before the contract managers, confirmed by one of them, else an alarm."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import audit_reviews, stand_ins, users
from db.columns import utc_now
from db.models import Role
from db.session import transaction
from forms.protected import masked
from tasks import notices, reviewing
from tasks.policy.business_days import business_day
from tasks.reviewing import Review
from tasks.settings import Settings, settings


class Laid(NamedTuple):
    """What was laid before people: a markdown page and a line."""

    page: str
    said: str


@task(cache_policy=NO_CACHE, task_run_name="review the audit chain")
def make_review() -> Laid:
    """Review what has happened since the last review, unless that was today, and write to the contract managers."""
    config, now = settings(), utc_now()
    with transaction(config.database_url) as session:
        before = audit_reviews.every(session)
        last = before[-1] if before else None
        if last and _day(config, last.at) == _day(config, now):
            return Laid("", f"Review {last.number} was made today already.")
        number = last.number + 1 if last else 1
        done = reviewing.review(session, config, last.last + 1 if last else 1)
        said = reviewing.sentence(done, _day(config, last.at) if last else None, _day(config, now))
        _write(session, config, number, done, said, now)
        audit_reviews.made(session, number, done.first, done.last, done.head, len(done.unusual))
        return Laid(reviewing.page(number, done, said), f"Review {number}: {said}")


def _write(session: Session, config: Settings, number: int, done: Review, said: str, now: datetime) -> None:
    day = _day(config, now)
    to = [user.email for user in stand_ins.told_of_alarms(session, day)]
    context = {
        "review": str(number),
        "said": said,
        "chain": reviewing.chain(done),
        "broken": bool(done.broken),
        "kinds": [(kind, str(count)) for kind, count in done.kinds],
        "unusual": list(done.unusual),
        "until": business_day(day, config.review_confirm_days).isoformat(),
        "confirm_url": f"{config.base_url}/v2/deployments",
    }
    notices.put(session, config, None, "audit_review", to, context, sequence=number, at=now)


@task(cache_policy=NO_CACHE, task_run_name="confirm review {number} for {by}")
def confirm(number: int, remark: str, by: str) -> str:
    """Write down that an approver has read a review; 0 is the newest. What was done, or why not, as a sentence."""
    config = settings()
    with transaction(config.database_url) as session:
        user = users.active(session, by)
        if user is None or user.role is not Role.APPROVER:
            return "Nothing was written down: a contract manager or deputy confirms a review, signed in (AU-6)."
        every = {made.number: made for made in audit_reviews.every(session)}
        if not every:
            return "Nothing was written down: no review was made yet. The first one comes on Monday."
        review = every.get(number or max(every))
        if review is None:
            return f"Nothing was written down: there is no review {number}. The newest is {max(every)}."
        if review.read_by:
            return f"Review {review.number} was confirmed by {review.read_by} already."
        audit_reviews.confirmed(session, review, by, masked(remark.strip()))
        return f"{user.name} has read review {review.number}. It stands in the audit chain."


@task(cache_policy=NO_CACHE)
def alarm_if_unread() -> str:
    """An alarm, once a day, for the oldest review that nobody has confirmed in time; what was found, as a sentence."""
    config, now = settings(), utc_now()
    today = _day(config, now)
    with transaction(config.database_url) as session:
        for made in audit_reviews.every(session):
            due = business_day(_day(config, made.at), config.review_confirm_days)
            if not made.read_by and today > due:
                what = (
                    f"Nobody has confirmed having read audit review {made.number} of {_day(config, made.at)}; it was "
                    f"due on {due}. Read the mail with the review, then start “confirm an audit review” in the UI."
                )
                to = stand_ins.told_of_alarms(session, today)
                notices.alarm(session, config, to, "audit-review-unread", "AU-6", what, now)
                return what
    return "Every audit review that is due was confirmed."


def _day(config: Settings, at: datetime) -> date:
    return at.astimezone(config.zone).date()
