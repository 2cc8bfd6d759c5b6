"""Reports that nobody has decided on: those in charge are reminded, then every contract manager is told (III.C.5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session, col, select

from db import register
from db.columns import utc_now
from db.lifecycle import State
from db.models import Kind, Request
from tasks import notices
from tasks.policy.iii_c_5 import Patience, Urging, urging
from tasks.settings import Settings

UNDECIDED = (State.RECEIVED, State.AWAITING_APPROVAL)


def urge(session: Session, config: Settings) -> None:
    """Write the reminder or the alarm that is due, at any hour; each once for as long as the case waits."""
    remind, alarm = (timedelta(minutes=m) for m in (config.report_reminder_minutes, config.report_alarm_minutes))
    patience = Patience(remind, alarm)
    query = select(Request).where(Request.kind == Kind.VIOLATION, col(Request.state).in_(UNDECIDED))
    for report in session.exec(query).all():
        due = urging(report.waiting_since, report.reminded, patience, utc_now())
        if due is None:
            continue
        report.reminded = 2 if due is Urging.ALARM else 1
        session.add(report)
        session.flush()
        with suppress(register.NoContractManager):
            managers = register.managers(session, None if due is Urging.ALARM else report.provider_key)
            notices.restricted_case(session, config, report, managers, reported=True, again=report.reminded)
