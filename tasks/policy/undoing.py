"""Which decisions can be taken back, and for how long: an undo is itself a decision, with a reason (III.B.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.1"


@dataclass(frozen=True)
class Last:
    """The last decision on a case: what it was, when, and whether it led to where the case stands now."""

    outcome: str
    decided_at: datetime
    led_here: bool


def until(last: Last, hours: int) -> datetime:
    """The end of the window."""
    return last.decided_at + timedelta(hours=hours)


def problem(last: Last | None, reversible: bool, now: datetime, hours: int, reason: str) -> Finding | None:
    """Why the last decision cannot be undone like this; None when it can. `reversible`: the state knows a way back."""
    if last is None or not last.led_here:
        return _bar("nothing_to_undo", "No decision of a person led to where this case stands, so none can be undone.")
    if not reversible:
        return _bar(
            "not_reversible",
            f"“{last.outcome}” cannot be undone here. Answer what the case asks now, or open a new request.",
        )
    if now >= until(last, hours):
        return _bar("too_late", f"A decision can be undone for {hours} hours. Open a new request instead.")
    if not reason.strip():
        return _bar("reason_missing", "Taking a decision back needs a reason. Enter the reason.")
    return None


def _bar(code: str, sentence: str) -> Finding:
    return Finding(CLAUSE, code, Effect.BAR, sentence)
