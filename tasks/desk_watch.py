"""What IT says is looked after: a desk by REST is asked about open tickets, a closed disablement is checked."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from sqlmodel import Session

from db import accounts, audit, outbox, requests, tickets
from db.account_life import AccountState
from db.columns import utc_now
from db.lifecycle import StaleState
from db.models import Account, Request, Ticket, TicketState
from db.session import transaction
from tasks import notices, wiring
from tasks.adapters.desk import DeskDown, DeskRefused, Reply, Seen
from tasks.adapters.directory import DirectoryDown, DirectoryRefused
from tasks.desk_settings import DeskKind
from tasks.directory_settings import DirectoryKind
from tasks.settings import Settings
from tasks.tickets import CLAUSE, close, disagreement, dispute, tell_about

log = logging.getLogger(__name__)

_INDEX_LAG = timedelta(minutes=10)
"""How long after opening a ticket the desk's search may not know it yet (Jira's index follows its tickets)."""
_CHECKED_FOR = timedelta(days=1)
_next: dict[str, float] = {}


def poll(config: Settings) -> int:
    """Ask a desk by REST about every open ticket, each `desk_poll_seconds`; how many were closed."""
    now = time.monotonic()
    if config.desk is not DeskKind.REST or now < _next.get(config.desk_url, 0.0):
        return 0
    _next[config.desk_url] = now + config.desk_poll_seconds
    desk = wiring.rest_desk(config)
    assert desk is not None
    with transaction(config.database_url) as session:
        sent = {t.key: outbox.sent_at(session, notices.ticket_key(t.key)) for t in tickets.open_ones(session)}
    closed = 0
    for key, at in sent.items():
        if at is None:
            continue
        try:
            seen = desk.look(key)
            if seen or utc_now() - at > _INDEX_LAG:
                closed += _learn(config, key, seen, config.desk_url)
        except DeskDown as why:
            _next[config.desk_url] = now + max(config.desk_poll_seconds, why.wait.total_seconds())
            log.warning("the service desk is asked again later: %s", why)
            break
        except DeskRefused as why:
            log.error("the service desk does not say how %s stands: %s", key, why)  # noqa: TRY400
        except StaleState:
            log.info("%s: somebody else was faster, looked at again in the next round", key)
    return closed


def _learn(config: Settings, key: str, seen: Seen | None, place: str) -> bool:
    """Take what the desk says about a ticket into the registry; True when that closed it. A problem is told once."""
    with transaction(config.database_url) as session:
        ticket = tickets.by_key(session, key)
        if ticket is None or ticket.state is not TicketState.OPEN:
            return False
        case = requests.get(session, ticket.request_id)
        problem = ""
        if seen is None:
            problem = f"The service desk no longer has the ticket {key}."
        elif seen.closed and not seen.done:
            problem = f"The service desk closed {seen.reference} ({key}) without doing the work: {seen.note}"
        elif seen.done:
            account = accounts.of_case(session, case)
            if account and account.user_name is None:
                problem = accounts.refusal(session, seen.user_name, config.user_id_pattern)
        if problem and problem == ticket.note:
            return False
        if seen and seen.done:
            reply = Reply(key, True, seen.user_name, seen.reference, seen.note)
            close(session, config, case, ticket, reply, by=place)
        elif problem:
            tell_about(session, config, case, ticket, problem)
        session.refresh(ticket)
        closed = ticket.closed_at is not None
        if not closed:
            tickets.note(session, ticket, seen.reference if seen else ticket.desk_reference, problem)
        return closed


def verify(config: Settings) -> int:
    """Check each disablement that IT closed in the last day against the directory, once; how many were disputed."""
    if config.directory is not DirectoryKind.LDAP:
        return 0
    with transaction(config.database_url) as session:
        closed = tickets.closed_since(session, utc_now() - _CHECKED_FOR, "disable_account")
        unchecked = [t for t in closed if not _checked(session, t)]
        due = [(t, accounts.of_case(session, requests.get(session, t.request_id))) for t in unchecked]
    directory = wiring.directory(config) if due else None
    disputed = 0
    for ticket, account in due:
        if directory is None or account is None or not account.user_name or account.state is AccountState.ACTIVE:
            continue  # enabled again since: there is nothing to check any more
        try:
            problem = disagreement(directory, ticket, account.user_name)
        except (DirectoryDown, DirectoryRefused) as why:
            log.warning("%s cannot be checked now: %s", ticket.key, why)
            break
        with transaction(config.database_url) as session:
            case = requests.get(session, ticket.request_id)
            if problem:
                dispute(session, config, case, session.get_one(Account, account.id), ticket, problem)
            else:
                _agreed(session, case, ticket)
            disputed += bool(problem)
    return disputed


def _agreed(session: Session, case: Request, ticket: Ticket) -> None:
    audit.record(
        session,
        actor="correquests",
        action="ticket.verified",
        subject=case.number,
        clause=CLAUSE,
        detail={"key": ticket.key},
    )


def _checked(session: Session, ticket: Ticket) -> bool:
    number = requests.get(session, ticket.request_id).number
    done = ("ticket.verified", "ticket.disputed")
    return any(a.action in done and a.detail["key"] == ticket.key for a in audit.of_subject(session, number))
