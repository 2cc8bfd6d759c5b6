"""After the reader of mail was mended, everything that waits to be sorted is read and sorted once more."""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks.approval import try_again, waiting_mails


@flow(name="retry_quarantine", persist_result=False)
async def retry_quarantine(started_by: str = "") -> None:
    """Answer “try again” to every mail that waits to be sorted, in the name of whoever started this."""
    for request_id in waiting_mails():
        get_run_logger().info(try_again(request_id, started_by))
