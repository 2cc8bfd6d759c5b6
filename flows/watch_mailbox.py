"""A look at the mailbox: new mail is stored, then sorted, and every open request gets its run."""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks.intake import sort_waiting, store_waiting


@flow(name="watch_mailbox", persist_result=False)
async def watch_mailbox() -> None:
    """Store what waits in the inbox, then sort what is stored. Safe to repeat at any time."""
    log = get_run_logger()
    stored = store_waiting()
    log.info("%d mails stored", len(stored))
    for said in sort_waiting():
        log.info(said)
