"""III.B.3.b: the contract manager completes the Departing Employee form, and it is submitted as the form directs.

A form that a provider fills in is a notice, and not the form (settled question A17).
"""

from __future__ import annotations

from datetime import date

from tasks.policy.findings import Effect, Finding

CLAUSE = "III.B.3.b"


def form_complete(last_day: date | None, disable_on: date | None, *, terminated: bool, today: date) -> Finding | None:
    """Last day and day of disablement are entered; after a termination access is not left open until a later day."""
    if last_day is None or disable_on is None:
        missing = "the last day worked" if last_day is None else "the day on which access is disabled"
        return Finding(CLAUSE, "form_incomplete", Effect.BAR, f"Please enter {missing} as YYYY-MM-DD.")
    if terminated and disable_on > today:
        sentence = "After a termination access ends at once: the day of disablement cannot be to come."
        return Finding(CLAUSE, "disabled_too_late", Effect.BAR, sentence)
    return None
