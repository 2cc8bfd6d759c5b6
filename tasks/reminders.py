"""Time passes for whoever's turn it is: reminders, escalation, and the end of a request whose papers never came.

Everything follows from the registry (`waiting_since`, `reminded`, `reminded_on`), so that a clock that stood still
catches up by itself. Nothing is ever granted here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from db import audit, requests, stand_ins, tickets
from db.lifecycle import WAITING_FOR, Event, State, advance
from db.models import Provider, Request, TicketState
from db.session import transaction
from tasks import notices, turns
from tasks.policy.findings import Effect, Finding
from tasks.policy.patience import Due, Patience, Step, due, upcoming
from tasks.questions import SEND_BACK
from tasks.roads import ROADS
from tasks.settings import Settings
from tasks.sitting import Matter

REQUESTER, MANAGER, DESK = "requester", "contract manager", "IT service desk"
CLAUSES = {REQUESTER: "III.B.2", MANAGER: "III.B.1", DESK: "III.B.2.d"}
"""Whose silence is dealt with, and what the deadline rests on."""

BY = "correquests"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Next:
    """What happens by itself if nobody acts, and when."""

    due: Due
    whose: str

    @property
    def sentence(self) -> str:
        """The same for people."""
        after = {
            Step.REMIND: f"the {self.whose} is reminded",
            Step.ESCALATE: "everybody who may decide is written to"
            if self.whose == MANAGER
            else "the contract manager is told that nobody answers",
            Step.EXPIRE: "the request ends, and nothing is granted",
        }
        return f"{self.due.on.isoformat()}: {after[self.due.step]}"


def patience(config: Settings, request: Request) -> Patience | None:
    """How long the present turn is waited for; None when the turn is nobody's who could be reminded."""
    if WAITING_FOR[request.state] not in CLAUSES or request.restricted:
        return None  # a restricted case is urged by the minute (tasks.urging)
    expiry = config.incomplete_expiry_days if request.state is State.INCOMPLETE else 0  # nobody else is given up
    return Patience(tuple(sorted(config.reminder_days)), config.escalation_days, expiry)


def coming(config: Settings, request: Request) -> Next | None:
    """The next step of the clock for a request, as its page shows it."""
    waited = patience(config, request)
    found = waited and upcoming(_day(config, request.waiting_since), request.reminded, request.reminded_on, waited)
    return Next(found, WAITING_FOR[request.state]) if found else None


def due_now(config: Settings, request: Request, now: datetime) -> Due | None:
    """The step that is due for a request at this moment, if there is one."""
    waited = patience(config, request)
    local = now.astimezone(config.zone)
    if waited is None or local.hour < config.reminder_hour:
        return None
    since = _day(config, request.waiting_since)
    return due(since, local.date(), request.reminded, request.reminded_on, waited)


def keep(session: Session, config: Settings, request: Request, now: datetime) -> None:
    """Do the one thing that is due for a request at this moment, audited. Safe to repeat."""
    found = due_now(config, request, now)
    if found is None:
        return
    today = _day(config, now)
    if found.step is Step.EXPIRE:
        _expire(session, config, request)
        return
    request.reminded, request.reminded_on = found.number, today
    session.add(request)
    session.flush()
    whose = WAITING_FOR[request.state]
    audit.record(
        session,
        actor=BY,
        action=f"clock.{found.step.lower()}",
        subject=request.number,
        clause=CLAUSES[whose],
        detail={"whose": whose, "day": today.isoformat()},
    )
    {REQUESTER: _requester, MANAGER: _manager, DESK: _desk}[whose](Turn(session, config, request, found, today))


@dataclass(frozen=True)
class Turn:
    """One step of the clock on one request."""

    session: Session
    config: Settings
    request: Request
    due: Due
    today: date

    @property
    def escalates(self) -> bool:
        """Whether somebody above is told."""
        return self.due.step is Step.ESCALATE

    @property
    def since(self) -> str:
        """The day on which the turn began."""
        return _day(self.config, self.request.waiting_since).isoformat()

    @property
    def sequence(self) -> int:
        """Numbers the mails of a request: one for each asking and step."""
        return self.request.asking * 100 + self.due.number

    def day_of(self, step: Step) -> str:
        """The day of a step that is still to come, or empty."""
        waited = patience(self.config, self.request)
        assert waited is not None
        done, on = self.due.number, self.today
        while found := upcoming(_day(self.config, self.request.waiting_since), done, on, waited):
            if found.step is step:
                return found.on.isoformat()
            done, on = found.number, found.on
        return ""

    def put(self, template: str, to: Sequence[str], **context: object) -> None:
        """Write one mail of this step."""
        context = {"number": self.request.number, "staff_name": self.request.staff_name, "since": self.since} | context
        notices.put(
            self.session, self.config, self.request, template, to, context, purpose=_PURPOSE[template],
            sequence=self.sequence,
        )  # fmt: skip


