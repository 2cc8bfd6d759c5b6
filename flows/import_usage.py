"""The usage export of the offender management system is taken in, each morning and whenever somebody asks."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from tasks.usage import import_waiting, newest_day, table


@flow(name="import_usage", persist_result=False)
async def import_usage(started_by: str = "") -> None:
    """Take in every export that waits; one that cannot be believed is refused whole, with the reason."""
    taken = import_waiting(started_by or "correquests")
    await acreate_markdown_artifact(table(taken, newest_day()), description="Usage exports")
