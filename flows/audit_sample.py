"""Each month a random sample is drawn that nobody could choose and anybody can redo (ICOTS 26.F)."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from tasks.sampling import draw_what_is_due


@flow(name="audit_sample", persist_result=False)
async def audit_sample(started_by: str = "") -> None:
    """Draw what was announced on an earlier day, and announce the sample of last month with the digest of its seed."""
    page = draw_what_is_due(started_by or "correquests")
    await acreate_markdown_artifact(page, description="Random samples")
