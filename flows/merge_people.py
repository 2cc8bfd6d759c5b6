"""Two records of one person become one when a contract manager says so and four fields agree (ICOTS 17.0)."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from tasks.merging import merge_records

Stays = Annotated[str, Field(title="Record that stays", description="Its number as a case shows it, or a user ID.")]
Goes = Annotated[str, Field(title="Record that goes into it", description="Its number, or a user ID.")]
Why = Annotated[str, Field(title="How you know that both are one person")]
Preview = Annotated[bool, Field(title="Preview only", description="Show both side by side and merge nothing.")]


@flow(name="merge_people", persist_result=False)
async def merge_people(
    stays: Stays, goes: Goes, reason: Why = "", preview: Preview = True, started_by: str = ""
) -> None:
    """Accounts, work, clearances and cases go over; former names and addresses stay findable, IDs stay reserved."""
    said = merge_records(stays, goes, reason, preview, started_by)
    await acreate_markdown_artifact(said, description="The two records")
