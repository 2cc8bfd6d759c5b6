"""The steps after approval: what the road of its kind does then, and what it does when IT has done its part."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import accounts, requests
from db.lifecycle import State
from db.models import TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from tasks.roads import ROADS
from tasks.settings import settings
from tasks.sitting import matter


@task(cache_policy=NO_CACHE, task_run_name="do what was approved")
def provision(request_id: str) -> None:
    """Do what was approved, all in one transaction: a ticket with its mail, or a day to wait for, or all of it."""
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        if request.state is State.APPROVED:
            ROADS[request.kind].provision(matter(session, config, request))


@task(cache_policy=NO_CACHE, task_run_name="finish and tell everybody")
def fulfil(request_id: str) -> None:
    """When IT has closed the ticket: finish, and tell whom it concerns."""
    config = settings()
    with transaction(config.database_url) as session:
        kind = requests.get(session, request_id).kind
    ROADS[kind].fulfil(config, request_id)


@task(cache_policy=NO_CACHE)
def ticket_closed(request_id: str) -> bool:
    """Whether IT has done its part, and the directory has followed."""
    with transaction(settings().database_url) as session:
        ticket, account = ticket_of(session, request_id), accounts.of_case(session, requests.get(session, request_id))
        behind = account is not None and account.directory_due
        return ticket is not None and ticket.state is TicketState.CLOSED and not behind
