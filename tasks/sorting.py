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
from tasks import casefile, following, notices, recertifying, suggestions, threads, usage_mail, whom, wiring
from tasks import tickets as desk_tickets
from tasks.policy.names import Match, name_key, same_person
from tasks.policy.sender import Edge, suspicion
from tasks.policy.sorting import FILED, Matter, Suggestion
from tasks.policy.standing import hold
from tasks.settings import Settings
from tasks.suggestions import KINDS

HOUR = timedelta(hours=1)
TOO_MANY = "Its sender writes more mails than we act on in an hour."
WORDS = re.compile(
    r"\b(access request|consent form|omis|offender management system|user id|log-?in|new (hire|employee|staff))\b", re.I
)

PLACED = (Disposition.OPENED, Disposition.JOINED)
"""A mail of which a part has gone to a case already."""

ENDS = (Kind.DEPARTURE, Kind.LEAVE)
"""What happens to somebody once: a second notice of it belongs to the first, form or no form."""

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
    exports = usage_mail.brings_exports(config, message)
    if exports and not doubt:
        usage_mail.take(session, config, message)
        return
    if message.automatic and not exports:
        _automatic(session, config, message)
        return
    flood = messages.of_sender_since(session, message.sender, utc_now() - HOUR) > config.sender_mails_per_hour
    if why := doubt or (TOO_MANY if flood else ""):
        found = suggestions.of_message(session, config, message)
        for_a_person(session, config, message, why, together=flood, found=found)
        return
    _request(session, config, message)


def _awaited(found: list[Suggestion], case: Request | None) -> frozenset[str]:
    """States of an account whose owner may send just this: a locked person is told to write (III.C.3)."""
    asked = {one.matter for one in found}
    about = case is not None and case.kind is Kind.UNLOCK
    return (
        frozenset({"LOCKED"}) if about or (asked and asked <= {Matter.UNLOCK, Matter.PASSWORD_RESET}) else frozenset()
    )


def _request(session: Session, config: Settings, message: Message) -> None:
    """A mail by somebody who may be who he or she says: joins a case, opens one, or is filed."""
    forms = _forms(session, message)
    thread = threads.of(session, message, utc_now().astimezone(config.zone).date())
    found = suggestions.of_message(session, config, message)
    suggestions.note(session, message, found)
    if held := hold(register.standings(session, message.sender), expected=_awaited(found, thread.case)):
        for_a_person(session, config, message, held, found=found)
        return
    if (unclear := recertifying.answered(session, config, message)) is not None:
        if unclear:
            for_a_person(session, config, message, unclear, found=found)
        return
    case = thread.case or (_same_person(session, config, message, forms) if suggestions.of_one(forms) else None)
    if case and following.withdraws(config, message, found, case) and not forms:
        following.withdraw(session, config, case, message)
        return
    if case:
        join(session, case, message)
        for one in suggestions.beside(found, case):
            ask(session, config, message, [one])
        return
    if thread.suggestion:
        for_a_person(session, config, message, thread.suggestion, found=found)
        return
    back = following.returns(session, config, message, found)
    for case in back.values():
        join(session, case, message, [])
    rest = [one for one in found if one not in back and not (back and one.matter in FILED)]
    if rest or not back:
        _act(session, config, message, forms, rest, thread.closed)


def _act(
    session: Session,
    config: Settings,
    message: Message,
    forms: list[Paper],
    found: list[Suggestion],
    closed: str,
) -> None:
    """Open what is sure, ask about what is not, and file what asks nothing."""
    sure = [one for one in found if one.matter in KINDS and one.confidence >= config.sorting_confidence]
    papers_say = "" if sure else _asks(session, config, message, forms)
    if (sure or papers_say) and not message.sender:
        why = "The mail asks for access, but names no single sender to answer."
        for_a_person(session, config, message, why, found=found)
        return
    for one in sure:
        _take_up(session, config, message, one, forms if len(sure) > 1 else None)
    if papers_say:
        open_case(session, config, message, _kind(session, config, message, forms), papers_say)
        return
    rest = [one for one in found if one not in sure]
    if all(one.matter in FILED and one.confidence >= config.sorting_confidence for one in rest):
        if not sure:
            why = closed or "; ".join(map(suggestions.sentence, rest))
            messages.dispose(session, message, Disposition.FILED, why)
        return
    for together in suggestions.by_person(rest):
        ask(session, config, message, together)


