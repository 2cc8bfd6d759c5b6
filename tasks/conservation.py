"""No mail is lost: the account of the last week is drawn up every night, and one that does not balance is an alarm."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from db import stand_ins
from db.columns import utc_now
from db.session import transaction
from tasks import notices
from tasks.mail_balance import PATIENCE, Books, books, table
from tasks.settings import Settings, settings


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
