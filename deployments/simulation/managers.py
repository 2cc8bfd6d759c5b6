"""The contract managers at work: they answer what waits, mostly within hours, sometimes only when reminded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import col, select

from db import entries, messages, requests, stand_ins
from db.columns import utc_now
from db.lifecycle import State
from db.models import LockoutRun, LockoutState, Request
from db.session import transaction
from deployments.samples.cast import OFFICERS
from deployments.simulation.answers import Asked, answer
from deployments.simulation.home import BY
from deployments.simulation.post import Letter
from deployments.simulation.world import World
from tasks.approval import form_of, take_answer
from tasks.questions import QUESTION_OF
from tasks.suspension import suspend_at_once
from tasks.undoing import undo_last

MANAGERS = tuple(one.user for one in OFFICERS if one.role != "viewer")
PATIENT = (State.INCOMPLETE, State.SCHEDULED, State.WITH_IT)
"""Nobody need answer these; a manager does so once in a while."""


@dataclass
class Managers:
    """Two people with the right to decide, who are away now and then, sometimes both."""

    w: World
    seen: dict[str, int] = field(default_factory=dict)

    def plan_absences(self, first: date, days: int) -> None:
        """Some holidays are marked in the register; the rest is simply silence."""
        for user in MANAGERS:
            for number in range(days // 70):
                draw = self.w.chance.of("absence", user, number)
                start = first + timedelta(20 + 70 * number + draw.randint(0, 40))
                end = start + timedelta(draw.randint(3, 12))
                with transaction(self.w.config.database_url) as session:
                    entries.mark_away(session, user, start, BY, end)

    def answer_what_waits(self) -> int:
        """Answer every question whose time has come; how many were answered."""
        with transaction(self.w.config.database_url) as session:
            waiting = sorted(requests.open_requests(session), key=lambda r: r.number)
        done = 0
        for request in waiting:
            if request.state in QUESTION_OF and self._would(request):
                done += self._answer(request)
        return done

    def _would(self, request: Request) -> bool:
        key = (request.number, request.asking)
        median = 6.0
        if request.state in PATIENT:
            if not self.w.chance.hits(0.04, "looks", *key):
                return False
            median = 24.0 * 9
        elif request.state in (State.UNDER_SUSPENSION, State.REINSTATING):
            median = 40.0
        elif self.w.chance.hits(0.05, "forgets", *key):
            median = 24.0 * 8
        if request.restricted and request.state is State.AWAITING_APPROVAL:
            median = 0.3
        return request.waiting_since + self.w.chance.hours(median, "decides", *key) <= utc_now()

    def _answer(self, request: Request) -> int:
        who = self._who(request)
        if who is None or self.seen.get(request.id) == request.asking:
            return 0
        self.seen[request.id] = request.asking
        form = form_of(request.id, "the case")
        given = answer(Asked(self.w, request, form, who, self.letter_of(request)))
        if given is None:
            return 0
        filled = form.model_validate(given).model_dump()
        self.w.clock.on(30)
        take_answer.fn(request.id, request.asking, filled, who)
        self.w.counts[
            f"answer {QUESTION_OF[request.state].lower()}: {str(given.get('decision', 'filled in'))[:30]}"
        ] += 1
        if request.kind == "NEW_ACCESS" and given.get("decision") in ("approve", "reject"):
            self._regrets(request.number, who)
        return 1

    def _who(self, request: Request) -> str | None:
        with transaction(self.w.config.database_url) as session:
            charge = stand_ins.of_provider(session, request.provider_key, self.w.clock.today)
            acting = [user.user_name for user in charge.acting]
            if request.state is State.REINSTATING:
                first = requests.decisions(session, request.id)[-1].decided_by
                acting = [user for user in acting if user != first]
        if not acting:
            return None
        other = len(acting) > 1 and self.w.chance.hits(0.15, "who", request.number, request.asking)
        return acting[1 if other else 0]

    def letter_of(self, request: Request) -> Letter | None:
        """What the mails of a case really were, as a person understands who reads them."""
        with transaction(self.w.config.database_url) as session:
            mails = messages.of_request(session, request.id)
        return next((known for mail in mails if (known := self.w.post.sent.get(mail.message_id))), None)

    def _regrets(self, number: str, who: str) -> None:
        """Once in a while a decision is taken back within the hour."""
        if self.w.chance.hits(0.02, "regrets", number):
            self.w.plans.at(utc_now() + timedelta(hours=1), lambda: self._undo(number, who))

    def _undo(self, number: str, who: str) -> None:
        self.w.counts["undo"] += 1
        undo_last.fn(number, "It was meant for somebody else.", who)

    def suspend(self, whom: str, key: object) -> None:
        """A manager hears of something and clicks."""
        self.w.counts["suspended by a click"] += 1
        suspend_at_once.fn(whom, "Heard by telephone.", self.w.chance.pick(MANAGERS, "clicks", key))

    def release_held(self) -> None:
        """In the morning somebody looks at a night's run that stopped, and releases it."""
        with transaction(self.w.config.database_url) as session:
            run = session.exec(select(LockoutRun).order_by(col(LockoutRun.id).desc())).first()
        if run and run.state is LockoutState.HELD and run.day == self.w.clock.today and run.id:
            self.w.counts[f"held lockout: {self.w.steps.release(run.id, MANAGERS[0])}"] += 1
