"""How late do providers tell us, and how late does access end? Once a month, and whenever somebody wants to know."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from tasks.lateness import report


@flow(name="report_lateness", persist_result=False)
async def report_lateness(started_by: str = "") -> None:  # noqa: ARG001  the gateway writes down who asked
    """Days from event to notice and from notice to disablement, for each provider (III.B.3.a, PS-7)."""
    await acreate_markdown_artifact(report(), description="Lateness of departures and leaves, by provider")
