"""A case on the desk, and somebody who answers about it.

The name comes from the gateway's stamp alone. An answer by the product itself (`service`) decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from db import audit, requests, stand_ins
from db.columns import montana_day, utc_now
from db.lifecycle import Event, advance
from db.models import Provider, Request, User
from db.models.people import Role as UserRole
from tasks import turns
from tasks.policy.findings import Effect, Finding
from tasks.questions import QUESTION_OF
from tasks.settings import Settings
from tasks.time_settings import MOST_STAGES


@dataclass(frozen=True)
class Decider:
    """Who answers, and for whom when a deputy stands in."""

    user: User
    on_behalf_of: str


def decider(session: Session, user_name: str, provider_key: str | None, on: date | None = None) -> Decider | None:
    """The signed-in approver, when he or she decides for this provider on that day (III.B.1, A26), else None.

    `on` is the present day in Montana unless another is given.
    """
    charge = stand_ins.of_provider(session, provider_key, on or montana_day())
    user = next((u for u in charge.acting if u.user_name == user_name), None)
    if user is None or user.role is not UserRole.APPROVER:
        return None
    return Decider(user, charge.on_behalf_of(user_name))


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
    further: bool = False
    """Whether an approval asks for a further one, which the settings do not want (`tasks.further_approval`)."""

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
            findings=[f"{f.clause} {f.code}" for f in notes] + [requests.FURTHER] * self.further,
        )

    def move(self, event: Event, clause: str, detail: dict[str, Any] | None = None) -> None:
        """Move the request in the name of the decider. An approval that others must join asks the next one instead."""
        if event is Event.APPROVE and self._has_another_stage():
            told = {**(detail or {}), "stage": self.request.stage, "of": self.request.stages}
            told |= {"asked_by": self.by} if self.further else {}
            advance(self.session, self.request, Event.ENDORSE, by=self.by, clause=clause, detail=told)
            turns.ask(self.session, self.config, self.request, [self._next_stage()])
            return
        advance(self.session, self.request, event, by=self.by, clause=clause, detail=detail)

    def _has_another_stage(self) -> bool:
        entitlement = self.request.entitlement or ""
        asked = self.request.stage + 1 if self.further else self.request.stage
        self.request.stages = min(max(self.config.stages_of(self.request.kind, entitlement), asked), MOST_STAGES)
        self.session.add(self.request)
        self.session.flush()
        return self.request.stage < self.request.stages

    def _next_stage(self) -> Finding:
        approved = ", ".join(requests.approved_by(self.session, self.request))
        sentence = f"Stage {self.request.stage} of {self.request.stages}; approved so far by {approved}."
        if self.further:
            why = f": “{self.reason}”" if self.reason else "."
            sentence += f" {self.who.user.name} asks for a further approval{why}"
        return Finding("III.B.1", "next_stage", Effect.FLAG, sentence)

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
        detail={"problem": problem, "asking": request.asking},
    )
    requests.ask_again(session, request, problem)
