"""What a mail is: IT's answer, papers for a case, or neither. Every mail ends opened, joined, filed or quarantined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from db import audit, messages, outbox, papers, register, requests, tickets
from db.columns import utc_now
from db.lifecycle import Event, State, advance
from db.models import Disposition, Document, Message, Request, TicketState
from db.models.requests import Kind
from db.papers import Paper
from forms.schema import FORMS, FormKind
from tasks import casefile, notices, recertifying, threads, usage_mail, whom, wiring
from tasks import tickets as desk_tickets
from tasks.policy.names import Match, name_key, same_person
from tasks.policy.sender import Edge, suspicion
from tasks.policy.standing import hold
from tasks.settings import Settings

HOUR = timedelta(hours=1)
TOO_MANY = "Its sender writes more mails than we act on in an hour."
WORDS = re.compile(
    r"\b(access request|consent form|omis|offender management system|user id|log-?in|new (hire|employee|staff))\b", re.I
)

PLACED = (Disposition.OPENED, Disposition.JOINED)
"""A mail of which a part has gone to a case already."""

_TAKE_PAPERS = (Kind.CHANGE, Kind.MOVE)
"""Kinds for which a Consent Form may come later, in a mail of its own."""

UNFINISHED = (State.RECEIVED, State.ON_HOLD, State.IN_DOUBT, State.INCOMPLETE)
"""States in which papers may still be on their way."""


def sort(session: Session, config: Settings, message: Message) -> None:
    """Dispose of a stored mail in the caller's transaction."""
    if message.sender == config.mailbox_address.casefold():
        messages.dispose(session, message, Disposition.FILED, "our own mail; never answered")
        return
    if message.bounce:
        _bounced(session, config, message)
        return
    doubt = _suspicion(session, config, message)
    if wiring.desk(config).understands(message.sender) and not doubt:
        _desk(session, config, message)
        return
    if usage_mail.brings_exports(config, message) and not doubt:
        usage_mail.take(session, config, message)
        return
    if message.automatic and not usage_mail.brings_exports(config, message):
        messages.dispose(session, message, Disposition.FILED, "an automatic mail; never answered (RFC 3834)")
        return
    flood = messages.of_sender_since(session, message.sender, utc_now() - HOUR) > config.sender_mails_per_hour
    why = doubt or hold(register.standings(session, message.sender)) or (TOO_MANY if flood else "")
    if why:
        for_a_person(session, config, message, why, together=flood)
        return
    _request(session, config, message)


def _request(session: Session, config: Settings, message: Message) -> None:
    """A mail by somebody who may be who he or she says: joins a case, opens one, or is filed."""
    if (unclear := recertifying.answered(session, config, message)) is not None:
        if unclear:
            for_a_person(session, config, message, unclear)
        return
    forms = _forms(session, message)
    thread = threads.of(session, message, utc_now().astimezone(config.zone).date())
    case = thread.case or _same_person(session, config, message, forms)
    if case:
        join(session, case, message)
        return
    if thread.suggestion:
        for_a_person(session, config, message, thread.suggestion)
        return
    reason = _asks(session, config, message, forms)
    if not reason:
        why = thread.closed or "no form, and no words that ask for access"
        messages.dispose(session, message, Disposition.FILED, why)
        return
    if not message.sender:
        for_a_person(session, config, message, "The mail asks for access, but names no single sender to answer.")
        return
    open_case(session, config, message, _kind(session, config, message, forms), reason)


def _kind(session: Session, config: Settings, message: Message, forms: list[Paper]) -> Kind:
    """What the forms ask for; new access where none says otherwise.

    A provider's Departing Employee form is a notice (III.B.3.b). A change of access at a facility where the person does
    not work yet is a move.
    """
    by_kind = {p.reading.kind: p for p in forms}
    if departing := by_kind.get(FormKind.DEPARTING_EMPLOYEE):
        return Kind.LEAVE if departing.value("reason") == "leave" else Kind.DEPARTURE
    access = by_kind.get(FormKind.ACCESS_REQUEST)
    action = access.value("action") if access else ""
    if access is None or action in ("", "new"):
        return Kind.NEW_ACCESS
    if action == "remove":
        return Kind.DEPARTURE
    provider = register.provider_named(session, access.value("provider"))
    told = whom.Told(
        name=casefile.staff_name(by_kind),
        user_id=access.value("user_id").strip(),
        email=access.value("email"),
        providers=(provider.key,) if provider else (),
    )
    found = whom.find(session, told, config.user_id_pattern, message.received_at.date()).found
    moves = found and found.account and provider and provider.key not in found.providers
    return Kind.MOVE if moves else Kind.CHANGE