def _take_up(session: Session, config: Settings, message: Message, one: Suggestion, forms: list[Paper] | None) -> None:
    """Open a case for one thing that the mail asks, or join the open one about the same."""
    kind = KINDS[one.matter]
    mine = None if forms is None else [p for p in forms if suggestions.names(p, one.person)]
    carried = mine if forms is not None else _forms(session, message)
    titles = " and ".join(sorted({p.reading.kind.replace("_", " ") for p in carried or ()}))
    reason = f"carries {titles}" if titles else suggestions.sentence(one)
    if one.matter is Matter.CHANGE and carried:
        kind = _kind(session, config, message, carried)  # it may be a move
    open_one = suggestions.open_case_of(session, config, message, kind, one)
    if open_one and (not titles or kind in ENDS):
        suggestions.add_to(open_one, one)
        join(session, open_one, message, mine)
        return
    case = open_case(
        session, config, message, kind, reason, forms=mine, staff_name=one.person, terminated=one.terminated
    )
    suggestions.put_on(case, one)
    session.add(case)


def ask(session: Session, config: Settings, message: Message, together: list[Suggestion]) -> None:
    """A case that asks a person what the mail is, with what it seems to ask of one person."""
    why = " ".join(suggestions.sentence(one) for one in together)
    case = for_a_person(session, config, message, why[:1].upper() + why[1:], found=together)
    case.staff_name = together[0].person
    session.add(case)
    session.flush()


def _automatic(session: Session, config: Settings, message: Message) -> None:
    """Filed and never answered (RFC 3834); one that says that somebody has left is seen by a person first (III.B.3)."""
    why = "an automatic mail; never answered (RFC 3834)"
    if told := suggestions.hint(session, config, message):
        for_a_person(session, config, message, f"{why}. {suggestions.sentence(told)}", found=[told])
        return
    messages.dispose(session, message, Disposition.FILED, why)


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


def for_a_person(
    session: Session,
    config: Settings,
    message: Message,
    why: str,
    *,
    together: bool = False,
    found: Sequence[Suggestion] = (),
) -> Request:
    """Keep a mail that the product must not act on by itself, and open a case that asks the contract manager.

    `together`: it joins the case that already asks about this sender's mails, so that a flood asks once. `found`: what
    the mail seems to ask; where that may be a violation, the case is restricted from its first moment (III.C.5).
    """
    restricted = any(one.matter is Matter.VIOLATION for one in found)
    case = _asking_about(session, message.sender, restricted=restricted) if together else None
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
        case.restricted = restricted
        session.add(case)
        session.flush()
    if message.disposition in PLACED:
        messages.link(session, message, case.id, "", why)  # a part of it has opened a case already
    else:
        messages.dispose(session, message, Disposition.QUARANTINED, why, case.id)
    return case


def _asking_about(session: Session, sender: str, *, restricted: bool) -> Request | None:
    same = (col(Request.requester_email) == sender, col(Request.restricted).is_(restricted))
    return session.exec(select(Request).where(col(Request.state) == State.TO_SORT, *same)).first()


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
    said = next((one for one in suggestions.of_case(session, config, case) if KINDS.get(one.matter) is kind), None)
    if said:
        suggestions.put_on(case, said)
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


def join(session: Session, case: Request, message: Message, forms: Sequence[Paper] | None = None) -> None:
    """A mail brings something for an open case, which looks at its papers again. `forms`: None for all it carries."""
    _attach(session, case, message, f"belongs to {case.number}", Disposition.JOINED, forms)
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
