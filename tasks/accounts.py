"""The steps after approval: a person, an account, a ticket; then the account is there and everybody is told."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from db import accounts, credentials, requests
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Account, Entitlement, Person, Provider, TicketState
from db.session import transaction
from db.tickets import of_request as ticket_of
from tasks import notices, tickets, wiring
from tasks.settings import Settings, UserIdMode, settings


@task(cache_policy=NO_CACHE, task_run_name="issue the user ID and the ticket")
def provision(request_id: str) -> None:
    """Take the user ID, open the ticket and write its mail, all in one transaction (III.B.2.a, III.B.2.d)."""
    config = settings()
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        if request.state is not State.APPROVED:
            return
        user_name = None
        if config.user_id_mode is UserIdMode.ALLOCATE:
            user_name = accounts.allocate(session, config.user_id_format, config.user_id_first, config.user_id_last)
        assert request.person_id is not None
        account = accounts.request(
            session,
            case=request,
            person_id=request.person_id,
            entitlement=request.entitlement or Entitlement.VIEW,
            user_name=user_name,
            by="correquests",
        )
        tickets.open_one(session, config, request, account, "create_account")
        advance(session, request, Event.SUBMIT, by="correquests", clause="III.B.2.d")


@task(cache_policy=NO_CACHE, task_run_name="tell everybody that access is in place")
def fulfil(request_id: str) -> None:
    """When IT has closed the ticket: the account is live, the submitter and the staff member are told (III.B.2.d)."""
    config = settings()
    with transaction(config.database_url) as session:
        ticket, account = ticket_of(session, request_id), accounts.of_request(session, request_id)
    if ticket is None or account is None or ticket.state is not TicketState.CLOSED:
        return
    assert account.user_name is not None
    directory = wiring.directory(config)
    if directory and config.it_makes_entries:
        if problem := tickets.disagreement(directory, ticket, account.user_name):
            _dispute(config, request_id, problem)
            return
    elif directory:
        directory.create(account.user_name)
    with transaction(config.database_url) as session:
        request = requests.get(session, request_id)
        if request.state is not State.WITH_IT:
            return
        account = session.get_one(Account, account.id)
        accounts.activate(session, request, account)
        person, provider = session.get_one(Person, account.person_id), session.get_one(Provider, request.provider_key)
        credential = credentials.issue(session, account, config.credential_hours, utc_now()) if directory else None
        notices.access_implemented(session, config, request, account, person, provider, credential)
        notices.credentials(session, config, request, account, person, credential)
        advance(session, request, Event.CONFIRM, by="correquests", clause="III.B.2.d")


def _dispute(config: Settings, request_id: str, problem: str) -> None:
    """IT said that the account is there, and the directory has none: the ticket is opened again."""
    with transaction(config.database_url) as session:
        request, ticket = requests.get(session, request_id), ticket_of(session, request_id)
        account = accounts.of_request(session, request_id)
        assert ticket is not None
        assert account is not None
        if request.state is State.WITH_IT and ticket.state is TicketState.CLOSED:
            tickets.dispute(session, config, request, account, ticket, problem)


@task(cache_policy=NO_CACHE)
def ticket_closed(request_id: str) -> bool:
    """Whether IT has done its part."""
    with transaction(settings().database_url) as session:
        ticket = ticket_of(session, request_id)
        return ticket is not None and ticket.state is TicketState.CLOSED
