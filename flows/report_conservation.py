"""Is every mail accounted for? Once a day, and whenever somebody wants to know."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from tasks.conservation import account_for_mail


@flow(name="report_conservation", persist_result=False)
async def report_conservation(started_by: str = "") -> None:  # noqa: ARG001  the gateway writes down who asked
    """Received = opened a case + joined a case + filed + quarantined, for each of the last seven days."""
    await acreate_markdown_artifact(account_for_mail(), description="Every mail of the last seven days")
