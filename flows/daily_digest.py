"""Every business morning each contract manager gets one mail: what waits, is late, has happened, and if all is well.

- a morning that was missed is said in the next digest, once, which covers it;
- nothing to say is said, in one line; a restricted case is counted for those in charge and never described;
- an audit review that nobody has confirmed in time is an alarm (AU-6).
"""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks.digest import write_digests
from tasks.review_audit import alarm_if_unread


@flow(name="daily_digest", persist_result=False)
async def daily_digest(started_by: str = "") -> None:  # noqa: ARG001  the gateway writes down who asked
    """Write today's digests. Safe to repeat: each person gets one a day."""
    log = get_run_logger()
    log.info(alarm_if_unread())
    log.info(write_digests())
