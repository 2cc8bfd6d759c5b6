"""Accounts that were not used for 60 days are locked, each night; a person sees first what would be done.

- counts calendar days in Mountain time from the last use, or from issue, unlock or return if that came later;
- warns on days 45 and 55, an account that was never used on day 21 as well; locks on day 61;
- locks nobody while the usage export is older than a day, and stops when too many would be locked at once;
- started by a person it is a preview, unless a run is named: then it does just what that run said.
"""

from __future__ import annotations

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from tasks.lockout import carry_out, make_plan, shown

Run = Annotated[
    int, Field(title="Run", description="The number of the preview or held run to carry out. 0: only show what is due.")
]


@flow(name="lock_out_inactive", persist_result=False)
async def lock_out_inactive(run: Run = 0, started_by: str = "") -> None:
    """Plan what is due, show it, and carry it out when it is the night's run or when a person named the plan."""
    by = started_by or "correquests"
    number = run or make_plan(by)
    if run or not started_by:
        get_run_logger().info(carry_out(number, by))
    await acreate_markdown_artifact(shown(number), description="Unused accounts")