def _suspicion(session: Session, config: Settings, message: Message) -> str:
    """Why the mail must not be acted on, or the empty string (`tasks.policy.sender`)."""
    known = {email.rpartition("@")[2] for email in (*register.submitter_addresses(session), config.desk_address)}
    edge = Edge(config.authserv_id, config.trust_exchange)
    headers = {name: str(value) for name, value in message.facts.items()}
    return suspicion(edge, headers, message.sender, config.mail_domain, {domain.casefold() for domain in known})


def _bounced(session: Session, config: Settings, message: Message) -> None:
    """A server says that a mail could not be delivered: a task on the case whose notice it was."""
    ours = outbox.of_message_id(session, message.in_reply_to)
    if ours is None or ours.request_id is None:
        messages.dispose(session, message, Disposition.FILED, "undeliverable: a mail that is not ours, or of no case")
        return
    case = requests.get(session, ours.request_id)
    what = f"Our mail “{ours.subject}” could not be delivered to {', '.join(ours.recipients)}."
    if case.state not in notices.QUESTIONS:
        for_a_person(session, config, message, f"{what} It is about {case.number}.")
        return
    desk_tickets.tell_manager(session, config, case, "III.B.2", "undelivered", what)
    messages.dispose(session, message, Disposition.JOINED, "a mail of ours could not be delivered", case.id)


def for_a_person(session: Session, config: Settings, message: Message, why: str, *, together: bool = False) -> None:
    """Keep a mail that the product must not act on by itself, and open a case that asks the contract manager.

    `together`: it joins the case that already asks about this sender's mails, so that a flood asks once.
    """
    case = _asking_about(session, message.sender) if together else None
    if case is None:
        case = requests.open_new(
            session,
            kind=Kind.MAIL,
            state=State.TO_SORT,
            requester_email=message.sender,
            requester_name="",  # nothing of the mail but what is needed: something in it may be what made trouble
            subject=message.subject,
            at=utc_now().astimezone(config.zone),
        )
    if message.disposition in PLACED:
        messages.link(session, message, case.id, "", why)  # a part of it has opened a case already
    else:
        messages.dispose(session, message, Disposition.QUARANTINED, why, case.id)


def _asking_about(session: Session, sender: str) -> Request | None:
    return session.exec(
        select(Request).where(col(Request.state) == State.TO_SORT, col(Request.requester_email) == sender)
    ).first()


def file_away(session: Session, message: Message, why: str) -> None:
    """A person says that a quarantined mail needs nothing done."""
    if message.disposition is Disposition.QUARANTINED:  # not one of which a part has opened a case
        messages.dispose(session, message, Disposition.FILED, why, message.request_id)


def make_request(
    session: Session, config: Settings, case: Request, message: Message, kind: Kind, *, terminated: bool = False
) -> None:
    """A person says what a quarantined mail asks for: its case becomes one of that kind. The caller moves it."""
    case.kind, case.terminated = kind, terminated
    case.requester_name = message.sender_name
    _begin(session, config, case, message, "sorted by the contract manager")


def _desk(session: Session, config: Settings, message: Message) -> None:
    reply = wiring.desk(config).read_reply(message.subject, message.text, message.in_reply_to)
    ticket = tickets.by_key(session, reply.key) if reply else None
    ours = outbox.of_message_id(session, message.in_reply_to)
    if ticket is None and ours and ours.request_id:
        ticket = tickets.of_request(session, ours.request_id)
    if ticket is None:
        messages.dispose(session, message, Disposition.FILED, "from the service desk, but answers no ticket of ours")
        return
    case = requests.get(session, ticket.request_id)
    reason = "the service desk writes about the ticket"
    if reply and reply.done:
        reason = desk_tickets.close(session, config, case, ticket, reply, by=message.sender)
    elif case.state in (State.WITH_IT, State.AWAITING_APPROVAL) and ticket.state is TicketState.OPEN:
        said = " ".join(message.text.split())[:300]
        desk_tickets.tell_manager(
            session, config, case, "III.B.2.d", "desk_writes", f"The service desk writes: “{said}”"
        )
    messages.dispose(session, message, Disposition.JOINED, reason, case.id)


def _same_person(session: Session, config: Settings, message: Message, forms: list[Paper]) -> Request | None:
    """An open case of the same staff member from the same provider: the other half of the papers, days apart.

    While nobody has vouched for a case's sender, only that sender adds to it.
    """
    name = casefile.staff_name({p.reading.kind: p for p in forms})
    if not name:
        return None
    kind = _kind(session, config, message, forms)
    today = utc_now().astimezone(config.zone).date()
    mine = {d.provider_key for d in register.designations(session, message.sender, today)}
    waiting = session.exec(select(Request).where(col(Request.state).in_(UNFINISHED))).all()
    found = [
        case
        for case in waiting
        if (case.kind is kind or (kind is Kind.NEW_ACCESS and case.kind in _TAKE_PAPERS))
        and (case.requester_email == message.sender or (case.provider_key in mine and case.state is not State.ON_HOLD))
        and same_person(case.staff_name, name) is not Match.DIFFERENT
    ]
    return found[0] if len(found) == 1 else None


