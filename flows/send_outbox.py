"""Whatever is due goes out."""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks.mail import due, send_one


@flow(name="send_outbox", persist_result=False)
async def send_outbox() -> None:
    """Send every due mail once. One that cannot be sent stays due and does not hold up the others."""
    log = get_run_logger()
    for outbox_id in due():
        log.info(send_one(outbox_id))
