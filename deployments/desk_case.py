"""What the page of a case shows to one person: found in the registry, never changed from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup
from sqlmodel import Session, col, select

from db import audit, register, requests
from db.columns import utc_now
from db.lifecycle import OPEN, WAITING_FOR
from db.models import Decision, Provider, Request, User
from db.session import transaction
from db.waiting import Charge
from deployments.exhibit_html import rendered, without
from tasks.approval import form_of, show
from tasks.notices import run_url
from tasks.pages import EXHIBITS
from tasks.questions import QUESTION_OF, Answer, key_of
from tasks.settings import Settings
from tasks.sitting import Decider, decider

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

    @property
    def waiting_for(self) -> str:
        """Whose turn it is."""
        return WAITING_FOR[self.request.state]

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


def _decider(session: Session, user: User, provider_key: str | None) -> Decider | None:
    try:
        return decider(session, user.user_name, provider_key)
    except register.NoContractManager:
        return None


def may_see(session: Session, user: User, request: Request) -> bool:
    """Whether somebody may look at a case: a restricted one is for those in charge."""
    return not request.restricted or _decider(session, user, request.provider_key) is not None


def charge_of(session: Session, user: User) -> Charge:
    """For which providers this person answers, by the rule that answers are settled by."""
    keys = session.exec(select(Provider.key)).all()
    mine = [key for key in keys if _decider(session, user, key)]
    return Charge(mine, _decider(session, user, None) is not None)


def _in_charge(session: Session, provider_key: str | None) -> tuple[str, ...]:
    try:
        return tuple(manager.name for manager in register.managers(session, provider_key))
    except register.NoContractManager:
        return ()


def look(settings: Settings, number: str, user: User) -> Case | None:
    """The case with that number as `user` sees it; None when there is none, or none that he or she may see."""
    with transaction(settings.database_url) as session:
        try:
            request = requests.by_number(session, number)
        except requests.UnknownRequest:
            return None
        if not may_see(session, user, request):
            return None
        answers = _decider(session, user, request.provider_key) is not None
        in_charge = _in_charge(session, request.provider_key)
    pages = show.fn(request.id)
    asked = request.state in QUESTION_OF
    return Case(
        request=request,
        title=pages["title"],
        sections=tuple(_sections(pages)),
        form=form_of(request.id, "") if asked and answers else None,
        in_charge=in_charge,
        run_url=run_url(settings, request) if request.flow_run_id else "",
    )


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