def _forms(session: Session, message: Message) -> list[Paper]:
    return [p for p in papers.of_message(session, message.id or 0) if p.reading.kind != FormKind.OTHER]


def _attach(
    session: Session,
    case: Request,
    message: Message,
    reason: str,
    how: Disposition,
    forms: Sequence[Paper] | None = None,
    text: str = "",
) -> None:
    """Put a mail on a case. `forms`: which of its papers, None for all; `text`: what of its text, empty for all.

    The mail is counted once, where it went first; every further case is linked with it.
    """
    forms = _forms(session, message) if forms is None else forms
    for paper in forms:
        paper.reading.request_id = case.id
        session.add(paper.reading)
    said = (text or message.text).strip()
    if said not in case.mail_text:
        case.mail_text = f"{case.mail_text}\n\n{said}".strip()
    case.staff_name = case.staff_name or casefile.staff_name({p.reading.kind: p for p in forms})
    case.staff_name_key = name_key(case.staff_name)
    session.add(case)
    session.flush()
    if message.disposition in PLACED and message.request_id != case.id:
        messages.link(session, message, case.id, text, reason)
    else:
        messages.dispose(session, message, how, reason, case.id)


def join(session: Session, case: Request, message: Message) -> None:
    """A mail brings something for an open case, which looks at its papers again."""
    _attach(session, case, message, f"belongs to {case.number}", Disposition.JOINED)
    if case.state in (State.INCOMPLETE, State.IN_DOUBT, State.AWAITING_APPROVAL, State.SCHEDULED):
        advance(session, case, Event.SUPPLEMENT, by=message.sender, clause="III.B.2", detail={"mail": message.id})
    else:
        audit.record(
            session,
            actor=message.sender,
            action="request.supplemented",
            subject=case.number,
            clause="III.B.2",
            detail={"mail": message.id, "state": case.state},
        )


def _asks(session: Session, config: Settings, message: Message, forms: list[Paper]) -> str:
    """Why this mail is a request for access, or the empty string when it is not."""
    kinds = {p.reading.kind for p in forms} & set(FORMS)
    if kinds:
        return "carries " + " and ".join(sorted(k.replace("_", " ") for k in kinds))
    today = utc_now().astimezone(config.zone).date()
    known = bool(register.designations(session, message.sender, today))
    attached = session.exec(select(Document).where(Document.message_id == message.id)).all()
    words = WORDS.search(f"{message.subject}\n{message.text}")
    if known and attached and words:
        return f"a designated submitter sends a file and writes “{words.group()}”"
    if known and any(d.refusal for d in attached):
        return "a designated submitter sends a file that cannot be read"
    return ""


def open_case(
    session: Session,
    config: Settings,
    message: Message,
    kind: Kind,
    reason: str,
    *,
    forms: Sequence[Paper] | None = None,
    text: str = "",
    staff_name: str = "",
    terminated: bool = False,
    effective_on: date | None = None,
    returns_on: date | None = None,
) -> Request:
    """A new case of any kind for a mail; call it once for each person or thing that the mail asks for.

    `reason` is why, for people. `forms` are the papers of the mail that belong to this case (None: all of them), `text`
    is what of the mail's text is about it (empty: all of it), `staff_name` whom it is about where the text says it and
    no form does; `effective_on` and `returns_on`: the day of a departure or leave, and of the return, likewise.
    `terminated`: the notice says that employment was terminated (III.B.3).
    """
    case = requests.open_new(
        session,
        kind=kind,
        requester_email=message.sender,
        requester_name=message.sender_name,
        subject=message.subject,
        at=utc_now().astimezone(config.zone),
    )
    case.staff_name, case.terminated = staff_name, terminated
    case.effective_on, case.returns_on = effective_on, returns_on
    _begin(session, config, case, message, reason, forms, text)
    return case


def _begin(
    session: Session,
    config: Settings,
    case: Request,
    message: Message,
    reason: str,
    forms: Sequence[Paper] | None = None,
    text: str = "",
) -> None:
    _attach(session, case, message, reason, Disposition.OPENED, forms, text)
    latest = papers.of_request(session, case.id)
    provider = casefile.provider_of(session, case, latest, utc_now().astimezone(config.zone).date())
    case.provider_key = provider.key if provider else None
    case.restricted = case.kind is Kind.VIOLATION
    session.add(case)
    session.flush()
