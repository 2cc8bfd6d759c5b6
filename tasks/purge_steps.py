"""The steps of the purge review, each in a transaction of its own."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import retention
from db.models import PurgeState
from db.session import transaction
from tasks import destroying, purge_pages, purge_prefect, purging
from tasks.settings import settings


@task(cache_policy=NO_CACHE, task_run_name="look at what is old enough")
def propose(by: str) -> str:
    """New proposals, and the page that shows all of them."""
    config = settings()
    with transaction(config.database_url) as session:
        _, passed = purging.propose(session, config, by)
        return purge_pages.page(retention.in_state(session, *retention.OPEN), passed)


@task(cache_policy=NO_CACHE, task_run_name="notify the agency of PURGE-{proposal}")
def notify(proposal: int, by: str) -> str:
    """Write the notice."""
    config = settings()
    try:
        with transaction(config.database_url) as session:
            return purging.notify(session, config, proposal, by)
    except purging.NotDone as why:
        return f"Nothing was done. {why}"


@task(cache_policy=NO_CACHE, task_run_name="note the permission for PURGE-{proposal}")
def permit(proposal: int, provider: str, mail: int, permits: bool, by: str) -> str:
    """Note a written permission, or that it is not given."""
    config = settings()
    try:
        with transaction(config.database_url) as session:
            return purging.permit(session, config, proposal, provider.strip(), mail, permits, by)
    except purging.NotDone as why:
        return f"Nothing was done. {why}"


@task(cache_policy=NO_CACHE, task_run_name="order the destruction of PURGE-{proposal}")
def order(proposal: int, by: str) -> tuple[bool, str]:
    """Order a destruction; whether it was, and what is said."""
    config = settings()
    try:
        with transaction(config.database_url) as session:
            return True, purging.order(session, config, proposal, by)
    except purging.NotDone as why:
        return False, f"Nothing was destroyed. {why}"


@task(cache_policy=NO_CACHE, task_run_name="legal hold by {by}")
def hold(subject: str, reason: str, lift: bool, by: str) -> str:
    """Set or lift a legal hold."""
    try:
        with transaction(settings().database_url) as session:
            return purging.hold(session, subject, reason, by, lift=lift)
    except purging.NotDone as why:
        return f"Nothing was done. {why}"


@task(cache_policy=NO_CACHE)
def interrupted() -> list[int]:
    """Destructions that were ordered and are not finished."""
    with transaction(settings().database_url) as session:
        return [p.id for p in retention.in_state(session, PurgeState.DESTROYING) if p.id]


@task(cache_policy=NO_CACHE, task_run_name="destroy PURGE-{proposal}")
async def destroy(proposal: int) -> str:
    """Carry out an ordered destruction: Prefect first, which is searched by what the registry still says."""
    config = settings()
    forgotten = await purge_prefect.forget(config, proposal)
    return destroying.carry_out(config, proposal, forgotten)


@task(cache_policy=NO_CACHE)
def record(proposal: int) -> str:
    """The record of a destruction, once it is finished."""
    with transaction(settings().database_url) as session:
        return retention.get(session, proposal).certificate
