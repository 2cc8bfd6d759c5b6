"""Why is this account in its state, today or on any day? The answer in one line, then in detail."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from tasks.explain import explained

UserId = Annotated[str, Field(title="User ID")]
Day = Annotated[date | None, Field(title="On which day", description="Empty: today.")]


@flow(name="explain_account", persist_result=False)
async def explain_account(user_id: UserId, on: Day = None, started_by: str = "") -> State[str]:
    """Read from the audit chain what the account was on that day, and on which papers and decisions it rests."""
    line, markdown = explained(user_id, on, started_by)
    if not markdown:
        return Failed(message=line)
    await acreate_markdown_artifact(markdown, description="Why the account is in its state")
    return Completed(message=line)
