"""A mail to ourselves goes out and must come back: the whole way of the mail, tried every hour."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from db import messages, outbox, stand_ins
from db.columns import utc_now
from tasks import notices
from tasks.settings import Settings

PURPOSE = "canary"


def fly(session: Session, config: Settings) -> None:
    """Write the next canary when it is due, and raise an alarm when the last one that was sent did not come back.

    The first one is due an interval after the first mail ever, so that a new installation begins quietly.
    """
    if not config.canary_minutes:
        return
    now = utc_now()
    last = outbox.latest(session, PURPOSE)
    began = last.created_at if last else messages.first_received(session)
    if began is not None and now - began >= timedelta(minutes=config.canary_minutes):
        notices.canary(session, config, (last.sequence if last else 0) + 1)
    sent = outbox.latest(session, PURPOSE, sent=True)
    if sent is None or sent.sent_at is None or now - sent.sent_at < timedelta(minutes=config.canary_patience_minutes):
        return
    if not messages.with_message_id(session, sent.message_id):
        when = f"{sent.sent_at:%Y-%m-%d %H:%M} UTC"
        what = f"A mail that was sent to {config.mailbox_address} at {when} has not come back."
        notices.alarm(session, config, stand_ins.told_of_alarms(session), "canary-missing", "III.B.2", what, now)
