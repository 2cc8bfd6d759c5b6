"""Tickets to IT: opened at the desk, closed by its answer, and opened again when the directory disagrees.

A ticket and the mail that carries it are written in the transaction of the change. A desk by REST gets what that mail
says: the drainer gives it to the desk's interface in place of the mail server, with the same claim, the same patience
and the same stop for a person, and looks for the ticket's key before it opens one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from sqlmodel import Session

from db import accounts, audit, requests, tickets
from db.columns import utc_now
from db.lifecycle import OPEN, Event, State, advance
from db.models import Account, Entitlement, Outbox, Person, Provider, Question, Request, Ticket, TicketState
from tasks import notices, turns, wiring
from tasks.adapters.desk import DeskDown, DeskRefused, Paper, Reply, Work
from tasks.adapters.directory import Directory
from tasks.adapters.mailbox import NotSent
from tasks.desk_settings import DeskKind
from tasks.policy.findings import Effect, Finding
from tasks.settings import Settings

CLAUSE = "III.B.2.d"
RESET_CLAUSE = "III.B.4.b"
RESET = "reset_password"
_TITLES = {
    "create_account": "Create offender management system account for {person} ({provider})",
    "enable_account": "Enable offender management system account {user_id} of {person} ({provider})",
    "reset_password": "Reset the password of offender management system account {user_id} of {person} ({provider})",
    "change_account": "Change offender management system account {user_id} of {person} ({provider})",
    "departing_employee": "Departing Employee form: account {user_id} of {person} ({provider})",
    "disable_account": "Disable offender management system account {user_id} of {person} ({provider})",
}


class Later(NotSent):
    """The desk did not take the ticket; `wait` is how long it asks to be left alone."""

    def __init__(self, said: str, wait: timedelta) -> None:
        super().__init__(said)
        self.wait = wait


class Counter:
    """Where the drainer hands tickets in: the two methods of a mailbox that it uses, on a desk by REST."""

    def __init__(self, config: Settings, row: Outbox) -> None:
        self._config = config
        self._mail: EmailMessage = message_from_bytes(row.raw, _class=EmailMessage, policy=default)
        part, *papers = self._mail.iter_attachments()  # the facts come first, then papers
        self._facts = json.loads(part.get_content())
        self._papers = [_paper(part) for part in papers]
        self.place = config.desk_url

    def find_sent(self, message_id: str) -> bool:  # noqa: ARG002
        """Nothing to ask beforehand: handing in begins with looking for the key."""
        return False

    def send(self, raw: bytes, sent_copy: bytes | None = None) -> None:  # noqa: ARG002
        """Open the ticket, unless the desk has it. Raises `Later`: looking first makes every repetition safe."""
        body = self._mail.get_body(("plain",))
        work = Work(self._facts["key"], self._facts["action"], self._facts["title"], self._facts)
        try:
            desk = wiring.rest_desk(self._config)
            assert desk is not None
            desk.open(work, (body.get_content() if body else "") + self._where(), self._papers)
        except DeskDown as why:
            raise Later(str(why), why.wait) from None
        except DeskRefused as why:
            raise Later(str(why), timedelta(0)) from None

    def _where(self) -> str:
        """Where IT fetches the papers that go with the ticket, should the desk not take them as attachments."""
        if not self._papers:
            return ""
        url = f"{self._config.base_url}/evidence/forms/{self._facts['case']}"
        names = ", ".join(paper.name for paper in self._papers)
        return f"\n\nGoes with this ticket: {names}. If it is not attached, sign in and fetch it at {url}\n"


def _paper(part: Any) -> Paper:
    return Paper(part.get_filename() or "form.pdf", part.get_content_type(), part.get_payload(decode=True) or b"")


def counter(config: Settings, row: Outbox) -> Counter | None:
    """Where this row is handed in when it is a ticket and the desk is one by REST; None: by mail."""
    by_rest = config.desk is DeskKind.REST and row.purpose.partition("-")[0] == "ticket"
    return Counter(config, row) if by_rest else None


def open_one(
    session: Session,
    config: Settings,
    case: Request,
    account: Account,
    action: str,
    problem: str = "",
    *,
    entitlement: Entitlement | None = None,
    papers: Sequence[tuple[str, str, bytes]] = (),
    urgent: bool = False,
) -> Ticket:
    """A ticket and the mail that carries it, in the caller's transaction. `problem` says why it is opened again.

    `entitlement`: what the account may do afterwards, where that is to change. `papers`: what goes with it, each file
    name, media type and content. An `urgent` one says so in its title and overtakes every other mail (III.C.6).

    The second ticket for the same work has the key of the first with a number; the first stays as it was closed.
    """
    person, provider = session.get_one(Person, account.person_id), session.get_one(Provider, case.provider_key)
    count = tickets.count(session, case.id, action)
    key = f"{case.number}-{action.partition('_')[0]}" + (f"-{count + 1}" if count else "")
    row = tickets.open_new(session, case, key=key, action=action, by="correquests")
    facts = {
        "key": key,
        "case": case.number,
        "action": action,
        "user_id": account.user_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "provider": provider.name,
        "entitlement": str(entitlement or account.entitlement).lower(),
    }
    title = _TITLES[action].format(person=person.name, provider=provider.name, user_id=account.user_name)
    title = f"{'URGENT: ' if urgent else ''}{'Again: ' if problem else ''}{title}"
    work = wiring.desk(config).ticket(Work(key, action, title, facts))
    level = str(facts["entitlement"])
    notices.ticket(
        session,
        config,
        case,
        row,
        account,
        person,
        provider,
        work,
        problem,
        entitlement=level,
        papers=papers,
        urgent=urgent,
    )
    return row


def tell_manager(session: Session, config: Settings, case: Request, clause: str, code: str, what: str) -> None:
    """Ask the present question again with what was learnt, and write to the contract manager."""
    requests.ask_again(session, case, what)
    turns.ask(session, config, case, [Finding(clause, code, Effect.FLAG, what)])


def close(session: Session, config: Settings, case: Request, ticket: Ticket, reply: Reply, by: str) -> str:
    """Close the ticket; what happened, in words. In `acquire` mode IT must bring an ID that fits and is new."""
    if ticket.state is TicketState.CLOSED:
        return "the ticket was closed before"
    account = accounts.of_case(session, case)
    if account and account.user_name is None:
        problem = accounts.refusal(session, reply.user_name, config.user_id_pattern)
        if problem:
            tell_manager(session, config, case, "III.B.2.a", "user_id_refused", problem)
            return problem
        accounts.acquire(session, case, account, reply.user_name, by=by)
    closed = tickets.close(
        session, case, ticket, by=by, reference=reply.reference, note=reply.note, user_name=reply.user_name
    )
    if not closed:
        return "the ticket was closed before"
    if case.state is State.WITH_IT:
        requests.ask_again(session, case, "")  # whoever waits for the old answer looks again
    elif ticket.action == RESET:
        _answered(session, config, case, ticket, by)
    return "the service desk says that the work is done"


def _answered(session: Session, config: Settings, case: Request, ticket: Ticket, by: str) -> None:
    """The desk answers a reset in the contract manager's place (III.B.4.b); too late, somebody must look."""
    if case.state is State.AWAITING_APPROVAL:
        said = "the service desk responded"
        requests.decide(
            session, case, question=Question.APPROVAL, outcome="reset", by=by, clause=RESET_CLAUSE, reason=said
        )
        advance(session, case, Event.APPROVE, by=by, clause=RESET_CLAUSE)
    elif case.state not in OPEN:
        what = f"The service desk answered {ticket.key}, but that case is closed. Make sure that nothing was reset."
        tell_about(session, config, case, ticket, what)


