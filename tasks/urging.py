"""Reports that nobody has decided on: those in charge are reminded, then every contract manager is told (III.C.5)."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from db import stand_ins
from db.columns import montana_day, utc_now
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
        charge = stand_ins.of_provider(session, report.provider_key, montana_day())
        acting = () if due is Urging.ALARM else charge.acting
        managers = list(acting) or stand_ins.told_of_alarms(session)
        notices.restricted_case(session, config, report, managers, reported=True, again=report.reminded)
