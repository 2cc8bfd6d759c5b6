"""A run failed, crashed, is late or hangs: the people who can do something about it are told by mail."""

from __future__ import annotations

from prefect import flow, get_run_logger

from tasks.trouble import FLOW, report


@flow(name=FLOW, persist_result=False)
async def report_trouble(run_id: str, trouble: str) -> None:
    """Write one alarm mail a day for each kind of run and of trouble, with the run's name and link."""
    get_run_logger().info(await report(run_id, trouble))
