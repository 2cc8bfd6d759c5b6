"""How long somebody is waited for: reminders, then escalation, then the end of an incomplete request (III.B.2).

Business days are counted from the day on which the turn began (MCA 1-1-306). Nothing is ever granted because time
passed: the only thing that time does by itself is to end a request whose papers never came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.policy.business_days import business_day, business_days, is_business_day


class Step(StrEnum):
    """What is done when somebody has not acted."""

    REMIND = "REMIND"  # whoever's turn it is
    ESCALATE = "ESCALATE"  # and somebody above is told
    EXPIRE = "EXPIRE"  # the request ends, with a notice


@dataclass(frozen=True)
class Patience:
    """Business days after which each step is due. 0 leaves a step out."""

    reminders: tuple[int, ...]
    escalation: int
    expiry: int = 0

    @property
    def steps(self) -> tuple[tuple[int, Step], ...]:
        """Every step with its business day, in the order of time."""
        planned = [(number, Step.REMIND) for number in self.reminders if number]
        planned += [(self.escalation, Step.ESCALATE)] if self.escalation else []
        planned += [(self.expiry, Step.EXPIRE)] if self.expiry else []
        return tuple(sorted(planned, key=lambda step: (step[0], list(Step).index(step[1]))))


@dataclass(frozen=True)
class Due:
    """A step and its day. `number` counts the steps that are over once it is done."""

    step: Step
    on: date
    number: int


def plan(since: date, patience: Patience) -> list[Due]:
    """The days of all steps for a turn that began on `since`."""
    return [Due(step, business_day(since, days), n) for n, (days, step) in enumerate(patience.steps, 1)]


def due(since: date, today: date, done: int, done_on: date | None, patience: Patience) -> Due | None:
    """The one step that is due today, or None; `done` steps are over, the last of them since `done_on`.

    Of several that were missed only the last is done, so that a week without a clock brings one mail and not five. A
    request ends only when the step before was done and the time between the two was given; nobody is written to on a
    day on which offices are closed.
    """
    if not is_business_day(today):
        return None
    passed = [step for step in plan(since, patience)[done:] if step.on <= today]
    warned = [step for step in passed if step.step is not Step.EXPIRE]
    if warned:
        return warned[-1]
    if not passed or (done and done_on is not None and business_days(done_on, today) < _last_gap(patience)):
        return None
    return passed[-1]


def upcoming(since: date, done: int, done_on: date | None, patience: Patience) -> Due | None:
    """The next step and its day, as people are told it; None when nothing more happens by itself."""
    left = plan(since, patience)[done:]
    if not left:
        return None
    first = left[0]
    if first.step is Step.EXPIRE and done_on is not None:
        return Due(first.step, max(first.on, business_day(done_on, _last_gap(patience))), first.number)
    return first


def _last_gap(patience: Patience) -> int:
    """Business days between the end and the step before it."""
    days = [number for number, _ in patience.steps]
    return days[-1] - days[-2] if len(days) > 1 else 0