def disagreement(directory: Directory, ticket: Ticket, user_name: str) -> str:
    """What the directory says against a closed ticket, or the empty string. Raises `DirectoryDown`."""
    entry = directory.find(user_name)
    if ticket.action == "create_account" and entry is None:
        return f"The service desk closed {ticket.key}, but the directory has no account {user_name}."
    if ticket.action in ("disable_account", "departing_employee") and entry and entry.enabled:
        return f"The service desk closed {ticket.key}, but the account {user_name} is still enabled in the directory."
    return ""


def dispute(session: Session, config: Settings, case: Request, account: Account, ticket: Ticket, problem: str) -> None:
    """Open a closed ticket again because the directory disagrees, and tell the contract manager; audited."""
    again = open_one(session, config, case, account, ticket.action, problem)
    audit.record(
        session,
        actor="correquests",
        action="ticket.disputed",
        subject=case.number,
        clause=CLAUSE,
        detail={"key": ticket.key, "again": again.key, "problem": problem},
    )
    tell_about(session, config, case, ticket, problem)


def tell_about(session: Session, config: Settings, case: Request, ticket: Ticket, what: str) -> None:
    """The contract manager learns it on the case while that waits for IT, otherwise by a mail of its own, once."""
    if case.state is State.WITH_IT:
        tell_manager(session, config, case, CLAUSE, "ticket_not_done", what)
        return
    managers = turns.informed(session, config, case)
    notices.alarm(session, config, managers, "ticket-not-done", CLAUSE, what, utc_now(), sequence=ticket.id)
