"""What must happen outside within seconds: suspended accounts disabled in the directory, urgent mails and tickets sent.

Called by whoever suspends, right after the commit, and by the watcher's net every few seconds, whatever else is under
way. IT need not be reachable: what cannot be done now stays written down and is tried again.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from db import orders, outbox
from db.columns import utc_now
from db.session import transaction
from tasks import suspending
from tasks.directory_sync import follow
from tasks.mail import send_one
from tasks.settings import Settings
from tasks.suspending import Outcome
from tasks.urging import urge

log = logging.getLogger(__name__)


def suspend(config: Settings, order_id: int) -> Outcome:
    """Carry out an order to suspend, and what follows from it, at once."""
    outcome = suspending.carry_out_order(config, order_id)
    if outcome.suspended:
        carry_out(config, outcome.account_id)
    return outcome


def carry_out(config: Settings, account_id: int | None = None) -> list[str]:
    """Disable in the directory, then send what is urgent; what became of the mails. `account_id`: only this one."""
    try:
        follow(config, only=account_id)
    except Exception:
        log.exception("the directory could not be told; the watcher tries again")
    said: list[str] = []
    with transaction(config.database_url) as session:
        lasts = timedelta(seconds=config.claim_seconds)
        due = outbox.due(session, utc_now(), lasts, urgent_only=True)
    for outbox_id in due:
        try:
            said.append(send_one.fn(outbox_id))
        except Exception:
            log.exception("urgent mail %d could not be sent; the watcher tries again", outbox_id)
    return said


def net(config: Settings) -> None:
    """The net behind those who click: orders that nobody carried out, reminders of reports, whatever is due."""
    with transaction(config.database_url) as session:
        waiting = orders.open_ones(session)
    for order_id in waiting:
        try:
            suspending.carry_out_order(config, order_id)
        except Exception:
            log.exception("order-%d could not be carried out; tried again", order_id)
    with transaction(config.database_url) as session:
        urge(session, config)
    carry_out(config)
