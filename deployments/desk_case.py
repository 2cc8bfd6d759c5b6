"""What the page of a case shows to one person: found in the registry, never changed from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup
from sqlmodel import Session, col, select

from db import audit, requests, stand_ins, turn_time
from db.columns import montana_day, utc_now
from db.lifecycle import OPEN, WAITING_FOR
from db.models import Decision, Request, Role, User
from db.session import transaction
from db.stand_ins import InCharge
from db.waiting import WITH_MANAGERS, Charge
from deployments.exhibit_html import rendered, without
from tasks.approval import form_of, show
from tasks.notices import run_url
from tasks.pages import EXHIBITS
from tasks.questions import QUESTION_OF, Answer, key_of
from tasks.reminders import coming
from tasks.settings import Settings
from tasks.sitting import decider
from tasks.turns import deciders
from tasks.undoing import last_decision, open_until

CLAUSE = "III.B.1"
_TOP = 3
_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


@dataclass(frozen=True)
class Section:
    """A part of the page: the key that says how it is laid out, its heading, its content."""

    key: str
    heading: str
    content: Markup


@dataclass(frozen=True)
class Case:
    """A case as one signed-in person sees it. `form` is there when a question is open and this person may answer."""

    request: Request
    title: str
    sections: tuple[Section, ...]
    form: type[Answer] | None
    in_charge: tuple[str, ...]
    run_url: str
    turn: str = ""
    coming: str = ""
    decision_time: str = ""
    undo: str = ""
    undo_until: str = ""

    @property
    def waiting_for(self) -> str:
        """Whose turn it is, by name where it is a contract manager's and somebody is there."""
        return self.turn or WAITING_FOR[self.request.state]

    @property
    def open(self) -> bool:
        """Whether the case still needs somebody."""
        return self.request.state in OPEN

    @property
    def asks(self) -> str:
        """The key of the open question in Prefect; empty when there is none."""
        question = QUESTION_OF.get(self.request.state)
        return key_of(question, self.request.asking) if question else ""


class Became(NamedTuple):
    """What became of an asking, in one sentence."""

    sentence: str
    accepted: bool = True


def age(since: datetime, now: datetime) -> str:
    """How long it has been, in words."""
    for step, name in _STEPS:
        if (count := (now - since) // step) > 0:
            return f"{count} {name}{'s' if count != 1 else ''}"
    return "a moment"


def exact(at: datetime, settings: Settings) -> str:
    """An instant by Montana's clocks."""
    return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M %Z}"


def may_see(session: Session, user: User, request: Request) -> bool:
    """Whether somebody may look at a case: a restricted one is for those in charge."""
    return not request.restricted or decider(session, user.user_name, request.provider_key) is not None


def charge_of(charges: Mapping[str, InCharge], user: User) -> Charge:
    """For which providers this person answers; whoever answers for any does so when the provider is not known."""
    approver = user.role is Role.APPROVER
    mine = [key for key, one in charges.items() if approver and user.user_name in {u.user_name for u in one.acting}]
    return Charge(mine, bool(mine))


def _in_charge(session: Session, provider_key: str | None) -> tuple[str, ...]:
    acting = stand_ins.of_provider(session, provider_key, montana_day()).acting
    return tuple(user.name for user in acting)


def look(settings: Settings, number: str, user: User) -> Case | None:
    """The case with that number as `user` sees it; None when there is none, or none that he or she may see."""
    with transaction(settings.database_url) as session:
        try:
            request = requests.by_number(session, number)
        except requests.UnknownRequest:
            return None
        if not may_see(session, user, request):
            return None
        answers = decider(session, user.user_name, request.provider_key) is not None
        in_charge = _in_charge(session, request.provider_key)
        times = _times(session, settings, request, answers=answers)
    pages = show.fn(request.id)
    asked = request.state in QUESTION_OF
    return Case(
        request=request,
        title=pages["title"],
        sections=tuple(_sections(pages)),
        form=form_of(request.id, "") if asked and answers else None,
        in_charge=in_charge,
        run_url=run_url(settings, request) if request.flow_run_id else "",
        **times,
    )


def _times(session: Session, settings: Settings, request: Request, *, answers: bool) -> dict[str, str]:
    """Whose turn it is and until when, how long the contract managers' turns lasted, and what can be undone."""
    now = utc_now()
    today = now.astimezone(settings.zone).date()
    with_managers = request.state in WITH_MANAGERS
    charge = deciders(session, request, today)
    spent = turn_time.spent(session, request, WITH_MANAGERS, now)
    after, last = open_until(session, settings, request, now), last_decision(session, request)
    step = coming(settings, request)
    return {
        "turn": (charge.in_words or "nobody is there to decide") if with_managers else "",
        "coming": step.sentence if step else "",
        "decision_time": age(now - spent, now) if spent >= timedelta(minutes=1) else "",
        "undo": last.outcome if after and last and answers else "",
        "undo_until": exact(after, settings) if after else "",
    }


def _sections(pages: dict[str, str]) -> list[Section]:
    """The question with what belongs to it, then of every exhibit what was not said there already."""
    said = pages.get("question", "")
    parts = [("question", "What you are asked", said)]
    parts += [(key, heading, without(said, pages[key])) for key, heading in EXHIBITS.items() if key in pages]
    return [Section(key, heading, rendered(text, _TOP)) for key, heading, text in parts if text]


def asking_of(settings: Settings, request_id: str) -> int:
    """The number of the present asking."""
    with transaction(settings.database_url) as session:
        return requests.get(session, request_id).asking


def became(settings: Settings, request: Request, asking: int, user: User) -> Became:
    """What became of an earlier asking: who answered what and when, or why the answer was not accepted."""
    with transaction(settings.database_url) as session:
        found = session.exec(
            select(Decision).where(col(Decision.request_id) == request.id, col(Decision.asking) == asking)
        ).first()
        if found is not None:
            who = "You" if found.decided_by == user.user_name else _name(session, found.decided_by)
            behalf = f" for {found.on_behalf_of}" if found.on_behalf_of else ""
            when = f"{age(found.decided_at, utc_now())} ago, {exact(found.decided_at, settings)}"
            return Became(f"{who} answered “{found.outcome}”{behalf} ({when}).")
    if request.state not in OPEN and request.problem:
        return Became(request.problem, accepted=False)
    if request.asking == asking + 1 and request.problem:
        return Became(f"The last answer was not accepted. {request.problem}", accepted=False)
    return Became("The case was looked at again.")


def under_way(settings: Settings, request: Request, user: User) -> str:
    """Who has just answered a question whose answer is not settled yet; empty when nobody is known to have."""
    with transaction(settings.database_url) as session:
        given = [a for a in audit.of_subject(session, request.flow_run_id or "") if a.action == "answer.given"]
        if not given or datetime.fromisoformat(given[-1].at) < request.waiting_since:
            return ""
        who = "You" if given[-1].actor == user.user_name else _name(session, given[-1].actor)
        return f"{who} answered this {age(datetime.fromisoformat(given[-1].at), utc_now())} ago."


def _name(session: Session, user_name: str) -> str:
    row = session.get(User, user_name)
    return row.name if row else user_name


def note_refusal(settings: Settings, user: User, number: str) -> None:
    """Write down that somebody tried to answer and may not (AU-2: unsuccessful use of a permission)."""
    with transaction(settings.database_url) as session:
        audit.record(session, actor=user.user_name, action="answer.refused", subject=number, clause=CLAUSE)
