"""III.C.5: staff report unlawful use and other security violations to the contract manager.

A report is passed on at once and to those in charge alone; an incident is reported within one hour (IR-6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tasks.policy.findings import Effect, Finding

CLAUSE = "III.C.5"


class Urging(StrEnum):
    """What is due while nobody has decided on a report."""

    REMIND = "REMIND"
    ALARM = "ALARM"


@dataclass(frozen=True)
class Patience:
    """After how long the contract manager and the deputy are reminded, and after how long every manager is alarmed."""

    remind: timedelta
    alarm: timedelta


def urging(waiting_since: datetime, urged: int, patience: Patience, now: datetime) -> Urging | None:
    """What is due now; `urged` counts what was sent since the case waits. Day and night, holidays too: IR-6."""
    waited = now - waiting_since
    if urged < 2 and waited >= patience.alarm:
        return Urging.ALARM
    return Urging.REMIND if urged < 1 and waited >= patience.remind else None


def decision_problems(decision: str, reason: str, account_named: bool) -> list[Finding]:
    """Why this answer to a report cannot be taken; empty when it can.

    `suspend`, `no violation` or `ask`: what is asked, and why there is none, stands in `reason`.
    """
    found: list[Finding] = []
    if not reason.strip():
        what = {"ask": "what the reporter is asked", "suspend": "in a few words why"}.get(decision, "why")
        found.append(_bar("reason_missing", f"Please say {what}."))
    if decision == "suspend" and not account_named:
        found.append(_bar("account_missing", "Please name the account: its user ID, or the name of its holder."))
    return found


def _bar(code: str, sentence: str) -> Finding:
    return Finding(CLAUSE, code, Effect.BAR, sentence)
