"""A case on the desk, and somebody who answers about it.

The name comes from the gateway's stamp alone. An answer by the product itself (`service`) decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from db import audit, register, requests
from db.columns import utc_now
from db.lifecycle import Event, advance
from db.models import Provider, Request, User
from db.models.people import Role as UserRole
from tasks.policy.findings import Finding
from tasks.questions import QUESTION_OF
from tasks.settings import Settings


@dataclass(frozen=True)
class Decider:
    """Who answers, and for whom when a deputy stands in."""

    user: User
    on_behalf_of: str


def decider(session: Session, user_name: str, provider_key: str | None) -> Decider | None:
    """The signed-in approver, when he or she is contract manager or deputy for this provider (III.B.1), else None."""
    user = session.get(User, user_name)
    if user is None or not user.active or user.role is not UserRole.APPROVER:
        return None
    named = register.managers(session, provider_key)
    if user.user_name not in {m.user_name for m in named}:
        return None
    first = named[0]
    return Decider(user, "" if first.user_name == user.user_name else first.name)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A case on the desk: its row in an open transaction, the settings, the present day in Montana."""

    session: Session
    config: Settings
    request: Request
    today: date

    @property
    def provider(self) -> Provider | None:
        """The provider whose contract manager is asked, as far as it is known."""
        return self.session.get(Provider, self.request.provider_key) if self.request.provider_key else None


def matter(session: Session, config: Settings, request: Request) -> Matter:
    """A case on the desk today."""
    today = utc_now().astimezone(config.zone).date()
    return Matter(session=session, config=config, request=request, today=today)


@dataclass(frozen=True, kw_only=True)
class Sitting(Matter):
    """One answer being settled: by whom, to what, on which day."""

    given: dict[str, Any]
    who: Decider

    @property
    def by(self) -> str:
        """The signed-in name."""
        return self.who.user.user_name

    @property
    def reason(self) -> str:
        """The reason given, without spaces around it."""
        return str(self.given.get("reason", "")).strip()

    def decide(self, outcome: str, clause: str, notes: Sequence[Finding] = ()) -> None:
        """Write the decision down, audited."""
        requests.decide(
            self.session,
            self.request,
            question=QUESTION_OF[self.request.state],
            outcome=outcome,
            by=self.by,
            on_behalf_of=self.who.on_behalf_of,
            clause=clause,
            reason=self.reason,
            findings=[f"{f.clause} {f.code}" for f in notes],
        )

    def move(self, event: Event, clause: str, detail: dict[str, Any] | None = None) -> None:
        """Move the request in the name of the decider."""
        advance(self.session, self.request, event, by=self.by, clause=clause, detail=detail)

    def refuse(self, problem: str) -> None:
        """Do not accept the answer, audit that, and ask again."""
        refuse(self.session, self.request, self.by, problem)


def refuse(session: Session, request: Request, by: str, problem: str) -> None:
    """Do not accept an answer, audit that, and ask again with the reason."""
    audit.record(
        session,
        actor=by or "unknown",
        action="answer.refused",
        subject=request.number,
        clause="III.B.1",
        detail={"problem": problem},
    )
    requests.ask_again(session, request, problem)
