"""A decision is taken back within its window, when somebody who may decide says why."""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from tasks.undoing import undo_last

Number = Annotated[str, Field(title="Case", description="CR-YYYY-NNNNNN", pattern=r"^\s*CR-\d{4}-\d{6}\s*$")]
Reason = Annotated[str, Field(title="Reason", description="Written down with the undo.", min_length=1)]


@flow(name="undo_decision", persist_result=False)
async def undo_decision(case: Number, reason: Reason, started_by: str = "") -> None:
    """A rejected or closed request opens again; access that an approval led to is disabled. Itself a decision."""
    get_run_logger().info(undo_last(case.strip(), reason, started_by))
