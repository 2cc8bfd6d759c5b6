"""An alarm when the list of offenders cannot be used: nothing is approved then, and somebody must know (III.A.5)."""

from __future__ import annotations

from sqlmodel import Session

from db import register
from db.columns import utc_now
from tasks import notices
from tasks.policy import iii_a_5
from tasks.policy.case import Case
from tasks.settings import Settings


def alarm(session: Session, config: Settings, case: Case) -> None:
    """Tell the contract managers, once a day, when the case could not be held against the list."""
    if case.offender_list_problem:
        what = f"{case.offender_list_problem} No request is approved until then."
        managers = register.managers(session, None)
        notices.alarm(session, config, managers, "offender-list", iii_a_5.CLAUSE, what, utc_now())
