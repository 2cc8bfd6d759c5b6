"""What a stored mail seems to ask: the registry's facts put into `tasks.policy.sorting`, nothing written.

The same mail gives the same suggestions as long as the registry says the same of its sender, so that they need not be
kept: the question to a person is drawn from them when it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from db import audit, messages, papers, register
from db.account_life import AccountState
from db.lifecycle import OPEN
from db.models import Affiliation, Document, Kind, Message, Person, Request, User
from db.papers import Paper
from forms.protected import masked
from forms.schema import FormKind
from tasks import whom
from tasks.policy.names import Match, same_person
from tasks.policy.sorting import FILED, Attached, Letter, Matter, Sender, Standing, Suggestion, Writer, sort_letter
from tasks.settings import Settings

KINDS: dict[Matter, Kind] = {
    Matter.NEW_ACCESS: Kind.NEW_ACCESS,
    Matter.CHANGE: Kind.CHANGE,
    Matter.DEPARTURE: Kind.DEPARTURE,
    Matter.LEAVE: Kind.LEAVE,
    Matter.MOVE: Kind.MOVE,
    Matter.PASSWORD_RESET: Kind.RESET,
    Matter.UNLOCK: Kind.UNLOCK,
    Matter.VIOLATION: Kind.VIOLATION,
}
"""The kinds of case that a mail opens by itself. The rest is filed, or asked about."""

HINTS = frozenset({Matter.DEPARTURE, Matter.VIOLATION})
"""What is never filed, however weakly it is spoken of (III.B.3, III.C.5)."""

DATED = frozenset({Matter.DEPARTURE, Matter.LEAVE, Matter.MOVE})
"""What happens on a day (III.B.3.a)."""

_HINT, _BESIDE = 0.3, 0.5
_STANDING = {
    AccountState.ACTIVE: Standing.ACTIVE,
    AccountState.LOCKED: Standing.LOCKED,
    AccountState.ON_LEAVE: Standing.AWAY,
    AccountState.SUSPENDED: Standing.SHUT,
    AccountState.DISABLED: Standing.SHUT,
}
_NAMES = 2000
"""How many names on record are looked for in a mail."""


def of_message(session: Session, config: Settings, message: Message) -> list[Suggestion]:
    """What the mail seems to ask, surest first; never empty."""
    day = message.received_at.astimezone(config.zone).date()
    sender, providers = _sender(session, message, day)
    forms = papers.of_message(session, message.id or 0)
    documents = session.exec(select(Document.id).where(Document.message_id == message.id)).all()
    read = {p.document.id for p in forms if p.reading.kind != FormKind.OTHER}
    return sort_letter(
        Letter(
            subject=message.subject,
            text=message.text,
            day=day,
            sender=sender,
            forms=tuple(attached(p) for p in forms if p.reading.kind != FormKind.OTHER),
            files=sum(one not in read for one in documents),
            known=_names(session, providers),
            user_id=re.compile(rf"\b(?:{config.user_id_pattern.strip('^$')})\b", re.IGNORECASE),
        )
    )


def attached(paper: Paper) -> Attached:
    """A form as sorting needs it."""
    given = f"{paper.value('given_name')} {paper.value('family_name')}".strip()
    return Attached(
        FormKind(paper.reading.kind),
        given or paper.value("staff_name"),
        paper.value("action") or paper.value("reason"),
        paper.value("user_id"),
        _day(paper.value("disable_on")) or _day(paper.value("last_day")),
        _day(paper.value("return_date")),
    )


def hint(session: Session, config: Settings, message: Message) -> Suggestion | None:
    """What hints at a violation or a departure, however weakly, in a mail from somebody on record."""
    found = of_message(session, config, message)
    told = next((one for one in found if one.matter in HINTS and one.confidence >= _HINT), None)
    return told if told and known(session, message, message.received_at.astimezone(config.zone).date()) else None


def note(session: Session, message: Message, found: Sequence[Suggestion]) -> None:
    """Audit what the mail was understood to ask, and why. Of a violation nothing but that it is one."""
    told = [
        {"matter": str(one.matter), "confidence": one.confidence}
        | ({} if one.matter is Matter.VIOLATION else {"person": one.person, "reasons": masked(" ".join(one.reasons))})
        for one in found
    ]
    audit.record(
        session,
        actor="correquests",
        action="mail.understood",
        subject=f"mail-{message.id}",
        clause="III.B.2",
        detail={"suggestions": told},
    )


def beside(found: Sequence[Suggestion], case: Request) -> list[Suggestion]:
    """What a mail that joins a case speaks of beside it: somebody's departure, a violation, a withdrawal and so on."""
    other = [one for one in found if one.confidence >= _BESIDE and one.matter is not Matter.NEW_ACCESS]
    return [
        one
        for one in other
        if one.matter is Matter.WITHDRAWAL or (one.matter in KINDS and KINDS[one.matter] is not case.kind)
    ]


def by_person(rest: Sequence[Suggestion]) -> list[list[Suggestion]]:
    """Suggestions that one question can ask about: those of one person, and with them whatever names nobody."""
    groups: dict[str, list[Suggestion]] = {}
    for one in rest:
        groups.setdefault(one.person, []).append(one)
    nobody = groups.pop("", [])
    if not groups:
        return [nobody] if nobody else []
    first, *others = groups.values()
    return [first + nobody, *others]


