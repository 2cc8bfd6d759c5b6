"""The step of `suspend_now`: an order is carried out, and the run says no more of it than everybody may know."""

from __future__ import annotations

import re

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import requests
from db.session import transaction
from tasks import at_once, suspending
from tasks.settings import settings

REFERENCE = re.compile(r"order-(\d+)")
"""What the gateway puts in the place of a name and a reason: viewers can read the parameters of a run."""


@task(cache_policy=NO_CACHE, task_run_name="disable and tell IT", persist_result=False)
def follow_suspension(request_id: str) -> None:
    """After a decision to suspend: the directory and the urgent ticket, at once."""
    config = settings()
    with transaction(config.database_url) as session:
        account_id = requests.get(session, request_id).account_id
    at_once.carry_out(config, account_id)


@task(cache_policy=NO_CACHE, task_run_name="suspend at once", persist_result=False)
def suspend_at_once(whom: str, reason: str, started_by: str) -> tuple[bool, str]:
    """Carry out the order that `whom` refers to, or write one down first. Whether it was done, and where to look."""
    config = settings()
    known = REFERENCE.fullmatch(whom)
    order_id = int(known[1]) if known else suspending.order(config, whom, reason, started_by)
    outcome = at_once.suspend(config, order_id)
    what = "Done." if outcome.suspended else "NOT DONE: nobody was suspended."
    return outcome.suspended, f"{what} Look at {config.base_url}/desk/suspend/{order_id}"
