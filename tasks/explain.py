"""The step that explains an account."""

from __future__ import annotations

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from db.columns import utc_now
from db.session import transaction
from tasks.explaining import NoSuchAccount, pages, told
from tasks.settings import settings


@task(cache_policy=NO_CACHE, task_run_name="explain for {by}")
def explained(user_id: str, on: date | None, by: str) -> tuple[str, str]:
    """The answer in one line and as markdown; the markdown is empty when there is no such account."""
    config = settings()
    day = on or utc_now().astimezone(config.zone).date()
    with transaction(config.database_url) as session:
        try:
            said = told(session, user_id, day, config.zone, by or "correquests")
        except NoSuchAccount as why:
            return str(why), ""
    return said.line, pages(said)
