"""The daily digest of one contract manager: what waits, what is late, what happens next, and whether all is well.

Nothing of a restricted case stands in it but how many there are, for those in charge of them (III.C.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from db import requests
from db.lifecycle import WAITING_FOR
from db.models import Provider, Request, User
from db.stand_ins import InCharge
from db.waiting import WITH_MANAGERS
from tasks import notices
from tasks.exhibits import KIND_WORDS
from tasks.policy.patience import Due, Step, plan
from tasks.reminders import patience
from tasks.roads import asked
from tasks.settings import Settings
from tasks.vitals import in_words

MOST = 12
"""Entries of a section; how many more there are is said."""
SOON = 5
"""Coming steps of the clock that are named."""


@dataclass(frozen=True)
class Entry:
    """One thing: what it is, what there is to know, and where to look."""

    what: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one sort under a heading; `more` further ones are not named."""

    title: str
    entries: tuple[Entry, ...]
    more: int = 0


@dataclass(frozen=True)
class Desk:
    """What lies before one person: the cases that he or she answers for."""

    waiting: tuple[Request, ...]
    restricted: int
    late: tuple[tuple[Request, Due], ...]
    soon: tuple[tuple[Request, Due], ...]


def section(title: str, entries: Iterable[Entry], most: int = MOST) -> list[Section]:
    """The section in a list, or nothing when there are no entries."""
    every = tuple(entries)
    return [Section(title, every[:most], max(0, len(every) - most))] if every else []


def desk_of(
    session: Session, config: Settings, user: User, charges: dict[str, InCharge], open_now: Sequence[Request], day: date
) -> Desk:
    """Of everything open, what this person answers for, oldest first.

    Whoever answers for any provider does so for cases whose provider is not known.
    """
    mine = {key for key, one in charges.items() if user.user_name in {u.user_name for u in one.acting}}
    answers = [r for r in open_now if (r.provider_key in mine if r.provider_key else bool(mine))]
    plain = [r for r in answers if not r.restricted]
    waiting = [r for r in plain if r.state in WITH_MANAGERS and _may_answer(session, r, user)]
    steps = sorted(_deadlines(config, plain), key=lambda pair: (pair[1].on, pair[0].number))
    return Desk(
        waiting=tuple(sorted(waiting, key=lambda r: (r.place or r.waiting_since, r.number))),
        restricted=sum(r.restricted and r.state in WITH_MANAGERS for r in answers),
        late=tuple((r, due) for r, due in steps if due.step is Step.ESCALATE and due.on <= day),
        soon=tuple((r, due) for r, due in steps if due.on > day)[:SOON],
    )


def _may_answer(session: Session, request: Request, user: User) -> bool:
    return request.stage == 1 or user.user_name not in requests.approved_by(session, request)


def _deadlines(config: Settings, cases: Iterable[Request]) -> Iterable[tuple[Request, Due]]:
    """Every escalation and every end of a turn, past ones included."""
    for request in cases:
        if waited := patience(config, request):
            since = request.waiting_since.astimezone(config.zone).date()
            yield from ((request, step) for step in plan(since, waited) if step.step is not Step.REMIND)


def of_desk(session: Session, config: Settings, desk: Desk, now: datetime) -> list[Section]:
    """The sections about cases."""
    names = {p.key: p.name for p in session.exec(select(Provider)).all()}
    late = {request.id for request, _ in desk.late}

    def about(request: Request) -> str:
        who = request.staff_name or request.subject or "name not read"
        where = names.get(request.provider_key or "", "provider not known")
        return f"{who} · {KIND_WORDS[request.kind]} · {where}"

    def entry(request: Request, detail: str) -> Entry:
        return Entry(about(request), f"{request.number}: {detail}", notices.case_url(config, request))

    def age(request: Request) -> str:
        return in_words(now - request.waiting_since)

    mine = {request.id for request in desk.waiting}
    waiting = [entry(r, f"{asked(r)} Waiting for {age(r)}{', late' if r.id in late else ''}.") for r in desk.waiting]
    others = [
        entry(r, f"The {WAITING_FOR[r.state]} has not answered for {age(r)}.") for r, _ in desk.late if r.id not in mine
    ]
    soon = [entry(r, f"{_word(due)} on {due.on:%A, %B} {due.on.day} ({WAITING_FOR[r.state]}).") for r, due in desk.soon]
    restricted = [
        Entry(
            f"{desk.restricted} restricted {'case waits' if desk.restricted == 1 else 'cases wait'} for an answer",
            "Only those in charge see them.",
            f"{config.base_url}/desk",
        )
    ]
    return [
        *section("Waiting on you, the oldest first", waiting),
        *section("Restricted", restricted if desk.restricted else ()),
        *section("Late, and waiting on others", others),
        *section("What comes next if nobody acts", soon),
    ]


def _word(due: Due) -> str:
    return "Ends, with nothing granted," if due.step is Step.EXPIRE else "Goes to those above"