_PURPOSE = {
    "papers_reminder": "papers-reminder",
    "still_waiting": "still-waiting",
    "desk_reminder": "desk-reminder",
    "silence": "silence",
}


def _requester(t: Turn) -> None:
    t.put(
        "papers_reminder",
        [t.request.requester_email],
        requester_name=t.request.requester_name,
        defects=missing(t.session, t.config, t.request, t.today),
        day=t.day_of(Step.EXPIRE),
    )
    if t.escalates:
        _silence(t, REQUESTER, t.request.requester_email)


def _desk(t: Turn) -> None:
    ticket = tickets.of_request(t.session, t.request.id)
    if ticket is None or ticket.state is not TicketState.OPEN:
        return
    t.put("desk_reminder", [t.config.desk_address], key=ticket.key)
    if t.escalates:
        _silence(t, DESK, ticket.key)


def _silence(t: Turn, whose: str, whom: str) -> None:
    """The contract manager, or whoever stands in, learns that somebody does not answer."""
    to = turns.informed(t.session, t.config, t.request, t.today)
    if to:
        provider = t.session.get(Provider, t.request.provider_key) if t.request.provider_key else None
        t.put(
            "silence",
            [to[0].email],
            manager_name=to[0].name,
            whose=whose,
            whom=whom,
            provider_name=provider.name if provider else "",
            day=t.day_of(Step.EXPIRE),
            case_url=notices.case_url(t.config, t.request),
        )


def _manager(t: Turn) -> None:
    """The one who was asked; overdue: everybody who may decide, and whoever hears alarms when that is one person."""
    acting = turns.deciders(t.session, t.request, t.today).acting
    if not acting:
        return  # the alarm is raised elsewhere, every day
    to = [user.email for user in acting] if t.escalates else [acting[0].email]
    if t.escalates and len(to) == 1:
        others = stand_ins.told_of_alarms(t.session, t.today)
        to += [user.email for user in others if user.email not in to]
    if t.escalates and t.config.alarm_to:
        to.append(t.config.alarm_to)
    provider = t.session.get(Provider, t.request.provider_key) if t.request.provider_key else None
    t.put(
        "still_waiting",
        to,
        question=notices.QUESTIONS[t.request.state],
        manager_name=acting[0].name,
        provider_name=provider.name if provider else "",
        requester_email=t.request.requester_email,
        overdue=t.escalates,
        day=t.day_of(Step.ESCALATE),
        case_url=notices.case_url(t.config, t.request),
        list_url=f"{t.config.base_url}/desk",
    )


def missing(session: Session, config: Settings, request: Request, today: date) -> list[Finding]:
    """What the requester was asked for and has not sent."""
    found = ROADS[request.kind].assess(Matter(session=session, config=config, request=request, today=today))
    asked = [d for d in requests.decisions(session, request.id) if d.asking == request.asking - 1]
    question = [Finding("III.B.1", "asked", Effect.DEFECT, d.reason) for d in asked if d.outcome == SEND_BACK]
    return question + [f for f in found if f.effect is Effect.DEFECT]


def _expire(session: Session, config: Settings, request: Request) -> None:
    """The papers never came: the request ends with a notice; nothing is granted (III.B.2)."""
    since = _day(config, request.waiting_since).isoformat()
    detail = {"reason": f"what was asked for on {since} did not come"}
    context = {
        "number": request.number,
        "requester_name": request.requester_name,
        "staff_name": request.staff_name,
        "since": since,
    }
    notices.put(session, config, request, "papers_expired", [request.requester_email], context)
    advance(session, request, Event.CLOSE, by=BY, clause="III.B.2", detail=detail)


def all_due(config: Settings, now: datetime) -> None:
    """Hand over what somebody else decides now, then do what is due, for every open request.

    Each in a transaction of its own: one that fails is tried again in the next round and stops no other.
    """
    today = _day(config, now)
    with transaction(config.database_url) as session:
        waiting = [
            request.id
            for request in requests.open_requests(session)
            if _misplaced(session, request, today) or due_now(config, request, now)
        ]
    for request_id in waiting:
        try:
            with transaction(config.database_url) as session:
                request = requests.get(session, request_id)
                if _misplaced(session, request, today):
                    turns.hand_over(session, config, request, now)
                keep(session, config, request, now)
        except Exception:
            log.exception("the clock failed on a request and goes on with the next")


def _misplaced(session: Session, request: Request, today: date) -> bool:
    return WAITING_FOR[request.state] == MANAGER and turns.misplaced(session, request, today)


def _day(config: Settings, at: datetime) -> date:
    return at.astimezone(config.zone).date()