def names(paper: Paper, person: str) -> bool:
    """Whether the form is about that person; one that names nobody is about everybody."""
    named = attached(paper).person
    return not named or not person or same_person(named, person) is not Match.DIFFERENT


def of_one(forms: Sequence[Paper]) -> bool:
    """Whether the forms of a mail are all about one person."""
    return all(names(forms[0], attached(paper).person) for paper in forms)


def open_case_of(session: Session, config: Settings, message: Message, kind: Kind, one: Suggestion) -> Request | None:
    """The open case of that kind about that person which this sender, or the same provider, asked for.

    A case that knows its person is found by whom the mail means on record, in whatever words; another by the name.
    """
    day = message.received_at.astimezone(config.zone).date()
    mine = {d.provider_key for d in register.designations(session, message.sender, day)}
    told = whom.Told(name=one.person, user_id=one.user_id, providers=tuple(sorted(mine)))
    meant = whom.find(session, told, config.user_id_pattern, day).found if one.person or one.user_id else None
    rows = session.exec(select(Request).where(col(Request.kind) == kind, col(Request.state).in_(OPEN))).all()
    found = [
        row
        for row in rows
        if (row.requester_email == message.sender or row.provider_key in mine)
        and (
            (meant and row.person_id == meant.person.id)
            or (one.person and same_person(row.staff_name, one.person) is Match.SAME)
        )
    ]
    return found[0] if len(found) == 1 else None


def put_on(case: Request, one: Suggestion) -> None:
    """What the words told: the day of the event and of the return, and that a violation is for those in charge."""
    if one.matter in DATED:
        case.effective_on = case.effective_on or one.effective_on
        case.returns_on = case.returns_on or one.returns_on
    case.restricted = case.restricted or one.matter is Matter.VIOLATION


def add_to(case: Request, one: Suggestion) -> None:
    """What a later notice of the same event adds: a termination counts, and of two days the earlier one (III.B.3.a)."""
    case.terminated = case.terminated or one.terminated
    if case.effective_on and one.effective_on:
        case.effective_on = min(case.effective_on, one.effective_on)
    put_on(case, one)


def of_case(session: Session, config: Settings, case: Request) -> list[Suggestion]:
    """What is suggested to the person who sorts the mail of this case: what it may ask of the case's person, if any."""
    mails = messages.of_request(session, case.id)
    if len(mails) != 1 or not mails[0].readable:
        return []
    found = of_message(session, config, mails[0])
    mine = [one for one in found if case.staff_name and one.person == case.staff_name]
    return mine or found


def sentence(one: Suggestion) -> str:
    """A suggestion and its reasons, for a person and for the mail's record; protected information is masked."""
    whom = f" for {one.person}" if one.person and one.matter not in FILED else ""
    ended = " (terminated)" if one.terminated else ""
    days = "".join(
        f", {word} {day:%Y-%m-%d}" for word, day in (("on", one.effective_on), ("back", one.returns_on)) if day
    )
    return masked(f"{one.matter}{ended}{whom}{days}, confidence {one.confidence:.2f}: {' '.join(one.reasons)}").strip()


def known(session: Session, message: Message, day: date) -> bool:
    """Whether the sender is somebody on record, or writes from a provider's domain."""
    return _sender(session, message, day)[0].writer is not Writer.OUTSIDER


def _sender(session: Session, message: Message, day: date) -> tuple[Sender, set[str]]:
    """Who wrote, and the facilities that he or she may write about."""
    providers = {d.provider_key for d in register.designations(session, message.sender, day)}
    mine = select(Person).where(col(Person.email) == message.sender, col(Person.merged_into).is_(None))
    person = session.exec(mine).first() if message.sender else None
    account = register.live_account(session, person.id) if person and person.id else None
    standing = _STANDING.get(account.state, Standing.NONE) if account else Standing.NONE
    name = person.name if person else message.sender_name
    if providers:
        return Sender(Writer.SUBMITTER, name, standing), providers
    domain = message.sender.rpartition("@")[2]
    ours = {email.rpartition("@")[2] for email in register.submitter_addresses(session)}
    if person or (domain and domain in ours) or _signs_in(session, message.sender):
        return Sender(Writer.STAFF, name, standing), providers
    return Sender(Writer.OUTSIDER, name), providers


def _signs_in(session: Session, email: str) -> bool:
    """Whether it is somebody of the Department who signs in here."""
    return session.exec(select(User.user_name).where(func.lower(User.email) == email)).first() is not None


def _names(session: Session, providers: set[str]) -> tuple[str, ...]:
    """Names of everybody who works at these facilities."""
    if not providers:
        return ()
    rows = session.exec(
        select(Person)
        .join(Affiliation, col(Affiliation.person_id) == col(Person.id))
        .where(col(Affiliation.provider_key).in_(providers), col(Person.merged_into).is_(None))
        .distinct()
        .limit(_NAMES)
    ).all()
    return tuple(row.name for row in rows)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
