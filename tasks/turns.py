"""Whose turn it is to decide, as people: asked, asked again when somebody else stands in, and never somebody at random.

Nobody there to decide is a safe stop: the case waits as it is, and the approvers are told once a day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from db import requests, stand_ins
from db.columns import utc_now
from db.lifecycle import State
from db.models import Provider, Request, User
from db.stand_ins import InCharge
from tasks import notices
from tasks.policy.findings import Finding
from tasks.settings import Settings

log = logging.getLogger(__name__)

CLAUSE = "III.B.1"
NOBODY = "(nobody)"
"""Who was asked while nobody was there to decide."""


def deciders(session: Session, request: Request, on: date) -> InCharge:
    """Who may answer the present question; of several stages each is another person's."""
    charge = stand_ins.of_provider(session, request.provider_key, on)
    if request.state is not State.AWAITING_APPROVAL:
        return charge
    taken = requests.approved_by(session, request)
    others = tuple(user for user in charge.acting if user.user_name not in taken)
    return replace(charge, acting=others)


def informed(session: Session, config: Settings, request: Request, on: date | None = None) -> list[User]:
    """Who is told something about a case: whoever decides, else those who hear alarms. `on`: today unless given."""
    today = on or _today(utc_now(), config)
    acting = stand_ins.of_provider(session, request.provider_key, today).acting
    return list(acting) or stand_ins.told_of_alarms(session, today)


def ask(
    session: Session, config: Settings, request: Request, findings: Sequence[Finding], now: datetime | None = None
) -> None:
    """Write to whoever decides that a case waits for an answer; when nobody is there, raise the alarm."""
    now = now or utc_now()
    acting = deciders(session, request, _today(now, config)).acting
    request.asked_of = acting[0].user_name if acting else NOBODY
    session.add(request)
    session.flush()
    provider = session.get(Provider, request.provider_key) if request.provider_key else None
    if acting:
        notices.needs_you(session, config, request, provider, acting, findings)
    else:
        nobody_there(session, config, request, provider, now)


def misplaced(session: Session, request: Request, on: date) -> bool:
    """Whether nobody who was asked the present question may answer it on that day.

    A question that is only being put was asked of nobody yet, and is not misplaced.
    """
    if not request.asked_of:
        return False
    return request.asked_of not in {user.user_name for user in deciders(session, request, on).acting}


def hand_over(session: Session, config: Settings, request: Request, now: datetime) -> None:
    """Ask a misplaced question of whoever decides now: run, mail and right follow.

    The old asking ends, so that an answer to it is not used. When nobody is there, the alarm is raised once a day.
    """
    acting = deciders(session, request, _today(now, config)).acting
    if acting:
        requests.hand_over(session, request, before=request.asked_of, to=acting[0].user_name)
    ask(session, config, request, (), now)


def nobody_there(
    session: Session, config: Settings, request: Request, provider: Provider | None, now: datetime
) -> None:
    """The alarm of a case that nobody may decide, once a day for each provider."""
    whose = provider.name if provider else "a provider that is not known"
    what = (
        f"Nobody is there to decide on requests of {whose}: its contract manager is not named, gone or away, and no "
        f"deputy stands in. {request.number} waits, and nothing is decided. Appoint a contract manager or a deputy, or "
        "end the absence."
    )
    log.critical("ALARM: nobody decides for %s", request.provider_key or "cases without a provider")
    purpose = f"nobody-decides-{request.provider_key or 'unknown'}"
    to = [user.email for user in stand_ins.told_of_alarms(session, _today(now, config))]
    to += [config.alarm_to] if config.alarm_to else []
    if to:
        notices.alarm_to(session, config, to, purpose, CLAUSE, what, now)


def _today(now: datetime, config: Settings) -> date:
    return now.astimezone(config.zone).date()
